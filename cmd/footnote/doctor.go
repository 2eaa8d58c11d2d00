package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

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

func (p *program) doctor() *cobra.Command {
	var m modelFlags
	c := p.withJSON(&cobra.Command{
		Use:   "doctor",
		Short: "Say what is misconfigured, and how to mend it",
		Long:  "Doctor looks at the encoder, the library, the model and the Discord bot that are\nconfigured. Its exit code is 1 if something is amiss. It asks Discord about the bot\nif there is a token for one, and sends nothing else over the network.",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			findings := []finding{p.lookAtEncoder(c.Context()), p.lookAtLibrary(c.Context()), p.lookAtModel(m)}
			findings = append(findings, p.lookAtDiscord(c.Context())...)
			amiss := 0
			for _, f := range findings {
				if !f.OK {
					amiss++
				}
			}
			if p.json {
				if err := p.printJSON(findings); err != nil {
					return err
				}
			} else {
				tab := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
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
	m.register(c)
	return c
}

func (p *program) lookAtEncoder(ctx context.Context) finding {
	f := finding{Part: "encoder"}
	if p.embedder != "" {
		e, err := p.openEmbedder(p.embedder)
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

func (p *program) lookAtLibrary(ctx context.Context) finding {
	f := finding{Part: "library"}
	opts := library.Options{ReadOnly: true}
	if e, err := p.newEmbedder(); err == nil {
		opts.Space = e.Name() // what is wrong with the encoder is said by its own finding
	}
	l, done, err := openLibrary(p.path(), opts)
	if errors.Is(err, errNoLibrary) {
		return finding{"library", true, "none yet at " + shortPath(p.path()) + ": a sample article answers", "`footnote add PATH` makes one"}
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
		return fmt.Sprintf("%s: %d articles, %d chunks", shortPath(p.path()), len(infos), chunks)
	})
}

func (p *program) lookAtModel(m modelFlags) finding {
	f := finding{Part: "model"}
	_, err := m.writer(p)
	return f.of(err, func() string {
		if spec := m.model(p); spec != "" {
			return spec
		}
		return "none: answers are made of the articles' own sentences"
	})
}

// of fills in what was found: the error and its hint, or what says tells.
func (f finding) of(err error, says func() string) finding {
	if err != nil {
		f.Says, f.Hint = oneLine(err.Error()), hint(err)
		return f
	}
	f.OK, f.Says = true, says()
	return f
}
