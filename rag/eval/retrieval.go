package eval

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"footnote/rag"
)

// Retrieval selects which of the two searches find passages.
type Retrieval string

// The values of Retrieval.
const (
	Hybrid  Retrieval = "hybrid"  // both, as footnote answers
	Dense   Retrieval = "dense"   // by meaning alone
	Lexical Retrieval = "lexical" // by words alone; confidences are then meaningless, because they depend on dense scores
)

// Store returns a store that finds chunks with the selected searches only.
func (r Retrieval) Store(s rag.Store) rag.Store {
	switch r {
	case Dense:
		return dense{s}
	case Lexical:
		return lexical{s}
	}
	return s
}

type dense struct{ rag.Store }

func (dense) Match(context.Context, []string, int, rag.Filter) ([]rag.Hit, error) { return nil, nil }

type lexical struct{ rag.Store }

func (lexical) Nearest(context.Context, []float32, int, rag.Filter) ([]rag.Hit, error) {
	return nil, nil
}

// Match drops the vectors of the hits, so that dense scores can't affect their
// order.
func (l lexical) Match(ctx context.Context, terms []string, n int, f rag.Filter) ([]rag.Hit, error) {
	hits, err := l.Store.Match(ctx, terms, n, f)
	for i := range hits {
		hits[i].Vector = nil
	}
	return hits, err
}

// Articles returns the articles of ranked chunks, each once, in the order of
// their best chunks.
func Articles(ranked []rag.Ranked) []string {
	var ids []string
	seen := map[string]bool{}
	for _, x := range ranked {
		if !seen[x.Chunk.Doc] {
			seen[x.Chunk.Doc] = true
			ids = append(ids, x.Chunk.Doc)
		}
	}
	return ids
}

func chunkIDs(ranked []rag.Ranked) []string {
	ids := make([]string, len(ranked))
	for i, x := range ranked {
		ids[i] = x.Chunk.ID
	}
	return ids
}

// rankedBy returns the ranking of one of the two searches. It sorts the chunks
// that both found by one search's score, highest first, ties by id.
func rankedBy(ranked []rag.Ranked, score func(rag.Ranked) float64) []rag.Ranked {
	out := slices.Clone(ranked)
	slices.SortFunc(out, func(a, b rag.Ranked) int {
		return cmp.Or(cmp.Compare(score(b), score(a)), strings.Compare(a.Chunk.ID, b.Chunk.ID))
	})
	return out
}
