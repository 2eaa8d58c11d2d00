package check

import (
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/text"
)

// Check returns the part of a draft that the passages support, as an answer to
// the question. It is pure and total. Whatever the draft, every Quote of the
// answer is in its article at its offsets, and every sentence has a footnote. A
// claim is checked against the passages that it cites, then against the passage
// that supports it best. Claims that no passage supports go to Dropped. If no claim is left, the
// verdict is [rag.Refused].
func Check(r question.Reading, d rag.Draft, passages []rag.Passage) rag.Answer {
	a := rag.Answer{Verdict: rag.Answered, Passages: passages, Model: d.Model, Usage: d.Usage}
	c := newChecker(r, passages)
	told := map[string]bool{} // small models repeat themselves
	for _, claim := range d.Claims {
		cites, reason := c.support(claim)
		said := claim.Text
		if len(cites) > 0 {
			said, reason = c.quotations(claim.Text, cites)
		}
		if !reason.Given() && told[text.Normalize(said)] {
			reason = rag.Reason{Code: rag.Repeated}
		}
		if reason.Given() {
			a.Dropped = append(a.Dropped, rag.Dropped{Text: claim.Text, Reason: reason})
			continue
		}
		told[text.Normalize(said)] = true
		s := rag.Sentence{Text: said, Support: rag.Supported, Kind: claim.Kind}
		if len(a.Sentences) > 0 {
			s.Break = claim.Break
		}
		for _, cite := range cites {
			s.Citations = append(s.Citations, footnoteNumber(&a, cite))
		}
		a.Sentences = append(a.Sentences, s)
	}
	if len(a.Sentences) == 0 {
		a.Verdict, a.Reason = rag.Refused, rag.Reason{Code: rag.NoClaim}
		if len(d.Claims) > 0 {
			a.Reason = rag.Reason{Code: rag.NotSupported}
		}
	}
	return a
}

// Keeps reports whether [Check] keeps a sentence of a model's draft that cites
// text.
func Keeps(claim, body string) bool {
	p := rag.Passage{Text: body, End: len(body)}
	for _, s := range text.Sentences(body, text.Span{Start: 0, End: len(body)}) {
		p.Sentences = append(p.Sentences, rag.ScoredSentence{Start: s.Start, End: s.End})
	}
	claim, _, _ = text.CutCitations(claim, 0)
	return Check(question.Reading{}, rag.Draft{Claims: []rag.Claim{{Text: claim, Cites: []rag.Cite{{}}}}}, []rag.Passage{p}).Verdict == rag.Answered
}

// footnoteNumber returns the footnote number of a cite. A cite without a footnote
// gets a new one.
func footnoteNumber(a *rag.Answer, c rag.Cite) int {
	p := a.Passages[c.Passage]
	for _, have := range a.Citations {
		if have.Doc == p.Chunk.Doc && have.Start == c.Start && have.End == c.End {
			return have.N
		}
	}
	a.Citations = append(a.Citations, rag.Citation{
		N: len(a.Citations) + 1, Title: p.Chunk.Title, URL: p.Chunk.URL, Doc: p.Chunk.Doc, Source: p.Source, Published: p.Chunk.Published,
		Quote: p.Text[c.Start-p.Start : c.End-p.Start], Start: c.Start, End: c.End,
	})
	return len(a.Citations)
}

// checker checks claims against passages. It tokenizes a passage when it is
// first needed.
type checker struct {
	asked    []text.Token // the question's content words and numbers
	passages []rag.Passage
	read     []*passageTokens
}

// passageTokens is a tokenized passage: its title, which may name what the
// sentences leave out, and its sentences.
type passageTokens struct {
	title     sentenceTokens
	sentences []sentenceTokens
}

func newChecker(r question.Reading, passages []rag.Passage) *checker {
	return &checker{text.Distinct(r.Tokens), passages, make([]*passageTokens, len(passages))}
}

// context returns what a run of sentences from i on may leave out: the title
// and, if sentence i has a pronoun, the names before it.
func (p *passageTokens) context(i int) []sentenceTokens {
	if !slices.ContainsFunc(p.sentences[i].all, func(t text.Token) bool { return pronouns[t.Word] }) {
		return []sentenceTokens{p.title}
	}
	named := sentenceTokens{title: true, set: map[string]bool{}}
	for _, s := range p.sentences[:i] {
		for _, t := range s.all {
			if t.Name && !named.set[t.Key] {
				named.all, named.set[t.Key] = append(named.all, t), true
			}
		}
	}
	return []sentenceTokens{p.title, named}
}

var pronouns = text.WordSet("he she it they his her its their him them hers theirs this these")

func (c *checker) passage(i int) *passageTokens {
	if c.read[i] == nil {
		p := c.passages[i]
		head := p.Chunk.Title + "\n" + p.Chunk.Section
		if !p.Chunk.Published.IsZero() { // without the day, whose number would support unrelated claims
			head += "\n" + p.Chunk.Published.UTC().Format("January 2006")
		}
		t := &passageTokens{title: newSentence(head, text.Span{Start: 0, End: len(head)})}
		t.title.title = true
		for _, s := range p.Sentences {
			t.sentences = append(t.sentences, newSentence(p.Text, text.Span{Start: s.Start - p.Start, End: s.End - p.Start}))
		}
		c.read[i] = t
	}
	return c.read[i]
}

// support returns the quotes that support a claim, or the reason why none does.
func (c *checker) support(claim rag.Claim) (good []rag.Cite, reason rag.Reason) {
	want := newClaim(claim.Text)
	if text.NeedsQuestion(claim.Text) {
		want.asked = c.asked
	}
	var cited []int
	for _, cite := range claim.Cites {
		if cite.Passage < 0 || cite.Passage >= len(c.passages) {
			continue
		}
		p := c.passages[cite.Passage]
		switch {
		case cite.Start >= cite.End:
			if !slices.Contains(cited, cite.Passage) {
				cited = append(cited, cite.Passage)
			}
		case cite.Start >= p.Start && cite.End <= p.End && text.EqualIgnoringSpace(claim.Text, p.Text[cite.Start-p.Start:cite.End-p.Start]):
			good = append(good, cite)
		}
	}
	if len(want.content) == 0 && len(good) == 0 {
		return nil, rag.Reason{Code: rag.Unverifiable}
	}
	if len(good) == 0 && strings.HasSuffix(claim.Text, "?") {
		return nil, rag.Reason{Code: rag.IsQuestion}
	}
	if len(good) == 0 && c.ground(want, c.every()...).displaced {
		return nil, rag.Reason{Code: rag.OtherSubject}
	}
	for _, i := range cited {
		good = append(good, c.quotes(want, i)...)
	}
	if len(good) == 0 && len(cited) > 1 {
		good = c.quotes(want, cited...)
	}
	if len(good) > 0 {
		return good, rag.Reason{}
	}
	return c.elsewhere(want, cited)
}

// elsewhere returns quotes of the passage that best supports a claim, whether
// or not the claim cites it. If no passage supports it, reason says why.
func (c *checker) elsewhere(want claimTokens, cited []int) (good []rag.Cite, reason rag.Reason) {
	most := 0.
	nearest, near := -1, -1.
	for i := range c.passages {
		p := c.ground(want, i).Probability()
		if p > near {
			nearest, near = i, p
		}
		if p > most {
			if found := c.quotes(want, i); len(found) > 0 {
				good, most = found, p
			}
		}
	}
	switch {
	case len(good) > 0:
		return good, rag.Reason{}
	case len(cited) > 0:
		reason = c.ground(want, cited...).draftReason()
	case nearest >= 0:
		reason = c.ground(want, nearest).draftReason()
	default:
		reason = rag.Reason{Code: rag.NoPassage}
	}
	return nil, first(reason, rag.Reason{Code: rag.Scattered})
}

// ground compares a claim with the text of several passages together.
func (c *checker) ground(want claimTokens, at ...int) Ground {
	var text []sentenceTokens
	for _, i := range at {
		p := c.passage(i)
		text = append(append(text, p.title), p.sentences...)
	}
	return ground(want, text)
}

// every returns the indices of all passages.
func (c *checker) every() []int {
	all := make([]int, len(c.passages))
	for i := range all {
		all[i] = i
	}
	return all
}

// longestQuote is the maximum number of sentences in a quote.
const longestQuote = 2

// quotes returns the shortest run of whole sentences that supports a claim. Of
// several equally short runs it returns the most probable one. If no run
// supports the whole claim, it returns one run for each clause, or nil if a
// clause has none.
func (c *checker) quotes(want claimTokens, at ...int) []rag.Cite {
	if !c.ground(want, at...).supportsDraft() {
		return nil
	}
	if run, ok := c.run(want, at); ok {
		return []rag.Cite{run}
	}
	parts := want.clauseTexts()
	if len(parts) < 2 {
		return nil
	}
	var all []rag.Cite
	for _, part := range parts {
		run, ok := c.run(newClaim(part), at)
		if !ok {
			return nil
		}
		if !slices.Contains(all, run) {
			all = append(all, run)
		}
	}
	return all
}

// run returns the shortest run of sentences that supports a claim.
func (c *checker) run(want claimTokens, at []int) (shortest rag.Cite, ok bool) {
	for n := 1; n <= longestQuote && !ok; n++ {
		most := 0.
		for _, i := range at {
			p := c.passage(i)
			for j := 0; j+n <= len(p.sentences); j++ {
				run := p.sentences[j : j+n]
				if g := ground(want, append(p.context(j), run...)); g.supportsDraft() && g.Probability() > most {
					shortest, most, ok = c.cite(i, run[0].at.Start, run[n-1].at.End), g.Probability(), true
				}
			}
		}
	}
	return shortest, ok
}

// cite returns a Cite for byte offsets in the text of passage i.
func (c *checker) cite(i, start, end int) rag.Cite {
	p := c.passages[i]
	return rag.Cite{Passage: i, Start: p.Start + start, End: p.Start + end}
}
