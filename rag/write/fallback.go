package write

import (
	"context"
	"errors"
	"strings"

	"footnote/rag"
)

// Fallback is a [rag.Writer] that tries several writers in order. If one fails, the
// next one writes, and the draft's Notice says so. With [Quote] at the end,
// which never fails, there is always an answer.
type Fallback []rag.Writer

var (
	_ rag.Writer    = Fallback{}
	_ rag.Rephraser = Fallback{}
)

// Write implements [rag.Writer]. After a writer has streamed and failed, the next
// ones do not stream, because their text would not continue what was shown. The
// error is the context's if it is done, else the last writer's.
func (f Fallback) Write(ctx context.Context, q rag.Question, passages []rag.Passage, stream func(string)) (rag.Draft, error) {
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
		return rag.Draft{}, errors.New("no writer")
	}
	return rag.Draft{}, failed[len(failed)-1]
}

// notice returns a sentence that says which writers failed, why, and who wrote
// the answer instead. It is empty if none failed.
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

// Restate implements [rag.Rephraser] with the first writer that is one. Without any,
// the error is [errors.ErrUnsupported].
func (f Fallback) Standalone(ctx context.Context, q rag.Question) (string, error) {
	for _, w := range f {
		if r, ok := w.(rag.Rephraser); ok {
			return r.Standalone(ctx, q)
		}
	}
	return "", errors.ErrUnsupported
}

// Split implements [rag.Rephraser] with the first writer that is one. Without any,
// the error is [errors.ErrUnsupported].
func (f Fallback) Split(ctx context.Context, q rag.Question) ([]string, error) {
	for _, w := range f {
		if r, ok := w.(rag.Rephraser); ok {
			return r.Split(ctx, q)
		}
	}
	return nil, errors.ErrUnsupported
}
