package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"footnote/rag/encoder"
)

func (p *program) version() *cobra.Command {
	return p.withJSON(&cobra.Command{
		Use:   "version",
		Short: "Print the version, the encoder and its kernel",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			e, err := encoder.New()
			if err != nil {
				return err
			}
			version, commit := build()
			v := struct {
				Version string `json:"version"`
				Commit  string `json:"commit"`
				Go      string `json:"go"`
				System  string `json:"system"`
				Encoder string `json:"encoder"`
				Kernel  string `json:"kernel"`
			}{version, commit, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, e.Name(), e.Kernel()}
			if p.json {
				return p.printJSON(v)
			}
			fmt.Fprintf(p.stdout, "footnote %s\n%s %s\nencoder %s, kernel %s\n", v.Version, v.Go, v.System, v.Encoder, v.Kernel)
			return nil
		},
	})
}

// build gives the version of the program and the commit that it was built
// from: "devel" and empty if the build does not say.
func build() (version, commit string) {
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
