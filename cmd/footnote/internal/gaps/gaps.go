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

// gap is a gap as gaps prints it.
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

// Command returns the command gaps with its subcommands.
func Command(p *cli.Program) *cobra.Command {
	var all bool
	var set string
	var cs catalog.Collections
	c := p.WithJSON(&cobra.Command{
		Use:   "gaps",
		Short: "List the questions that the articles do not answer",
		Long: `Gaps lists the questions that ask and chat got no answer to, or only something
near it, the most asked first. They are in your library and nowhere else;
--no-record keeps a question out. The sample has none.

When articles have been added, "footnote gaps check" asks again and closes what is
answered now. --set writes the open ones as a set of questions for "footnote eval",
a JSON object a line, to be completed by hand.`,
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
			return tellGaps(p, entries, all)
		},
	})
	cs.Register(c)
	c.Flags().BoolVar(&all, "all", false, "closed ones too")
	c.Flags().StringVar(&set, "set", "", "write them to `FILE`, which is not there yet, as a set of questions; - is standard output")
	c.AddCommand(checkGaps(p), closeGaps(p), openGaps(p), removeGaps(p))
	return c
}

// readGaps gives the gaps and the titles of all articles by id; a library that
// is not there yet has none.
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

func tellGaps(p *cli.Program, gaps []gap, all bool) error {
	if len(gaps) == 0 {
		what := "open gaps"
		if all {
			what = "gaps"
		}
		p.Note("there are no %s in the library %s", what, cli.ShortPath(p.LibraryPath()))
		return nil
	}
	t := p.Text()
	tab := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
	head, row := "ID\tASKED\tLAST\tQUESTION\tNEAREST\n", "%d\t%d\t%s\t%s\t%s\n"
	if all {
		head, row = "ID\tASKED\tLAST\tQUESTION\tNEAREST\tSTATE\n", "%d\t%d\t%s\t%s\t%s\t%s\n"
	}
	fmt.Fprint(tab, head)
	for _, g := range gaps {
		question, nearest := "(not kept)", "-"
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
