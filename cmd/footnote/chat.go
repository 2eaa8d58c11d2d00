package main

import (
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"footnote/bot"
	"footnote/rag"
)

func (p *program) chat() *cobra.Command {
	var m modelFlags
	var cs collections
	rec := &recorder{}
	var care careFlags
	c := &cobra.Command{
		Use:   "chat",
		Short: "Talk with the articles in the terminal",
		Long: `Chat answers one question a line and keeps the conversation, so that a question
may lean on the one before it. It reads a pipe as well as a terminal. Ctrl-C
stops an answer; Ctrl-D leaves. Its exit code is that of the last answer.
/good and /bad say what you think of an answer, and /bad may say why; that is kept
in your library, as is what the articles do not answer.`,
		Example: "  footnote chat\n  printf 'How many people were detained?\\nand how many of them in Minsk?\\n' | footnote chat",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, done, err := p.answerer(c.Context(), m)
			if err != nil {
				return err
			}
			defer done()
			if rec.filter, err = cs.filter(c.Context(), a.Store); err != nil {
				return err
			}
			a.Caution = care.care()
			r := bot.REPL{
				Session: &bot.Session{Answerer: a, Filter: rec.filter},
				In:      p.stdin,
				Out:     p.stdout,
				Text:    p.text(),
				Stream:  m.model(p) != "" && onTerminal(p.stdout),
				History: filepath.Join(xdg.StateHome, "footnote", "history"),
				Check:   checkQuestion,
				Report:  func(err error) { report(p.stderr, err) },
			}
			rec.attach(c.Context(), &r)
			if onTerminal(p.stdin) && onTerminal(p.stdout) {
				p.note("ask a question; /help says more, Ctrl-D leaves")
			}
			verdict, err := r.Run(c.Context())
			if err == nil && verdict == rag.Refused {
				err = errRefused
			}
			return err
		},
	}
	m.register(c)
	cs.register(c)
	rec.register(p, c)
	care.register(c)
	return c
}
