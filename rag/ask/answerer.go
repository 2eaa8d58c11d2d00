package ask

import (
	"context"
	"time"

	"footnote/rag"
	"footnote/rag/check"
	"footnote/rag/retrieve"
	"footnote/rag/text"
	"footnote/rag/write"
)

// Answerer answers questions: it retrieves passages, scores their sentences,
// writes a draft and checks it.
type Answerer struct {
	Store    rag.Store
	Embedder rag.Embedder
	Writer   rag.Writer // nil: Quote
	Caution  rag.Caution
}

// Ask answers one question. stream, if not nil, receives the draft as it is
// written, before the check. If the articles do not answer, the verdict is
// [rag.Refused] and the error is nil.
func (a Answerer) Ask(ctx context.Context, q rag.Question, stream func(string)) (rag.Answer, error) {
	start := time.Now()
	asked := q.Text
	q, err := a.standAlone(ctx, q)
	if err != nil {
		return rag.Answer{}, err
	}
	var t rag.Timings
	if out, ok, err := a.collected(ctx, q, &t, stream); ok || err != nil {
		out.Question, out.Timings.Total = asked, time.Since(start)
		return out, err
	}
	if parts := a.split(ctx, q); len(parts) > 1 {
		out, err := a.inParts(ctx, q, parts, &t, stream)
		out.Question, out.Timings.Total = asked, time.Since(start)
		return out, err
	}
	found, err := a.find(ctx, q, &t)
	if err != nil {
		return rag.Answer{}, err
	}
	out, err := a.answer(ctx, q, found, &t, stream)
	out.Question = asked
	out.Timings.Total = time.Since(start)
	return out, err
}

// answer writes and checks an answer from what was found.
func (a Answerer) answer(ctx context.Context, q rag.Question, found found, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	out := rag.Answer{Verdict: rag.Refused, Reason: found.reason(), Passages: found.passages}
	if found.verdict != rag.Refused {
		writer := a.Writer
		if writer == nil {
			writer = write.Quote{}
		}
		from := time.Now()
		draft, err := writer.Write(ctx, q, found.passages, stream)
		if err != nil {
			return rag.Answer{}, err
		}
		t.Write = time.Since(from)
		from = time.Now()
		out = check.Check(newerFirst(q, draft, found.passages), found.passages)
		out.Notice = draft.Notice
		t.Check = time.Since(from)
	}
	paged(out.Citations, out.Passages)
	out.Question, out.Searched, out.Confidence = q.Text, found.query.Text, found.confidence
	switch {
	case out.Verdict == rag.Refused:
		out.Text = "The articles do not say."
	case found.verdict == rag.Nearest:
		out.Verdict, out.Reason = rag.Nearest, found.reason()
		out.Text = "The articles do not answer this directly. The nearest they say: " + out.Text
	}
	for i := range out.Citations {
		out.Citations[i].Old = q.Outdated(out.Citations[i].Published)
	}
	out.Timings = *t
	return out, nil
}

// found holds the results of retrieval and scoring for a question.
type found struct {
	query      retrieve.Query
	ranked     []rag.Ranked
	passages   []rag.Passage
	evidence   retrieve.Evidence
	confidence float64
	verdict    rag.Verdict
}

func (a Answerer) find(ctx context.Context, q rag.Question, t *rag.Timings) (found, error) {
	var f found
	start := time.Now()
	if len(text.ContentWords(q.Text)) == 0 {
		f.verdict = rag.Refused
		return f, nil
	}
	r := retrieve.Retriever{Store: a.Store, Embedder: a.Embedder}
	ranked, vector, err := r.Rank(ctx, q)
	if err != nil {
		return f, err
	}
	f.ranked = ranked
	if f.passages, err = r.Passages(ctx, f.ranked); err != nil {
		return f, err
	}
	if f.query, err = retrieve.NewQuery(ctx, a.Store, q, vector); err != nil {
		return f, err
	}
	t.Retrieve = time.Since(start)
	from := time.Now()
	if f.evidence, err = retrieve.Weigh(ctx, a.Embedder, f.query, f.passages); err != nil {
		return f, err
	}
	retrieve.Timed(q, f.passages)
	t.Embed = time.Since(from)
	f.confidence = f.evidence.Confidence(q.Text, f.query.StoreChunks)
	switch {
	case len(f.passages) == 0:
		f.verdict, f.confidence = rag.Refused, 0
	case f.confidence >= a.Caution.AnsweredThreshold():
		f.verdict = rag.Answered
	case f.confidence >= a.Caution.NearestThreshold():
		f.verdict = rag.Nearest
	default:
		f.verdict = rag.Refused
	}
	return f, nil
}

// reason returns a sentence that says why the question was not answered.
func (f found) reason() string {
	switch {
	case len(f.query.Terms) == 0 && len(f.passages) == 0:
		return "The question has no word that could be looked for."
	case len(f.passages) == 0:
		return "Nothing in the articles matches the question."
	case f.verdict == rag.Nearest:
		return "The articles come near but may not answer it."
	default:
		return "Nothing in the articles comes near the question."
	}
}
