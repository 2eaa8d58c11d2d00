package library_test

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

var ctx = context.Background()

func open(t *testing.T, path string, opts library.Options) *library.Library {
	t.Helper()
	l, err := library.Open(path, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func TestStore(t *testing.T) {
	t.Parallel()
	ragtest.TestStore(t, func(t *testing.T) rag.Store {
		return open(t, filepath.Join(t.TempDir(), "footnote.db"), library.Options{Space: ragtest.Embedder{}.Name()})
	})
}

func put(t *testing.T, l *library.Library, docs ...rag.Document) {
	t.Helper()
	var entries []rag.Entry
	for _, d := range docs {
		entries = append(entries, ragtest.Entry(d))
	}
	if err := l.Update(ctx, entries, nil); err != nil {
		t.Fatal(err)
	}
}

// TestOptimize checks that Optimize changes no result, for another reader
// either.
func TestOptimize(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "footnote.db")
	l := open(t, path, library.Options{})
	reader := open(t, path, library.Options{ReadOnly: true})
	for i := range 20 {
		put(t, l, versioned(i, 1))
	}
	if err := l.Update(ctx, nil, []string{"article07", "article13"}); err != nil {
		t.Fatal(err)
	}
	search := func(l *library.Library) (hits []rag.Hit, counts []int) {
		t.Helper()
		hits, err := l.Match(ctx, []string{"paragraph", "fill the page", "3"}, 1000, rag.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		counts, _, err = l.Frequency(ctx, []string{"paragraph", "words", "3", "version"}, rag.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		return hits, counts
	}
	wantHits, wantCounts := search(reader)
	if n, err := l.Segments(); err != nil || n < 2 {
		t.Fatalf("%d segments before Optimize, %v, want several", n, err)
	}
	for range 2 {
		if err := l.Optimize(ctx); err != nil {
			t.Fatal(err)
		}
		if n, err := l.Segments(); err != nil || n != 1 {
			t.Errorf("%d segments after Optimize, %v, want 1", n, err)
		}
	}
	for _, l := range []*library.Library{l, reader} {
		hits, counts := search(l)
		if d := cmp.Diff(wantHits, hits); d != "" {
			t.Errorf("hits after Optimize (-want +got):\n%s", d)
		}
		if d := cmp.Diff(wantCounts, counts); d != "" {
			t.Errorf("counts after Optimize (-want +got):\n%s", d)
		}
	}
	if wrong, err := l.Verify(ctx); err != nil || len(wrong) > 0 {
		t.Errorf("Verify: %v, %v", wrong, err)
	}
	if err := reader.Optimize(ctx); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Optimize of a read-only library: %v, want fs.ErrPermission", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := l.Optimize(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("Optimize with a cancelled context: %v, want context.Canceled", err)
	}
}
