package rag

import (
	"context"
	"errors"
	"time"
)

// ErrNotFound is returned, wrapped, for an article that a store does not hold.
var ErrNotFound = errors.New("no such article")

// ErrUnchanged is what a [Source] yields, wrapped or not, in the place of the
// articles that were read from Document.Source, or from below it, and are known
// to be as they were.
var ErrUnchanged = errors.New("not changed")

// Embedder turns text into unit vectors. It is langchaingo's
// embeddings.Embedder and a name.
type Embedder interface {
	// Name is the vector space: model, quantisation and prefixes. Vectors of
	// two spaces never meet in one index.
	Name() string
	// EmbedDocuments returns one vector for each text, in order, all of one
	// length. It leaves texts as they are.
	EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error)
	EmbedQuery(ctx context.Context, text string) ([]float32, error)
}

// TokenCounter is an ability of an Embedder that knows how much it can read: of
// a text of more tokens than MaxTokens, as CountTokens counts them, the rest is
// not seen. Words apart count no less than together.
type TokenCounter interface {
	CountTokens(text string) int
	MaxTokens() int
}

// TokenMatcher is an ability of an Embedder that can hold a question against a
// passage word by word.
type TokenMatcher interface {
	// MaxSim is the mean over the question's tokens of the greatest cosine to a
	// token of the passage, each token as it is meant in its text: -1 … 1.
	MaxSim(ctx context.Context, question, passage string) (float64, error)
}

// Filter selects chunks. The zero value selects all.
type Filter struct {
	Collections []string // any of these; nil or empty: every collection
}

// Hit is one chunk found.
type Hit struct {
	Chunk  Chunk
	Score  float64   // cosine for Nearest, BM25 (greater is better, at least 0) for Match
	Vector []float32 // the chunk's unit vector, not to be written to; nil if the store does not give it
}

// Searcher finds chunks. Results are best first, equal scores in the order of
// Chunk.ID, so that the same search always gives the same answer. n may exceed
// what is stored. An empty store gives no hits and no error. A cancelled
// context gives its error, never a short result.
type Searcher interface {
	// Nearest returns the n chunks whose vectors have the greatest cosine to
	// vector, a unit vector of the store's space.
	Nearest(ctx context.Context, vector []float32, n int, f Filter) ([]Hit, error)
	// Match returns the n chunks that score best by BM25 over title, section
	// and text for any of the terms. A term of several words is a phrase: its
	// words one after the other. Whatever bytes a term holds are words, never
	// query syntax; terms without words match nothing. A store may leave out
	// terms after the first 256 different ones.
	Match(ctx context.Context, terms []string, n int, f Filter) ([]Hit, error)
	// Frequency says for each word how many chunks hold it, in title, section
	// or text, as Match would find it, and how many chunks there are: of those
	// that f selects, so that rarity tells nothing of the others.
	Frequency(ctx context.Context, words []string, f Filter) (counts []int, total int, err error)
}

// Entry is an article as a store takes it: Vectors[i] belongs to Chunks[i].
// Update refuses an entry unless there are as many of the one as of the other,
// every vector is of unit length and of as many dimensions as those held, the
// chunks' ids are set and held by no other article, and each chunk repeats
// what the document says and is its text at [Start, End).
type Entry struct {
	Document Document
	Chunks   []Chunk
	Vectors  [][]float32
}

// Info is what a store says of an article without its text.
type Info struct {
	ID, Source, Title, URL, Collection string
	Published                          time.Time
	Hash                               string // Document.Hash when it was put
	Chunks                             int
}

// Catalog keeps the articles.
type Catalog interface {
	// Update drops the articles of the given ids, then puts the entries, each
	// in place of an article of the same ID; two of one ID are refused. It is durable when it returns,
	// and all or nothing: on any error, or a crash at any moment, the store
	// holds what it held before. Dropping an unknown id is no error.
	Update(ctx context.Context, put []Entry, drop []string) error
	// List returns every article, by Title, then ID.
	List(ctx context.Context, f Filter) ([]Info, error)
	// Document returns one article whole, or ErrNotFound. Published is the same
	// moment, in whichever zone.
	Document(ctx context.Context, id string) (Document, error)
}

// Store holds articles and finds passages in them. Its methods may be called
// from several goroutines. ragtest.TestStore says what else it must do.
type Store interface {
	Searcher
	Catalog
}

// VectorCache is an ability of a Store: it gives back vectors that it holds,
// by Chunk.VectorKey, so that nothing is embedded twice. Unknown keys are
// absent from the result.
type VectorCache interface {
	Vectors(ctx context.Context, keys []string) (map[string][]float32, error)
}
