package ask

import (
	"context"
	"time"

	"footnote/rag"
	"footnote/rag/question"
)

// restating is the longest that a model may take to rewrite a question. The
// rules that replace it take no time.
const restating = 20 * time.Second

// standAlone returns the standalone question to search for, without History. It
// asks the model only if the rules find that the question refers to the
// conversation. It uses the model's question only if that is faithful.
func (a Answerer) standAlone(ctx context.Context, q rag.Question) (rag.Question, error) {
	text := question.Standalone(q)
	if r, ok := a.Writer.(rag.Rephraser); ok && text != q.Text {
		limited, cancel := context.WithTimeout(ctx, restating)
		defer cancel()
		// If the model fails, the rules' question is used, and Write will report
		// the failure.
		if got, err := r.Standalone(limited, q); err == nil {
			if got, ok := question.Faithful(got, q); ok {
				text = got
			}
		}
	}
	q.Text, q.History = text, nil
	return q, ctx.Err()
}
