package rag

import (
	"context"
	"time"
)

// Answerer answers questions: it retrieves passages, scores their sentences,
// writes a draft and checks it.
type Answerer struct {
	Store    Store
	Embedder Embedder
	Writer   Writer // nil: Quote
	Care     Care
}

// Ask answers one question. stream, if not nil, receives the draft as it is
// written, before the check. If the articles do not answer, the verdict is
// [Refused] and the error is nil.
func (a Answerer) Ask(ctx context.Context, q Question, stream func(string)) (Answer, error) {
	start := time.Now()
	asked := q.Text
	q, err := a.standAlone(ctx, q)
	if err != nil {
		return Answer{}, err
	}
	var t Timings
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
		return Answer{}, err
	}
	out, err := a.answer(ctx, q, found, &t, stream)
	out.Question = asked
	out.Timings.Total = time.Since(start)
	return out, err
}

// answer writes and checks an answer from what was found.
func (a Answerer) answer(ctx context.Context, q Question, found found, t *Timings, stream func(string)) (Answer, error) {
	out := Answer{Verdict: Refused, Reason: found.reason(), Passages: found.passages}
	if found.verdict != Refused {
		writer := a.Writer
		if writer == nil {
			writer = Quote{}
		}
		from := time.Now()
		draft, err := writer.Write(ctx, q, found.passages, stream)
		if err != nil {
			return Answer{}, err
		}
		t.Write = time.Since(from)
		from = time.Now()
		out = Check(newerFirst(q, draft, found.passages), found.passages)
		out.Notice = draft.Notice
		t.Check = time.Since(from)
	}
	paged(out.Citations, out.Passages)
	out.Question, out.Searched, out.Confidence = q.Text, found.query.Text, found.confidence
	switch {
	case out.Verdict == Refused:
		out.Text = "The articles do not say."
	case found.verdict == Nearest:
		out.Verdict, out.Reason = Nearest, found.reason()
		out.Text = "The articles do not answer this directly. The nearest they say: " + out.Text
	}
	for i := range out.Citations {
		out.Citations[i].Old = q.old(out.Citations[i].Published)
	}
	out.Timings = *t
	return out, nil
}

// found holds the results of retrieval and scoring for a question.
type found struct {
	query      query
	ranked     []Ranked
	passages   []Passage
	evidence   Evidence
	confidence float64
	verdict    Verdict
}

func (a Answerer) find(ctx context.Context, q Question, t *Timings) (found, error) {
	var f found
	start := time.Now()
	if len(content(q.Text)) == 0 {
		f.verdict = Refused
		return f, nil
	}
	r := Retriever{a.Store, a.Embedder}
	ranked, vector, err := r.Rank(ctx, q)
	if err != nil {
		return f, err
	}
	f.ranked = ranked
	if f.passages, err = r.passages(ctx, f.ranked); err != nil {
		return f, err
	}
	if f.query, err = newQuery(ctx, a.Store, q, vector); err != nil {
		return f, err
	}
	t.Retrieve = time.Since(start)
	from := time.Now()
	if f.evidence, err = weigh(ctx, a.Embedder, f.query, f.passages); err != nil {
		return f, err
	}
	timed(q, f.passages)
	t.Embed = time.Since(from)
	f.confidence = f.evidence.confidence(q.Text, f.query.chunks)
	switch {
	case len(f.passages) == 0:
		f.verdict, f.confidence = Refused, 0
	case f.confidence >= a.Care.answeredFrom():
		f.verdict = Answered
	case f.confidence >= a.Care.nearestFrom():
		f.verdict = Nearest
	default:
		f.verdict = Refused
	}
	return f, nil
}

// reason returns a sentence that says why the question was not answered.
func (f found) reason() string {
	switch {
	case len(f.query.terms) == 0 && len(f.passages) == 0:
		return "The question has no word that could be looked for."
	case len(f.passages) == 0:
		return "Nothing in the articles matches the question."
	case f.verdict == Nearest:
		return "The articles come near but may not answer it."
	default:
		return "Nothing in the articles comes near the question."
	}
}
