package gaps

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
)

// checkGaps returns the command gaps check.
func checkGaps(p *cli.Program) *cobra.Command {
	var m open.ModelFlags
	c := &cobra.Command{
		Use:   "check",
		Short: "Ask the open questions again, and close those that are now answered",
		Args:  cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, stop := cli.Interruptible(c.Context())
			defer stop()
			gaps, titles, err := readGaps(c, p, nil, false)
			if err != nil {
				return err
			}
			if len(gaps) == 0 {
				return printGaps(p, nil, false)
			}
			store, done, err := open.ToChange(p)
			if err != nil {
				return err
			}
			defer done()
			a, err := open.Answerer(ctx, p, m)
			if err != nil {
				return err
			}
			defer a.Close()
			if a.Sample {
				return exit.WithHint(errors.New("the library has no articles"), "run `footnote add PATH` to add some")
			}
			closed := 0
			for _, g := range gaps {
				if g.Question == "" {
					continue
				}
				answer, err := a.Ask(ctx, rag.Question{Text: g.Question, Today: p.Now(), Filter: g.Filter}, nil)
				if err != nil {
					return err
				}
				if answer.Verdict != rag.Answered || len(answer.Citations) == 0 {
					continue
				}
				doc := answer.Citations[0].Doc
				if err := store.CloseGap(ctx, g.ID, doc, p.Now()); err != nil {
					return err
				}
				closed++
				fmt.Fprintf(p.Stdout, "closed %d %s (%s)\n", g.ID, p.Text().Line(g.Question, 70), p.Text().Line(titles[doc], 60))
			}
			fmt.Fprintf(p.Stdout, "%s closed, %d open\n", words.Count(closed, "gap"), len(gaps)-closed)
			return nil
		},
	}
	m.Register(c)
	m.RegisterCheck(c)
	return c
}
