package articles

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/catalog"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
)

// Remove returns the remove command.
func Remove(p *cli.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID…",
		Short: "Remove articles from the library",
		Long:  "Remove deletes articles from the library, but not their files. ID is an ID from\n`footnote list`, its first characters, or the path or URL of the article.",
		Args:  cli.SomeArgs("the ID of an article", -1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx := c.Context()
			store, done, err := open.ToChange(p)
			if err != nil {
				return err
			}
			defer done()
			infos, err := store.List(ctx, rag.Filter{})
			if err != nil {
				return err
			}
			var removed []rag.Info
			var ids []string
			for _, arg := range args {
				i, err := catalog.Find(infos, arg)
				if err != nil {
					return err
				}
				if !slices.Contains(ids, i.ID) {
					removed, ids = append(removed, i), append(ids, i.ID)
				}
			}
			if err := store.Update(ctx, nil, ids); err != nil {
				return err
			}
			for _, i := range removed {
				fmt.Fprintf(p.Stdout, "removed %s %s\n", i.ID, words.Truncate(i.Title, 80))
			}
			return nil
		},
	}
}
