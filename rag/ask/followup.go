package ask

import (
	"context"
	"time"

	"footnote/rag"
	"footnote/rag/question"
)

// rephraseTimeout is the longest that a model may take to rewrite a question.
// The rules that replace it take no time.
const rephraseTimeout = 20 * time.Second

// read reads the question so that it stands alone. It asks the model only if
// the rules find that the question refers to the conversation. It uses the
// model's question only if that is faithful.
func (a Answerer) read(ctx context.Context, q rag.Question) (question.Reading, error) {
	r := question.Read(q)
	if model, ok := a.Writer.(rag.Rephraser); ok && r.Rewritten {
		limited, cancel := context.WithTimeout(ctx, rephraseTimeout)
		defer cancel()
		// If the model fails, the rules' question is used, and Write will
		// report the failure.
		if got, err := model.Standalone(limited, q); err == nil {
			if got, ok := question.Faithful(got, q); ok {
				r = r.Rephrased(got)
			}
		}
	}
	return r, ctx.Err()
}
