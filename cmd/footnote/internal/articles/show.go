package articles

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/catalog"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
	"footnote/rag/library"
)

// Show returns the show command.
func Show(p *cli.Program) *cobra.Command {
	changes := false
	c := p.WithJSON(&cobra.Command{
		Use:   "show ID",
		Short: "Print one article",
		Long:  "Show prints an article. ID is an ID from `footnote list`, its first characters,\nor the path or URL of the article.",
		Args:  cli.SomeArgs("the ID of an article", 1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx := c.Context()
			store, done, err := open.ToRead(p)
			if err != nil {
				return err
			}
			defer done()
			infos, err := store.List(ctx, rag.Filter{})
			if err != nil {
				return err
			}
			i, err := catalog.Find(infos, args[0])
			if err != nil {
				return err
			}
			d, err := store.Document(ctx, i.ID)
			if err != nil {
				return err
			}
			if changes {
				return showChanges(ctx, p, store, d)
			}
			e := newEntry(i)
			e.Author, e.Site, e.Language, e.Text = d.Author, d.Site, d.Language, d.Text
			if e.Also, err = alsoAt(ctx, store, i.ID); err != nil {
				return err
			}
			if p.JSON {
				return p.PrintJSON(e)
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
					fmt.Fprintln(p.Stdout, line[0]+line[1])
				}
			}
			_, err = io.WriteString(p.Stdout, "\n"+strings.TrimRight(strings.ReplaceAll(d.Text, "\f", "\n"), "\n")+"\n")
			return err
		},
	})
	c.Flags().BoolVar(&changes, "changes", false, "show how the article changed since earlier versions")
	return c
}

// alsoAt returns the other sources of an article.
func alsoAt(ctx context.Context, store *library.Library, id string) ([]string, error) {
	links, err := store.Links(ctx)
	if err != nil {
		return nil, err
	}
	var all []string
	for _, k := range links {
		if k.Article == id {
			all = append(all, k.Source)
		}
	}
	return all, nil
}

// showChanges prints the differences between the versions of an article, newest
// first.
func showChanges(ctx context.Context, p *cli.Program, store *library.Library, d rag.Document) error {
	versions, err := store.Versions(ctx, d.ID)
	if err != nil {
		return err
	}
	if p.JSON {
		type version struct {
			Replaced string `json:"replaced"`
			Title    string `json:"title"`
			Text     string `json:"text"`
		}
		all := []version{}
		for _, v := range versions {
			all = append(all, version{v.Replaced.UTC().Format(time.RFC3339), v.Title, v.Text})
		}
		return p.PrintJSON(all)
	}
	if len(versions) == 0 {
		p.Note("%s has not changed since it was added", words.Truncate(d.Title, 60))
		return nil
	}
	title, text, after := d.Title, d.Text, "now"
	for _, v := range versions {
		before := "until " + v.Replaced.Local().Format("2006-01-02 15:04:05")
		out := diff.Diff(before, []byte(v.Title+"\n\n"+v.Text), after, []byte(title+"\n\n"+text))
		if _, err := p.Stdout.Write(out); err != nil {
			return err
		}
		title, text, after = v.Title, v.Text, before
	}
	return nil
}
