package rag

import "context"

// Reader reads a question together with a passage.
type Reader interface {
	// Read returns what each passage has of an answer to the question, in order.
	// The error is the context's.
	Read(ctx context.Context, question string, passages []Passage) ([]Reading, error)
}

// Reading is what a [Reader] found in a passage.
type Reading struct {
	Answers float64 // log odds that the passage answers the question
	Spans   []Span  // for each of the passage's sentences, the words that answer best
}

// Span is a run of words in a sentence. The zero Span is of no words.
type Span struct {
	Start, End int     // byte offsets in Document.Text
	Score      float64 // log odds against no answer at all
}
