package retrieve

import (
	"footnote/rag"
)

// Evidence describes the sentence that answers a question best, and how well.
// The zero value is no evidence. Cosines are from -1 to 1, and shares from 0 to
// 1.
type Evidence struct {
	Cosine      float64 `json:"cosine"`      // cosine of sentence and question
	Passage     float64 `json:"passage"`     // cosine of its chunk and the question
	Coverage    float64 `json:"coverage"`    // rarity-weighted share of the question's terms in the sentence, the one before and the title
	Own         float64 `json:"own"`         // the same for the sentence alone
	Kind        bool    `json:"kind"`        // the sentence contains the kind of thing asked for
	Contradicts bool    `json:"contradicts"` // the sentence lacks the question's negation, or has the opposite of a word
	Stale       float64 `json:"stale"`       // for a question about now: how old the article is, 0 … 1
	MaxSim      float64 `json:"max_sim"`     // of the best chunk and the question; see [rag.TokenMatcher]
	Score       float64 `json:"score"`       // weighted sum of the other fields, in points of cosine
}

// newEvidence returns the evidence of a candidate that has a Cosine. Its Score
// adds up the other fields with weights in points of cosine.
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

// usualMaxSim is used as MaxSim if the embedder is not a [rag.TokenMatcher]. It
// is between the means for questions that articles answer and for others.
const usualMaxSim = .79

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

// minChunks is the number of chunks of the sample collection. Smaller stores
// were not measured, and confidence treats them as having this many.
const minChunks = 8
