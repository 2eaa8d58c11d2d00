package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"footnote/rag"
	"footnote/rag/library"
)

// failure is something that could not be read, as list --failed prints it.
type failure struct {
	Source string `json:"source"`
	Reason string `json:"reason"`
	Tries  int    `json:"tries"`
	Last   string `json:"last"`
	Next   string `json:"next"` // not tried before
}

func (p *program) listFailed(ctx context.Context) error {
	store, done, err := p.read(ctx)
	if err != nil {
		return err
	}
	defer done()
	traces, err := store.Traces(ctx)
	if err != nil {
		return err
	}
	all := []failure{}
	for _, t := range traces {
		if t.Failure != "" {
			all = append(all, failure{t.Source, t.Failure, t.Tries, t.At.UTC().Format(time.RFC3339), t.Next.UTC().Format(time.RFC3339)})
		}
	}
	if p.json {
		return p.printJSON(all)
	}
	if len(all) == 0 {
		p.note("nothing failed")
		return nil
	}
	text := p.text()
	tab := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "TRIES\tLAST\tAGAIN AFTER\tWHAT\tWHY")
	for _, t := range traces {
		if t.Failure != "" {
			fmt.Fprintf(tab, "%d\t%s\t%s\t%s\t%s\n", t.Tries, t.At.Local().Format("Jan 2 15:04"), t.Next.Local().Format("Jan 2 15:04"), text.Path(t.Source), oneLine(t.Failure))
		}
	}
	return tab.Flush()
}

// alsoAt gives the other places of an article.
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

// showChanges prints what each version of an article changed, the newest first.
func (p *program) showChanges(ctx context.Context, store *library.Library, d rag.Document) error {
	versions, err := store.Versions(ctx, d.ID)
	if err != nil {
		return err
	}
	if p.json {
		type version struct {
			Replaced string `json:"replaced"`
			Title    string `json:"title"`
			Text     string `json:"text"`
		}
		all := []version{}
		for _, v := range versions {
			all = append(all, version{v.Replaced.UTC().Format(time.RFC3339), v.Title, v.Text})
		}
		return p.printJSON(all)
	}
	if len(versions) == 0 {
		p.note("%s has not changed since it was added", short(d.Title, 60))
		return nil
	}
	title, text, after := d.Title, d.Text, "now"
	for _, v := range versions {
		before := "until " + v.Replaced.Local().Format("2006-01-02 15:04:05")
		out := diff.Diff(before, []byte(v.Title+"\n\n"+v.Text), after, []byte(title+"\n\n"+text))
		if _, err := p.stdout.Write(out); err != nil {
			return err
		}
		title, text, after = v.Title, v.Text, before
	}
	return nil
}
