package ragtest_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag/ragtest"
)

func dot(a, b []float32) (sum float64) {
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// TestEmbedderFinds checks that a question is nearest to the text that shares
// its words, including inflected forms.
func TestEmbedderFinds(t *testing.T) {
	t.Parallel()
	texts := []string{
		"Forty ships lay in the harbour when the storm came.",
		"Apples and pears are picked in autumn.",
		"The lighthouse keeper painted the tower white.",
		"He read by the lamp and wrote letters all winter.",
	}
	for _, e := range []ragtest.Embedder{{}, {Dimensions: 64}} {
		vectors, err := e.EmbedDocuments(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		for question, want := range map[string]int{
			"How many ships were in the harbour?":   0,
			"When does one pick a pear?":            1,
			"What did the keepers paint?":           2,
			"Who was writing letters in the winter": 3,
		} {
			query, err := e.EmbedQuery(t.Context(), question)
			if err != nil {
				t.Fatal(err)
			}
			best := 0
			for i := range vectors {
				if dot(query, vectors[i]) > dot(query, vectors[best]) {
					best = i
				}
			}
			if best != want {
				t.Errorf("%s: %q is nearest to %q, want %q", e.Name(), question, texts[best], texts[want])
			}
		}
	}
}

func TestEmbedderUnit(t *testing.T) {
	t.Parallel()
	texts := []string{"", "the", "ship", "ships ship", "\xff\x00", "嵐 🚢", "a b c d e f g h i j k l m n o p q r s t u v w x y z"}
	for _, e := range []ragtest.Embedder{{}, {Dimensions: 1}, {Dimensions: 3}} {
		vectors, err := e.EmbedDocuments(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		again, err := e.EmbedDocuments(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(vectors, again); d != "" {
			t.Errorf("%s: two calls return different vectors (-first +second):\n%s", e.Name(), d)
		}
		for i, v := range vectors {
			if n := math.Sqrt(dot(v, v)); math.Abs(n-1) > 1e-6 {
				t.Errorf("%s: vector of %q has length %v, want 1", e.Name(), texts[i], n)
			}
		}
	}
}

func TestEmbedderCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if v, err := (ragtest.Embedder{}).EmbedDocuments(ctx, []string{"x"}); v != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("EmbedDocuments with a cancelled context = %v, %v, want context.Canceled", v, err)
	}
	if v, err := (ragtest.Embedder{}).EmbedQuery(ctx, "x"); v != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("EmbedQuery with a cancelled context = %v, %v, want context.Canceled", v, err)
	}
}
