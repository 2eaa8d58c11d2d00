package ask

import (
	"context"
	"errors"
	"fmt"
	"time"

	"footnote/rag"
	"footnote/rag/check"
	"footnote/rag/question"
	"footnote/rag/retrieve"
	"footnote/rag/write"
)

// Answerer answers questions: it retrieves passages, scores their sentences,
// writes a draft and checks it.
type Answerer struct {
	Store    rag.Store
	Embedder rag.Embedder
	Writer   rag.Writer // nil: Quote
	Caution  rag.Caution

	// Judge returns what decides whether the sentences of a model, named by
	// Draft.Model, follow from their evidence. If it is nil, or returns nil, only
	// the hard checks decide.
	Judge    func(model string) check.Judge
	Check    check.Mode
	NoRepair bool // do not have the model rewrite sentences that failed
}

// Ask answers one question. stream, if not nil, receives the draft as it is
// written, before the check. If the articles do not answer, the verdict is
// [rag.Refused] and the error is nil.
func (a Answerer) Ask(ctx context.Context, q rag.Question, stream func(string)) (rag.Answer, error) {
	start := time.Now()
	r, err := a.read(ctx, q)
	if err != nil {
		return rag.Answer{}, err
	}
	var t rag.Timings
	out, err := a.route(ctx, r, &t, stream)
	if err != nil {
		return rag.Answer{}, err
	}
	out.Question, out.Timings.Total = r.Original, time.Since(start)
	return out, nil
}

// route answers a question in the way that suits it: from the catalogue, part by
// part, or as a whole.
func (a Answerer) route(ctx context.Context, r question.Reading, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	if out, ok, err := a.fromCatalogue(ctx, r, t, stream); ok || err != nil {
		return out, err
	}
	if parts := a.split(ctx, r); len(parts) > 1 {
		return a.inParts(ctx, r, parts, t, stream)
	}
	found, err := a.find(ctx, r, t)
	if err != nil {
		return rag.Answer{}, err
	}
	return a.answer(ctx, r, found, t, stream)
}

// answer writes and checks an answer from what was found.
func (a Answerer) answer(ctx context.Context, r question.Reading, found found, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	out := rag.Answer{Verdict: rag.Refused, Reason: found.reason(), Passages: found.passages}
	if found.verdict != rag.Refused {
		var err error
		if out, err = a.writeAndCheck(ctx, r, found, t, stream); err != nil {
			return rag.Answer{}, err
		}
	}
	paged(out.Citations, out.Passages)
	out.Question, out.Searched, out.Confidence = r.Text, found.query.Text, found.confidence
	for i := range out.Citations {
		out.Citations[i].Old = r.Outdated(out.Citations[i].Published)
	}
	out.Timings = *t
	return out, nil
}

// writeAndCheck has the writer draft an answer, and checks the draft. What a
// model wrote decides the verdict by what is left of it. If nothing is left, or
// if the model finds no answer where the search is confident, the articles' own
// sentences stand in.
func (a Answerer) writeAndCheck(ctx context.Context, r question.Reading, found found, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	writer := a.Writer
	if writer == nil {
		writer = write.Quote{}
	}
	out, err := a.draft(ctx, r, writer, found, t, stream)
	if err != nil || out.Model == rag.QuoteModel || out.Verdict == rag.Answered {
		if err == nil && out.Model == rag.QuoteModel {
			out = found.judged(out)
		}
		return out, err
	}
	if out.Reason.Code == rag.NoClaim && found.verdict != rag.Answered {
		return out, nil // the model and the search agree
	}
	quoted, err := a.draft(ctx, r, write.Quote{}, found, t, nil)
	if err != nil || quoted.Verdict == rag.Refused {
		return out, err
	}
	quoted = found.judged(quoted)
	why := errNothingSupported
	if out.Reason.Code == rag.NoClaim {
		why = errNoAnswer
		quoted.Verdict, quoted.Reason = rag.Nearest, rag.Reason{Code: rag.OnlyNear}
	}
	quoted.Failed = append(out.Failed, fmt.Errorf("%s: %w", out.Model, why))
	quoted.Removed, quoted.Spent, quoted.Usage = out.Removed, out.Spent, out.Usage
	quoted.Unjudged, quoted.JudgeError, quoted.Unreliable = out.Unjudged, out.JudgeError, out.Unreliable
	quoted.StoodIn = true
	return quoted, nil
}

// Errors of a model whose answer the articles' own sentences replace.
var (
	errNothingSupported = errors.New("the articles don't support what the model wrote")
	errNoAnswer         = errors.New("the model finds no answer in the articles")
)

// draft has a writer draft an answer, and checks the draft.
func (a Answerer) draft(ctx context.Context, r question.Reading, writer rag.Writer, found found, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	from := time.Now()
	draft, err := writer.Write(ctx, r.Question, found.passages, stream)
	took := time.Since(from)
	t.Write += took
	if err != nil {
		return rag.Answer{}, err
	}
	from = time.Now()
	draft = newerFirst(r, draft, found.passages)
	checker := check.Checker{Mode: a.Check}
	if draft.Model != rag.QuoteModel {
		if a.Judge != nil {
			checker.Judge = a.Judge(draft.Model)
		}
		if model, ok := writer.(rag.Repairer); ok && !a.NoRepair {
			checker.Repair = func(ctx context.Context, failed []rag.Failed) (rag.Draft, error) {
				return model.Repair(ctx, r.Question, found.passages, failed)
			}
		}
	}
	out, err := checker.Check(ctx, r, draft, found.passages)
	if err != nil {
		return rag.Answer{}, err
	}
	if draft.Model != rag.QuoteModel {
		out.Spent.Write.Add(draft.Usage, took)
	}
	out.Failed, out.Usage = draft.Failed, out.Spent.Usage()
	if out.Verdict != rag.Refused && quotes(draft.Claims[0]) {
		out.Short = write.Short(r, draft.Claims[0].Text)
	}
	t.Check += time.Since(from)
	return out, nil
}

// judged gives an answer of quotes the verdict that the search found.
func (f found) judged(out rag.Answer) rag.Answer {
	if out.Verdict != rag.Refused && f.verdict == rag.Nearest {
		out.Verdict, out.Reason = rag.Nearest, f.reason()
	}
	return out
}

// quotes reports whether a claim is a sentence of an article, word for word.
func quotes(c rag.Claim) bool {
	return len(c.Cites) == 1 && c.Cites[0].Start < c.Cites[0].End
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

func (a Answerer) find(ctx context.Context, q question.Reading, t *rag.Timings) (found, error) {
	var f found
	start := time.Now()
	if len(q.Content) == 0 {
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
	f.confidence = f.evidence.Confidence(len(q.Words), f.query.StoreChunks)
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

// reason returns why the question was not answered.
func (f found) reason() rag.Reason {
	switch {
	case len(f.query.Terms) == 0 && len(f.passages) == 0:
		return rag.Reason{Code: rag.NoWords}
	case len(f.passages) == 0:
		return rag.Reason{Code: rag.NoMatch}
	case f.verdict == rag.Nearest:
		return rag.Reason{Code: rag.OnlyNear}
	default:
		return rag.Reason{Code: rag.NothingNear}
	}
}
