package rag

import (
	"math"
)

// Caution is how cautious an answerer is: how a false answer compares with a
// missing one.
type Caution int

const (
	Balanced Caution = iota // a false answer is as bad as 2.5 missing ones
	Strict                  // a false answer is as bad as 8 missing ones
	Eager                   // a false answer is as bad as a missing one
)

// AnsweredThreshold returns the minimum confidence of an answered question. If a
// false answer is as bad as c missing ones, it is c/(c+1).
func (c Caution) AnsweredThreshold() float64 {
	return []float64{Balanced: 2.5 / 3.5, Strict: 8. / 9, Eager: 1. / 2}[c]
}

// NearestThreshold returns the minimum confidence for showing the nearest passages.
// If a missing answer is as bad as m useless quotations, it is 1/(m+1). m is 6
// for Balanced, 2 for Strict and 14 for Eager.
func (c Caution) NearestThreshold() float64 {
	return []float64{Balanced: 1. / 7, Strict: 1. / 3, Eager: 1. / 15}[c]
}

// Odds returns the logarithm of the odds of probability p.
func Odds(p float64) float64 { return math.Log(p / (1 - p)) }

func Logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Sure returns a sentence that says how likely the articles hold the answer, in
// words instead of a number. It is empty for an answer that is nearest or
// refused, because its text says so. It is also empty for a confidence of 1,
// which means certain, and of 0, which means unknown.
func (a Answer) Sure() string {
	if a.Verdict != Answered || a.Confidence <= 0 || a.Confidence >= 1 {
		return ""
	}
	return Likelihood(a.Confidence)
}

// Likelihood returns a sentence for p, the probability that the articles hold
// an answer. Its bounds are those of the likelihood scale of the
// Intergovernmental Panel on Climate Change (Mastrandrea et al. 2010). The
// scale's "about as likely as not" is split at .5.
func Likelihood(p float64) string {
	switch {
	case p >= .99:
		return "The articles almost certainly hold the answer."
	case p >= .90:
		return "The articles very likely hold the answer."
	case p >= .66:
		return "The articles likely hold the answer."
	case p >= .50:
		return "The articles may well hold the answer."
	case p >= .33:
		return "The articles may hold the answer, and may well not."
	case p >= .10:
		return "It is unlikely that the articles hold the answer."
	default:
		return "It is very unlikely that the articles hold the answer."
	}
}
