package index_test

import (
	"errors"
	"strconv"
	"testing"

	"footnote/rag"
	"footnote/rag/index"
)

// TestPrefetch checks that Sync stops reading soon after the embedder fails.
func TestPrefetch(t *testing.T) {
	t.Parallel()
	l := openLibrary(t)
	read := 0
	src := func(yield func(rag.Document, error) bool) {
		for i := range 10_000 {
			read++
			if !yield(doc(strconv.Itoa(i), story(uint64(i), 50)), nil) {
				return
			}
		}
	}
	x := index.Indexer{Store: l, Embedder: &counting{err: errors.New("broken")}}
	if _, err := x.Sync(t.Context(), src); err == nil {
		t.Error("Sync returned no error for a failing embedder")
	}
	if read > 300 {
		t.Errorf("%d articles were read before the first was embedded", read)
	}
}
