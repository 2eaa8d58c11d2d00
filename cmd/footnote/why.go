package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"footnote/rag"
	"footnote/rag/ask"
)

func (p *program) why() *cobra.Command {
	var cs collections
	var m modelFlags
	var care careFlags
	c := cs.register(p.withJSON(&cobra.Command{
		Use:     "why QUESTION…",
		Short:   "Explain how an answer is found, scores and all",
		Long:    "Why shows what the two searches found for a question, how the sentences of the\nbest passages score as answers, how the verdict comes about, and with --model what\nthe check left out of the answer and why.",
		Example: "  footnote why \"How much money did Putin offer Lukashenko?\"",
		RunE: func(c *cobra.Command, args []string) error {
			question, err := p.question(args)
			if err != nil {
				return err
			}
			ctx, stop := interruptible(c.Context())
			defer stop()
			a, done, err := p.answerer(ctx, m)
			if err != nil {
				return err
			}
			defer done()
			filter, err := cs.filter(ctx, a.Store)
			if err != nil {
				return err
			}
			a.Caution = care.care()
			w, err := a.Explain(ctx, rag.Question{Text: question, Today: p.now(), Filter: filter})
			if err != nil {
				return err
			}
			if p.json {
				return p.printJSON(w)
			}
			return p.explain(w)
		},
	}))
	m.register(c)
	care.register(c)
	return c
}

func (p *program) explain(w ask.Explanation) error {
	t := p.text()
	fmt.Fprintf(p.stdout, "searched for: %s\n", w.Searched)
	for _, part := range w.Parts {
		fmt.Fprintf(p.stdout, "a part of it: %s\n", part)
	}
	fmt.Fprintf(p.stdout, "its words, and how rare they are (0 to 1): ")
	for i, x := range w.Terms {
		if i > 0 {
			fmt.Fprint(p.stdout, ", ")
		}
		fmt.Fprintf(p.stdout, "%s %.2f", x.Word, x.Rarity)
	}
	fmt.Fprintf(p.stdout, "\n\npassages (score: of both searches; dense: by meaning; lexical: by words)\n")
	tab := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "score\tdense\tlexical\t  chunk")
	for _, x := range w.Ranked {
		fmt.Fprintf(tab, "%.3f\t%.3f\t%.2f\t  %s %s\n", x.Score, x.Dense, x.Lexical, x.Chunk, short(oneLine(x.Text), 60))
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "\nsentences\n")
	tab = tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "score\tdense\t  sentence")
	for _, x := range w.Sentences[:min(10, len(w.Sentences))] {
		fmt.Fprintf(tab, "%.3f\t%.3f\t  %s\n", x.Score, x.Dense, short(oneLine(x.Text), 70))
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	var e strings.Builder
	if err := json.NewEncoder(&e).Encode(w.Evidence); err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "\nevidence: %s%s Confidence %.2f, so: %s (answered from %.2f, nearest from %.2f)\n\n", e.String(), rag.Likelihood(w.Confidence), w.Confidence, w.Answer.Verdict, w.AnsweredFrom, w.NearestFrom)
	for _, d := range w.Answer.Dropped {
		fmt.Fprintf(p.stdout, "left out (%s): %s\n\n", oneLine(d.Reason), oneLine(d.Text))
	}
	return t.Answer(p.stdout, w.Answer)
}
