package answer

import (
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"footnote/bot"
	"footnote/bot/terminal"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/rag"
)

// Chat returns the chat command.
func Chat(p *cli.Program) *cobra.Command {
	var f flags
	rec := &recorder{p: p}
	c := &cobra.Command{
		Use:   "chat",
		Short: "Ask questions in a conversation",
		Long: `Chat answers one question per line and remembers the conversation, so a question
can refer to the one before it. It reads from a terminal or a pipe. Ctrl-C stops
an answer; Ctrl-D ends the conversation. The exit code is that of the last
answer.

/more shows the next best sentences. /good and /bad rate the last answer;
"/bad WHY" gives a reason. Ratings, and questions that the articles don't answer,
are saved in your library.`,
		Example: "  footnote chat\n  printf 'How many people were detained?\\nand how many of them in Minsk?\\n' | footnote chat",
		Args:    cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, filter, err := f.open(c.Context(), p)
			if err != nil {
				return err
			}
			defer a.Close()
			rec.sample, rec.filter = a.Sample, filter
			r := terminal.REPL{
				Session: &bot.Session{Answerer: a.Answerer, Filter: filter},
				In:      p.Stdin,
				Out:     p.Stdout,
				Text:    p.Text(),
				Stream:  f.model.Spec(p) != "" && cli.OnTerminal(p.Stdout),
				History: filepath.Join(xdg.StateHome, "footnote", "history"),
				Check:   checkQuestion,
				Report:  func(err error) { exit.Report(p.Stderr, err) },
			}
			rec.attach(c.Context(), &r)
			if cli.OnTerminal(p.Stdin) && cli.OnTerminal(p.Stdout) {
				p.Note("ask a question, type /help for the commands, or press Ctrl-D to leave")
			}
			verdict, err := r.Run(c.Context())
			if err == nil && verdict == rag.Refused {
				err = exit.ErrRefused
			}
			return err
		},
	}
	f.register(c)
	rec.register(c)
	return c
}
