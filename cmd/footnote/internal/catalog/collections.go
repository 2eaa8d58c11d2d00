// Package catalog finds the articles and collections that the user names on the
// command line.
package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/exit"
	"footnote/rag"
)

// Collections is the value of --collection: the collections that a command is
// limited to. Empty means all articles.
type Collections []string

// Register adds --collection to cmd and returns cmd.
func (c *Collections) Register(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringArrayVar((*[]string)(c), "collection", nil, "use only the articles in the collection `NAME`; repeat the flag to use several (default: all)")
	return cmd
}

// Filter returns the filter for the flag. It returns an error if store has no
// article in one of the collections.
func (c Collections) Filter(ctx context.Context, store rag.Catalog) (rag.Filter, error) {
	f := rag.Filter{Collections: c}
	if len(c) == 0 {
		return f, nil
	}
	infos, err := store.List(ctx, rag.Filter{})
	if err != nil {
		return f, err
	}
	return f, c.Check(infos)
}

// Check returns an error if one of the collections has no article in infos.
func (c Collections) Check(infos []rag.Info) error {
	var existing []string
	for _, i := range infos {
		if i.Collection != "" && !slices.Contains(existing, i.Collection) {
			existing = append(existing, i.Collection)
		}
	}
	slices.Sort(existing)
	for _, name := range c {
		if slices.ContainsFunc(infos, func(i rag.Info) bool { return i.Collection == name }) {
			continue
		}
		hint := "the library has no collections; run `footnote add --collection NAME PATH` to create one"
		if len(existing) > 0 {
			hint = "choose from: " + strings.Join(existing, ", ")
		}
		return exit.Usage(fmt.Sprintf("collection %q: not found", name), hint)
	}
	return nil
}
