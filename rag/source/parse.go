package source

import (
	"context"
	"errors"
	"fmt"
	"path"
	"sync/atomic"
	"time"
	"unicode"

	"footnote/rag"
	"footnote/rag/language"
)

// Bytes yields the articles in data. media is its Content-Type, if known, and
// takes precedence over the ending of source. A file without either is read as
// plain text. A missing title is taken from the first heading, or else from the
// first sentence. An error is a *[Skipped], or that of ctx.
func (r Reader) Bytes(ctx context.Context, source, media string, data []byte) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		r.open(ctx, r.file(source, media, data), place{source, source}, yield)
	}
}

func (r Reader) file(name, media string, data []byte) file {
	budget := new(atomic.Int64) // atomic: one part is parsed while the next is unpacked
	budget.Store(maxExpanded)
	return file{name: name, media: media, data: data, read: r, budget: budget}
}

// open yields the articles of a file at the given place. It returns false if
// the caller has to stop.
func (r Reader) open(ctx context.Context, f file, at place, yield func(rag.Document, error) bool) bool {
	f, err := expand(f)
	if err != nil {
		return yield(rag.Document{}, at.skipped(err))
	}
	k, ok := kindOf(f)
	if !ok {
		return yield(rag.Document{}, at.skipped(unread(f)))
	}
	f.warn = func(err error) {
		if r.Warn != nil {
			r.Warn(Warning{Source: at.source, Path: at.path, Err: err})
		}
	}
	if k.parts != nil {
		return r.unpack(ctx, k.parts, f, at, yield)
	}
	if k.ready != nil {
		if err := k.ready(); err != nil {
			return yield(rag.Document{}, at.skipped(err))
		}
	}
	d, err := parseSafely(ctx, at, func() (rag.Document, error) {
		d, err := k.load(f)
		if err != nil {
			return d, at.skipped(err)
		}
		return r.finish(d, at)
	})
	return r.emit(ctx, d, err, yield)
}

// emit yields an article or an error. If ctx has ended, it yields only the
// error of ctx and returns false.
func (r Reader) emit(ctx context.Context, d rag.Document, err error, yield func(rag.Document, error) bool) bool {
	if ctx.Err() != nil {
		yield(rag.Document{}, ctx.Err())
		return false
	}
	return yield(d, err)
}

// finish fills in the fields that the loader left empty.
func (r Reader) finish(d rag.Document, at place) (rag.Document, error) {
	if !hasWord(d.Text) {
		return rag.Document{}, at.skip(Empty, nil)
	}
	if d.Source == "" {
		d.Source = at.source
	}
	d.ID = rag.DocumentID(d.Source)
	if d.Title = title(d); d.Title == "" {
		d.Title = path.Base(at.source)
	}
	if d.Published.IsZero() {
		d.Published = dateInName(d.Source)
	}
	if d.Collection == "" {
		d.Collection = r.Collection
	}
	if detected := language.Detect(d.Text); detected != "" { // many pages say "en" in any language
		d.Language = detected
	}
	return d, nil
}

// unpack yields the articles of a file that may have any number of them.
func (r Reader) unpack(ctx context.Context, all parts, f file, at place, yield func(rag.Document, error) bool) bool {
	found := make(chan part)
	end := make(chan struct{})
	defer close(end)
	var failed error
	go func() {
		defer close(found)
		defer func() {
			if p := recover(); p != nil {
				failed = fmt.Errorf("the parser crashed: %v", p)
			}
		}()
		failed = all(f, func(p part) bool {
			select {
			case found <- p:
				return true
			case <-end:
				return false
			}
		})
	}()
	overdue := time.NewTimer(parseTimeout)
	defer overdue.Stop()
	n := 0
	for {
		overdue.Reset(parseTimeout)
		select {
		case p, more := <-found:
			switch {
			case more:
				n++
				if !r.part(ctx, p, f, at.below(tidy(p.name)), yield) {
					return false
				}
			case failed != nil:
				return r.emit(ctx, rag.Document{}, at.skipped(failed), yield)
			case n == 0:
				return yield(rag.Document{}, at.skip(Empty, nil))
			default:
				return true
			}
		case <-ctx.Done():
			yield(rag.Document{}, ctx.Err())
			return false
		case <-overdue.C:
			return yield(rag.Document{}, at.skip(Malformed, errParseTimeout))
		}
	}
}

// maxDepth is how many files a file may be nested in.
const maxDepth = 3

// part yields the articles of one part of f at the given place.
func (r Reader) part(ctx context.Context, p part, f file, at place, yield func(rag.Document, error) bool) bool {
	if p.err != nil {
		return r.emit(ctx, rag.Document{}, at.skipped(p.err), yield)
	}
	if p.file == nil {
		d, err := r.finish(p.doc, at)
		return r.emit(ctx, d, err, yield)
	}
	in := *p.file
	in.read, in.depth, in.budget = r, f.depth+1, f.budget
	if in.depth > maxDepth {
		return yield(rag.Document{}, at.skip(TooLarge, fmt.Errorf("archives nested more than %d deep", maxDepth)))
	}
	return r.open(ctx, in, at, yield)
}

// parseTimeout is how long a file, or the next part of one, may take to parse.
// The Markdown parser needs seconds for a novel. Only a file that is made to
// exhaust it takes longer.
const parseTimeout = 10 * time.Second

var errParseTimeout = fmt.Errorf("the parser took longer than %s", parseTimeout)

// parseSafely calls parse on an untrusted file. A panic or a timeout becomes a
// *Skipped of that file.
func parseSafely(ctx context.Context, at place, parse func() (rag.Document, error)) (rag.Document, error) {
	type result struct {
		d   rag.Document
		err error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{err: at.skip(Malformed, fmt.Errorf("the parser crashed: %v", p))}
			}
			done <- r
		}()
		r.d, r.err = parse()
	}()
	overdue := time.NewTimer(parseTimeout)
	defer overdue.Stop()
	select {
	case r := <-done:
		return r.d, r.err
	case <-ctx.Done():
		return rag.Document{}, ctx.Err()
	case <-overdue.C:
		return rag.Document{}, at.skip(Malformed, errParseTimeout)
	}
}

// skipped turns the error of a loader into a *Skipped at the place.
func (p place) skipped(err error) *Skipped {
	var s *Skipped
	if errors.As(err, &s) {
		return p.skip(s.Reason, s.Err)
	}
	return p.skip(Malformed, err)
}

func hasWord(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return true
		}
	}
	return false
}
