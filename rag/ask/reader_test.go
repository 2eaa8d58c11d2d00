package ask_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

// countingStore counts searches by vector.
type countingStore struct {
	rag.Store
	searches *int
}

func (s countingStore) Nearest(ctx context.Context, vector []float32, n int, f rag.Filter) ([]rag.Hit, error) {
	*s.searches++
	return s.Store.Nearest(ctx, vector, n, f)
}

// TestSearchesOnce checks that only a question whose words the passages spell
// otherwise is searched for twice.
func TestSearchesOnce(t *testing.T) {
	t.Parallel()
	store, err := library.Open(t.TempDir()+"/l.db", library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	x := index.Indexer{Store: store, Embedder: ragtest.Embedder{}}
	if _, err := x.Sync(t.Context(), func(yield func(rag.Document, error) bool) {
		yield(rag.Document{ID: "a", Title: "Health", Text: "On Monday the World Health Organization (WHO) met in Reykjavik."}, nil)
	}); err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[string]int{
		"Where did the organization meet?":           1,
		"Where did the WHO meet?":                    1,
		"Did the WHO meet in Reykjavik?":             1,
		"Did the WHO meet in Reykjavick on Tuesday?": 2,
	} {
		n := 0
		a, err := ask.Answerer{Store: countingStore{store, &n}, Embedder: ragtest.Embedder{}}.Ask(t.Context(), rag.Question{Text: asked}, nil)
		if err != nil || n != want {
			t.Errorf("%q: %d searches, error %v, want %d; searched for %q", asked, n, err, want, a.Searched)
		}
	}
}

// noon is a reader that finds the word "noon", and gives the same log odds to
// each passage.
type noon struct {
	answers float64
	err     error
}

func (r noon) Read(_ context.Context, _ string, passages []rag.Passage) ([]rag.Reading, error) {
	all := make([]rag.Reading, len(passages))
	for i, p := range passages {
		all[i] = rag.Reading{Answers: r.answers, Spans: make([]rag.Span, len(p.Sentences))}
		for j, s := range p.Sentences {
			all[i].Spans[j] = rag.Span{Start: s.Start, End: s.Start + 1, Score: -9}
			if at := strings.Index(p.SentenceText(s), "noon"); at >= 0 {
				all[i].Spans[j] = rag.Span{Start: s.Start + at, End: s.Start + at + len("noon"), Score: 9}
			}
		}
	}
	return all, r.err
}

// TestReader checks that the reader's log odds decide on the confidence, that
// the words it finds are the short answer, and that it reads only English.
func TestReader(t *testing.T) {
	t.Parallel()
	store, err := library.Open(t.TempDir()+"/l.db", library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var embedder ragtest.Embedder
	docs := []rag.Document{
		{ID: "ferry", Source: "ferry.txt", Title: "Ferry", Text: "The mayor opened the bridge. The night ferry sails at noon.", Published: time.Now()},
		{ID: "faehre", Source: "faehre.txt", Title: "Fähre", Text: "Die Fähre nach Brest fährt am Mittag ab, und der Bürgermeister hat die neue Brücke über den Fluss eröffnet."},
	}
	x := index.Indexer{Store: store, Embedder: embedder, Chunker: index.Chunker{}}
	_, err = x.Sync(t.Context(), func(yield func(rag.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	answer := func(r rag.Reader, question string) rag.Answer {
		a, err := ask.Answerer{Store: store, Embedder: embedder, Reader: r}.Ask(t.Context(), rag.Question{Text: question}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	const question = "When does the night ferry sail?"
	low, high := answer(noon{answers: -20}, question), answer(noon{answers: 40}, question)
	if low.Verdict != rag.Refused || high.Verdict != rag.Answered || !(low.Confidence < high.Confidence) {
		t.Errorf("low log odds: %s, confidence %.3f; high ones: %s, confidence %.3f", low.Verdict, low.Confidence, high.Verdict, high.Confidence)
	}
	if first := high.Sentences[0].Text; high.Short != "noon" || first != "The night ferry sails at noon." {
		t.Errorf("the short answer is %q, the first sentence %q", high.Short, first)
	}
	broken := errors.New("broken")
	if _, err := (ask.Answerer{Store: store, Embedder: embedder, Reader: noon{err: broken}}).Ask(t.Context(), rag.Question{Text: question}, nil); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	if _, err := (ask.Answerer{Store: store, Embedder: embedder, Reader: noon{err: broken}}).Ask(t.Context(), rag.Question{Text: "Wann fährt die Fähre nach Brest und was hat der Bürgermeister eröffnet?"}, nil); err != nil {
		t.Errorf("a question in German: error %v, want none, because the reader does not know German", err)
	}
}
