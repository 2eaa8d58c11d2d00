package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"footnote/rag"
	"footnote/rag/library"
	"footnote/rag/source"
)

func (p *program) add() *cobra.Command {
	var collection string
	var prune, yes bool
	c := p.withJSON(&cobra.Command{
		Use:   "add PATH…",
		Short: "Add articles, or bring changed ones up to date",
		Long: `Add reads articles from text and Markdown files, and from folders with all below
them. An article that has not changed costs nothing, so run it again to bring
changes in. A file that holds no article is passed over, with its reason.

With --prune, articles that are no longer in the folders named are dropped.`,
		Example: "  footnote add ~/articles\n  footnote add --prune --collection council ~/articles/council",
		Args:    someArgs("the path of a file or folder", -1),
		RunE: func(c *cobra.Command, paths []string) error {
			ctx, stop := interruptible(c.Context())
			defer stop()
			r := source.Reader{Collection: collection}
			total, err := source.Count(paths...)
			if err != nil {
				return err
			}
			e, err := p.newEmbedder()
			if err != nil {
				return err
			}
			store, done, err := openLibrary(p.path(), library.Options{Space: e.Name()})
			if err != nil {
				return err
			}
			defer done()
			bar := p.progress("articles", total)
			x := rag.Indexer{Store: store, Embedder: e, Chunker: newChunker(e), Progress: func(n rag.Progress) { bar.set(n.Articles) }}
			report, err := x.Sync(ctx, r.Files(ctx, paths...))
			bar.done()
			if err != nil {
				if report.Chunks > 0 {
					p.note("%s stored before it stopped; adding again goes on from there", count(report.Added+report.Changed, "article"))
				}
				return err
			}
			var gone []rag.Info
			if prune {
				if gone, err = p.prune(x, c, report, paths, yes); err != nil {
					return err
				}
			}
			if report.Chunks > 0 {
				if err := store.Optimize(ctx); err != nil {
					return err
				}
			}
			if err := p.reportAdd(report, gone); err != nil {
				return err
			}
			return failed(report, paths)
		},
	})
	c.Flags().StringVar(&collection, "collection", "", "collection `NAME` of the articles whose own front matter names none")
	c.Flags().BoolVar(&prune, "prune", false, "drop articles that are no longer in the folders")
	c.Flags().BoolVar(&yes, "yes", false, "prune even if nothing would be left of a folder")
	return c
}

// prune drops the articles below paths that are gone from there. A file that
// is there but was passed over keeps its article.
func (p *program) prune(x rag.Indexer, c *cobra.Command, r rag.Report, paths []string, yes bool) ([]rag.Info, error) {
	if len(r.Seen) == 0 && !yes {
		return nil, hinted{fmt.Errorf("nothing was read from %s, so nothing is pruned", strings.Join(paths, ", ")),
			"if the folder is meant to be empty, say --yes; if not, see whether it is mounted"}
	}
	var roots []string
	for _, path := range paths {
		abs, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		roots = append(roots, filepath.ToSlash(abs))
	}
	skipped := map[string]bool{}
	for _, err := range r.Passed {
		if s := (*source.Skipped)(nil); errors.As(err, &s) {
			skipped[s.Source] = true
		}
	}
	return x.Prune(c.Context(), r.Seen, func(i rag.Info) bool {
		for _, root := range roots {
			if i.Source == root || strings.HasPrefix(i.Source, strings.TrimSuffix(root, "/")+"/") {
				return !within(i.Source, skipped)
			}
		}
		return false
	})
}

// within reports whether a path or a folder above it is in a set.
func within(path string, set map[string]bool) bool {
	for ; ; path = path[:strings.LastIndexByte(path, '/')] {
		if set[path] {
			return true
		}
		if !strings.Contains(path, "/") {
			return false
		}
	}
}

func (p *program) reportAdd(r rag.Report, gone []rag.Info) error {
	if p.json {
		out := struct {
			Added     int      `json:"added"`
			Changed   int      `json:"changed"`
			Unchanged int      `json:"unchanged"`
			Removed   int      `json:"removed"`
			Chunks    int      `json:"chunks"`
			Passed    []string `json:"passed_over"`
		}{r.Added, r.Changed, r.Unchanged, len(gone), r.Chunks, []string{}}
		for _, err := range r.Passed {
			out.Passed = append(out.Passed, oneLine(err.Error()))
		}
		return p.printJSON(out)
	}
	for _, err := range r.Passed {
		p.note("passed over %s", oneLine(err.Error()))
	}
	for _, i := range gone {
		fmt.Fprintf(p.stdout, "removed %s %s\n", i.ID, short(i.Title, 80))
	}
	fmt.Fprintf(p.stdout, "%s added, %d changed, %d unchanged, %d passed over (%s embedded)\n",
		count(r.Added, "article"), r.Changed, r.Unchanged, len(r.Passed), count(r.Chunks, "chunk"))
	return nil
}

// failed says whether what was asked for by name could not be done: a path
// that is not there any more, or nothing at all that could be read.
func failed(r rag.Report, paths []string) error {
	for _, err := range r.Passed {
		if s := (*source.Skipped)(nil); !errors.As(err, &s) {
			return err
		}
	}
	if len(r.Seen) == 0 {
		return hinted{fmt.Errorf("no article in %s", strings.Join(paths, ", ")), "footnote reads text (.txt) and Markdown (.md) files"}
	}
	return nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
