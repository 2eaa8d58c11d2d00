package write

import (
	"context"
	"errors"

	"footnote/rag"
)

// Fallback is a [rag.Writer] that tries several writers in order. If one fails, the
// next one writes, and the draft's Failed holds the error. With [Quote] at the end,
// which never fails, there is always an answer.
type Fallback []rag.Writer

var (
	_ rag.Writer    = Fallback{}
	_ rag.Rephraser = Fallback{}
)

// Write implements [rag.Writer]. After a writer has streamed and failed, the next
// ones do not stream, because their text would not continue what was shown. The
// draft's Usage includes that of the writers that failed. The error is the
// context's if it is done, else the last writer's.
func (f Fallback) Write(ctx context.Context, q rag.Question, passages []rag.Passage, stream func(string)) (rag.Draft, error) {
	var failed []error
	var used rag.Usage
	streamed := false
	for _, w := range f {
		var out func(string)
		if stream != nil && !streamed {
			out = func(s string) { streamed = true; stream(s) }
		}
		d, err := w.Write(ctx, q, passages, out)
		used.Add(d.Usage)
		d.Usage = used
		if ctx.Err() != nil {
			return d, ctx.Err()
		}
		if err == nil {
			d.Failed = failed
			return d, nil
		}
		failed = append(failed, err)
	}
	if len(failed) == 0 {
		return rag.Draft{}, errors.New("no writer")
	}
	return rag.Draft{Usage: used}, failed[len(failed)-1]
}

// Standalone implements [rag.Rephraser] with the first writer that is one. Without
// any, the error is [errors.ErrUnsupported].
func (f Fallback) Standalone(ctx context.Context, q rag.Question) (string, error) {
	r, err := f.rephraser()
	if err != nil {
		return "", err
	}
	return r.Standalone(ctx, q)
}

// Split implements [rag.Rephraser] with the first writer that is one. Without any,
// the error is [errors.ErrUnsupported].
func (f Fallback) Split(ctx context.Context, q rag.Question) ([]string, error) {
	r, err := f.rephraser()
	if err != nil {
		return nil, err
	}
	return r.Split(ctx, q)
}

func (f Fallback) rephraser() (rag.Rephraser, error) {
	for _, w := range f {
		if r, ok := w.(rag.Rephraser); ok {
			return r, nil
		}
	}
	return nil, errors.ErrUnsupported
}

// Wrote returns the writer that wrote d: for a [Fallback] the first one that did
// not fail, for another writer w itself.
func Wrote(w rag.Writer, d rag.Draft) rag.Writer {
	if f, ok := w.(Fallback); ok && len(d.Failed) < len(f) {
		return f[len(d.Failed)]
	}
	return w
}
