package add

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/rag"
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

// Command returns the command add.
func Command(p *cli.Program) *cobra.Command {
	var f addFlags
	c := p.WithJSON(&cobra.Command{
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
		Args: cli.SomeArgs("a path, a URL, or - for standard input", -1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := cli.Interruptible(c.Context())
			defer stop()
			a := adding{Program: p, addFlags: f}
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
	*cli.Program
	addFlags
	args      []string
	paths     []string
	urls      []string
	fromStdin bool
	store     *library.Library
	indexer   rag.Indexer
	client    *fetch.Client
}

// sort tells the kinds of arguments apart.
func (a *adding) sort(args []string) error {
	a.args = args
	for _, arg := range args {
		switch {
		case arg == "-":
			a.fromStdin = true
		case strings.Contains(arg, "://"):
			u, err := fetch.Parse(arg)
			if err != nil {
				return exit.Usage(fmt.Sprintf("%s: %v", arg, err), "give an address that begins with http:// or https://")
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
	case a.Offline && len(a.urls) > 0:
		return cli.OfflineError("reading " + a.urls[0])
	case a.every < 0 || a.every > 0 && a.every < time.Minute:
		return exit.Usage(fmt.Sprintf("--every %s is too often", a.every), "a minute is the least, as in --every 15m")
	case a.fromStdin && (a.watch || a.every > 0):
		return exit.Usage("standard input can be read only once", "leave out - or --watch and --every")
	case a.crawl && len(a.urls) == 0:
		return exit.Usage("--crawl needs a URL", "`footnote add --crawl https://example.org/news/`")
	case a.watch && len(a.paths) == 0:
		return exit.Usage("--watch needs a folder", "for URLs, `footnote add --every 15m URL`")
	}
	for _, path := range a.paths {
		if info, err := os.Stat(path); a.watch && err == nil && !info.IsDir() {
			return exit.Usage(fmt.Sprintf("--watch needs a folder, and %s is a file", path), "name the folder that it is in")
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
	e, err := open.Embedder(a.Program)
	if err != nil {
		return nil, err
	}
	store, done, err := open.Library(a.LibraryPath(), library.Options{Space: e.Name()})
	if err != nil {
		return nil, err
	}
	a.store = store
	a.indexer = rag.Indexer{Store: store, Embedder: e, Chunker: open.Chunker(e), Twins: store}
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
