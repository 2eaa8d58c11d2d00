package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"footnote/rag"
)

// collections is the flag that narrows a command to some of the library.
type collections []string

func (c *collections) register(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringArrayVar((*[]string)(c), "collection", nil, "only articles of the collection `NAME`; may be said several times (default: all)")
	return cmd
}

// filter gives what the flag selects, and refuses a collection of which store
// holds no article.
func (c collections) filter(ctx context.Context, store rag.Catalog) (rag.Filter, error) {
	f := rag.Filter{Collections: c}
	if len(c) == 0 {
		return f, nil
	}
	infos, err := store.List(ctx, rag.Filter{})
	if err != nil {
		return f, err
	}
	return f, c.among(infos)
}

// among refuses a collection that none of the articles is of.
func (c collections) among(infos []rag.Info) error {
	var held []string
	for _, i := range infos {
		if i.Collection != "" && !slices.Contains(held, i.Collection) {
			held = append(held, i.Collection)
		}
	}
	slices.Sort(held)
	for _, name := range c {
		if slices.ContainsFunc(infos, func(i rag.Info) bool { return i.Collection == name }) {
			continue
		}
		there := "its articles are of no collection; `footnote add --collection NAME` makes one"
		if len(held) > 0 {
			there = "there are: " + strings.Join(held, ", ")
		}
		return usageError{fmt.Sprintf("the library has no collection %q", name), there}
	}
	return nil
}
