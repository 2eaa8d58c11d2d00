package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/source"
	"footnote/rag/source/fetch"
)

// addFlags is how articles are added.
type addFlags struct {
	collection   string
	prune, yes   bool
	crawl        bool
	watch        bool
	every        time.Duration
	allowPrivate bool
	as           string
	fields       source.Fields
}

func (p *program) add() *cobra.Command {
	var f addFlags
	c := p.withJSON(&cobra.Command{
		Use:   "add PATH|URL|FEED|-…",
		Short: "Add articles, or bring changed ones up to date",
		Long: `Add reads articles from files, from folders with all below them, from web pages
and feeds, and from standard input (-): text, Markdown, HTML, PDF, Word (.docx),
EPUB, mail (.eml, .mbox), tables (.csv, .jsonl), RSS, Atom and JSON feeds, and
.gz and .zip of any of them. An OPML file stands for the feeds that it lists.

An article that has not changed costs nothing, so run it again to bring changes
in; --watch and --every do so by themselves until they are stopped. What holds
no article is passed over, with its reason; ` + "`footnote list --failed`" + ` shows what
failed, and when it is tried again.

With --prune, articles that are no longer in the folders named are dropped.`,
		Example: `  footnote add ~/articles
  footnote add https://example.org/news/budget.html
  footnote add --crawl https://example.org/news/
  footnote add --every 15m https://example.org/feed.xml
  footnote add --watch --prune --collection council ~/articles/council`,
		Args: someArgs("a path, a URL, or - for standard input", -1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := interruptible(c.Context())
			defer stop()
			a := adding{program: p, addFlags: f}
			if err := a.sort(args); err != nil {
				return err
			}
			done, err := a.open()
			if err != nil {
				return err
			}
			defer done()
			if f.watch || f.every > 0 {
				return a.follow(ctx)
			}
			return a.once(ctx)
		},
	})
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.collection, "collection", "", "collection `NAME` of the articles that name none themselves")
	flags.BoolVar(&f.prune, "prune", false, "drop articles that are no longer in the folders")
	flags.BoolVar(&f.yes, "yes", false, "prune even if nothing would be left of a folder")
	flags.BoolVar(&f.watch, "watch", false, "go on, and bring in what changes in the folders")
	flags.DurationVar(&f.every, "every", 0, "go on, and look again after each `TIME`, as in 15m")
	flags.BoolVar(&f.crawl, "crawl", false, "read every page below the URLs, by the site's map or its links")
	flags.BoolVar(&f.allowPrivate, "allow-private", false, "fetch from private addresses too, and by the proxy that the environment names")
	flags.StringVar(&f.as, "as", "", "`NAME` for standard input, whose ending says its kind, as in minutes.html")
	for _, field := range []struct {
		name  string
		value *string
	}{
		{"id", &f.fields.ID}, {"title", &f.fields.Title}, {"text", &f.fields.Text}, {"url", &f.fields.URL},
		{"date", &f.fields.Date}, {"author", &f.fields.Author}, {"collection", &f.fields.Collection},
	} {
		flags.StringVar(field.value, field.name+"-field", "", "`COLUMN` of tables, or key of JSON, that holds the "+field.name)
	}
	return c
}

// adding is one run of add.
type adding struct {
	*program
	addFlags
	args    []string
	paths   []string
	urls    []string
	stdin   bool
	store   *library.Library
	indexer index.Indexer
	client  *fetch.Client
}

// sort tells the kinds of arguments apart.
func (a *adding) sort(args []string) error {
	a.args = args
	for _, arg := range args {
		switch {
		case arg == "-":
			a.stdin = true
		case strings.Contains(arg, "://"):
			u, err := fetch.Parse(arg)
			if err != nil {
				return usageError{fmt.Sprintf("%s: %v", arg, err), "give an address that begins with http:// or https://"}
			}
			a.urls = append(a.urls, u.String())
		case strings.EqualFold(filepath.Ext(arg), ".opml"):
			data, err := os.ReadFile(arg)
			if err != nil {
				return err
			}
			feeds, err := source.OPML(data)
			if err != nil {
				return fmt.Errorf("%s: %w", arg, err)
			}
			a.urls = append(a.urls, feeds...)
		default:
			a.paths = append(a.paths, arg)
		}
	}
	switch {
	case a.offline && len(a.urls) > 0:
		return errOffline("reading " + a.urls[0])
	case a.every < 0 || a.every > 0 && a.every < time.Minute:
		return usageError{fmt.Sprintf("--every %s is too often", a.every), "a minute is the least, as in --every 15m"}
	case a.stdin && (a.watch || a.every > 0):
		return usageError{"standard input can be read only once", "leave out - or --watch and --every"}
	case a.crawl && len(a.urls) == 0:
		return usageError{"--crawl needs a URL", "`footnote add --crawl https://example.org/news/`"}
	case a.watch && len(a.paths) == 0:
		return usageError{"--watch needs a folder", "for URLs, `footnote add --every 15m URL`"}
	}
	for _, path := range a.paths {
		if info, err := os.Stat(path); a.watch && err == nil && !info.IsDir() {
			return usageError{fmt.Sprintf("--watch needs a folder, and %s is a file", path), "name the folder that it is in"}
		}
	}
	return nil
}

func (a *adding) open() (done func(), err error) {
	for _, path := range a.paths {
		if _, err := os.Stat(path); err != nil {
			if in := (*fs.PathError)(nil); errors.As(err, &in) {
				err = in.Err
			}
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	e, err := a.newEmbedder()
	if err != nil {
		return nil, err
	}
	store, done, err := openLibrary(a.path(), library.Options{Space: e.Name()})
	if err != nil {
		return nil, err
	}
	a.store = store
	a.indexer = index.Indexer{Store: store, Embedder: e, Chunker: newChunker(e), Duplicates: store}
	a.client = &fetch.Client{AllowPrivate: a.allowPrivate}
	return done, nil
}

// once adds everything that was named.
func (a *adding) once(ctx context.Context) error {
	result, err := a.round(ctx, a.everything())
	if err != nil {
		return err
	}
	if err := failed(result.Report, a.args); err != nil {
		return err
	}
	return a.reportAdd(result)
}

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
		if a.stdin {
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
	index.Report
	gone  []rag.Info
	moved []rag.Fetched // URLs that were named and led to others
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
	bar := a.progress("articles", in.total)
	x := a.indexer
	x.Progress = func(n index.Progress) { bar.set(n.Articles) }
	r, err := x.Sync(ctx, articles)
	bar.done()
	out := result{Report: r}
	if err != nil {
		if r.Chunks > 0 {
			a.note("%s stored before it stopped; adding again goes on from there", count(r.Added+r.Changed, "article"))
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
	return source.NewMemory(traces, held, a.now), nil
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
