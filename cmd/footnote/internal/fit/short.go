package main

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"footnote/rag"
)

// fitShort prints exact match and F1 of the short answers to the answerable
// questions of a set, as SQuAD scores them, over all of them and by whether the
// first sentence holds the answer at all.
func fitShort(ctx context.Context, dir, cache string, most int) error {
	all, err := ask(ctx, dir, cache, most)
	if err != nil {
		return err
	}
	var em, f1, n, given, heldEM, held float64
	for _, q := range all {
		if !q.Answerable || len(q.Answers) == 0 || len(q.Why.Sentences) == 0 {
			continue
		}
		n++
		got := rag.Short(q.Why.Searched, q.Why.Sentences[0].Text)
		if got != "" {
			given++
		}
		exact, best := 0., 0.
		for _, a := range q.Answers {
			if strings.Join(normal(got), " ") == strings.Join(normal(a), " ") {
				exact = 1
			}
			best = max(best, overlap(normal(got), normal(a)))
		}
		em, f1 = em+exact, f1+best
		if q.Held[0] {
			held++
			heldEM += exact
		}
	}
	fmt.Printf("%.0f questions: exact match %.3f, F1 %.3f, given %.3f; where the sentence holds the answer (%.3f): %.3f\n", n, em/n, f1/n, given/n, held/n, heldEM/held)
	return nil
}

func overlap(a, b []string) float64 {
	count := map[string]int{}
	for _, w := range b {
		count[w]++
	}
	same := 0.
	for _, w := range a {
		if count[w] > 0 {
			count[w]--
			same++
		}
	}
	if same == 0 {
		return 0
	}
	return 2 * same / float64(len(a)+len(b))
}

// normal is SQuAD's normalisation.
func normal(text string) []string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSymbol(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	var all []string
	for _, w := range strings.Fields(text) {
		if w != "a" && w != "an" && w != "the" {
			all = append(all, w)
		}
	}
	return all
}
