package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"footnote/rag"
	"footnote/rag/library"
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

func (p *program) gaps() *cobra.Command {
	var all bool
	var set string
	var cs collections
	c := p.withJSON(&cobra.Command{
		Use:   "gaps",
		Short: "List the questions that the articles do not answer",
		Long: `Gaps lists the questions that ask and chat got no answer to, or only something
near it, the most asked first. They are in your library and nowhere else;
--no-record keeps a question out. The sample has none.

When articles have been added, "footnote gaps check" asks again and closes what is
answered now. --set writes the open ones as a set of questions for "footnote eval",
a JSON object a line, to be completed by hand.`,
		Example: "  footnote gaps\n  footnote gaps --set gaps.jsonl\n  footnote gaps close 7 --by https://example.org/ferry",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			gaps, titles, err := p.readGaps(c, cs, all)
			if err != nil {
				return err
			}
			if set != "" {
				return p.writeGaps(set, gaps)
			}
			entries := []gap{}
			for _, g := range gaps {
				entries = append(entries, newGap(g, titles))
			}
			if p.json {
				return p.printJSON(entries)
			}
			return p.tellGaps(entries, all)
		},
	})
	cs.register(c)
	c.Flags().BoolVar(&all, "all", false, "closed ones too")
	c.Flags().StringVar(&set, "set", "", "write them to `FILE`, which is not there yet, as a set of questions; - is standard output")
	c.AddCommand(p.checkGaps(), p.closeGaps(), p.openGaps())
	return c
}

// readGaps gives the gaps and the titles of all articles by id; a library that
// is not there yet has none.
func (p *program) readGaps(c *cobra.Command, cs collections, closed bool) ([]rag.Gap, map[string]string, error) {
	store, done, err := p.read(c.Context())
	if errors.Is(err, errNoLibrary) {
		return nil, nil, cs.among(nil)
	}
	if err != nil {
		return nil, nil, err
	}
	defer done()
	infos, err := store.List(c.Context(), rag.Filter{})
	if err != nil {
		return nil, nil, err
	}
	if err := cs.among(infos); err != nil {
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

func (p *program) tellGaps(gaps []gap, all bool) error {
	if len(gaps) == 0 {
		what := "open gaps"
		if all {
			what = "gaps"
		}
		p.note("there are no %s in the library %s", what, shortPath(p.path()))
		return nil
	}
	t := p.text()
	tab := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
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

// writeGaps writes gaps as a set of questions without answers.
func (p *program) writeGaps(path string, gaps []rag.Gap) error {
	type question struct {
		Question   string   `json:"question"`
		Answers    []string `json:"answers"`
		Answerable bool     `json:"answerable"`
		Docs       []string `json:"docs"`
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	written := 0
	for _, g := range gaps {
		if g.Question == "" {
			continue
		}
		if err := enc.Encode(question{g.Question, []string{}, false, []string{}}); err != nil {
			return err
		}
		written++
	}
	if n := len(gaps) - written; n > 0 {
		p.note("%s left out: the words were not kept", count(n, "question"))
	}
	if path == "-" {
		_, err := p.stdout.Write(b.Bytes())
		return err
	}
	if err := writeNew(path, b.Bytes()); err != nil {
		return err
	}
	p.note("%s written to %s; fill in answers, answerable and docs", count(written, "question"), path)
	return nil
}

// writeNew writes a file that is not there yet, whole or not at all.
func writeNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return hinted{fmt.Errorf("%s: it is there already", path), "name a new file, lest what was completed by hand is lost"}
	}
	if err != nil {
		return err
	}
	_, err = io.Copy(f, bytes.NewReader(b))
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

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
