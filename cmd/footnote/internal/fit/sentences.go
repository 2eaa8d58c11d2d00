package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/write"
)

var featureNames = []string{"answers", "span", "passage", "coverage", "cosine"}

// features returns the features of a sentence, in the order of featureNames.
func features(s rag.Features) []float64 {
	return []float64{s.Answers, s.Span, s.Passage, s.Coverage, s.Meaning}
}

// fitSentences prints how often the first sentence and the whole answer contain a
// gold answer, and the share of its sentences that do: chosen with footnote's
// weights, and by a conditional logit on the same features (McFadden 1974), fitted
// on the other sets. Then it prints the weights fitted on all sets.
func fitSentences(ctx context.Context, cache string, most int, dirs []string) error {
	sets, names, err := askSets(ctx, dirs, cache, most, func(all []observation) ([]observation, error) {
		all = slices.DeleteFunc(all, func(q observation) bool { return !q.Answerable || len(q.Answers) == 0 })
		if len(all) == 0 {
			return nil, errors.New("no question with a gold answer")
		}
		return all, nil
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := reportContained(ctx, name, "footnote's weights", sets[name], func(s rag.ScoredSentence) float64 { return math.Log(s.Score) }); err != nil {
			return err
		}
		var others [][]observation
		for _, other := range names {
			if other != name {
				others = append(others, sets[other])
			}
		}
		if len(others) == 0 {
			continue
		}
		w := choose(choices(others))
		err := reportContained(ctx, name, "fitted on the others", sets[name], func(s rag.ScoredSentence) float64 { return w.score(features(s.Features)) })
		if err != nil {
			return err
		}
	}
	var all [][]observation
	for _, name := range names {
		all = append(all, sets[name])
	}
	for i, x := range choose(choices(all)) {
		fmt.Printf("%s %.2f  ", featureNames[i], x)
	}
	fmt.Println()
	return nil
}

// reportContained prints how often the default writer's first sentence and its answer
// contain a gold answer, and the share of the sentences shown that do, if sentences
// have these scores, which are logarithms up to a constant.
func reportContained(ctx context.Context, set, how string, all []observation, score func(rag.ScoredSentence) float64) error {
	first, whole, shown, right := 0., 0., 0., 0.
	for _, q := range all {
		passages := slices.Clone(q.Why.Answer.Passages)
		sum := 0.
		for i := range passages {
			passages[i].Sentences = slices.Clone(passages[i].Sentences)
			for j, s := range passages[i].Sentences {
				if s.Score != 0 {
					e := math.Exp(score(s))
					passages[i].Sentences[j].Score = e
					sum += e
				}
			}
		}
		for i := range passages {
			for j := range passages[i].Sentences {
				passages[i].Sentences[j].Score /= sum
			}
		}
		draft, err := write.Quote{}.Write(ctx, rag.Question{Text: q.Why.Searched}, passages, nil)
		if err != nil {
			return err
		}
		var said []string
		for i, c := range draft.Claims {
			said = append(said, c.Text)
			shown++
			if eval.Contained(c.Text, q.Answers) {
				right++
				if i == 0 {
					first++
				}
			}
		}
		if eval.Contained(strings.Join(said, " "), q.Answers) {
			whole++
		}
	}
	n := float64(len(all))
	fmt.Printf("%-12s %-22s first %.3f, answer %.3f, precision %.3f, %.2f sentences, of %d\n", set, how, first/n, whole/n, right/shown, shown/n, len(all))
	return nil
}

// choices returns a choice among sentences for each question. Every set has the
// same weight.
func choices(sets [][]observation) []choice {
	var all []choice
	for _, set := range sets {
		for _, q := range set {
			one := choice{right: q.HasAnswer, weight: 1 / float64(len(set)) / float64(len(sets))}
			for _, s := range q.Why.Sentences {
				one.x = append(one.x, features(s.Features))
			}
			all = append(all, one)
		}
	}
	return all
}
