package rag

import (
	"context"
)

// Embedder turns text into unit vectors. It is langchaingo's
// embeddings.Embedder with a name.
type Embedder interface {
	// Name identifies the vector space: model, quantisation and prefixes. An
	// index never mixes vectors of two spaces.
	Name() string
	// EmbedDocuments returns one vector for each text, in order. All vectors
	// have the same length. It does not change texts.
	EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error)
	// EmbedQuery returns the vector of a question. Its cosine to the vector of
	// a text tells how near their meanings are.
	EmbedQuery(ctx context.Context, text string) ([]float32, error)
}

// TokenCounter is optional for an Embedder with an input limit. The embedder
// ignores the part of a text after the first MaxTokens tokens, as CountTokens
// counts them. The counts of the parts of a text add up to at least the count
// of the whole.
type TokenCounter interface {
	CountTokens(text string) int
	MaxTokens() int
}
