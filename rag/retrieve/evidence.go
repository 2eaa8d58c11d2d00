package retrieve

import (
	"footnote/rag"
)

// Evidence describes the sentence that answers a question best, and how well.
// The zero value is no evidence. Cosines are from -1 to 1, and shares from 0 to
// 1.
type Evidence struct {
	Read        bool    `json:"read"`             // by the reader, which gives Answers and Span; otherwise by vectors, which give Cosine
	Answers     float64 `json:"answers,omitzero"` // log odds that the passage answers
	Span        float64 `json:"span,omitzero"`    // log odds of the best words of the sentence
	Cosine      float64 `json:"cosine,omitzero"`  // cosine of sentence and question
	Passage     float64 `json:"passage"`          // cosine of its chunk and the question
	Coverage    float64 `json:"coverage"`         // rarity-weighted share of the question's terms in the sentence, the one before, the title and the headings
	Own         float64 `json:"own"`              // the same for the sentence alone
	Place       float64 `json:"place"`            // the same for the headings above it without the title, and for a row of a table with its columns
	Kind        bool    `json:"kind"`             // the sentence contains the kind of thing asked for
	Contradicts bool    `json:"contradicts"`      // the sentence lacks the question's negation, or has the opposite of a word
	Stale       float64 `json:"stale"`            // for a question about now: how old the article is, 0 … 1
	Score       float64 `json:"score"`            // weighted sum of the other fields, in log odds if Read, otherwise in points of cosine
}

// evidenceByVectors returns the evidence of a candidate that has a Cosine. Its
// Score adds up the other fields with weights in points of cosine.
func evidenceByVectors(c *candidate) Evidence {
	e := Evidence{Cosine: c.Cosine, Passage: c.dense, Coverage: c.coverage, Own: c.own, Kind: c.hasKind, Contradicts: c.contradicts, Stale: c.stale}
	e.Score = e.Cosine + e.Passage + .1*e.Coverage + .05*e.Own - .08*e.Stale
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

// evidenceByReading returns the evidence of a candidate that was read. Its Score
// is a logistic regression that this command fits, except for placeWeight:
//
//	go run ./cmd/footnote/internal/fit confidence ../shared/data/squad ../shared/data/squad2 ../shared/data/clapnq ../shared/data/realtimeqa
func evidenceByReading(c *candidate) Evidence {
	e := Evidence{Read: true, Answers: c.answers, Span: c.Answer.Score, Passage: c.dense, Coverage: c.coverage, Own: c.own, Place: c.place, Kind: c.hasKind, Contradicts: c.contradicts, Stale: c.stale}
	e.Score = placeWeight*e.Place + .354*e.Answers + .024*e.Span + 30.3*e.Passage + 1.13*e.Own - 2.68*e.Stale - 26.01
	if e.Kind {
		e.Score += .35
	}
	if e.Contradicts {
		e.Score -= 5.4
	}
	return e
}

// placeWeight is chosen: the sets have no headings and hardly a table.
const placeWeight = 2

// contradictionWeight is subtracted from the score of a sentence that
// contradicts the question, in points of cosine.
const contradictionWeight = .10

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
// them. So the thresholds decrease for each word from the 25th to the 34th.
func (e Evidence) Confidence(words, chunks int) float64 {
	t := byVectors
	if e.Read {
		t = byReading
	}
	few := 1 / float64(max(minChunks, chunks))
	long := float64(min(max(words-24, 0), 10))
	nearest, answered := t.nearest-t.nearestFew*few-t.nearestLong*long, t.answered-t.answeredFew*few-t.answeredLong*long
	low, high := rag.LogOdds(rag.Balanced.NearestThreshold()), rag.LogOdds(rag.Balanced.AnsweredThreshold())
	return rag.Logistic(low + (high-low)*(e.Score-nearest)/(answered-nearest))
}

// thresholds are values of Evidence.Score in a store of many chunks. A question
// below nearest is refused, and one from answered counts as answered.
type thresholds struct {
	nearest, answered         float64
	nearestFew, answeredFew   float64 // what they decrease by in a store of one chunk
	nearestLong, answeredLong float64 // what they decrease by for each word too many
}

// The thresholds of sentences that were read are fitted to the scores of
// answerable questions, because those differ less between question sets than the
// scores of others:
//
//	go run ./cmd/footnote/internal/fit confidence ../shared/data/squad ../shared/data/squad2 ../shared/data/clapnq ../shared/data/realtimeqa
//
// Those of sentences that were scored by vectors are from before the reader, when
// the same command fitted them to English questions.
var (
	byReading = thresholds{nearest: -1.79, answered: .05, nearestFew: 18, answeredFew: 5, nearestLong: .25, answeredLong: .18}
	byVectors = thresholds{nearest: 1.684, answered: 1.820, nearestFew: 1.28, answeredFew: .85, nearestLong: .012}
)

// minChunks is the number of chunks of the sample collection. Smaller stores
// were not measured, and confidence treats them as having this many.
const minChunks = 8
