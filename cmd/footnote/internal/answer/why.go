package answer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"footnote/bot/phrase"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
	"footnote/rag/ask"
)

// Why returns the why command.
func Why(p *cli.Program) *cobra.Command {
	var f flags
	c := p.WithJSON(&cobra.Command{
		Use:     "why QUESTION…",
		Short:   "Explain how an answer is found, with all scores",
		Long:    "Why shows what both searches found for a question, how the sentences of the best\npassages score as answers, and how the verdict follows. With --model it also\nshows which sentences the check marked or removed, why, and what the model's\nrequests cost.",
		Example: "  footnote why \"How much money did Putin offer Lukashenko?\"",
		RunE: func(c *cobra.Command, args []string) error {
			question, err := questionText(p, args)
			if err != nil {
				return err
			}
			ctx, stop := cli.Interruptible(c.Context())
			defer stop()
			a, filter, err := f.open(ctx, p)
			if err != nil {
				return err
			}
			defer a.Close()
			w, err := a.Explain(ctx, rag.Question{Text: question, Today: p.Now(), Filter: filter})
			if err != nil {
				return err
			}
			if p.JSON {
				return p.PrintJSON(struct {
					ask.Explanation
					Answer phrase.JSON `json:"answer"`
				}{w, phrase.NewJSON(w.Answer)})
			}
			return explain(p, w)
		},
	})
	f.register(c)
	return c
}

// explainCheck prints what the check found out about a model's sentences, and
// what the requests to models cost.
func explainCheck(p *cli.Program, a rag.Answer) {
	for _, s := range a.Sentences {
		if phrase.Mark(s.Support) != "" {
			fmt.Fprintf(p.Stdout, "marked %s (%s): %s\n\n", phrase.Mark(s.Support), cmp.Or(words.OneLine(phrase.Reason(s.Reason)), phrase.Reason(rag.Reason{Code: rag.OnlyPartly})), words.OneLine(s.Text))
		}
	}
	for _, r := range a.Removed {
		fmt.Fprintf(p.Stdout, "removed (%s): %s\n\n", words.OneLine(phrase.Reason(r.Reason)), words.OneLine(r.Text))
	}
	if a.Repaired > 0 {
		fmt.Fprintf(p.Stdout, "repaired: the model rewrote %s, which then passed the check\n\n", words.Count(a.Repaired, "sentence"))
	}
	if a.JudgeError != nil {
		fmt.Fprintf(p.Stdout, "the checker failed: %s\n\n", words.OneLine(a.JudgeError.Error()))
	}
	for _, stage := range []struct {
		name string
		rag.Cost
	}{{"write", a.Spent.Write}, {"judge", a.Spent.Judge}, {"repair", a.Spent.Repair}} {
		if stage.Calls > 0 {
			fmt.Fprintf(p.Stdout, "%s: %s, %d tokens read, %d written, %.1f s\n", stage.name, words.Count(stage.Calls, "request"), stage.Usage.PromptTokens, stage.Usage.CompletionTokens, stage.Time.Seconds())
		}
	}
	if a.Spent != (rag.Spent{}) {
		fmt.Fprintln(p.Stdout)
	}
}

// explain prints w for the user.
func explain(p *cli.Program, w ask.Explanation) error {
	t := p.Text()
	fmt.Fprintf(p.Stdout, "searched for: %s\n", w.Searched)
	for _, part := range w.Parts {
		fmt.Fprintf(p.Stdout, "part: %s\n", part)
	}
	fmt.Fprintf(p.Stdout, "words and their rarity (0 to 1): ")
	for i, x := range w.Terms {
		if i > 0 {
			fmt.Fprint(p.Stdout, ", ")
		}
		fmt.Fprintf(p.Stdout, "%s %.2f", x.Word, x.Rarity)
	}
	fmt.Fprintf(p.Stdout, "\n\npassages (score: both searches combined; dense: by meaning; lexical: by words)\n")
	tab := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "score\tdense\tlexical\t  chunk")
	for _, x := range w.Ranked {
		fmt.Fprintf(tab, "%.3f\t%.3f\t%.2f\t  %s %s\n", x.Score, x.Dense, x.Lexical, x.Chunk, words.Truncate(words.OneLine(x.Text), 60))
	}
	if err := tab.Flush(); err != nil {
		return err
	}
	if err := explainSentences(p, w); err != nil {
		return err
	}
	var e strings.Builder
	if err := json.NewEncoder(&e).Encode(w.Evidence); err != nil {
		return err
	}
	fmt.Fprintf(p.Stdout, "\nfeatures: %s%s Confidence %.2f, verdict: %s (thresholds: answered %.2f, nearest %.2f)\n\n", e.String(), phrase.Likelihood(w.Confidence), w.Confidence, w.Answer.Verdict, w.AnsweredFrom, w.NearestFrom)
	explainCheck(p, w.Answer)
	return t.Answer(p.Stdout, w.Answer)
}

// explainSentences prints how the best sentences were scored, if there are any.
func explainSentences(p *cli.Program, w ask.Explanation) error {
	if len(w.Sentences) == 0 {
		return nil
	}
	how, columns := "by vectors and words, because the question or the passages are not in English", "score\tdense\t  sentence"
	if w.Evidence.Read {
		how, columns = "read with the question; passage: log odds that its passage answers; span: log odds of the words in brackets", "score\tpassage\tspan\t  sentence"
	}
	fmt.Fprintf(p.Stdout, "\nsentences (%s)\n", how)
	tab := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, columns)
	for _, x := range w.Sentences[:min(10, len(w.Sentences))] {
		if w.Evidence.Read {
			fmt.Fprintf(tab, "%.3f\t%.1f\t%.1f\t  [%s] %s\n", x.Score, x.Features.Answers, x.Features.Span, words.Truncate(words.OneLine(x.Answer), 30), words.Truncate(words.OneLine(x.Text), 60))
		} else {
			fmt.Fprintf(tab, "%.3f\t%.3f\t  %s\n", x.Score, x.Dense, words.Truncate(words.OneLine(x.Text), 70))
		}
	}
	return tab.Flush()
}
