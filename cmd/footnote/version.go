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
			v := struct {
				Version string `json:"version"`
				Commit  string `json:"commit"`
				Go      string `json:"go"`
				System  string `json:"system"`
				Encoder string `json:"encoder"`
				Kernel  string `json:"kernel"`
			}{"devel", "", runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH, e.Name(), e.Kernel()}
			if b, ok := debug.ReadBuildInfo(); ok {
				if b.Main.Version != "" && b.Main.Version != "(devel)" {
					v.Version = b.Main.Version
				}
				for _, s := range b.Settings {
					if s.Key == "vcs.revision" {
						v.Commit = s.Value
					}
				}
			}
			if p.json {
				return p.printJSON(v)
			}
			fmt.Fprintf(p.stdout, "footnote %s\n%s %s\nencoder %s, kernel %s\n", v.Version, v.Go, v.System, v.Encoder, v.Kernel)
			return nil
		},
	})
}
