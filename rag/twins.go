package rag

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// twins finds the article that another is a copy of.
type twins struct {
	ids    []string
	prints []uint64
	at     map[string]int // in both
}

func newTwins(prints map[string]uint64) twins {
	t := twins{at: make(map[string]int, len(prints))}
	for id, p := range prints {
		t.set(id, p)
	}
	return t
}

func (t *twins) put(d Document) { t.set(d.ID, Fingerprint(d.Text)) }

func (t *twins) set(id string, print uint64) {
	if i, known := t.at[id]; known {
		t.prints[i] = print
		return
	}
	t.at[id] = len(t.ids)
	t.ids, t.prints = append(t.ids, id), append(t.prints, print)
}

const (
	// maxDistance is how many bits of the fingerprints of two copies differ at
	// most. It only has to spare most comparisons.
	maxDistance = 16
	// copied is the share of the runs of three words of both that two copies have
	// in common: with three words changed, it is 0.84 of a text of 100 words.
	copied = .8
)

// find gives the id of the article that d is a copy of; empty if there is none.
// The texts are compared themselves: a fingerprint alone would take two reports
// of one form for copies.
func (t *twins) find(ctx context.Context, d Document, b *batch) (string, error) {
	print := Fingerprint(d.Text)
	if print == 0 {
		return "", nil
	}
	var near []int
	for i, p := range t.prints {
		if p != 0 && t.ids[i] != d.ID && distance(p, print) <= maxDistance {
			near = append(near, i)
		}
	}
	slices.SortFunc(near, func(i, j int) int {
		return cmp.Or(cmp.Compare(distance(t.prints[i], print), distance(t.prints[j], print)), cmp.Compare(t.ids[i], t.ids[j]))
	})
	for _, i := range near[:min(len(near), 8)] {
		text, err := b.text(ctx, t.ids[i])
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		if isCopy(text, d.Text) {
			return t.ids[i], nil
		}
	}
	return "", nil
}

// text is the text of an article in the batch or in the store.
func (b *batch) text(ctx context.Context, id string) (string, error) {
	for _, e := range b.entries {
		if e.Document.ID == id {
			return e.Document.Text, nil
		}
	}
	d, err := b.x.Store.Document(ctx, id)
	return d.Text, err
}

// isCopy reports whether two texts are one story: nearly all of their words are
// the same, and so are their numbers, in which the reports of two days differ.
func isCopy(a, b string) bool {
	return jaccard(shingles(a), shingles(b)) >= copied && jaccard(numbers(a), numbers(b)) >= copied
}

// jaccard is the share of what two bags hold together that is in both; 1 for two
// empty ones.
func jaccard[T comparable](a, b []T) float64 {
	bag := make(map[T]int, len(a))
	for _, x := range a {
		bag[x]++
	}
	both := 0
	for _, x := range b {
		if bag[x] > 0 {
			bag[x]--
			both++
		}
	}
	if len(a)+len(b) == 0 {
		return 1
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// numbers gives the words of text that have a digit.
func numbers(text string) []string {
	var all []string
	for _, w := range words(text) {
		for i := range len(w) {
			if '0' <= w[i] && w[i] <= '9' {
				all = append(all, w)
				break
			}
		}
	}
	return all
}
