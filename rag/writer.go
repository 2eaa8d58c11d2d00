package rag

import "context"

// Writer drafts an answer from passages, best first. stream, if not nil, is
// called with the text as it is written. A writer that finds no answer in the
// passages returns a draft without claims and no error.
type Writer interface {
	Write(ctx context.Context, q Question, passages []Passage, stream func(string)) (Draft, error)
}
