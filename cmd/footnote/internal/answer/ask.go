// Package answer has the commands that answer questions: ask, chat and why.
package answer

import (
	"github.com/spf13/cobra"

	"footnote/bot/phrase"
	"footnote/bot/terminal"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/rag"
	"footnote/rag/ask"
)

// Ask returns the ask command.
func Ask(p *cli.Program) *cobra.Command {
	var f flags
	var more bool
	r := &recorder{p: p}
	c := p.WithJSON(&cobra.Command{
		Use:   "ask [flags] QUESTION…",
		Short: "Ask one question",
		Long: `Ask answers one question from the library, with a footnote for every sentence.

Without a model, answers quote the articles. With --model, a language model
writes the answer, and footnote removes the sentences that the articles don't
support.

If QUESTION is -, footnote reads it from standard input. While the library is
empty, footnote answers from the bundled sample article. Questions that your own
articles don't answer are saved in the library for "footnote gaps".`,
		Example: `  footnote ask "How much money did Putin offer Lukashenko?"
  footnote ask --more "What did Putin want in return?"
  footnote ask --json "Who fled Belarus?"
  footnote ask --model ollama/llama3.2 "What did Putin want in return?"`,
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
			r.sample, r.filter = a.Sample, filter
			draft := terminal.Draft{W: p.Stdout, Text: p.Text()}
			var stream func(string)
			if f.model.Spec(p) != "" && !p.JSON && cli.OnTerminal(p.Stdout) {
				stream = draft.Write
			}
			answer, err := a.Ask(ctx, rag.Question{Text: question, Today: p.Now(), Filter: filter}, stream)
			draft.Clear()
			if err != nil {
				return err
			}
			shown := answer
			if more {
				next, err := ask.More(ctx, answer)
				if err != nil {
					return err
				}
				shown = answer.With(next)
			}
			if p.JSON {
				err = p.PrintJSON(phrase.NewJSON(shown))
			} else {
				err = draft.Text.Answer(p.Stdout, shown)
			}
			r.asked(ctx, answer)
			if err == nil && answer.Verdict == rag.Refused {
				err = exit.ErrRefused
			}
			return err
		},
	})
	f.register(c)
	c.Flags().BoolVar(&more, "more", false, "also show the next best sentences of the articles")
	r.register(c)
	return c
}
