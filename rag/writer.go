package rag

import "context"

// Writer drafts an answer from passages, which are best first. It calls stream,
// if not nil, with the text as it is written. A writer that finds no answer
// returns a draft without claims and a nil error.
type Writer interface {
	Write(ctx context.Context, q Question, passages []Passage, stream func(string)) (Draft, error)
}

// Repairer is an optional ability of a [Writer] that has a language model: it
// rewrites the sentences of its draft that failed the check.
type Repairer interface {
	// Repair returns a draft, from the same passages, with one claim for each failed
	// sentence, in order. The Text of a claim is empty if the model finds nothing in
	// the passages that supports the sentence.
	Repair(ctx context.Context, q Question, passages []Passage, failed []Failed) (Draft, error)
}

// Failed is a sentence of a draft that failed the check.
type Failed struct {
	Text string // without citation marks
	Why  string // in plain words, for the model
}

// Rephraser is an optional ability of a [Writer] that has a language model. It
// rewrites questions before the search. What it returns may be wrong.
type Rephraser interface {
	// Standalone returns the question in a form that needs no History.
	Standalone(ctx context.Context, q Question) (string, error)
	// Split returns the single questions that a question consists of.
	Split(ctx context.Context, q Question) ([]string, error)
}
