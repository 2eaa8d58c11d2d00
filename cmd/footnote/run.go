package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"footnote/bot/terminal"
)

// run carries out one command line and gives the exit code.
func run(ctx context.Context, e env) int {
	p := &program{env: e}
	root := p.command()
	root.SetArgs(e.args)
	root.SetIn(e.stdin)
	root.SetOut(e.stdout)
	root.SetErr(e.stderr)
	return report(e.stderr, root.ExecuteContext(ctx))
}

// program is the world outside and the flags that every command has.
type program struct {
	env
	library  string
	embedder string
	json     bool
	sampled  bool // the sample answers, for the library is empty
	offline  bool
}

func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "footnote",
		Short: "Ask a collection of articles; every sentence of the answer is footnoted",
		Long: `Footnote answers questions about a collection of articles. Every sentence it says
carries a footnote: the article, and the exact words in it. When the articles do
not hold the answer, it says so.

Exit codes: 0 answered; 3 the articles do not hold the answer; 2 wrong usage;
1 anything else.`,
		Example: `  footnote ask "How much money did Putin offer Lukashenko?"
  footnote add ~/articles
  footnote chat`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Sprintf("there is no command %q", args[0]), "`footnote --help` lists the commands; to ask, `footnote ask \"…\"`"}
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usageError{err.Error(), fmt.Sprintf("`%s --help` lists the flags", c.CommandPath())}
	})
	flags := root.PersistentFlags()
	flags.SortFlags = false
	flags.StringVar(&p.library, "library", "", "library `FILE` (default: $FOOTNOTE_LIBRARY, else "+shortPath(defaultLibrary())+")")
	flags.StringVar(&p.embedder, "embedder", "", "what turns text into vectors: `PROVIDER/NAME` as in ollama/nomic-embed-text (default: built in)")
	flags.BoolVar(&p.offline, "offline", false, "let nothing leave this machine: no model, embedder or URL elsewhere (or set FOOTNOTE_OFFLINE=1)")
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return p.goOffline() }
	root.AddCommand(p.ask(), p.chat(), p.add(), p.list(), p.show(), p.remove(), p.why(), p.gaps(), p.eval(), p.discord(), p.doctor(), p.version())
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

// withJSON gives a command that prints results its --json.
func (p *program) withJSON(c *cobra.Command) *cobra.Command {
	c.Flags().BoolVar(&p.json, "json", false, "print the result as JSON")
	return c
}

// path is the library's file.
func (p *program) path() string {
	switch {
	case p.library != "":
		return p.library
	case p.getenv("FOOTNOTE_LIBRARY") != "":
		return p.getenv("FOOTNOTE_LIBRARY")
	}
	return defaultLibrary()
}

func defaultLibrary() string { return filepath.Join(xdg.DataHome, "footnote", "footnote.db") }

// shortPath shows a path under the home directory as ~.
func shortPath(path string) string {
	if rel, err := filepath.Rel(xdg.Home, path); err == nil && filepath.IsLocal(rel) {
		return filepath.Join("~", rel)
	}
	return path
}

// text is how answers look where stdout goes.
func (p *program) text() terminal.Text {
	t := terminal.Text{}
	t.Dir, _ = os.Getwd() // without one, paths are shown whole
	if f, ok := p.stdout.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		t.Color = p.getenv("NO_COLOR") == "" && p.getenv("TERM") != "dumb"
		if w, h, err := term.GetSize(int(f.Fd())); err == nil {
			t.Width, t.Height = min(w, 100), h
		}
	}
	return t
}

// note tells the person something beside the result.
func (p *program) note(format string, args ...any) {
	fmt.Fprintf(p.stderr, "footnote: "+format+"\n", args...)
}
