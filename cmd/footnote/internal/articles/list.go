// Package articles has the commands that list, show and remove articles.
package articles

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/catalog"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
)

// entry is an article in the output of list --json and show --json.
type entry struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	URL        string `json:"url"`
	Published  string `json:"published"`
	Collection string `json:"collection"`
	Chunks     int    `json:"chunks"`
	Source     string `json:"source"`

	// Only show sets these.
	Author   string   `json:"author,omitempty"`
	Site     string   `json:"site,omitempty"`
	Language string   `json:"language,omitempty"`
	Also     []string `json:"also,omitempty"` // other places where it was found
	Text     string   `json:"text,omitempty"`
}

func newEntry(i rag.Info) entry {
	e := entry{ID: i.ID, Title: i.Title, URL: i.URL, Collection: i.Collection, Chunks: i.Chunks, Source: i.Source}
	if !i.Published.IsZero() {
		e.Published = i.Published.UTC().Format(time.DateOnly)
	}
	return e
}

// List returns the list command.
func List(p *cli.Program) *cobra.Command {
	var cs catalog.Collections
	failed := false
	c := cs.Register(p.WithJSON(&cobra.Command{
		Use:   "list",
		Short: "List the articles in the library",
		Long:  "List prints the articles in the library. With --failed it prints what could not\nbe read, why, and when footnote will try again.",
		Args:  cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if failed {
				return listFailed(c.Context(), p)
			}
			infos, done, err := listAll(c.Context(), p)
			if err != nil {
				return err
			}
			defer done()
			if err := cs.Check(infos); err != nil {
				return err
			}
			entries := []entry{}
			for _, i := range infos {
				if len(cs) > 0 && !slices.Contains(cs, i.Collection) {
					continue
				}
				entries = append(entries, newEntry(i))
			}
			if p.JSON {
				return p.PrintJSON(entries)
			}
			if len(entries) == 0 {
				p.Note("the library %s is empty; run `footnote add PATH` to add articles", cli.ShortPath(p.LibraryPath()))
				return nil
			}
			t := p.Text()
			tab := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(tab, "ID\tDATE\tCHUNKS\tTITLE\tSOURCE")
			for _, e := range entries {
				fmt.Fprintf(tab, "%s\t%s\t%d\t%s\t%s\n", e.ID, cmp.Or(e.Published, "-"), e.Chunks, words.Truncate(e.Title, 60), cmp.Or(e.URL, t.Path(e.Source)))
			}
			return tab.Flush()
		},
	}))
	c.Flags().BoolVar(&failed, "failed", false, "list what could not be read, and why")
	return c
}

// listAll returns all articles in the library, none if the file does not exist.
func listAll(ctx context.Context, p *cli.Program) ([]rag.Info, func(), error) {
	store, done, err := open.ToRead(p)
	if errors.Is(err, open.ErrNoLibrary) {
		return nil, func() {}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	infos, err := store.List(ctx, rag.Filter{})
	if err != nil {
		done()
		return nil, nil, err
	}
	return infos, done, nil
}
