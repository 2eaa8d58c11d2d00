// Footnote answers questions about a collection of articles. Every sentence of
// an answer carries a footnote: the article and its exact words.
//
// Exit codes: 0 answered; 3 the articles do not answer the question; 2 wrong
// usage; 1 any other error.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/add"
	"footnote/cmd/footnote/internal/answer"
	"footnote/cmd/footnote/internal/articles"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/discordcmd"
	"footnote/cmd/footnote/internal/doctor"
	"footnote/cmd/footnote/internal/evaluate"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/gaps"
	"footnote/cmd/footnote/internal/version"
)

func main() {
	log.SetOutput(io.Discard) // langchaingo logs to it; errors reach the user without it
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	code := run(ctx, cli.Env{
		Args:   os.Args[1:],
		Stdin:  os.Stdin,
		Stdout: os.Stdout,
		Stderr: os.Stderr,
		Getenv: os.Getenv,
		Now:    time.Now,
	})
	stop()
	os.Exit(code)
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, e cli.Env) int {
	root := command(&cli.Program{Env: e}) //nolint:contextcheck // ExecuteContext passes ctx to the commands
	root.SetArgs(e.Args)
	root.SetIn(e.Stdin)
	root.SetOut(e.Stdout)
	root.SetErr(e.Stderr)
	return exit.Report(e.Stderr, root.ExecuteContext(ctx))
}

// command returns the root command with its subcommands.
func command(p *cli.Program) *cobra.Command {
	root := &cobra.Command{
		Use:   "footnote",
		Short: "Answer questions about your articles, with a footnote for every sentence",
		Long: `Footnote answers questions about a collection of articles. Every sentence of an
answer carries a footnote: the article and its exact words. If the articles do
not answer the question, footnote says so.

Exit codes: 0 answered; 3 the articles do not answer the question; 2 wrong
usage; 1 any other error.`,
		Example: `  footnote ask "How much money did Putin offer Lukashenko?"
  footnote add ~/articles
  footnote chat`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return exit.Usage(fmt.Sprintf("unknown command %q", args[0]), "run `footnote --help` to list the commands, or `footnote ask \"…\"` to ask a question")
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return exit.Usage(err.Error(), fmt.Sprintf("run `%s --help` to list the flags", c.CommandPath()))
	})
	p.RegisterFlags(root)
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return p.GoOffline() }
	root.AddCommand(answer.Ask(p), answer.Chat(p), add.Command(p), articles.List(p), articles.Show(p), articles.Remove(p),
		answer.Why(p), gaps.Command(p), evaluate.Command(p), discordcmd.Command(p), doctor.Command(p), version.Command(p))
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}
