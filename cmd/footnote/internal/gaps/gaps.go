// Package gaps has the commands for gaps: questions that the articles don't
// answer.
package gaps

import (
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/catalog"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/open"
	"footnote/rag"
)

// gap is a gap in the output of gaps --json.
type gap struct {
	ID           int64       `json:"id"`
	Question     string      `json:"question"`
	Times        int         `json:"times"`
	First        string      `json:"first"`
	Last         string      `json:"last"`
	Verdict      rag.Verdict `json:"verdict"`
	Nearest      string      `json:"nearest"`
	NearestTitle string      `json:"nearest_title"`
	Collections  []string    `json:"collections"`
	State        string      `json:"state"`
	Closed       string      `json:"closed"`
	ClosedBy     string      `json:"closed_by"`
}

func newGap(g rag.Gap, titles map[string]string) gap {
	x := gap{ID: g.ID, Question: g.Question, Times: g.Times, First: g.First.Format(time.RFC3339), Last: g.Last.Format(time.RFC3339), Verdict: g.Verdict,
		Nearest: g.Nearest, NearestTitle: titles[g.Nearest], Collections: append([]string{}, g.Filter.Collections...), State: "open", ClosedBy: g.ClosedBy}
	if !g.Closed.IsZero() {
		x.State, x.Closed = "closed", g.Closed.Format(time.RFC3339)
	}
	return x
}

// Command returns the gaps command with its subcommands.
func Command(p *cli.Program) *cobra.Command {
	var all bool
	var set string
	var cs catalog.Collections
	c := p.WithJSON(&cobra.Command{
		Use:   "gaps",
		Short: "List the questions that the articles don't answer",
		Long: `Gaps lists the questions from ask and chat that your articles did not answer, or
did not answer directly, most asked first. They are saved in your library and
nowhere else. To keep a question out, ask it with --no-record. Questions to the
bundled sample article are not saved.

After you add articles, run "footnote gaps check": it asks the questions again
and closes those that are now answered. With --set, gaps writes the open
questions as a question set for "footnote eval", one JSON object per line, for
you to complete.`,
		Example: "  footnote gaps\n  footnote gaps --set gaps.jsonl\n  footnote gaps close 7 --by https://example.org/ferry",
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			gaps, titles, err := readGaps(c, p, cs, all)
			if err != nil {
				return err
			}
			if set != "" {
				return writeGaps(p, set, gaps)
			}
			entries := []gap{}
			for _, g := range gaps {
				entries = append(entries, newGap(g, titles))
			}
			if p.JSON {
				return p.PrintJSON(entries)
			}
			return printGaps(p, entries, all)
		},
	})
	cs.Register(c)
	c.Flags().BoolVar(&all, "all", false, "include closed gaps")
	c.Flags().StringVar(&set, "set", "", "write the gaps as a question set to a new `FILE`, or to standard output if it is -")
	c.AddCommand(checkGaps(p), closeGaps(p), openGaps(p), removeGaps(p))
	return c
}

// readGaps returns the gaps and the titles of all articles by ID. It returns
// closed gaps only if closed is true, and none if the library does not exist.
func readGaps(c *cobra.Command, p *cli.Program, cs catalog.Collections, closed bool) ([]rag.Gap, map[string]string, error) {
	store, done, err := open.ToRead(p)
	if errors.Is(err, open.ErrNoLibrary) {
		return nil, nil, cs.Check(nil)
	}
	if err != nil {
		return nil, nil, err
	}
	defer done()
	infos, err := store.List(c.Context(), rag.Filter{})
	if err != nil {
		return nil, nil, err
	}
	if err := cs.Check(infos); err != nil {
		return nil, nil, err
	}
	titles := map[string]string{}
	for _, i := range infos {
		titles[i.ID] = i.Title
	}
	gaps, err := store.Gaps(c.Context(), rag.Filter{Collections: cs})
	if !closed {
		gaps = slices.DeleteFunc(gaps, func(g rag.Gap) bool { return !g.Closed.IsZero() })
	}
	return gaps, titles, err
}

// printGaps prints a table of gaps. If all is true, the table has a STATE
// column.
func printGaps(p *cli.Program, gaps []gap, all bool) error {
	if len(gaps) == 0 {
		what := "open gaps"
		if all {
			what = "gaps"
		}
		p.Note("no %s in the library %s", what, cli.ShortPath(p.LibraryPath()))
		return nil
	}
	t := p.Text()
	tab := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	head, row := "ID\tTIMES\tLAST\tQUESTION\tCLOSEST ARTICLE\n", "%d\t%d\t%s\t%s\t%s\n"
	if all {
		head, row = "ID\tTIMES\tLAST\tQUESTION\tCLOSEST ARTICLE\tSTATE\n", "%d\t%d\t%s\t%s\t%s\t%s\n"
	}
	fmt.Fprint(tab, head)
	for _, g := range gaps {
		question, nearest := "(not saved)", "-"
		if g.Question != "" {
			question = t.Line(g.Question, 70)
		}
		if g.NearestTitle != "" {
			nearest = t.Line(g.NearestTitle, 40)
		}
		cells := []any{g.ID, g.Times, g.Last[:len(time.DateOnly)], question, nearest}
		if all {
			cells = append(cells, g.State)
		}
		fmt.Fprintf(tab, row, cells...)
	}
	return tab.Flush()
}
