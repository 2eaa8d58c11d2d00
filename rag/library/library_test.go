package library_test

import (
	"context"
	"path/filepath"
	"testing"

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
