package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"footnote/rag/eval"
)

// fitConfidence prints how well the confidence parts the questions that a set
// answers from the others: as it is, and as a logistic regression on the
// evidence's score that was fitted on the other sets (Platt 1999), for which it
// prints the weights. A question is refused below a seventh and counts as
// answered from two and a half against one.
func fitConfidence(ctx context.Context, cache string, most int, dirs []string) error {
	sets := map[string][]asked{}
	var names []string
	var train []example
	for _, dir := range dirs {
		all, err := ask(ctx, dir, cache, most)
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		if len(all) == 0 {
			return fmt.Errorf("%s: no questions", dir)
		}
		name, yes := all[0].Set, 0.
		for _, q := range all {
			if q.Answerable {
				yes++
			}
		}
		if yes == 0 || int(yes) == len(all) {
			return fmt.Errorf("%s: has questions of one kind only", dir)
		}
		for _, q := range all {
			weight := 1000 / yes
			if !q.Answerable {
				weight = 1000 / (float64(len(all)) - yes)
			}
			train = append(train, example{x: []float64{q.Why.Evidence.Score}, yes: q.Answerable, weight: weight, set: name})
		}
		sets[name], names = all, append(names, name)
	}
	for _, name := range names {
		all := sets[name]
		report(name, "as it is", all, func(q asked) float64 { return q.Why.Confidence })
		others := slices.DeleteFunc(slices.Clone(train), func(e example) bool { return e.set == name })
		if len(others) == 0 {
			return errors.New("a confidence is fitted on one set and held against another: name two")
		}
		w := learn(others)
		report(name, "fitted on the others", all, func(q asked) float64 { return w.of([]float64{q.Why.Evidence.Score}) })
	}
	w := learn(train)
	fmt.Printf("const %.2f, score %.2f: a seventh at %.3f, five to two at %.3f\n", w[0], w[1], (-math.Log(6)-w[0])/w[1], (math.Log(2.5)-w[0])/w[1])
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
	answered, nearest := 2.5/3.5, 1./7
	fmt.Printf("%-12s %-22s AUROC %.3f, ECE %.3f; answerable: refused %.3f, answered %.3f; not: refused %.3f, answered %.3f\n", set, how,
		eval.AUROC(yes, no), eval.ECE(eval.Reliability(every, right)), 1-from(yes, nearest), from(yes, answered), 1-from(no, nearest), from(no, answered))
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
