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

func closeGaps(p *cli.Program) *cobra.Command {
	var by string
	c := &cobra.Command{
		Use:   "close ID…",
		Short: "Close gaps: by an article that answers them, or as not to be answered",
		Long: `Close takes questions off the list. With --by it says which article answers them:
asked again without an answer, they are back. Without, they stay off it.`,
		Args: cli.SomeArgs("the number of a gap, as `footnote gaps` shows it", -1),
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
	c.Flags().StringVar(&by, "by", "", "the `ARTICLE` that answers: its ID, path or URL")
	return c
}

func openGaps(p *cli.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "open ID…",
		Short: "Open gaps that were closed",
		Args:  cli.SomeArgs("the number of a gap, as `footnote gaps --all` shows it", -1),
		RunE: func(c *cobra.Command, args []string) error {
			return changeGaps(p, args, func(l *library.Library, id int64) error { return l.OpenGap(c.Context(), id) }, "opened")
		},
	}
}

func removeGaps(p *cli.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID…",
		Short: "Take gaps out of the library, words and all",
		Args:  cli.SomeArgs("the number of a gap, as `footnote gaps --all` shows it", -1),
		RunE: func(c *cobra.Command, args []string) error {
			return changeGaps(p, args, func(l *library.Library, id int64) error { return l.DropGap(c.Context(), id) }, "removed")
		},
	}
}

// changeGaps does something with each gap that is named.
func changeGaps(p *cli.Program, args []string, do func(*library.Library, int64) error, done string) error {
	var ids []int64
	for _, arg := range args {
		id, err := strconv.ParseInt(arg, 10, 64)
		if err != nil || id < 1 {
			return exit.Usage(fmt.Sprintf("%q is not the number of a gap", arg), "`footnote gaps --all` shows the numbers")
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
