package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/exit"
)

// NoArgs returns a usage error if a command has arguments.
func NoArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return exit.Usage(fmt.Sprintf("%s takes no %q", c.CommandPath(), args[0]), fmt.Sprintf("`%s --help` says how to use it", c.CommandPath()))
	}
	return nil
}

// SomeArgs returns a check for exactly n arguments, or for one or more if n is
// -1. what describes the arguments in the error.
func SomeArgs(what string, n int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) == 0 || n >= 0 && len(args) != n {
			return exit.Usage(fmt.Sprintf("%s wants %s", c.CommandPath(), what), fmt.Sprintf("`%s --help` says how to use it", c.CommandPath()))
		}
		return nil
	}
}
