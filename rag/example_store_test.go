package rag_test

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"log"
	"math"
	"slices"
	"sync"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/index"
	"footnote/rag/ragtest"
	"footnote/rag/text"
	"footnote/rag/write"
)

// memory is a [rag.Store] in memory. Each search looks at every chunk. To stay
// short, memory trusts its callers: it does not validate entries or vectors,
// and it keeps the slices that it is given. [ragtest.TestStore] checks the whole
// contract; a store for real use must pass it.
type memory struct {
	mu      sync.RWMutex
	entries []rag.Entry
}

var _ rag.Store = (*memory)(nil)

// Update removes the articles in drop and the old versions of those in put,
// then adds put.
func (m *memory) Update(ctx context.Context, put []rag.Entry, drop []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	old := map[string]bool{}
	for _, id := range drop {
		old[id] = true
	}
	for _, e := range put {
		old[e.Document.ID] = true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = slices.DeleteFunc(m.entries, func(e rag.Entry) bool { return old[e.Document.ID] })
	m.entries = append(m.entries, put...)
	return nil
}

// List returns the articles without their texts.
func (m *memory) List(ctx context.Context, f rag.Filter) ([]rag.Info, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	var infos []rag.Info
	for _, e := range m.entries {
		if d := e.Document; selects(f, d.Collection) {
			infos = append(infos, rag.Info{
				ID: d.ID, Source: d.Source, Title: d.Title, URL: d.URL, Collection: d.Collection, Author: d.Author,
				Published: d.Published, Hash: d.Hash(), Chunks: len(e.Chunks),
			})
		}
	}
	slices.SortFunc(infos, func(a, b rag.Info) int {
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	return infos, ctx.Err()
}

// Document returns one article with its text.
func (m *memory) Document(ctx context.Context, id string) (rag.Document, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, e := range m.entries {
		if e.Document.ID == id {
			return e.Document, ctx.Err()
		}
	}
	return rag.Document{}, cmp.Or(ctx.Err(), rag.ErrNotFound)
}

// Nearest searches by meaning. Vectors have unit length, so their inner product
// is their cosine.
func (m *memory) Nearest(ctx context.Context, vector []float32, n int, f rag.Filter) ([]rag.Hit, error) {
	var hits []rag.Hit
	for c, v := range m.chunks(f) {
		cosine := 0.0
		for i := range v {
			cosine += float64(v[i]) * float64(vector[i])
		}
		hits = append(hits, rag.Hit{Chunk: c, Score: cosine, Vector: v})
	}
	return best(hits, n), ctx.Err()
}

// Match searches by words. The score is BM25 with k1 = 1.2 and b = 0, so the
// length of a chunk does not matter.
func (m *memory) Match(ctx context.Context, terms []string, n int, f rag.Filter) ([]rag.Hit, error) {
	counts, total, err := m.Frequency(ctx, terms, f)
	if err != nil {
		return nil, err
	}
	var hits []rag.Hit
	for c, v := range m.chunks(f) {
		score := 0.0
		for i, times := range occurrences(c, terms) {
			idf := math.Log1p((float64(total-counts[i]) + .5) / (float64(counts[i]) + .5))
			score += idf * times * 2.2 / (times + 1.2)
		}
		if score > 0 {
			hits = append(hits, rag.Hit{Chunk: c, Score: score, Vector: v})
		}
	}
	return best(hits, n), nil
}

// Frequency counts the chunks that contain each word.
func (m *memory) Frequency(ctx context.Context, words []string, f rag.Filter) (counts []int, total int, err error) {
	counts = make([]int, len(words))
	for c := range m.chunks(f) {
		total++
		for i, times := range occurrences(c, words) {
			if times > 0 {
				counts[i]++
			}
		}
	}
	return counts, total, ctx.Err()
}

// chunks yields the chunks that f selects, with their vectors.
func (m *memory) chunks(f rag.Filter) iter.Seq2[rag.Chunk, []float32] {
	return func(yield func(rag.Chunk, []float32) bool) {
		m.mu.RLock()
		defer m.mu.RUnlock()
		for _, e := range m.entries {
			if !selects(f, e.Document.Collection) {
				continue
			}
			for i, c := range e.Chunks {
				if !yield(c, e.Vectors[i]) {
					return
				}
			}
		}
	}
}

// selects reports whether a filter selects a collection.
func selects(f rag.Filter, collection string) bool {
	return len(f.Collections) == 0 || slices.Contains(f.Collections, collection)
}

// best returns the n hits with the greatest scores, best first.
func best(hits []rag.Hit, n int) []rag.Hit {
	slices.SortFunc(hits, func(a, b rag.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Chunk.ID, b.Chunk.ID))
	})
	return hits[:max(0, min(n, len(hits)))]
}

// occurrences returns how often each term occurs in a chunk. A term of several
// words is a phrase: its words must follow each other.
func occurrences(c rag.Chunk, terms []string) []float64 {
	times := make([]float64, len(terms))
	for _, field := range []string{c.Title, c.Section, c.Text} {
		in := stems(field)
		for i, t := range terms {
			term := stems(t)
			for at := 0; len(term) > 0 && at+len(term) <= len(in); at++ {
				if slices.Equal(in[at:at+len(term)], term) {
					times[i]++
				}
			}
		}
	}
	return times
}

// stems returns the stems of the words of s, so that "sail" finds "sails".
func stems(s string) []string {
	words := text.Words(s)
	for i, w := range words {
		words[i] = text.Stem(w)
	}
	return words
}

// A store has six methods. Three keep articles: Update, List and Document. Three
// search their chunks: Nearest, Match and Frequency.
func ExampleStore() {
	ctx := context.Background()
	store, embedder := &memory{}, ragtest.Embedder{}
	articles := func(yield func(rag.Document, error) bool) {
		_ = yield(rag.Document{ID: "ferry", Title: "Island ferry", Text: "The ferry to the island sails at nine."}, nil) &&
			yield(rag.Document{ID: "tower", Title: "Old tower", Text: "The old tower is forty metres tall."}, nil)
	}
	indexer := index.Indexer{Store: store, Embedder: embedder}
	if _, err := indexer.Sync(ctx, articles); err != nil {
		log.Fatal(err)
	}
	answerer := ask.Answerer{Store: store, Embedder: embedder, Writer: write.Quote{Most: 1}}
	answer, err := answerer.Ask(ctx, rag.Question{Text: "How tall is the old tower?"}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Text())
	// Output: The old tower is forty metres tall. [1]
}
