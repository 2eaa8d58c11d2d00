// Package doctor has the command that checks the configuration.
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
	"footnote/rag/reader"
)

// finding is the result of one check.
type finding struct {
	Part string `json:"part"`
	OK   bool   `json:"ok"`
	Says string `json:"says"`
	Hint string `json:"hint,omitempty"`
	Warn bool   `json:"-"` // OK, but worth the user's attention
}

// status returns the word that a finding's line begins with.
func (f finding) status() string {
	switch {
	case !f.OK:
		return "FAIL"
	case f.Warn:
		return "WARN"
	}
	return "OK"
}

// Command returns the doctor command.
func Command(p *cli.Program) *cobra.Command {
	var m open.ModelFlags
	c := p.WithJSON(&cobra.Command{
		Use:   "doctor",
		Short: "Check the configuration",
		Long:  "Doctor checks the encoder, the reader, the library, the model and the Discord\nbot. Each line begins with OK, WARN or FAIL; the exit code is 1 if a check\nfails. If a bot token is set, doctor asks Discord about the bot. It sends nothing\nelse over the network.",
		Args:  cli.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			findings := []finding{checkEncoder(c.Context(), p), checkReader(c.Context()), checkLibrary(c.Context(), p), checkModel(p, m)}
			if m.Checker != "" {
				findings = append(findings, checkChecker(p, m))
			}
			findings = append(findings, checkDiscord(c.Context(), p)...)
			failed := 0
			for _, f := range findings {
				if !f.OK {
					failed++
				}
			}
			if p.JSON {
				if err := p.PrintJSON(findings); err != nil {
					return err
				}
			} else {
				tab := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', 0)
				for _, f := range findings {
					fmt.Fprintf(tab, "%s\t%s\t%s\n", f.status(), f.Part, f.Says)
					if f.Hint != "" {
						fmt.Fprintf(tab, "\t\thint: %s\n", f.Hint)
					}
				}
				if err := tab.Flush(); err != nil {
					return err
				}
			}
			if failed > 0 {
				return fmt.Errorf("%d of %d checks failed", failed, len(findings))
			}
			return nil
		},
	})
	m.Register(c)
	m.RegisterChecker(c)
	return c
}

// checkEncoder reports whether the embedder works, and how long the built-in
// one takes.
func checkEncoder(ctx context.Context, p *cli.Program) finding {
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
		return fmt.Sprintf("%s, kernel %s, embedded a first question in %d ms", e.Name(), e.Kernel(), time.Since(start).Milliseconds())
	})
	if e.Kernel() == "generic" {
		f.Warn, f.Hint = true, "the encoder supports none of this CPU's vector instructions; adding articles will be slow"
	}
	return f
}

// checkReader reports whether the reader loads, and how long it takes.
func checkReader(ctx context.Context) finding {
	f := finding{Part: "reader"}
	r, err := reader.New()
	if err != nil {
		return f.of(err, nil)
	}
	const text = "Russia lent Belarus $1.5 billion."
	start := time.Now()
	_, err = r.Read(ctx, "How much money did Russia lend Belarus?", []rag.Passage{{Text: text, End: len(text), Sentences: []rag.ScoredSentence{{End: len(text)}}}})
	return f.of(err, func() string {
		return fmt.Sprintf("%s, read a first passage in %d ms", r.Name(), time.Since(start).Milliseconds())
	})
}

// checkLibrary reports whether the library opens with the embedder, and its
// size.
func checkLibrary(ctx context.Context, p *cli.Program) finding {
	f := finding{Part: "library"}
	opts := library.Options{ReadOnly: true}
	if e, err := open.Embedder(p); err == nil {
		opts.Space = e.Name() // checkEncoder reports the error
	}
	l, done, err := open.Library(p.LibraryPath(), opts)
	if errors.Is(err, open.ErrNoLibrary) {
		return finding{Part: "library", OK: true, Warn: true, Says: "not found: " + cli.ShortPath(p.LibraryPath()) + "; the bundled sample article answers", Hint: "run `footnote add PATH` to create it"}
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
		return fmt.Sprintf("%s: %s, %s", cli.ShortPath(p.LibraryPath()), words.Count(len(infos), "article"), words.Count(chunks, "chunk"))
	})
}

// checkModel reports whether the model's name and key are valid. It sends
// nothing.
func checkModel(p *cli.Program, m open.ModelFlags) finding {
	f := finding{Part: "model"}
	_, err := m.Writer(p)
	return f.of(err, func() string {
		if spec := m.Spec(p); spec != "" {
			return spec
		}
		return "none: answers quote the articles"
	})
}

// checkChecker reports whether the checker's name and key are valid. It sends
// nothing.
func checkChecker(p *cli.Program, m open.ModelFlags) finding {
	f := finding{Part: "checker"}
	if m.Checker == "none" {
		return f.of(nil, func() string { return "none: only quotes, numbers and names are checked" })
	}
	_, err := m.NamedChecker(p)
	return f.of(err, func() string { return m.Checker })
}

// of returns f with the outcome of the check: err and its hint, or what says
// returns.
func (f finding) of(err error, says func() string) finding {
	if err != nil {
		f.Says, f.Hint = words.OneLine(err.Error()), exit.Hint(err)
		return f
	}
	f.OK, f.Says = true, says()
	return f
}
