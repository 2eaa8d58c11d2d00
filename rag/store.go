package rag

import (
	"context"
	"errors"
	"time"
)

// Store stores articles and finds passages in them. Its methods are safe for
// concurrent use. ragtest.TestStore checks the rest of the contract.
type Store interface {
	Searcher
	Catalog
}

// Searcher finds chunks. Hits are sorted best first, and equal scores by
// Chunk.ID, so that results are reproducible. n may exceed the number of stored
// chunks. An empty store returns no hits and no error. If ctx is cancelled, a
// method returns its error and never partial results.
type Searcher interface {
	// Nearest returns the n chunks whose vectors have the greatest cosine to
	// vector. vector is a unit vector of the store's vector space.
	Nearest(ctx context.Context, vector []float32, n int, f Filter) ([]Hit, error)
	// Match returns the n chunks with the best BM25 score for any of the terms,
	// over title, section and text. A term of several words is a phrase and
	// matches consecutive words. Terms are never parsed as query syntax. Terms
	// without words match nothing. A store may ignore terms after the first 256
	// different ones.
	Match(ctx context.Context, terms []string, n int, f Filter) ([]Hit, error)
	// Frequency returns, for each word, the number of chunks that contain it in
	// title, section or text, as Match would find it. total is the number of
	// chunks. Both count only chunks that f selects, so rarity reveals nothing
	// about other collections.
	Frequency(ctx context.Context, words []string, f Filter) (counts []int, total int, err error)
}

// Hit is a chunk found by a search.
type Hit struct {
	Chunk  Chunk
	Score  float64   // Nearest: cosine; Match: BM25, at least 0, greater is better
	Vector []float32 // the chunk's unit vector, read-only; nil if the store does not return it
}

// Filter selects chunks. The zero value selects all.
type Filter struct {
	Collections []string // match any of these; nil or empty: every collection
}

// Catalog stores articles.
type Catalog interface {
	// Update deletes the articles with the IDs in drop, then stores the entries
	// in put. An entry replaces an article with the same ID. Two entries with
	// the same ID are an error; an unknown ID in drop is not. When Update
	// returns nil, the change is durable. After an error, or a crash at any
	// time, the store is unchanged.
	Update(ctx context.Context, put []Entry, drop []string) error
	// List returns every article, sorted by Title, then ID.
	List(ctx context.Context, f Filter) ([]Info, error)
	// Document returns an article, or ErrNotFound. Published is the same
	// instant as stored but may be in another time zone.
	Document(ctx context.Context, id string) (Document, error)
}

// Entry is an article with its chunks and their vectors: Vectors[i] belongs to
// Chunks[i]. Update returns an error unless all of these hold:
//
//   - there are as many vectors as chunks;
//   - every vector has unit length and as many dimensions as the stored vectors;
//   - every chunk has an ID, and no other article has a chunk with that ID;
//   - each chunk repeats the document's fields, and its Text is the document's text at [Start, End).
type Entry struct {
	Document Document
	Chunks   []Chunk
	Vectors  [][]float32
}

// Info describes a stored article without its text.
type Info struct {
	ID, Source, Title, URL, Collection string
	Author                             string
	Published                          time.Time
	Hash                               string // Document.Hash when the article was stored
	Chunks                             int
}

// ErrNotFound is returned, possibly wrapped, for an article that is not in the
// store.
var ErrNotFound = errors.New("no such article")

// VectorCache is optional for a Store. Vectors returns stored vectors by
// Chunk.VectorKey, so that no text is embedded twice. Unknown keys are absent
// from the result.
type VectorCache interface {
	Vectors(ctx context.Context, keys []string) (map[string][]float32, error)
}
