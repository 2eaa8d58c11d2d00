package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"footnote/rag/eval"
)

// Shares of the questions that the articles answer, by which the two marks of
// the evidence's score are laid: so many are to be refused, and so many not to
// count as answered. What answerable questions score is much the same in all
// sets, what others score is not; so marks that only the first lay travel, and
// a regression on both does not.
const (
	refusedShare   = .02
	uncertainShare = .25
)

// marks are the two marks: nearest is shown from the first, and a question
// counts as answered from the second.
type marks struct{ nearest, answered float64 }

func lay(sets ...[]asked) marks {
	var m marks
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

// of is the confidence of a score: a logistic through the marks.
func (m marks) of(score float64) float64 {
	low, high := math.Log(nearestFrom/(1-nearestFrom)), math.Log(answeredFrom/(1-answeredFrom))
	return 1 / (1 + math.Exp(-low-(high-low)*(score-m.nearest)/(m.answered-m.nearest)))
}

// What is nearest is shown from one in seven, and a question counts as answered
// from two and a half against one.
const (
	nearestFrom  = 1. / 7
	answeredFrom = 2.5 / 3.5
)

// fitConfidence prints how well the confidence parts the questions that a set
// answers from the others: as it is, and by marks that were laid on the other
// sets; then the marks laid on all.
func fitConfidence(ctx context.Context, cache string, most int, dirs []string) error {
	sets, names, err := askAll(ctx, dirs, cache, most, func(all []asked) ([]asked, error) {
		if !slices.ContainsFunc(all, func(q asked) bool { return q.Answerable }) {
			return nil, errors.New("has no question that it answers")
		}
		return all, nil
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		all := sets[name]
		report(name, "as it is", all, func(q asked) float64 { return q.Why.Confidence })
		var others [][]asked
		for _, other := range names {
			if other != name {
				others = append(others, sets[other])
			}
		}
		if len(others) > 0 {
			m := lay(others...)
			report(name, "laid on the others", all, func(q asked) float64 { return m.of(q.Why.Evidence.Score) })
		}
	}
	var all [][]asked
	for _, name := range names {
		all = append(all, sets[name])
	}
	m := lay(all...)
	fmt.Printf("nearest %.3f, answered %.3f\n", m.nearest, m.answered)
	return nil
}

func report(set, how string, all []asked, confidence func(asked) float64) {
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
	fmt.Printf("%-12s %-22s AUROC %.3f, ECE %.3f; answerable: refused %.3f, answered %.3f; not: refused %.3f, answered %.3f\n", set, how,
		eval.AUROC(yes, no), eval.ECE(eval.Reliability(every, right)), 1-from(yes, nearestFrom), from(yes, answeredFrom), 1-from(no, nearestFrom), from(no, answeredFrom))
}

// from is the share that is not below a mark.
func from(all []float64, mark float64) float64 {
	n := 0.
	for _, p := range all {
		if p >= mark {
			n++
		}
	}
	return n / max(1, float64(len(all)))
}
