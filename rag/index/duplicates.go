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
	ids          []string
	fingerprints []uint64
	index        map[string]int // index of an ID in ids and fingerprints
}

// newDuplicates returns the duplicates of stored articles with these
// fingerprints, by ID.
func newDuplicates(fingerprints map[string]uint64) duplicates {
	dup := duplicates{index: make(map[string]int, len(fingerprints))}
	for id, p := range fingerprints {
		dup.set(id, p)
	}
	return dup
}

// put adds an article, or replaces the one with its ID.
func (dup *duplicates) put(d rag.Document) { dup.set(d.ID, text.Fingerprint(d.Text)) }

// set sets the fingerprint of an article.
func (dup *duplicates) set(id string, fingerprint uint64) {
	if i, known := dup.index[id]; known {
		dup.fingerprints[i] = fingerprint
		return
	}
	dup.index[id] = len(dup.ids)
	dup.ids, dup.fingerprints = append(dup.ids, id), append(dup.fingerprints, fingerprint)
}

// find returns the ID of the stored article that d is a duplicate of, or "" if
// there is none. It compares the texts of articles with similar fingerprints.
// Fingerprints alone would match two reports that follow the same form.
func (dup *duplicates) find(ctx context.Context, d rag.Document, b *batch) (string, error) {
	fingerprint := text.Fingerprint(d.Text)
	if fingerprint == 0 {
		return "", nil
	}
	var near []int
	for i, p := range dup.fingerprints {
		if p != 0 && dup.ids[i] != d.ID && text.Distance(p, fingerprint) <= maxDistance {
			near = append(near, i)
		}
	}
	slices.SortFunc(near, func(i, j int) int {
		return cmp.Or(cmp.Compare(text.Distance(dup.fingerprints[i], fingerprint), text.Distance(dup.fingerprints[j], fingerprint)), cmp.Compare(dup.ids[i], dup.ids[j]))
	})
	for _, i := range near[:min(len(near), maxCompared)] {
		stored, err := b.text(ctx, dup.ids[i])
		if errors.Is(err, rag.ErrNotFound) {
			continue
		}
		if err != nil {
			return "", err
		}
		if isCopy(stored, d.Text) {
			return dup.ids[i], nil
		}
	}
	return "", nil
}

const (
	// maxDistance is the largest number of different fingerprint bits in two
	// duplicates. It selects the texts that are compared in full.
	maxDistance = 16
	// maxCompared is the maximum number of texts that are compared in full.
	maxCompared = 8
	// minSimilarity is the smallest Jaccard similarity of two duplicates, over
	// runs of three words and over numbers. A text of 100 words with three
	// words changed has 0.84.
	minSimilarity = .8
)

// text returns the text of an article in the batch or in the store.
func (b *batch) text(ctx context.Context, id string) (string, error) {
	for _, e := range b.entries {
		if e.Document.ID == id {
			return e.Document.Text, nil
		}
	}
	d, err := b.indexer.Store.Document(ctx, id)
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

// numbersIn returns the words of s that contain a digit.
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
