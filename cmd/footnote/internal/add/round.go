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
	"footnote/rag/index"
	"footnote/rag/source"
)

// reading describes what one round reads.
type reading struct {
	total    int // the number of articles for the progress bar, -1 if unknown
	articles func(context.Context, source.Reader, source.Web) (rag.Source, error)
	roots    []string // absolute paths with slashes; a round reads everything at and below them
}

// allArguments returns a reading of all arguments.
func (a *adding) allArguments() reading {
	total, _ := source.Count(a.paths...) // reading reports paths that have disappeared
	if len(a.urls) > 0 {
		total = -1 // a URL can be a feed or a site
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
		return concat(all...), nil
	}
	return r
}

// roots returns the absolute paths of the arguments, with slashes.
func (a *adding) roots() []string {
	var all []string
	for _, path := range a.paths {
		if abs, err := filepath.Abs(path); err == nil { // otherwise reading fails, too
			all = append(all, filepath.ToSlash(abs))
		}
	}
	return all
}

// result is the outcome of a round.
type result struct {
	index.Report
	removed    []rag.Info
	redirected []rag.Fetched // the URL arguments that redirect
	warnings   []source.Warning
}

// round reads and stores articles, remembers what it read for the next run, removes
// what is not published any more, and prunes if --prune is set.
func (a *adding) round(ctx context.Context, in reading) (result, error) {
	memory, err := a.memory(ctx)
	if err != nil {
		return result{}, err
	}
	var problems warnings
	files := source.Reader{Collection: a.collection, Fields: a.fields, Drafts: a.drafts, Warn: problems.add, Memory: memory}
	articles, err := in.articles(ctx, files, source.Web{Reader: files, Client: a.client, Crawl: a.crawl})
	if err != nil {
		return result{}, err
	}
	bar := a.Progress("articles", in.total)
	x := a.indexer
	x.Progress = func(n index.Progress) { bar.Set(n.Articles) }
	r, err := x.Sync(ctx, articles)
	bar.Done()
	out := result{Report: r, warnings: problems.take()}
	if err != nil {
		if r.Chunks > 0 {
			a.Note("stored %s before stopping; run the command again to continue", words.Count(r.Added+r.Changed, "article"))
		}
		return out, err
	}
	fresh := memory.Fresh()
	if err := a.store.UpdateFetched(ctx, fresh, memory.Stale(in.roots...)); err != nil {
		return out, err
	}
	for _, t := range fresh {
		if t.Target != "" && slices.Contains(a.urls, t.Source) {
			out.redirected = append(out.redirected, t)
		}
	}
	if out.removed, err = a.removeWithdrawn(ctx, r); err != nil {
		return out, err
	}
	if a.prune {
		missing, err := a.removeMissing(ctx, r, in.roots)
		if out.removed = append(out.removed, missing...); err != nil {
			return out, err
		}
	}
	if r.Chunks > 0 {
		err = a.store.Optimize(ctx)
	}
	return out, err
}

// memory returns what the library stores about earlier runs.
func (a *adding) memory(ctx context.Context) (*source.Memory, error) {
	traces, err := a.store.Fetched(ctx)
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
	sources := make([]string, 0, len(infos)+len(links))
	for _, i := range infos {
		sources = append(sources, i.Source)
	}
	for _, k := range links {
		sources = append(sources, k.Source)
	}
	return source.NewMemory(traces, sources, a.Now), nil
}

// input reads standard input as one file. Without --as, its name is a hash of
// its contents, so that adding the same input twice stores one article.
func (a *adding) input(ctx context.Context, r source.Reader) (rag.Source, error) {
	if a.as == "" && cli.OnTerminal(a.Stdin) {
		a.Note("reading standard input; press Ctrl-D to end it")
	}
	data, err := io.ReadAll(io.LimitReader(a.Stdin, source.MaxBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("standard input: %w", err)
	case len(data) > source.MaxBytes:
		return nil, exit.WithHint(fmt.Errorf("standard input: larger than %d MiB", source.MaxBytes>>20), "split it into smaller files")
	case len(data) == 0:
		return nil, exit.WithHint(errors.New("standard input: empty"), "pipe text into footnote, as in `command | footnote add -`")
	}
	name := a.as
	if name == "" {
		name = "stdin-" + rag.DocumentID(string(data))
	}
	r.Memory = nil
	return r.Bytes(ctx, name, "", data), nil
}

// concat returns a source that yields all documents of the first source, then
// those of the next.
func concat(all ...rag.Source) rag.Source {
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
