package retrieve

import (
	"path/filepath"
	"testing"

	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/question"
	"footnote/rag/ragtest"
)

func TestExpanded(t *testing.T) {
	t.Parallel()
	store, err := library.Open(filepath.Join(t.TempDir(), "l.db"), library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	x := index.Indexer{Store: store, Embedder: ragtest.Embedder{}}
	if _, err := x.Sync(t.Context(), func(yield func(rag.Document, error) bool) {
		yield(rag.Document{ID: "a", Title: "Health", Text: "On Monday the World Health Organization (WHO) met. The mean time to recovery (MTTR) fell. The Bank of England (BOE) waits. The SLA (NATO) is not introduced."}, nil)
	}); err != nil {
		t.Fatal(err)
	}
	r := Retriever{Store: store, Embedder: ragtest.Embedder{}}
	for asked, want := range map[string]string{
		"Where did the WHO meet?":                          "Where did the World Health Organization (WHO) meet?",
		"Where did the World Health Organization meet?":    "Where did the World Health Organization (WHO) meet?",
		"What was the MTTR?":                               "What was the mean time to recovery (MTTR)?",
		"What does the BOE do?":                            "What does the Bank of England (BOE) do?",
		"What is the SLA of NATO?":                         "What is the SLA of NATO?",
		"Who met?":                                         "Who met?",
		"WHERE DID THE WHO MEET?":                          "WHERE DID THE WHO MEET?",
		"What did the World Health Organization (WHO) do?": "What did the World Health Organization (WHO) do?",
		"": "",
	} {
		got, err := r.Expanded(t.Context(), question.Read(rag.Question{Text: asked}))
		if err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", asked, got, err, want)
		}
	}
}
