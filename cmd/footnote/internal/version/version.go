// Package version prints what was built: the version, the commit and the
// encoder.
package version

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/cli"
	"footnote/rag/encoder"
)

// Command returns the version command.
func Command(p *cli.Program) *cobra.Command {
	return p.WithJSON(&cobra.Command{
		Use:   "version",
		Short: "Print the version, the encoder and its kernel",
		Args:  cli.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			kernel, err := encoder.Kernel()
			if err != nil {
				return err
			}
			version, commit := Build()
			v := struct {
				Version string `json:"version"`
				Commit  string `json:"commit"`
				Go      string `json:"go"`
				System  string `json:"system"`
				Encoder string `json:"encoder"`
				Kernel  string `json:"kernel"`
			}{version, commit, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, encoder.Name, kernel}
			if p.JSON {
				return p.PrintJSON(v)
			}
			fmt.Fprintf(p.Stdout, "footnote %s\n%s %s\nencoder %s, kernel %s\n", v.Version, v.Go, v.System, v.Encoder, v.Kernel)
			return nil
		},
	})
}

// Build returns the program's version and the commit it was built from. They
// are "devel" and "" if the build info has none.
func Build() (version, commit string) {
	version = "devel"
	b, ok := debug.ReadBuildInfo()
	if !ok {
		return version, ""
	}
	if b.Main.Version != "" && b.Main.Version != "(devel)" {
		version = b.Main.Version
	}
	for _, s := range b.Settings {
		if s.Key == "vcs.revision" {
			commit = s.Value
		}
	}
	return version, commit
}
