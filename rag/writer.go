package rag

import "context"

// Writer drafts an answer from passages, which are best first. It calls stream,
// if not nil, with the text as it is written. A writer that finds no answer
// returns a draft without claims and a nil error.
type Writer interface {
	Write(ctx context.Context, q Question, passages []Passage, stream func(string)) (Draft, error)
}
