package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"footnote/rag/eval"
)

// The thresholds are quantiles of the evidence score over answerable questions:
// refusedShare of them are to be refused, and uncertainShare of them are not to
// count as answered. Unanswerable questions are not used. Their scores differ
// from set to set, so thresholds fitted on them don't transfer to other articles.
const (
	refusedShare   = .02
	uncertainShare = .25
)

// thresholds are evidence scores. From nearest on, the closest passages are
// shown. From answered on, a question counts as answered.
type thresholds struct{ nearest, answered float64 }

// fitThresholds returns the mean over the sets of each set's quantiles. Every set
// needs an answerable question.
func fitThresholds(sets ...[]observation) thresholds {
	var m thresholds
	for _, all := range sets {
		var scores []float64
		for _, q := range all {
			if q.Answerable {
				scores = append(scores, q.Why.Evidence.Score)
			}
		}
		slices.Sort(scores)
		at := func(share float64) float64 { return scores[int(share*float64(len(scores)))] }
		m.nearest += at(refusedShare) / float64(len(sets))
		m.answered += at(uncertainShare) / float64(len(sets))
	}
	return m
}

// confidence returns the confidence in an evidence score, 0 to 1: the logistic
// function that passes through both thresholds.
func (m thresholds) confidence(score float64) float64 {
	low, high := math.Log(nearestFrom/(1-nearestFrom)), math.Log(answeredFrom/(1-answeredFrom))
	return 1 / (1 + math.Exp(-low-(high-low)*(score-m.nearest)/(m.answered-m.nearest)))
}

// The confidences, 0 to 1, that the two thresholds stand for. They are chosen, not
// fitted, and equal those of the default caution.
const (
	nearestFrom  = 1. / 7
	answeredFrom = 2.5 / 3.5
)

// fitConfidence prints how well the confidence tells answerable questions from
// others on each set: with the thresholds that footnote has, and with thresholds
// fitted on the other sets. Then it prints the thresholds fitted on all sets.
func fitConfidence(ctx context.Context, cache string, most int, dirs []string) error {
	sets, names, err := askSets(ctx, dirs, cache, most, func(all []observation) ([]observation, error) {
		if !slices.ContainsFunc(all, func(q observation) bool { return q.Answerable }) {
			return nil, errors.New("no answerable question")
		}
		return all, nil
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		all := sets[name]
		report(name, "footnote's thresholds", all, func(q observation) float64 { return q.Why.Confidence })
		var others [][]observation
		for _, other := range names {
			if other != name {
				others = append(others, sets[other])
			}
		}
		if len(others) > 0 {
			m := fitThresholds(others...)
			report(name, "fitted on the others", all, func(q observation) float64 { return m.confidence(q.Why.Evidence.Score) })
		}
	}
	var all [][]observation
	for _, name := range names {
		all = append(all, sets[name])
	}
	m := fitThresholds(all...)
	fmt.Printf("nearest %.3f, answered %.3f\n", m.nearest, m.answered)
	return nil
}

// report prints how well confidences tell the questions of a set apart.
func report(set, how string, all []observation, confidence func(observation) float64) {
	var yes, no, every []float64
	var right []bool
	for _, q := range all {
		p := confidence(q)
		every, right = append(every, p), append(right, q.Answerable)
		if q.Answerable {
			yes = append(yes, p)
		} else {
			no = append(no, p)
		}
	}
	fmt.Printf("%-12s %-21s AUROC %.3f, ECE %.3f; answerable: refused %.3f, answered %.3f; unanswerable: refused %.3f, answered %.3f\n", set, how,
		eval.AUROC(yes, no), eval.ECE(eval.Reliability(every, right)), 1-from(yes, nearestFrom), from(yes, answeredFrom), 1-from(no, nearestFrom), from(no, answeredFrom))
}

// from returns the share of values that are at least a threshold, 0 for none.
func from(all []float64, threshold float64) float64 {
	n := 0.
	for _, p := range all {
		if p >= threshold {
			n++
		}
	}
	return n / max(1, float64(len(all)))
}
