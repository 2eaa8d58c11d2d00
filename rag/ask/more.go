package ask

import (
	"context"
	"slices"

	"footnote/rag"
	"footnote/rag/check"
	"footnote/rag/question"
	"footnote/rag/write"
)

// More returns the next best sentences of the passages that an answer was written
// from, at most three, as an answer with the verdict [rag.Nearest]: those that it does
// not cite. If there are none, the verdict is [rag.Refused] and the reason
// [rag.NothingMore]. More of the result goes on from there. The error is the context's.
func More(ctx context.Context, a rag.Answer) (rag.Answer, error) {
	passages := slices.Clone(a.Passages)
	for i := range passages {
		p := &passages[i]
		p.Sentences = slices.Clone(p.Sentences)
		for k, s := range p.Sentences {
			if s.Score < minMore || cites(a, p.Chunk.Doc, s) {
				p.Sentences[k].Score = 0
			}
		}
	}
	none := rag.Answer{Question: a.Question, Verdict: rag.Refused, Reason: rag.Reason{Code: rag.NothingMore}}
	if a.Verdict == rag.Refused {
		return none, ctx.Err()
	}
	q := rag.Question{Text: a.Searched}
	draft, err := write.Quote{Least: minMore}.Write(ctx, q, passages, nil)
	if err != nil || len(draft.Claims) == 0 {
		return none, err
	}
	out, err := check.Checker{}.Check(ctx, question.Read(q), draft, passages)
	if err != nil {
		return rag.Answer{}, err
	}
	out.Question, out.Searched, out.Confidence, out.Verdict = a.Question, a.Searched, a.Confidence, rag.Nearest
	return out, nil
}

// minMore is the least score of a sentence that More returns: little, because the
// person asked for more.
const minMore = .015

// cites reports whether an answer cites a sentence of an article.
func cites(a rag.Answer, doc string, s rag.ScoredSentence) bool {
	return slices.ContainsFunc(a.Citations, func(c rag.Citation) bool { return c.Doc == doc && c.Start < s.End && s.Start < c.End })
}
