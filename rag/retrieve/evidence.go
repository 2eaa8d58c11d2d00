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

// maxEmbedded is the maximum number of sentences embedded for a question.
// Embedding them takes about half of the time of an answer.
const maxEmbedded = 20

// usualMaxSim is used as MaxSim if the embedder is not a [rag.TokenMatcher]. It
// is between the means for questions that articles answer and for others.
const usualMaxSim = .79

// Evidence describes the sentence that answers a question best, and how well.
type Evidence struct {
	Cosine      float64 `json:"cosine"`      // cosine of sentence and question
	Passage     float64 `json:"passage"`     // cosine of its chunk and the question
	Coverage    float64 `json:"coverage"`    // rarity-weighted share of the question's terms in the sentence, the one before and the title
	Own         float64 `json:"own"`         // the same for the sentence alone
	Kind        bool    `json:"kind"`        // whether it contains the kind of thing asked for
	Contradicts bool    `json:"contradicts"` // whether it contradicts the question: it lacks the question's negation, or has the opposite of a word
	Stale       float64 `json:"stale"`       // for a question about now: how old the article is, 0 … 1
	MaxSim      float64 `json:"max_sim"`     // of the best chunk and the question; see [rag.TokenMatcher]
	Score       float64 `json:"score"`
}

// newEvidence adds up the evidence of a sentence. The weights are in points of
// cosine.
func newEvidence(c *candidate, maxSim float64) Evidence {
	e := Evidence{Cosine: c.Cosine, Passage: c.dense, Coverage: c.coverage, Own: c.own, Kind: c.hasKind, Contradicts: c.contradicts, Stale: c.stale, MaxSim: maxSim}
	e.Score = e.Cosine + e.Passage + .1*e.Coverage + .05*e.Own - .08*e.Stale + .5*e.MaxSim
	if e.Kind {
		e.Score += .03
	}
	if c.isQuestion {
		e.Score -= questionWeight
	}
	if e.Contradicts {
		e.Score -= contradictionWeight
	}
	return e
}

// contradictionWeight is subtracted from the score of a sentence that
// contradicts the question, in points of cosine.
const contradictionWeight = .10

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
	hasKind         bool       // whether it contains the kind of thing asked for
	isQuestion          bool       // whether it is a question
	contradicts   bool       // see Evidence
	stale         float64    // see Evidence
	centredCosine float64    // centred cosine to the question
	bonus         float64    // score for its form: kindWeight and questionWeight
}

// maxTopicTitle is the maximum length in runes of a title that names the topic of
// its article. A longer title is a headline.
const maxTopicTitle = 40

// context returns the text that is embedded for a sentence. A short title comes
// first, because the sentence may say "it" for the article's topic. A headline
// is left out, because it would dominate the vector.
func (c candidate) context() string {
	if c.title == "" || utf8.RuneCountInString(c.title) > maxTopicTitle {
		return c.text
	}
	return c.title + "\n" + c.text
}

// prescore returns the part of a candidate's score that needs no embedding.
func (c candidate) prescore() float64 {
	return passageWeight*c.passage + coverageWeight*c.coverage + ownCoverageWeight*c.own + c.bonus
}

// ScoreSentences scores the sentences of passages as answers to the question and returns
// the best evidence. It sets fields of Passage.Sentences. It embeds the
// maxWeighed most promising sentences; the others keep a Score of 0.
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

// contradicts reports whether the sentence said contradicts the question asked:
// the question has a negation and the sentence has none, or the sentence has
// the opposite of a word of the question in its place.
func contradicts(asked, said []text.Token) bool {
	return text.HasNegation(asked) && !text.HasNegation(said) || text.HasOpposite(asked, said)
}

// features returns the features that the score of a sentence is made of.
func (c *candidate) features() rag.Features {
	return rag.Features{Meaning: c.meaning(), CentredCosine: c.centredCosine, Passage: c.passage, Coverage: c.coverage, Own: c.own, Kind: c.bonus}
}

// centredCosines returns the centred cosine of each vector to the query: the
// mean of the vectors is subtracted from both first. If all articles are about
// one topic, every sentence is close to every question about it. Subtracting
// the mean shows the remaining differences.
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

// meaning returns the cosine of the sentence to the question. If the sentence
// begins with a word such as "He", which refers to the sentence before, it
// returns the mean cosine of both.
func (c candidate) meaning() float64 {
	if c.before == nil || c.before.Cosine == 0 || !text.RefersBack(c.text) {
		return c.Cosine
	}
	return (c.Cosine + c.before.Cosine) / 2
}

// candidates returns every sentence of the passages once, in order.
func candidates(q Query, passages []rag.Passage) []*candidate {
	type place struct {
		doc   string
		start int
	}
	seen := map[place]bool{} // passages may overlap
	var all []*candidate
	shown := 0
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
					shown++
				}
			}
			before = c
		}
	}
	rare := math.Log(float64(1+len(all)) / float64(1+shown))
	for _, c := range all {
		if c.hasKind {
			c.bonus += kindWeight * rare
		}
	}
	return all
}

// Thresholds of Evidence.Score in a store of many chunks. A question below
// nearestScore is refused, and one from answeredScore counts as answered. This
// command fits both to the scores of answerable questions, because those differ
// less between question sets than the scores of others:
//
//	go run ./cmd/footnote/internal/fit confidence ../shared/data/clapnq ../shared/data/realtimeqa
const (
	nearestScore  = 2.079
	answeredScore = 2.215
)

// Confidence returns the probability that the articles answer a question of so
// many words, in a store of so many chunks. It is a logistic function of the
// score. At the two thresholds it equals the confidences that [rag.Balanced]
// requires.
//
// In a store of few chunks, scores are lower, mainly for questions that it does
// not answer. So both thresholds decrease in proportion to 1/chunks. This
// command shows the effect:
//
//	go run ./cmd/footnote/internal/fit few ../shared/data/clapnq ../shared/data/squad2
//
// A long question asks for several things, and no sentence contains all of
// them. So nearestScore decreases for each word from the 25th to the 34th.
func (e Evidence) Confidence(words, chunks int) float64 {
	few := 1 / float64(max(minChunks, chunks))
	long := float64(min(max(words-24, 0), 10))
	nearest, answered := nearestScore-1.28*few-.012*long, answeredScore-.85*few
	low, high := rag.LogOdds(rag.Balanced.NearestThreshold()), rag.LogOdds(rag.Balanced.AnsweredThreshold())
	return rag.Logistic(low + (high-low)*(e.Score-nearest)/(answered-nearest))
}

// minChunks is the number of chunks of the sample collection. Smaller stores
// were not measured, and confidence treats them as having this many.
const minChunks = 8
