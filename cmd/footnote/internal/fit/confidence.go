package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"footnote/rag/eval"
)

// The thresholds are quantiles of the evidence score over answerable questions:
// refusedShare of them are to be refused, and uncertainShare of them are not to
// count as answered. Unanswerable questions are not used. Their scores differ
// from set to set, so thresholds fitted on them don't transfer to other articles.
const (
	refusedShare   = .02
	uncertainShare = .18
)

// thresholds are evidence scores. From nearest on, the closest passages are
// shown. From answered on, a question counts as answered.
type thresholds struct{ nearest, answered float64 }

// fitThresholds returns the mean over the sets of each set's quantiles. Every set
// needs an answerable question.
func fitThresholds(score func(observation) float64, sets ...[]observation) thresholds {
	var m thresholds
	for _, all := range sets {
		var scores []float64
		for _, q := range all {
			if q.Answerable {
				scores = append(scores, score(q))
			}
		}
		slices.Sort(scores)
		at := func(share float64) float64 { return scores[int(share*float64(len(scores)))] }
		m.nearest += at(refusedShare) / float64(len(sets))
		m.answered += at(uncertainShare) / float64(len(sets))
	}
	return m
}

var evidenceNames = []string{"answers", "span", "passage", "own coverage", "kind", "contradicts", "stale", "constant"}

// evidenceOf returns the features of a question's best sentence, in the order of
// evidenceNames.
func evidenceOf(q observation) []float64 {
	is := map[bool]float64{true: 1}
	e := q.Why.Evidence
	return []float64{e.Answers, e.Span, e.Passage, e.Own, is[e.Kind], is[e.Contradicts], e.Stale, 1}
}

// fitEvidence fits a logistic regression: the weights of the evidence that tell
// answerable questions from others. Each set counts as much as any other, and so
// do answerable questions and others of a set. A logistic regression is a choice
// between a question's features and nothing. The features are centred first:
// otherwise the ridge penalty holds back those that vary little around a large
// mean, such as cosines.
func fitEvidence(sets ...[]observation) logit {
	mean := make([]float64, len(evidenceNames))
	for _, set := range sets {
		for _, q := range set {
			for i, v := range evidenceOf(q)[:len(mean)-1] {
				mean[i] += v / float64(len(set)*len(sets))
			}
		}
	}
	var all []choice
	for _, set := range sets {
		count := map[bool]float64{}
		for _, q := range set {
			count[q.Answerable]++
		}
		for _, q := range set {
			x := evidenceOf(q)
			for i := range x {
				x[i] -= mean[i]
			}
			all = append(all, choice{x: [][]float64{x, make([]float64, len(x))}, right: []bool{q.Answerable, !q.Answerable}, weight: 1 / count[q.Answerable]})
		}
	}
	w := choose(all)
	w[len(w)-1] -= w.score(mean)
	return w
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
// others on each set: footnote's, one fitted on the other sets, and one fitted on all
// sets. Then it prints the weights and thresholds fitted on all sets. Sets without unanswerable
// questions count only for the thresholds.
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
	fit := func(without string) (logit, thresholds) {
		var all, both [][]observation
		for _, name := range names {
			if without != "" && strings.TrimSuffix(name, keywordsSuffix) == strings.TrimSuffix(without, keywordsSuffix) {
				continue
			}
			all = append(all, sets[name])
			if slices.ContainsFunc(sets[name], func(q observation) bool { return !q.Answerable }) {
				both = append(both, sets[name])
			}
		}
		if len(both) == 0 {
			return nil, thresholds{}
		}
		w := fitEvidence(both...)
		return w, fitThresholds(func(q observation) float64 { return w.score(evidenceOf(q)) }, all...)
	}
	for _, name := range names {
		report(name, "footnote's", sets[name], func(q observation) float64 { return q.Why.Confidence })
		if w, m := fit(name); w != nil {
			report(name, "fitted on the others", sets[name], func(q observation) float64 { return m.confidence(w.score(evidenceOf(q))) })
		}
	}
	w, m := fit("")
	if w == nil {
		return errors.New("no set has unanswerable questions")
	}
	for _, name := range names {
		report(name, "fitted on all", sets[name], func(q observation) float64 { return m.confidence(w.score(evidenceOf(q))) })
	}
	for i, x := range w {
		fmt.Printf("%s %.3f  ", evidenceNames[i], x)
	}
	fmt.Printf("\nnearest %.3f, answered %.3f\n", m.nearest, m.answered)
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
