package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"footnote/bot"
	"footnote/rag"
)

// longest is the most bytes of a question; beyond it somebody pasted a file.
const longest = 4000

func (p *program) ask() *cobra.Command {
	var m modelFlags
	var cs collections
	r := &recorder{}
	var care careFlags
	c := p.withJSON(&cobra.Command{
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
			if r.filter, err = cs.filter(ctx, a.Store); err != nil {
				return err
			}
			a.Caution = care.care()
			draft := bot.Draft{W: p.stdout, Text: p.text()}
			var stream func(string)
			if m.model(p) != "" && !p.json && onTerminal(p.stdout) {
				stream = draft.Write
			}
			answer, err := a.Ask(ctx, rag.Question{Text: question, Today: p.now(), Filter: r.filter}, stream)
			draft.Clear()
			if err != nil {
				return err
			}
			if p.json {
				err = p.printJSON(answer)
			} else {
				err = draft.Text.Answer(p.stdout, answer)
			}
			r.asked(ctx, answer)
			if err == nil && answer.Verdict == rag.Refused {
				err = errRefused
			}
			return err
		},
	})
	m.register(c)
	cs.register(c)
	r.register(p, c)
	care.register(c)
	return c
}

// careFlags say how sure an answer must be.
type careFlags struct{ strict, eager bool }

func (f *careFlags) register(c *cobra.Command) {
	c.Flags().BoolVar(&f.strict, "strict", false, "answer only when the articles most likely hold the answer")
	c.Flags().BoolVar(&f.eager, "eager", false, "answer even when the articles may well not hold the answer")
	c.MarkFlagsMutuallyExclusive("strict", "eager")
}

func (f careFlags) care() rag.Caution {
	switch {
	case f.strict:
		return rag.Strict
	case f.eager:
		return rag.Eager
	}
	return rag.Balanced
}

// question joins the words of the command line, or reads standard input.
func (p *program) question(args []string) (string, error) {
	text := strings.Join(args, " ")
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(p.stdin, longest+1))
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
		return usageError{"there is no question", "footnote ask \"How much money did Putin offer Lukashenko?\""}
	case len(text) > longest:
		return usageError{fmt.Sprintf("the question is longer than %d bytes", longest), "ask in a sentence or two; to make a text an article, `footnote add FILE`"}
	}
	return nil
}

func (p *program) printJSON(v any) error {
	enc := json.NewEncoder(p.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
