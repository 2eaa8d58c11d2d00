package ask

import (
	"context"
	"time"

	"footnote/rag"
	"footnote/rag/question"
)

// read reads the question so that it stands alone. It asks the model for a
// standalone form only if the rules changed the question. It uses the model's
// form only if that is faithful.
func (a Answerer) read(ctx context.Context, q rag.Question) (question.Reading, error) {
	r := question.Read(q)
	if model, ok := a.Writer.(rag.Rephraser); ok && r.Rewritten {
		limited, cancel := context.WithTimeout(ctx, rephraseTimeout)
		defer cancel()
		// If the model fails, the rules' question is used, and Write will
		// report the failure.
		if got, err := model.Standalone(limited, q); err == nil {
			if standalone, ok := question.Faithful(got, q); ok {
				r = r.Rephrased(standalone)
			}
		}
	}
	return r, ctx.Err()
}

// rephraseTimeout is the longest that a model may take to rewrite or to split a
// question. The rules that replace it take no time.
const rephraseTimeout = 20 * time.Second
