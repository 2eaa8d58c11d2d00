package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/eval"
)

var signNames = []string{"meaning", "apart", "passage", "coverage", "own", "kind"}

func signs(s rag.Signs) []float64 {
	return []float64{s.Meaning, s.Apart, s.Passage, s.Coverage, s.Own, s.Kind}
}

// fitSentences prints how often the first sentence and the first three hold a
// gold answer: chosen as they are, and by a conditional logit on the same signs
// that was fitted on the other sets (McFadden 1974), for which it prints the
// weights.
func fitSentences(ctx context.Context, cache string, most int, dirs []string) error {
	sets := map[string][]asked{}
	var names []string
	for _, dir := range dirs {
		all, err := ask(ctx, dir, cache, most)
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		all = slices.DeleteFunc(all, func(q asked) bool { return !q.Answerable || len(q.Answers) == 0 })
		if len(all) == 0 {
			return fmt.Errorf("%s: no question with an answer", dir)
		}
		sets[all[0].Set], names = all, append(names, all[0].Set)
	}
	for _, name := range names {
		contained(name, "as they are", sets[name], func(s rag.WhySentence) float64 { return s.Score })
		var others [][]asked
		for _, other := range names {
			if other != name {
				others = append(others, sets[other])
			}
		}
		if len(others) == 0 {
			continue
		}
		w := choose(others)
		contained(name, "fitted on the others", sets[name], w.of)
	}
	var all [][]asked
	for _, name := range names {
		all = append(all, sets[name])
	}
	for i, x := range choose(all) {
		fmt.Printf("%s %.2f  ", signNames[i], x)
	}
	fmt.Println()
	return nil
}

func contained(set, how string, all []asked, score func(rag.WhySentence) float64) {
	first, three := 0., 0.
	for _, q := range all {
		order := slices.Clone(q.Why.Sentences)
		slices.SortStableFunc(order, func(a, b rag.WhySentence) int { return cmp.Compare(score(b), score(a)) })
		var said []string
		for _, s := range order {
			text := strings.Join(strings.Fields(s.Text), " ")
			if !slices.Contains(said, text) && len(said) < 3 {
				said = append(said, text)
			}
		}
		if len(said) > 0 && eval.Contained(said[0], q.Answers) {
			first++
		}
		if eval.Contained(strings.Join(said, " "), q.Answers) {
			three++
		}
	}
	n := float64(len(all))
	fmt.Printf("%-12s %-22s the first %.3f, three %.3f of %d\n", set, how, first/n, three/n, len(all))
}

// choice is a weight for each of the signs.
type choice []float64

func (w choice) of(s rag.WhySentence) float64 {
	sum := 0.
	for i, x := range signs(s.Signs) {
		sum += w[i] * x
	}
	return sum
}

// choose fits the weights under which sentences that hold the answer are
// chosen among those of their question most likely, every set weighing the
// same, by gradient ascent on scaled signs.
func choose(sets [][]asked) choice {
	n := len(signNames)
	type question struct {
		x      [][]float64
		held   []bool
		weight float64
	}
	var all []question
	var rows [][]float64
	for _, set := range sets {
		for _, q := range set {
			if !slices.Contains(q.Held, true) {
				continue
			}
			one := question{held: q.Held, weight: 1 / float64(len(set)) / float64(len(sets))}
			for _, s := range q.Why.Sentences {
				one.x = append(one.x, signs(s.Signs))
			}
			all, rows = append(all, one), append(rows, one.x...)
		}
	}
	scale := make([]float64, n)
	for i := range scale {
		mean := 0.
		for _, r := range rows {
			mean += r[i] / float64(len(rows))
		}
		for _, r := range rows {
			scale[i] += (r[i] - mean) * (r[i] - mean) / float64(len(rows))
		}
		scale[i] = max(math.Sqrt(scale[i]), 1e-9)
	}
	w := make([]float64, n)
	for range 300 {
		gradient := make([]float64, n)
		for i := range w {
			gradient[i] = -2 * ridge * w[i]
		}
		for _, q := range all {
			p := make([]float64, len(q.x))
			sum, held := 0., 0.
			for k, x := range q.x {
				z := 0.
				for i := range w {
					z += w[i] * x[i] / scale[i]
				}
				p[k] = math.Exp(z - 50)
				sum += p[k]
				if q.held[k] {
					held += p[k]
				}
			}
			for k, x := range q.x {
				pull := -p[k] / sum
				if q.held[k] {
					pull += p[k] / held
				}
				for i := range w {
					gradient[i] += q.weight * pull * x[i] / scale[i]
				}
			}
		}
		for i := range w {
			w[i] += gradient[i]
		}
	}
	for i := range w {
		w[i] /= scale[i]
	}
	return w
}
