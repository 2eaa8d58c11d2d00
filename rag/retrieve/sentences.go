package retrieve

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/sync/errgroup"

	"footnote/rag"
	"footnote/rag/text"
)

// ScoreSentences scores the sentences of passages as answers to the question.
// It returns the evidence of the best one, or the zero Evidence if there is no
// sentence with a content word. It sets Cosine, Score and Features of the
// passages' sentences in place. It embeds at most maxEmbedded sentences, those
// that score best without an embedding. The others keep a Score of 0.
func ScoreSentences(ctx context.Context, embedder rag.Embedder, q Query, passages []rag.Passage) (Evidence, error) {
	all := candidates(q, passages)
	slices.SortStableFunc(all, func(a, b *candidate) int { return cmp.Compare(b.prescore(), a.prescore()) })
	all = all[:min(maxEmbedded, len(all))]
	if len(all) == 0 {
		return Evidence{}, nil
	}
	texts := make([]string, len(all))
	for i, c := range all {
		texts[i] = c.context()
	}
	g, within := errgroup.WithContext(ctx)
	maxSim := usualMaxSim
	if m, ok := embedder.(rag.TokenMatcher); ok {
		g.Go(func() (err error) {
			maxSim, err = m.MaxSim(within, q.Text, passages[0].Chunk.Text)
			return err
		})
	}
	var vectors [][]float32
	g.Go(func() (err error) {
		vectors, err = embedder.EmbedDocuments(within, texts)
		return err
	})
	if err := g.Wait(); err != nil {
		return Evidence{}, err
	}
	for i, c := range all {
		c.Cosine = dot(q.vector, vectors[i])
		c.contradicts = contradicts(q.Tokens, text.Tokens(c.text))
	}
	centred := centredCosines(q.vector, vectors)
	var best Evidence
	for i, c := range all {
		c.centredCosine = centred[i]
		c.Score = c.meaning() + centredWeight*c.centredCosine + c.prescore()
		c.Features = c.features()
		if e := newEvidence(c, maxSim); e.Score > best.Score {
			best = e
		}
	}
	return best, nil
}

// candidate is a sentence that may answer the question.
type candidate struct {
	*rag.ScoredSentence
	title         string // of its article
	text          string
	before        *candidate // the sentence before in the same passage; nil for the first
	passage       float64    // best score of a chunk that contains it
	dense         float64    // best cosine of a chunk that contains it
	coverage      float64    // see Evidence
	own           float64    // see Evidence
	hasKind       bool       // whether it contains the kind of thing asked for
	isQuestion    bool       // whether it is a question
	contradicts   bool       // see Evidence
	stale         float64    // see Evidence
	centredCosine float64    // centred cosine to the question
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
	for i := range passages {
		p := &passages[i]
		var before *candidate
		for j := range p.Sentences {
			c := &candidate{ScoredSentence: &p.Sentences[j], before: before}
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
			c.coverage, c.own = q.coverage(text.StemSet(c.text, lead, p.Chunk.Title)), q.coverage(own)
			if c.isQuestion = strings.HasSuffix(strings.TrimRight(c.text, `"'’”)`), "?"); c.isQuestion {
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

// prescore returns the part of a candidate's score that needs no embedding.
func (c candidate) prescore() float64 {
	return passageWeight*c.passage + coverageWeight*c.coverage + ownCoverageWeight*c.own + c.bonus
}

// meaning returns the cosine of the sentence to the question. If the sentence
// begins with a word such as "He", which refers to the sentence before, it
// returns the mean cosine of both.
func (c candidate) meaning() float64 {
	if c.before == nil || c.before.Cosine == 0 || !text.RefersBack(c.text) {
		return c.Cosine
	}
	return (c.Cosine + c.before.Cosine) / 2
}

// features returns the features that the score of a sentence is made of.
func (c *candidate) features() rag.Features {
	return rag.Features{Meaning: c.meaning(), CentredCosine: c.centredCosine, Passage: c.passage, Coverage: c.coverage, Own: c.own, Kind: c.bonus}
}

// Weights of a sentence's score, in points of cosine. They are near a
// conditional logit that this command fits:
//
//	go run ./cmd/footnote/internal/fit sentences ../shared/data/squad ../shared/data/clapnq ../shared/data/realtimeqa
const (
	passageWeight     = .70 // of the chunk's retrieval score
	coverageWeight    = .08
	ownCoverageWeight = .03
	kindWeight        = .03 // of the logarithm of 1/share, for the share of sentences that contain the kind asked for
	questionWeight    = .20 // subtracted from a sentence that is a question: web pages repeat quiz questions
	centredWeight     = .05 // of the centred cosine
)

// maxEmbedded is the maximum number of sentences that are embedded for a
// question. Embedding takes a large part of the time of an answer.
const maxEmbedded = 20

// context returns the text that is embedded for a sentence. A short title comes
// first, because the sentence may say "it" for the article's topic. A headline
// is left out, because it would dominate the vector.
func (c candidate) context() string {
	if c.title == "" || utf8.RuneCountInString(c.title) > maxTopicTitle {
		return c.text
	}
	return c.title + "\n" + c.text
}

// maxTopicTitle is the maximum length in runes of a title that names the topic
// of its article. A longer title is a headline.
const maxTopicTitle = 40

// contradicts reports whether the sentence said contradicts the question asked:
// only the question has a negation, or the sentence has the opposite of a word
// of the question in its place.
func contradicts(asked, said []text.Token) bool {
	return text.HasNegation(asked) && !text.HasNegation(said) || text.HasOpposite(asked, said)
}

// centredCosines returns the centred cosine of each vector to the query: the
// mean of the vectors is subtracted from both first. If all articles are about
// one topic, every sentence is close to every question about it. Subtracting
// the mean shows the remaining differences. All vectors are unit vectors of one
// length.
func centredCosines(query []float32, vectors [][]float32) []float64 {
	mean := make([]float32, len(query))
	for _, v := range vectors {
		for i, x := range v {
			mean[i] += x / float32(len(vectors))
		}
	}
	// Expand (q−m)·(v−m) and the lengths into products of q, v and m.
	qm, mm := dot(query, mean), dot(mean, mean)
	cosines := make([]float64, len(vectors))
	for i, v := range vectors {
		vm := dot(v, mean)
		lengths := math.Sqrt((dot(query, query) - 2*qm + mm) * (dot(v, v) - 2*vm + mm))
		if lengths > 1e-6 {
			cosines[i] = (dot(query, v) - qm - vm + mm) / lengths
		}
	}
	return cosines
}
