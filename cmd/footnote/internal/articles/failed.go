package articles

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag/source"
)

// failure is a file or page that could not be read, in the output of
// list --failed --json.
type failure struct {
	Source string `json:"source"`
	Reason string `json:"reason"`
	Tries  int    `json:"tries"`
	Last   string `json:"last"`
	Next   string `json:"next"` // footnote does not try again before this time
}

// listFailed prints what could not be read, and why.
func listFailed(ctx context.Context, p *cli.Program) error {
	store, done, err := open.ToRead(p)
	if err != nil {
		return err
	}
	defer done()
	traces, err := store.Fetched(ctx)
	if err != nil {
		return err
	}
	all := []failure{}
	for _, t := range traces {
		if source.Failed(t) {
			all = append(all, failure{t.Source, t.Failure, t.Tries, t.At.UTC().Format(time.RFC3339), t.Next.UTC().Format(time.RFC3339)})
		}
	}
	if p.JSON {
		return p.PrintJSON(all)
	}
	if len(all) == 0 {
		p.Note("no files or pages failed")
		return nil
	}
	text := p.Text()
	tab := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "TRIES\tLAST TRY\tNEXT TRY\tSOURCE\tREASON")
	for _, t := range traces {
		if source.Failed(t) {
			fmt.Fprintf(tab, "%d\t%s\t%s\t%s\t%s\n", t.Tries, t.At.Local().Format("Jan 2 15:04"), t.Next.Local().Format("Jan 2 15:04"), text.Path(t.Source), words.OneLine(t.Failure))
		}
	}
	return tab.Flush()
}
