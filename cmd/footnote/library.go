package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"footnote/rag"
)

// entry is an article as list and show print it.
type entry struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	URL        string `json:"url"`
	Published  string `json:"published"`
	Collection string `json:"collection"`
	Chunks     int    `json:"chunks"`
	Source     string `json:"source"`

	// Of show only.
	Author   string   `json:"author,omitempty"`
	Site     string   `json:"site,omitempty"`
	Language string   `json:"language,omitempty"`
	Also     []string `json:"also,omitempty"` // where else it was found
	Text     string   `json:"text,omitempty"`
}

func newEntry(i rag.Info) entry {
	e := entry{ID: i.ID, Title: i.Title, URL: i.URL, Collection: i.Collection, Chunks: i.Chunks, Source: i.Source}
	if !i.Published.IsZero() {
		e.Published = i.Published.UTC().Format(time.DateOnly)
	}
	return e
}

func (p *program) list() *cobra.Command {
	var cs collections
	failed := false
	c := cs.register(p.withJSON(&cobra.Command{
		Use:   "list",
		Short: "List the articles of the library",
		Long:  "List prints the articles of the library. With --failed it prints what could not\nbe read when articles were added, why, and when it is tried again.",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if failed {
				return p.listFailed(c.Context())
			}
			infos, done, err := p.catalog(c.Context())
			if err != nil {
				return err
			}
			defer done()
			if err := cs.among(infos); err != nil {
				return err
			}
			entries := []entry{}
			for _, i := range infos {
				if len(cs) > 0 && !slices.Contains(cs, i.Collection) {
					continue
				}
				entries = append(entries, newEntry(i))
			}
			if p.json {
				return p.printJSON(entries)
			}
			if len(entries) == 0 {
				p.note("the library %s is empty; `footnote add PATH` fills it", shortPath(p.path()))
				return nil
			}
			t := p.text()
			tab := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
			fmt.Fprintln(tab, "ID\tDATE\tCHUNKS\tTITLE\tFROM")
			for _, e := range entries {
				fmt.Fprintf(tab, "%s\t%s\t%d\t%s\t%s\n", e.ID, cmp.Or(e.Published, "-"), e.Chunks, short(e.Title, 60), cmp.Or(e.URL, t.Path(e.Source)))
			}
			return tab.Flush()
		},
	}))
	c.Flags().BoolVar(&failed, "failed", false, "list what could not be read, and why")
	return c
}

func (p *program) show() *cobra.Command {
	changes := false
	c := p.withJSON(&cobra.Command{
		Use:   "show ID",
		Short: "Print one article",
		Long:  "Show prints an article. ID is what `footnote list` shows, or the beginning of it,\nor the path or URL of the article.",
		Args:  someArgs("the ID of an article", 1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx := c.Context()
			store, done, err := p.read(ctx)
			if err != nil {
				return err
			}
			defer done()
			infos, err := store.List(ctx, rag.Filter{})
			if err != nil {
				return err
			}
			i, err := find(infos, args[0])
			if err != nil {
				return err
			}
			d, err := store.Document(ctx, i.ID)
			if err != nil {
				return err
			}
			if changes {
				return p.showChanges(ctx, store, d)
			}
			e := newEntry(i)
			e.Author, e.Site, e.Language, e.Text = d.Author, d.Site, d.Language, d.Text
			if e.Also, err = alsoAt(ctx, store, i.ID); err != nil {
				return err
			}
			if p.json {
				return p.printJSON(e)
			}
			lines := [][2]string{{"", e.Title}, {"", e.Published}, {"by ", e.Author}, {"", e.Site}, {"collection: ", e.Collection}, {"", e.URL}}
			if e.Source != e.URL {
				lines = append(lines, [2]string{"", e.Source})
			}
			for _, also := range e.Also {
				lines = append(lines, [2]string{"also at: ", also})
			}
			for _, line := range lines {
				if line[1] != "" {
					fmt.Fprintln(p.stdout, line[0]+line[1])
				}
			}
			_, err = io.WriteString(p.stdout, "\n"+strings.TrimRight(strings.ReplaceAll(d.Text, "\f", "\n"), "\n")+"\n")
			return err
		},
	})
	c.Flags().BoolVar(&changes, "changes", false, "show what changed since earlier versions")
	return c
}

func (p *program) remove() *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID…",
		Short: "Remove articles from the library",
		Long:  "Remove takes articles out of the library; their files stay. ID is what\n`footnote list` shows, or the beginning of it, or the path or URL of the article.",
		Args:  someArgs("the ID of an article", -1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx := c.Context()
			store, done, err := p.write()
			if err != nil {
				return err
			}
			defer done()
			infos, err := store.List(ctx, rag.Filter{})
			if err != nil {
				return err
			}
			var gone []rag.Info
			var ids []string
			for _, arg := range args {
				i, err := find(infos, arg)
				if err != nil {
					return err
				}
				if !slices.Contains(ids, i.ID) {
					gone, ids = append(gone, i), append(ids, i.ID)
				}
			}
			if err := store.Update(ctx, nil, ids); err != nil {
				return err
			}
			for _, i := range gone {
				fmt.Fprintf(p.stdout, "removed %s %s\n", i.ID, short(i.Title, 80))
			}
			return nil
		},
	}
}

// find gives the article that a person named.
func find(infos []rag.Info, name string) (rag.Info, error) {
	path, _ := filepath.Abs(name) // without a working directory the name is all there is
	if name == "" {               // many an article has no URL
		return rag.Info{}, usageError{"an article without a name", "`footnote list` shows what the library holds"}
	}
	var near []rag.Info
	for _, i := range infos {
		if i.ID == name || i.URL == name || i.Source == name || i.Source == filepath.ToSlash(path) {
			return i, nil
		}
		if strings.HasPrefix(i.ID, name) {
			near = append(near, i)
		}
	}
	switch len(near) {
	case 0:
		return rag.Info{}, fmt.Errorf("%s: %w", name, rag.ErrNotFound)
	case 1:
		return near[0], nil
	}
	return rag.Info{}, hinted{fmt.Errorf("%s: the IDs of %d articles begin so", name, len(near)), "give more of it, as `footnote list` shows it"}
}

// catalog lists the library; a library that is not there yet is empty.
func (p *program) catalog(ctx context.Context) ([]rag.Info, func(), error) {
	store, done, err := p.read(ctx)
	if errors.Is(err, errNoLibrary) {
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

// short cuts s at n runes.
func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimSpace(string(r[:n-1])) + "…"
}

func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Sprintf("%s takes no %q", c.CommandPath(), args[0]), fmt.Sprintf("`%s --help` says how to use it", c.CommandPath())}
	}
	return nil
}

// someArgs wants exactly n arguments, or any number but none if n is -1.
func someArgs(what string, n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 || n >= 0 && len(args) != n {
			return usageError{fmt.Sprintf("%s wants %s", c.CommandPath(), what), fmt.Sprintf("`%s --help` says how to use it", c.CommandPath())}
		}
		return nil
	}
}
