package doctor

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
	"footnote/rag/encoder"
	"footnote/rag/library"
)

// finding is what doctor says of one part.
type finding struct {
	Part string `json:"part"`
	OK   bool   `json:"ok"`
	Says string `json:"says"`
	Hint string `json:"hint,omitempty"`
}

// Command returns the command doctor.
func Command(p *cli.Program) *cobra.Command {
	var m open.ModelFlags
	c := p.WithJSON(&cobra.Command{
		Use:   "doctor",
		Short: "Say what is misconfigured, and how to mend it",
		Long:  "Doctor looks at the encoder, the library, the model and the Discord bot that are\nconfigured. Its exit code is 1 if something is amiss. It asks Discord about the bot\nif there is a token for one, and sends nothing else over the network.",
		Args:  cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			findings := []finding{lookAtEncoder(c.Context(), p), lookAtLibrary(c.Context(), p), lookAtModel(p, m)}
			findings = append(findings, lookAtDiscord(c.Context(), p)...)
			amiss := 0
			for _, f := range findings {
				if !f.OK {
					amiss++
				}
			}
			if p.JSON {
				if err := p.PrintJSON(findings); err != nil {
					return err
				}
			} else {
				tab := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
				for _, f := range findings {
					fmt.Fprintf(tab, "%s\t%s\t%s\n", map[bool]string{true: "ok", false: "AMISS"}[f.OK], f.Part, f.Says)
					if f.Hint != "" {
						fmt.Fprintf(tab, "\t\thint: %s\n", f.Hint)
					}
				}
				if err := tab.Flush(); err != nil {
					return err
				}
			}
			if amiss > 0 {
				return fmt.Errorf("%d of %d parts are amiss", amiss, len(findings))
			}
			return nil
		},
	})
	m.Register(c)
	return c
}

func lookAtEncoder(ctx context.Context, p *cli.Program) finding {
	f := finding{Part: "encoder"}
	if p.Embedder != "" {
		e, err := open.Embedder(p)
		return f.of(err, func() string { return e.Name() })
	}
	e, err := encoder.New()
	if err != nil {
		return f.of(err, nil)
	}
	start := time.Now()
	if _, err := e.EmbedQuery(ctx, "How much money did Russia lend Belarus?"); err != nil {
		return f.of(err, nil)
	}
	f = f.of(nil, func() string {
		return fmt.Sprintf("%s, kernel %s, first question %d ms", e.Name(), e.Kernel(), time.Since(start).Milliseconds())
	})
	if e.Kernel() == "generic" {
		f.Hint = "this machine has none of the vector instructions that the encoder knows: adding articles will be slow"
	}
	return f
}

func lookAtLibrary(ctx context.Context, p *cli.Program) finding {
	f := finding{Part: "library"}
	opts := library.Options{ReadOnly: true}
	if e, err := open.Embedder(p); err == nil {
		opts.Space = e.Name() // what is wrong with the encoder is said by its own finding
	}
	l, done, err := open.Library(p.LibraryPath(), opts)
	if errors.Is(err, open.ErrNoLibrary) {
		return finding{"library", true, "none yet at " + cli.ShortPath(p.LibraryPath()) + ": a sample article answers", "`footnote add PATH` makes one"}
	}
	if err != nil {
		return f.of(err, nil)
	}
	defer done()
	infos, err := l.List(ctx, rag.Filter{})
	chunks := 0
	for _, i := range infos {
		chunks += i.Chunks
	}
	return f.of(err, func() string {
		return fmt.Sprintf("%s: %d articles, %d chunks", cli.ShortPath(p.LibraryPath()), len(infos), chunks)
	})
}

func lookAtModel(p *cli.Program, m open.ModelFlags) finding {
	f := finding{Part: "model"}
	_, err := m.Writer(p)
	return f.of(err, func() string {
		if spec := m.Spec(p); spec != "" {
			return spec
		}
		return "none: answers are made of the articles' own sentences"
	})
}

// of fills in what was found: the error and its hint, or what says tells.
func (f finding) of(err error, says func() string) finding {
	if err != nil {
		f.Says, f.Hint = words.OneLine(err.Error()), exit.Hint(err)
		return f
	}
	f.OK, f.Says = true, says()
	return f
}
