package rag

import "math"

// Caution is how cautious an answerer is: how bad a false answer is, compared
// with a missing one. The zero value is Balanced.
type Caution int

// The values of Caution.
const (
	Balanced Caution = iota // a false answer is as bad as 2.5 missing ones
	Strict                  // a false answer is as bad as 8 missing ones
	Eager                   // a false answer is as bad as a missing one
)

// AnsweredThreshold returns the least confidence of the verdict Answered. If a
// false answer is as bad as c missing ones, it is c/(c+1).
func (c Caution) AnsweredThreshold() float64 {
	return []float64{Balanced: 2.5 / 3.5, Strict: 8. / 9, Eager: 1. / 2}[c]
}

// NearestThreshold returns the least confidence of the verdict Nearest, for
// which the closest passages are shown. If a missing answer is as bad as m
// useless quotations, it is 1/(m+1). m is 6 for Balanced, 2 for Strict and 14
// for Eager.
func (c Caution) NearestThreshold() float64 {
	return []float64{Balanced: 1. / 7, Strict: 1. / 3, Eager: 1. / 15}[c]
}

// LogOdds returns the natural logarithm of the odds of probability p, which is
// between 0 and 1.
func LogOdds(p float64) float64 { return math.Log(p / (1 - p)) }

// Logistic returns the probability whose [LogOdds] are x.
func Logistic(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
