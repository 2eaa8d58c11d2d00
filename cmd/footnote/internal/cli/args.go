package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/words"
)

// NoArgs returns a usage error if a command has arguments.
func NoArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return exit.Usage(fmt.Sprintf("%s: unexpected argument %q", c.CommandPath(), args[0]), usageHint(c))
	}
	return nil
}

// SomeArgs returns a check for exactly n arguments, or for one or more if n is
// -1. The error for a missing argument contains what.
func SomeArgs(what string, n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return exit.Usage(fmt.Sprintf("%s: missing argument: %s", c.CommandPath(), what), usageHint(c))
		case n >= 0 && len(args) != n:
			return exit.Usage(fmt.Sprintf("%s: want %s, got %s", c.CommandPath(), words.Count(n, "argument"), words.Count(len(args), "argument")), usageHint(c))
		}
		return nil
	}
}

func usageHint(c *cobra.Command) string {
	return fmt.Sprintf("run `%s --help` to see how to use it", c.CommandPath())
}
