package gaps

import (
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/catalog"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/rag"
	"footnote/rag/library"
)

// closeGaps returns the command gaps close.
func closeGaps(p *cli.Program) *cobra.Command {
	var by string
	c := &cobra.Command{
		Use:   "close ID…",
		Short: "Close gaps that an article answers, or that need no answer",
		Long: `Close takes questions off the list. With --by, name the article that answers
them; if someone asks again and gets no answer, the gap reopens. Without --by,
gaps stay closed.`,
		Args: cli.SomeArgs("the number of a gap from `footnote gaps`", -1),
		RunE: func(c *cobra.Command, args []string) error {
			return changeGaps(p, args, func(l *library.Library, id int64) error {
				doc := ""
				if c.Flags().Changed("by") {
					infos, err := l.List(c.Context(), rag.Filter{})
					if err != nil {
						return err
					}
					i, err := catalog.Find(infos, by)
					if err != nil {
						return err
					}
					doc = i.ID
				}
				return l.CloseGap(c.Context(), id, doc, p.Now())
			}, "closed")
		},
	}
	c.Flags().StringVar(&by, "by", "", "the `ARTICLE` that answers the question: its ID, path or URL")
	return c
}

// openGaps returns the command gaps open.
func openGaps(p *cli.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "open ID…",
		Short: "Reopen closed gaps",
		Args:  cli.SomeArgs("the number of a gap from `footnote gaps --all`", -1),
		RunE: func(c *cobra.Command, args []string) error {
			return changeGaps(p, args, func(l *library.Library, id int64) error { return l.OpenGap(c.Context(), id) }, "opened")
		},
	}
}

// removeGaps returns the command gaps remove.
func removeGaps(p *cli.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID…",
		Short: "Delete gaps and their questions from the library",
		Args:  cli.SomeArgs("the number of a gap from `footnote gaps --all`", -1),
		RunE: func(c *cobra.Command, args []string) error {
			return changeGaps(p, args, func(l *library.Library, id int64) error { return l.DropGap(c.Context(), id) }, "removed")
		},
	}
}

// changeGaps calls do with each gap in args. It prints done and the gap's
// number after each.
func changeGaps(p *cli.Program, args []string, do func(*library.Library, int64) error, done string) error {
	var ids []int64
	for _, arg := range args {
		id, err := strconv.ParseInt(arg, 10, 64)
		if err != nil || id < 1 {
			return exit.Usage(fmt.Sprintf("%q is not the number of a gap", arg), "run `footnote gaps --all` to see the numbers")
		}
		ids = append(ids, id)
	}
	l, closeLibrary, err := open.ToChange(p)
	if err != nil {
		return err
	}
	defer closeLibrary()
	for _, id := range ids {
		if err := do(l, id); err != nil {
			return err
		}
		fmt.Fprintf(p.Stdout, "%s %d\n", done, id)
	}
	return nil
}
