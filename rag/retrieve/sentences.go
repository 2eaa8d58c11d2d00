package retrieve

import (
	"context"
	"math"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/text"
)

// ScoreSentences scores the sentences of passages as answers to the question, in
// place. It returns the evidence of the best one, or the zero Evidence if there
// is no sentence with a content word. The reader scores them if the question and
// some of the passages are in English, which is the language it knows. Otherwise,
// or if reader is nil, their vectors and words do. Sentences that are not read or
// embedded keep a Score of 0.
func ScoreSentences(ctx context.Context, embedder rag.Embedder, reader rag.Reader, q Query, passages []rag.Passage) (Evidence, error) {
	all := candidates(q, passages)
	if reader != nil && text.MayBeEnglish(q.Text) {
		if english := readable(passages); len(english) > 0 {
			return scoreByReading(ctx, embedder, reader, q, passages, english, all)
		}
	}
	return scoreByVectors(ctx, embedder, q, all)
}

// candidate is a sentence that may answer the question.
type candidate struct {
	*rag.ScoredSentence
	of, index     int    // of its passage, and of itself in that
	title         string // of its article
	text          string
	before        *candidate // the sentence before in the same passage; nil for the first
	passage       float64    // best score of a chunk that contains it
	dense         float64    // best cosine of a chunk that contains it
	coverage      float64    // see Evidence
	own           float64    // see Evidence
	place         float64    // see Evidence
	codes         float64    // share of the question's codes, such as E1042, in the sentence and around it
	hasKind       bool       // whether it contains the kind of thing asked for
	isQuestion    bool       // whether it is a question
	contradicts   bool       // see Evidence
	stale         float64    // see Evidence
	timely        float64    // how well its article's date fits the time that the question asks about, 0 … 1
	centredCosine float64    // centred cosine to the question
	answers       float64    // log odds that its passage answers
	bonus         float64    // score for its form: kindWeight and questionWeight
}

// candidates returns every sentence of the passages that has a content word,
// once and in order.
func candidates(q Query, passages []rag.Passage) []*candidate {
	type place struct {
		doc   string
		start int
	}
	seen := map[place]bool{} // passages may overlap
	var all []*candidate
	withKind := 0
	timely, codes := timeliness(q.Reading, passages), q.codes()
	for i := range passages {
		p := &passages[i]
		around := strings.Join(p.Chunk.Headings(), "\n")
		underHeadings := q.coverage(text.StemSet(around))
		var before *candidate
		for j := range p.Sentences {
			c := &candidate{ScoredSentence: &p.Sentences[j], of: i, index: j, before: before, timely: timely[i]}
			c.title, c.text = p.Chunk.Title, p.SentenceText(*c.ScoredSentence)
			c.passage, c.dense = p.SentenceScores(*c.ScoredSentence)
			lead := ""
			if before != nil {
				lead = before.text
			}
			own := text.StemSet(c.text)
			if len(own) == 0 { // "No." and "____" are not answers
				continue
			}
			columns := columnsOf(p, *c.ScoredSentence)
			c.coverage, c.own = q.coverage(text.StemSet(c.text, lead, columns, q.titleOf(p.Chunk), p.Chunk.Section)), q.coverage(own)
			if len(codes) > 0 {
				c.codes = share(codes, text.Tokens(strings.Join([]string{c.text, columns, around, p.Chunk.Title}, "\n")))
			}
			if c.place = underHeadings; columns != "" {
				c.place = q.coverage(text.StemSet(c.text, columns, around))
			}
			if c.isQuestion = text.IsQuestion(c.text); c.isQuestion {
				c.bonus -= questionWeight
			}
			if published := p.Chunk.Published; q.Now && !published.IsZero() {
				c.stale = 1 - newness(q.AskedOn(), published)
			}
			if at := (place{p.Chunk.Doc, c.Start}); !seen[at] {
				seen[at] = true
				all = append(all, c)
				if c.hasKind = q.Kind.FoundIn(c.text, q.WordSet); c.hasKind {
					withKind++
				}
			}
			before = c
		}
	}
	rare := math.Log(float64(1+len(all)) / float64(1+withKind))
	for _, c := range all {
		if c.hasKind {
			c.bonus += kindWeight * rare
		}
	}
	return all
}

// codes returns the codes of the question.
func (q Query) codes() []text.Token {
	return slices.DeleteFunc(slices.Clone(q.Tokens), func(t text.Token) bool { return !isCode(t) })
}

// share returns the share of codes that tokens have: 0 … 1.
func share(codes, tokens []text.Token) float64 {
	n := 0.
	for _, c := range codes {
		if slices.ContainsFunc(tokens, func(t text.Token) bool { return strings.EqualFold(t.Raw, c.Raw) }) {
			n++
		}
	}
	return n / float64(len(codes))
}

// columnsOf returns the row that names the columns of the table that a sentence is a
// row of; "" if it is none.
func columnsOf(p *rag.Passage, s rag.ScoredSentence) string {
	if !strings.Contains(p.SentenceText(s), " | ") {
		return ""
	}
	b := text.BlockAt(p.Text, s.Start-p.Start)
	switch {
	case b.Kind != text.Table:
		return ""
	case b.Lines[0].Start == 0 && p.Columns != "":
		return p.Columns
	case s.Start-p.Start < b.Lines[0].End:
		return ""
	}
	return b.Lines[0].Of(p.Text)
}

// contradicts reports whether the sentence said contradicts the question asked:
// only the question has a negation, or the sentence has the opposite of a word
// of the question in its place.
func contradicts(asked, said []text.Token) bool {
	return text.Negates(asked, said) || text.HasOpposite(asked, said)
}
