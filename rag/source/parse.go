package source

import (
	"context"
	"errors"
	"fmt"
	"path"
	"time"
	"unicode"

	"footnote/rag"
	"footnote/rag/language"
)

// Bytes yields the articles in data. Of source, the ending says what kind of
// file it is; media, the Content-Type that came with it if any, says so first.
// A file without either is read as plain text. Every field of an article is
// filled in that can be: of a text without front matter, the title is its first
// heading, else the beginning of its first sentence. An error is a *[Skipped],
// or that of ctx.
func (r Reader) Bytes(ctx context.Context, source, media string, data []byte) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		r.open(ctx, r.file(source, media, data), place{source, source}, yield)
	}
}

// file is data as a loader reads it.
func (r Reader) file(name, media string, data []byte) file {
	spend := int64(maxExpanded)
	return file{name: name, media: media, data: data, read: r, spend: &spend}
}

// open yields the articles of a file, which is at a place. It returns whether
// to go on.
func (r Reader) open(ctx context.Context, f file, at place, yield func(rag.Document, error) bool) bool {
	f, err := expand(f)
	if err != nil {
		return yield(rag.Document{}, at.skipped(err))
	}
	k, ok := kindOf(f)
	if !ok {
		return yield(rag.Document{}, at.skip(UnknownKind, nil))
	}
	if k.parts != nil {
		return r.unpack(ctx, k.parts, f, at, yield)
	}
	if k.ready != nil {
		if err := k.ready(); err != nil {
			return yield(rag.Document{}, at.skipped(err))
		}
	}
	d, err := guarded(ctx, at, func() (rag.Document, error) {
		d, err := k.load(f)
		if err != nil {
			return d, at.skipped(err)
		}
		return r.finish(d, at)
	})
	return r.give(ctx, d, err, yield)
}

// give yields an article, or what there is of it and an error; if ctx has
// ended, its error and no more.
func (r Reader) give(ctx context.Context, d rag.Document, err error, yield func(rag.Document, error) bool) bool {
	switch {
	case ctx.Err() != nil:
		yield(rag.Document{}, ctx.Err())
		return false
	}
	return yield(d, err)
}

// finish fills in what an article has besides what its loader found.
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
	if d.Collection == "" {
		d.Collection = r.Collection
	}
	if told := language.Detect(d.Text); told != "" { // pages say "en" of anything
		d.Language = told
	}
	return d, nil
}

// unpack yields what is in a file that holds any number of articles.
func (r Reader) unpack(ctx context.Context, all parts, f file, at place, yield func(rag.Document, error) bool) bool {
	found := make(chan part)
	end := make(chan struct{})
	defer close(end)
	var failed error
	go func() {
		defer close(found)
		defer func() {
			if p := recover(); p != nil {
				failed = fmt.Errorf("the parser broke on it: %v", p)
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
	overdue := time.NewTimer(patience)
	defer overdue.Stop()
	n := 0
	for {
		overdue.Reset(patience)
		select {
		case p, more := <-found:
			switch {
			case more:
				n++
				if !r.part(ctx, p, f, at.below(tidy(p.name)), yield) {
					return false
				}
			case failed != nil:
				return r.give(ctx, rag.Document{}, at.skipped(failed), yield)
			case n == 0:
				return yield(rag.Document{}, at.skip(Empty, nil))
			default:
				return true
			}
		case <-ctx.Done():
			yield(rag.Document{}, ctx.Err())
			return false
		case <-overdue.C:
			return yield(rag.Document{}, at.skip(Malformed, errPatience))
		}
	}
}

// maxDepth is how many files a file may be in.
const maxDepth = 3

// part yields the articles of a part of f, which is at a place.
func (r Reader) part(ctx context.Context, p part, f file, at place, yield func(rag.Document, error) bool) bool {
	if p.err != nil {
		return r.give(ctx, rag.Document{}, at.skipped(p.err), yield)
	}
	if p.file == nil {
		d, err := r.finish(p.doc, at)
		return r.give(ctx, d, err, yield)
	}
	in := *p.file
	in.read, in.depth, in.spend = r, f.depth+1, f.spend
	if in.depth > maxDepth {
		return yield(rag.Document{}, at.skip(TooLarge, fmt.Errorf("archives in archives, more than %d deep", maxDepth)))
	}
	return r.open(ctx, in, at, yield)
}

// patience is how long a file, or the next part of one, may take to parse: the
// Markdown parser needs seconds for a novel, and longer only for what was made
// to keep it busy.
const patience = 10 * time.Second

var errPatience = fmt.Errorf("the parser was not done with it after %s", patience)

// guarded calls parse on a file that nobody vouches for: one that makes a
// parser panic or run on costs no more than itself.
func guarded(ctx context.Context, at place, parse func() (rag.Document, error)) (rag.Document, error) {
	type result struct {
		d   rag.Document
		err error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{err: at.skip(Malformed, fmt.Errorf("the parser broke on it: %v", p))}
			}
			done <- r
		}()
		r.d, r.err = parse()
	}()
	overdue := time.NewTimer(patience)
	defer overdue.Stop()
	select {
	case r := <-done:
		return r.d, r.err
	case <-ctx.Done():
		return rag.Document{}, ctx.Err()
	case <-overdue.C:
		return rag.Document{}, at.skip(Malformed, errPatience)
	}
}

// skipped says of the error of a loader which file it is about.
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
