package answer

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"footnote/bot"
	"footnote/cmd/footnote/internal/catalog"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/rag"
)

// longest is the most bytes of a question; beyond it somebody pasted a file.
const longest = 4000

// Ask returns the command ask.
func Ask(p *cli.Program) *cobra.Command {
	var m open.ModelFlags
	var cs catalog.Collections
	r := &recorder{p: p}
	var caution cautionFlags
	c := p.WithJSON(&cobra.Command{
		Use:   "ask [flags] QUESTION…",
		Short: "Ask one question",
		Long: `Ask answers one question from the library, every sentence with its footnote.

Without a model the answer is made of the articles' own sentences. With --model a
language model writes it, and what the articles do not bear out is left out.
A question of "-" is read from standard input. While the library is empty, a
sample article answers. What your own articles do not answer is noted in the
library for "footnote gaps".`,
		Example: `  footnote ask "How much money did Putin offer Lukashenko?"
  footnote ask --json "Who fled Belarus?"
  footnote ask --model ollama/llama3.2 "What did Putin want in return?"`,
		RunE: func(c *cobra.Command, args []string) error {
			question, err := questionText(p, args)
			if err != nil {
				return err
			}
			ctx, stop := cli.Interruptible(c.Context())
			defer stop()
			a, err := open.Answerer(ctx, p, m)
			if err != nil {
				return err
			}
			defer a.Close()
			r.sample = a.Sample
			if r.filter, err = cs.Filter(ctx, a.Store); err != nil {
				return err
			}
			a.Care = caution.caution()
			draft := bot.Draft{W: p.Stdout, Text: p.Text()}
			var stream func(string)
			if m.Spec(p) != "" && !p.JSON && cli.OnTerminal(p.Stdout) {
				stream = draft.Write
			}
			answer, err := a.Ask(ctx, rag.Question{Text: question, Today: p.Now(), Filter: r.filter}, stream)
			draft.Clear()
			if err != nil {
				return err
			}
			if p.JSON {
				err = p.PrintJSON(answer)
			} else {
				err = draft.Text.Answer(p.Stdout, answer)
			}
			r.asked(ctx, answer)
			if err == nil && answer.Verdict == rag.Refused {
				err = exit.ErrRefused
			}
			return err
		},
	})
	m.Register(c)
	cs.Register(c)
	r.register(c)
	caution.register(c)
	return c
}

// cautionFlags say how sure an answer must be.
type cautionFlags struct{ strict, eager bool }

func (f *cautionFlags) register(c *cobra.Command) {
	c.Flags().BoolVar(&f.strict, "strict", false, "answer only when the articles most likely hold the answer")
	c.Flags().BoolVar(&f.eager, "eager", false, "answer even when the articles may well not hold the answer")
	c.MarkFlagsMutuallyExclusive("strict", "eager")
}

func (f cautionFlags) caution() rag.Care {
	switch {
	case f.strict:
		return rag.Strict
	case f.eager:
		return rag.Eager
	}
	return rag.Balanced
}

// question joins the words of the command line, or reads standard input.
func questionText(p *cli.Program, args []string) (string, error) {
	text := strings.Join(args, " ")
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(p.Stdin, longest+1))
		if err != nil {
			return "", fmt.Errorf("standard input: %w", err)
		}
		text = string(b)
	}
	return text, checkQuestion(text)
}

// checkQuestion refuses what is no question.
func checkQuestion(text string) error {
	switch {
	case strings.TrimSpace(text) == "":
		return exit.Usage("there is no question", "footnote ask \"How much money did Putin offer Lukashenko?\"")
	case len(text) > longest:
		return exit.Usage(fmt.Sprintf("the question is longer than %d bytes", longest), "ask in a sentence or two; to make a text an article, `footnote add FILE`")
	}
	return nil
}
