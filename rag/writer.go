package rag

import "context"

// Writer drafts an answer from passages, which are best first. It calls stream,
// if not nil, with the text as it is written. A writer that finds no answer
// returns a draft without claims and a nil error.
type Writer interface {
	Write(ctx context.Context, q Question, passages []Passage, stream func(string)) (Draft, error)
}

// Rephraser is an optional ability of a [Writer] that has a language model. It
// rewrites questions before the search. What it returns may be wrong.
type Rephraser interface {
	// Standalone returns the question in a form that needs no History.
	Standalone(ctx context.Context, q Question) (string, error)
	// Split returns the single questions that a question consists of.
	Split(ctx context.Context, q Question) ([]string, error)
}
