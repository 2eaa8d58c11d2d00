package ask_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/encoder"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

var _ rag.TokenMatcher = (*encoder.Encoder)(nil)

// matching is an embedder with a fixed MaxSim.
type matching struct {
	ragtest.Embedder
	maxSim float64
	err    error
}

func (m matching) MaxSim(context.Context, string, string) (float64, error) { return m.maxSim, m.err }

// TestConfidence checks that confidence grows with MaxSim, and that an
// embedder without MaxSim gets a value in between.
func TestConfidence(t *testing.T) {
	t.Parallel()
	store, err := library.Open(t.TempDir()+"/l.db", library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var plain ragtest.Embedder
	d := rag.Document{ID: "ferry", Source: "ferry.txt", Title: "Ferry", Text: "The night ferry sails at noon. The mayor opened the bridge.", Published: time.Now()}
	x := index.Indexer{Store: store, Embedder: plain, Chunker: index.Chunker{}}
	if _, err := x.Sync(t.Context(), func(yield func(rag.Document, error) bool) { yield(d, nil) }); err != nil {
		t.Fatal(err)
	}
	confidence := func(e rag.Embedder) float64 {
		a, err := ask.Answerer{Store: store, Embedder: e}.Ask(t.Context(), rag.Question{Text: "When does the night ferry sail?"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return a.Confidence
	}
	low, usual, high := confidence(matching{maxSim: .6}), confidence(plain), confidence(matching{maxSim: .9})
	if !(low < usual && usual < high) {
		t.Errorf("confidence %.3f for a low MaxSim, %.3f for none, %.3f for a high one; want them to increase", low, usual, high)
	}
	broken := errors.New("broken")
	if _, err := (ask.Answerer{Store: store, Embedder: matching{err: broken}}).Ask(t.Context(), rag.Question{Text: "When does the night ferry sail?"}, nil); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
}
