package bot_test

import (
	"path/filepath"
	"testing"

	"footnote/bot"
	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

// TestSessionFilter checks that a conversation quotes only what its filter
// selects.
func TestSessionFilter(t *testing.T) {
	t.Parallel()
	s := bot.Session{
		Answerer: answerer(t, rag.Document{ID: "a", Collection: "zoo", Text: "Otters eat fish."}, rag.Document{ID: "b", Collection: "council", Text: "The council eats cake."}),
		Filter:   rag.Filter{Collections: []string{"council"}},
	}
	for _, question := range []string{"What do otters eat?", "and what fish do they eat?"} {
		a, err := s.Ask(t.Context(), question, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range a.Passages {
			if p.Chunk.Collection != "council" {
				t.Errorf("%s: a passage of collection %q, which the filter leaves out", question, p.Chunk.Collection)
			}
		}
	}
}

func answerer(t *testing.T, docs ...rag.Document) ask.Answerer {
	t.Helper()
	store, err := library.Open(filepath.Join(t.TempDir(), "l.db"), library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	x := index.Indexer{Store: store, Embedder: ragtest.Embedder{}}
	if _, err := x.Sync(t.Context(), func(yield func(rag.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	return ask.Answerer{Store: store, Embedder: ragtest.Embedder{}}
}
