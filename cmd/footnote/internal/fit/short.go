package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"

	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/question"
	"footnote/rag/write"
)

// folds is the number of folds of a cross-validation.
const folds = 5

// fitShort prints exact match and F1 of short answers to the answerable questions
// of a set, as SQuAD scores them: with footnote's weights, with the best possible
// choice, and with a conditional logit in five folds, with no article in two
// folds. Then it prints the weights fitted on all questions.
func fitShort(ctx context.Context, dir, cache string, most int) error {
	all, err := askSet(ctx, dir, cache, most)
	if err != nil {
		return err
	}
	type shortCase struct {
		choice
		runs      []string
		short     string
		answers   []string
		hasAnswer bool
		fold      uint32
	}
	var questions []shortCase
	for _, q := range all {
		if !q.Answerable || len(q.Answers) == 0 || len(q.Why.Sentences) == 0 {
			continue
		}
		first := q.Why.Sentences[0]
		h := fnv.New32a()
		doc, _, _ := strings.Cut(first.Chunk, "#")
		_, _ = h.Write([]byte(doc))
		r := question.Read(rag.Question{Text: q.Why.Searched})
		one := shortCase{short: write.Short(r, first.Text), answers: q.Answers, hasAnswer: q.HasAnswer[0], fold: h.Sum32() % folds}
		one.weight = 1
		for _, run := range write.ShortRuns(r, first.Text) {
			one.runs, one.x = append(one.runs, run.Text), append(one.x, run.Features)
			one.right = append(one.right, eval.ExactMatch(run.Text, q.Answers) == 1)
		}
		questions = append(questions, one)
	}
	report := func(how string, pick func(shortCase) string) {
		var em, f1, given, withAnswer, withAnswerEM float64
		for _, q := range questions {
			got := pick(q)
			if got != "" {
				given++
			}
			exact := eval.ExactMatch(got, q.answers)
			em, f1 = em+exact, f1+eval.F1(got, q.answers)
			if q.hasAnswer {
				withAnswer++
				withAnswerEM += exact
			}
		}
		n := float64(len(questions))
		fmt.Printf("%-24s exact match %.3f, F1 %.3f of %d, given %.3f; where the sentence contains the answer (%.3f): exact match %.3f\n", how, em/n, f1/n, len(questions), given/n, withAnswer/n, withAnswerEM/withAnswer)
	}
	best := func(w logit, q shortCase) string {
		at := -1
		for k := range q.x {
			if at < 0 || w.score(q.x[k]) > w.score(q.x[at]) {
				at = k
			}
		}
		if at < 0 {
			return ""
		}
		return q.runs[at]
	}
	fit := func(skip uint32) logit {
		var some []choice
		for _, q := range questions {
			if q.fold != skip {
				some = append(some, q.choice)
			}
		}
		return choose(some)
	}
	report("footnote's weights", func(q shortCase) string { return q.short })
	report("best possible choice", func(q shortCase) string {
		for k, right := range q.right {
			if right {
				return q.runs[k]
			}
		}
		return ""
	})
	var fold [folds]logit
	for k := range fold {
		fold[k] = fit(uint32(k))
	}
	report("five folds, always given", func(q shortCase) string { return best(fold[q.fold], q) })
	for i, x := range fit(folds) {
		fmt.Printf("%.2f, // %s\n", x, write.ShortFeatures[i])
	}
	return nil
}
