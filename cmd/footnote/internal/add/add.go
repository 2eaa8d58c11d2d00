// Package add is the command that adds articles to the library and updates
// changed ones.
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
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/source"
	"footnote/rag/source/fetch"
)

// addFlags are the flags of add.
type addFlags struct {
	collection   string
	prune, yes   bool
	crawl        bool
	drafts       bool
	watch        bool
	every        time.Duration
	allowPrivate bool
	verbose      bool
	as           string
	fields       source.Fields
}

// Command returns the add command.
func Command(p *cli.Program) *cobra.Command {
	var f addFlags
	c := p.WithJSON(&cobra.Command{
		Use:   "add PATH|URL|FEED|-…",
		Short: "Add articles, or update changed ones",
		Long: `Add reads articles from files, folders and their subfolders, web pages, feeds
and standard input (-). It reads:

  text         text, Markdown, reStructuredText, AsciiDoc, Org, LaTeX, notebooks
  pages        HTML, saved pages (.mhtml), RSS, Atom and JSON feeds
  documents    PDF, Word, OpenDocument, Rich Text, EPUB, PowerPoint
  tables       .csv, .tsv, .jsonl, .json, Excel
  messages     mail (.eml, .mbox), exports of Discord (DiscordChatExporter's
               JSON), Slack (.zip) and Telegram (JSON)
  exports      WordPress, Blogger, Ghost, Medium, Substack, Evernote (.enex)
  subtitles    .vtt, .srt
  archives     .gz and .zip files of them

For an OPML file, it adds the feeds that the file lists.

A chat is cut into conversations: at a pause when the day has changed. Messages
of bots, joins and pins are left out, and so are private messages in an export of
a whole workspace or account.

Run the same command again to update changed articles; unchanged ones are not
read again. With --watch or --every, footnote keeps running and updates by
itself.

Files without readable text are skipped, and footnote tells you why and how many.
With --verbose it lists each. Run ` + "`footnote list --failed`" + ` to see what failed
and when footnote will try again. Pictures, code, settings and empty pages are
no failures.

Articles that are not published are skipped, unless you add --drafts: those with
draft: true, published: false or a date in the future. If such an article is in
the library already, it is removed.

With --prune, articles that are no longer in the given folders are removed. If a
folder is suddenly empty, --prune removes nothing unless you add --yes.`,
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
			if err := a.parseArgs(args); err != nil {
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
	flags.StringVar(&f.collection, "collection", "", "collection `NAME` for articles that do not set their own")
	flags.BoolVar(&f.prune, "prune", false, "remove articles that are no longer in the folders")
	flags.BoolVar(&f.yes, "yes", false, "let --prune remove articles even if a folder is empty")
	flags.BoolVar(&f.watch, "watch", false, "keep running, and update when files in the folders change")
	flags.DurationVar(&f.every, "every", 0, "keep running, and update after every `DURATION`, as in 15m")
	flags.BoolVar(&f.crawl, "crawl", false, "read every page below the URLs, found by the sitemap or by links")
	flags.BoolVar(&f.drafts, "drafts", false, "also add articles that are not published, such as those with draft: true")
	flags.BoolVar(&f.allowPrivate, "allow-private", false, "also fetch from private addresses, and use the proxy that the environment sets")
	flags.BoolVar(&f.verbose, "verbose", false, "list each skipped file, not only their number")
	flags.StringVar(&f.as, "as", "", "file `NAME` for standard input, with an extension for its format, as in minutes.html")
	for _, field := range []struct {
		name  string
		value *string
	}{
		{"ID", &f.fields.ID}, {"title", &f.fields.Title}, {"text", &f.fields.Text}, {"URL", &f.fields.URL},
		{"date", &f.fields.Date}, {"author", &f.fields.Author}, {"collection", &f.fields.Collection},
	} {
		flags.StringVar(field.value, strings.ToLower(field.name)+"-field", "", "table `COLUMN`, or key of a JSON object, with the article's "+field.name)
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
	indexer   index.Indexer
	client    *fetch.Client
}

// parseArgs sorts the arguments into paths, URLs and standard input, and checks
// the flags that depend on them.
func (a *adding) parseArgs(args []string) error {
	a.args = args
	for _, arg := range args {
		switch {
		case arg == "-":
			a.fromStdin = true
		case strings.Contains(arg, "://"):
			u, err := fetch.Parse(arg)
			if err != nil {
				return exit.Usage(fmt.Sprintf("%s: %v", arg, err), "use a URL that begins with http:// or https://")
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
		return exit.Usage(fmt.Sprintf("--every %s is too short", a.every), "use one minute or more, as in --every 15m")
	case a.fromStdin && (a.watch || a.every > 0):
		return exit.Usage("standard input can be read only once", "leave out -, or leave out --watch and --every")
	case a.crawl && len(a.urls) == 0:
		return exit.Usage("--crawl needs a URL", "add one, as in `footnote add --crawl https://example.org/news/`")
	case a.watch && len(a.paths) == 0:
		return exit.Usage("--watch needs a folder", "to update from a URL, run `footnote add --every 15m URL`")
	}
	for _, path := range a.paths {
		if info, err := os.Stat(path); a.watch && err == nil && !info.IsDir() {
			return exit.Usage(fmt.Sprintf("--watch needs a folder: %s is a file", path), "watch the folder that contains it")
		}
	}
	return nil
}

// open checks that the paths exist and opens the library for adding. The caller
// must call done.
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
	a.indexer = index.Indexer{Store: store, Embedder: e, Chunker: open.Chunker(e), Duplicates: store}
	a.client = &fetch.Client{AllowPrivate: a.allowPrivate}
	return done, nil
}

// once runs one round over all arguments and prints the result.
func (a *adding) once(ctx context.Context) error {
	result, err := a.round(ctx, a.allArguments())
	if err != nil {
		return err
	}
	if err := failed(result.Report, a.args); err != nil {
		return err
	}
	return a.print(result)
}
