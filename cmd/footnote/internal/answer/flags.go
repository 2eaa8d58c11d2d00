package answer

import (
	"context"

	"github.com/spf13/cobra"

	"footnote/cmd/footnote/internal/catalog"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/open"
	"footnote/rag"
)

// flags choose what answers questions, and from which articles.
type flags struct {
	model       open.ModelFlags
	collections catalog.Collections
	caution     cautionFlags
}

func (f *flags) register(c *cobra.Command) {
	f.model.Register(c)
	f.model.RegisterCheck(c)
	f.collections.Register(c)
	f.caution.register(c)
}

// open opens what answers questions. The filter selects the articles that the
// flags name.
func (f *flags) open(ctx context.Context, p *cli.Program) (open.Answers, rag.Filter, error) {
	a, err := open.Answerer(ctx, p, f.model)
	if err != nil {
		return a, rag.Filter{}, err
	}
	filter, err := f.collections.Filter(ctx, a.Store)
	if err != nil {
		a.Close()
		return a, rag.Filter{}, err
	}
	a.Caution = f.caution.caution()
	return a, filter, nil
}

// cautionFlags choose the confidence that an answer needs.
type cautionFlags struct{ strict, eager bool }

func (f *cautionFlags) register(c *cobra.Command) {
	c.Flags().BoolVar(&f.strict, "strict", false, "answer only if confidence is at least 0.89 (default: 0.71)")
	c.Flags().BoolVar(&f.eager, "eager", false, "answer if confidence is at least 0.50 (default: 0.71)")
	c.MarkFlagsMutuallyExclusive("strict", "eager")
}

func (f cautionFlags) caution() rag.Caution {
	switch {
	case f.strict:
		return rag.Strict
	case f.eager:
		return rag.Eager
	}
	return rag.Balanced
}
