package add

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
	"footnote/rag/source"
)

// reading is what one round reads.
type reading struct {
	total    int // for the bar; -1: not known
	articles func(context.Context, source.Reader, source.Web) (rag.Source, error)
	roots    []string // absolute and slash-separated: what is at and below them is read whole
}

// everything reads all that was named.
func (a *adding) everything() reading {
	total, _ := source.Count(a.paths...) // a path that went meanwhile is told below
	if len(a.urls) > 0 {
		total = -1 // a URL may be of a feed or a site
	}
	r := reading{total: total, roots: a.roots()}
	r.articles = func(ctx context.Context, files source.Reader, web source.Web) (rag.Source, error) {
		all := []rag.Source{files.Files(ctx, a.paths...), web.Articles(ctx, a.urls...)}
		if a.fromStdin {
			in, err := a.input(ctx, files)
			if err != nil {
				return nil, err
			}
			all = append(all, in)
		}
		return inTurn(all...), nil
	}
	return r
}

// roots is where the files and folders that were named are.
func (a *adding) roots() []string {
	var all []string
	for _, path := range a.paths {
		if abs, err := filepath.Abs(path); err == nil { // else it cannot be read either
			all = append(all, filepath.ToSlash(abs))
		}
	}
	return all
}

// result is what a round did.
type result struct {
	rag.Report
	gone  []rag.Info
	moved []rag.Trace // URLs that were named and led to others
}

// round reads, stores, prunes if it is asked to, and remembers what it saw.
func (a *adding) round(ctx context.Context, in reading) (result, error) {
	memory, err := a.memory(ctx)
	if err != nil {
		return result{}, err
	}
	files := source.Reader{Collection: a.collection, Fields: a.fields, Memory: memory}
	articles, err := in.articles(ctx, files, source.Web{Reader: files, Client: a.client, Crawl: a.crawl})
	if err != nil {
		return result{}, err
	}
	bar := a.Progress("articles", in.total)
	x := a.indexer
	x.Progress = func(n rag.Progress) { bar.Set(n.Articles) }
	r, err := x.Sync(ctx, articles)
	bar.Done()
	out := result{Report: r}
	if err != nil {
		if r.Chunks > 0 {
			a.Note("%s stored before it stopped; adding again goes on from there", words.Count(r.Added+r.Changed, "article"))
		}
		return out, err
	}
	fresh := memory.Fresh()
	if err := a.store.Remember(ctx, fresh, memory.Stale(in.roots...)); err != nil {
		return out, err
	}
	for _, t := range fresh {
		if t.Target != "" && slices.Contains(a.urls, t.Source) {
			out.moved = append(out.moved, t)
		}
	}
	if a.prune {
		if out.gone, err = a.dropGone(ctx, r, in.roots); err != nil {
			return out, err
		}
	}
	if r.Chunks > 0 {
		err = a.store.Optimize(ctx)
	}
	return out, err
}

// memory is what the library knows of earlier runs.
func (a *adding) memory(ctx context.Context) (*source.Memory, error) {
	traces, err := a.store.Traces(ctx)
	if err != nil {
		return nil, err
	}
	infos, err := a.store.List(ctx, rag.Filter{})
	if err != nil {
		return nil, err
	}
	links, err := a.store.Links(ctx)
	if err != nil {
		return nil, err
	}
	held := make([]string, 0, len(infos)+len(links))
	for _, i := range infos {
		held = append(held, i.Source)
	}
	for _, k := range links {
		held = append(held, k.Source)
	}
	return source.NewMemory(traces, held, a.Now), nil
}

// input reads standard input as one file. Without a name, what it holds names
// it, so that the same input twice is one article.
func (a *adding) input(ctx context.Context, r source.Reader) (rag.Source, error) {
	if a.as == "" && cli.OnTerminal(a.Stdin) {
		a.Note("reading standard input; Ctrl-D ends it")
	}
	data, err := io.ReadAll(io.LimitReader(a.Stdin, source.MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("standard input: %w", err)
	case len(data) > source.MaxBytes:
		return nil, exit.WithHint(fmt.Errorf("standard input: more than %d MiB", source.MaxBytes>>20), "put it in a file, or in several")
	case len(data) == 0:
		return nil, exit.WithHint(errors.New("standard input: nothing in it"), "`command | footnote add -` adds what command prints")
	}
	name := a.as
	if name == "" {
		name = "stdin-" + rag.DocumentID(string(data))
	}
	r.Memory = nil
	return r.Bytes(ctx, name, "", data), nil
}

// inTurn yields what several sources do, one after the other.
func inTurn(all ...rag.Source) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		for _, src := range all {
			for d, err := range src {
				if !yield(d, err) {
					return
				}
			}
		}
	}
}
