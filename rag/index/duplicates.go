package index

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"footnote/rag"
	"footnote/rag/text"
)

// duplicates finds the stored article that a new article is a duplicate of.
type duplicates struct {
	ids    []string
	fingerprints []uint64
	at     map[string]int // index of an ID in ids and prints
}

func newDuplicates(prints map[string]uint64) duplicates {
	t := duplicates{at: make(map[string]int, len(prints))}
	for id, p := range prints {
		t.set(id, p)
	}
	return t
}

func (t *duplicates) put(d rag.Document) { t.set(d.ID, text.Fingerprint(d.Text)) }

func (t *duplicates) set(id string, print uint64) {
	if i, known := t.at[id]; known {
		t.fingerprints[i] = print
		return
	}
	t.at[id] = len(t.ids)
	t.ids, t.fingerprints = append(t.ids, id), append(t.fingerprints, print)
}

const (
	// maxDistance is the largest number of different fingerprint bits in two
	// duplicates. It limits how many texts are compared in full.
	maxDistance = 16
	// minSimilarity is the smallest Jaccard similarity of two duplicates, over runs of
	// three words and over numbers. A text of 100 words with three words
	// changed has 0.84.
	minSimilarity = .8
)

// find returns the ID of the stored article that d is a duplicate of, or "" if
// there is none. It compares the texts of articles with similar fingerprints.
// Fingerprints alone would match two reports that follow the same form.
func (t *duplicates) find(ctx context.Context, d rag.Document, b *batch) (string, error) {
	print := text.Fingerprint(d.Text)
	if print == 0 {
		return "", nil
	}
	var near []int
	for i, p := range t.fingerprints {
		if p != 0 && t.ids[i] != d.ID && text.Distance(p, print) <= maxDistance {
			near = append(near, i)
		}
	}
	slices.SortFunc(near, func(i, j int) int {
		return cmp.Or(cmp.Compare(text.Distance(t.fingerprints[i], print), text.Distance(t.fingerprints[j], print)), cmp.Compare(t.ids[i], t.ids[j]))
	})
	for _, i := range near[:min(len(near), 8)] {
		text, err := b.text(ctx, t.ids[i])
		if errors.Is(err, rag.ErrNotFound) {
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

// text returns the text of an article in the batch or in the store.
func (b *batch) text(ctx context.Context, id string) (string, error) {
	for _, e := range b.entries {
		if e.Document.ID == id {
			return e.Document.Text, nil
		}
	}
	d, err := b.x.Store.Document(ctx, id)
	return d.Text, err
}

// isCopy reports whether nearly all words and nearly all numbers of two texts
// are the same. It checks numbers separately because reports of two days may
// differ only there.
func isCopy(a, b string) bool {
	return jaccard(text.Shingles(a), text.Shingles(b)) >= minSimilarity && jaccard(numbersIn(a), numbersIn(b)) >= minSimilarity
}

// jaccard returns the Jaccard similarity of two multisets: the size of the
// intersection over that of the union. It returns 1 for two empty ones.
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

// numbersIn returns the words of text that contain a digit.
func numbersIn(s string) []string {
	var all []string
	for _, w := range text.Words(s) {
		for i := range len(w) {
			if '0' <= w[i] && w[i] <= '9' {
				all = append(all, w)
				break
			}
		}
	}
	return all
}
