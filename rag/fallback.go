package rag

import (
	"context"
	"errors"
	"strings"
)

// Fallback is a writer of several: where one fails the next writes, and the
// draft's Notice says so. With [Quote] for the last, which never fails, there
// is always an answer.
type Fallback []Writer

var (
	_ Writer   = Fallback{}
	_ Restater = Fallback{}
)

// Write implements [Writer]. Once a writer streamed and failed, nothing more is
// streamed: the pieces would not fit together. Its error is the context's, or
// what the last writer failed of.
func (f Fallback) Write(ctx context.Context, q Question, passages []Passage, stream func(string)) (Draft, error) {
	var failed []error
	streamed := false
	for _, w := range f {
		var out func(string)
		if stream != nil && !streamed {
			out = func(s string) { streamed = true; stream(s) }
		}
		d, err := w.Write(ctx, q, passages, out)
		if ctx.Err() != nil {
			return d, ctx.Err()
		}
		if err == nil {
			d.Notice = notice(failed, d.Model)
			return d, nil
		}
		failed = append(failed, err)
	}
	if len(failed) == 0 {
		return Draft{}, errors.New("no writer")
	}
	return Draft{}, failed[len(failed)-1]
}

// notice says in plain words whose work another did, and why.
func notice(failed []error, writer string) string {
	if len(failed) == 0 {
		return ""
	}
	var why []string
	for _, err := range failed {
		s := err.Error()
		var h interface{ Hint() string }
		if errors.As(err, &h) && h.Hint() != "" {
			s += " (" + h.Hint() + ")"
		}
		why = append(why, s)
	}
	instead := writer + " wrote the answer instead."
	if writer == "quote" {
		instead = "The answer is made of the articles' own sentences instead."
	}
	return strings.Join(why, "; ") + ". " + instead
}

// Restate implements [Restater] by the first writer that can.
func (f Fallback) Restate(ctx context.Context, q Question) (string, error) {
	for _, w := range f {
		if r, ok := w.(Restater); ok {
			return r.Restate(ctx, q)
		}
	}
	return "", errors.ErrUnsupported
}

// Split implements [Restater] by the first writer that can.
func (f Fallback) Split(ctx context.Context, q Question) ([]string, error) {
	for _, w := range f {
		if r, ok := w.(Restater); ok {
			return r.Split(ctx, q)
		}
	}
	return nil, errors.ErrUnsupported
}
