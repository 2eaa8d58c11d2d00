package main

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"footnote/rag"
	"footnote/rag/library"
)

func (p *program) checkGaps() *cobra.Command {
	var m modelFlags
	c := &cobra.Command{
		Use:   "check",
		Short: "Ask the open questions again, and close those that are answered now",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, stop := interruptible(c.Context())
			defer stop()
			gaps, titles, err := p.readGaps(c, nil, false)
			if err != nil {
				return err
			}
			if len(gaps) == 0 {
				return p.tellGaps(nil, false)
			}
			store, done, err := p.write()
			if err != nil {
				return err
			}
			defer done()
			a, closeAnswerer, err := p.answerer(ctx, m)
			if err != nil {
				return err
			}
			defer closeAnswerer()
			if p.sampled {
				return hinted{errors.New("the library holds no article to ask"), "`footnote add PATH` adds some"}
			}
			closed := 0
			for _, g := range gaps {
				if g.Question == "" {
					continue
				}
				answer, err := a.Ask(ctx, rag.Question{Text: g.Question, Today: p.now(), Filter: g.Filter}, nil)
				if err != nil {
					return err
				}
				if answer.Verdict != rag.Answered || len(answer.Citations) == 0 {
					continue
				}
				doc := answer.Citations[0].Doc
				if err := store.CloseGap(ctx, g.ID, doc, p.now()); err != nil {
					return err
				}
				closed++
				fmt.Fprintf(p.stdout, "closed %d %s (%s)\n", g.ID, p.text().Line(g.Question, 70), p.text().Line(titles[doc], 60))
			}
			fmt.Fprintf(p.stdout, "%s closed, %d open\n", count(closed, "gap"), len(gaps)-closed)
			return nil
		},
	}
	m.register(c)
	return c
}

func (p *program) closeGaps() *cobra.Command {
	var by string
	c := &cobra.Command{
		Use:   "close ID…",
		Short: "Close gaps: by an article that answers them, or as not to be answered",
		Long: `Close takes questions off the list. With --by it says which article answers them:
asked again without an answer, they are back. Without, they stay off it.`,
		Args: someArgs("the number of a gap, as `footnote gaps` shows it", -1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.changeGaps(args, func(l *library.Library, id int64) error {
				doc := ""
				if c.Flags().Changed("by") {
					infos, err := l.List(c.Context(), rag.Filter{})
					if err != nil {
						return err
					}
					i, err := find(infos, by)
					if err != nil {
						return err
					}
					doc = i.ID
				}
				return l.CloseGap(c.Context(), id, doc, p.now())
			}, "closed")
		},
	}
	c.Flags().StringVar(&by, "by", "", "the `ARTICLE` that answers: its ID, path or URL")
	return c
}

func (p *program) openGaps() *cobra.Command {
	return &cobra.Command{
		Use:   "open ID…",
		Short: "Open gaps that were closed",
		Args:  someArgs("the number of a gap, as `footnote gaps --all` shows it", -1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.changeGaps(args, func(l *library.Library, id int64) error { return l.OpenGap(c.Context(), id) }, "opened")
		},
	}
}

func (p *program) removeGaps() *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID…",
		Short: "Take gaps out of the library, words and all",
		Args:  someArgs("the number of a gap, as `footnote gaps --all` shows it", -1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.changeGaps(args, func(l *library.Library, id int64) error { return l.DropGap(c.Context(), id) }, "removed")
		},
	}
}

// changeGaps does something with each gap that is named.
func (p *program) changeGaps(args []string, do func(*library.Library, int64) error, done string) error {
	var ids []int64
	for _, arg := range args {
		id, err := strconv.ParseInt(arg, 10, 64)
		if err != nil || id < 1 {
			return usageError{fmt.Sprintf("%q is not the number of a gap", arg), "`footnote gaps --all` shows the numbers"}
		}
		ids = append(ids, id)
	}
	l, closeLibrary, err := p.write()
	if err != nil {
		return err
	}
	defer closeLibrary()
	for _, id := range ids {
		if err := do(l, id); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s %d\n", done, id)
	}
	return nil
}
