package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/write"
)

var signNames = []string{"meaning", "apart", "passage", "coverage", "own", "kind"}

func signs(s rag.Features) []float64 {
	return []float64{s.Meaning, s.CentredCosine, s.Passage, s.Coverage, s.Own, s.Kind}
}

// fitSentences prints how often the first sentence and the first three hold a
// gold answer: chosen as they are, and by a conditional logit on the same signs
// that was fitted on the other sets (McFadden 1974), for which it prints the
// weights.
func fitSentences(ctx context.Context, cache string, most int, dirs []string) error {
	sets, names, err := askAll(ctx, dirs, cache, most, func(all []asked) ([]asked, error) {
		all = slices.DeleteFunc(all, func(q asked) bool { return !q.Answerable || len(q.Answers) == 0 })
		if len(all) == 0 {
			return nil, errors.New("no question with an answer")
		}
		return all, nil
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := contained(ctx, name, "as they are", sets[name], func(s rag.Sentence) float64 { return s.Score }); err != nil {
			return err
		}
		var others [][]asked
		for _, other := range names {
			if other != name {
				others = append(others, sets[other])
			}
		}
		if len(others) == 0 {
			continue
		}
		w := choose(choices(others))
		// A point of cosine stays one, for what a repetition loses is in points.
		err := contained(ctx, name, "fitted on the others", sets[name], func(s rag.Sentence) float64 { return w.of(signs(s.Features)) / w[0] })
		if err != nil {
			return err
		}
	}
	var all [][]asked
	for _, name := range names {
		all = append(all, sets[name])
	}
	for i, x := range choose(choices(all)) {
		fmt.Printf("%s %.2f  ", signNames[i], x)
	}
	fmt.Println()
	return nil
}

// contained prints how often the default writer's first sentence and its three
// hold a gold answer, its sentences scored anew.
func contained(ctx context.Context, set, how string, all []asked, score func(rag.Sentence) float64) error {
	first, three := 0., 0.
	for _, q := range all {
		passages := slices.Clone(q.Why.Answer.Passages)
		for i := range passages {
			passages[i].Sentences = slices.Clone(passages[i].Sentences)
			for j, s := range passages[i].Sentences {
				if s.Score != 0 {
					passages[i].Sentences[j].Score = score(s)
				}
			}
		}
		draft, err := write.Quote{}.Write(ctx, rag.Question{}, passages, nil)
		if err != nil {
			return err
		}
		var said []string
		for _, c := range draft.Claims {
			said = append(said, c.Text)
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
	return nil
}

// choices are the sentences of sets of questions as choose learns from them,
// every set weighing the same.
func choices(sets [][]asked) []choice {
	var all []choice
	for _, set := range sets {
		for _, q := range set {
			one := choice{right: q.Held, weight: 1 / float64(len(set)) / float64(len(sets))}
			for _, s := range q.Why.Sentences {
				one.x = append(one.x, signs(s.Features))
			}
			all = append(all, one)
		}
	}
	return all
}
