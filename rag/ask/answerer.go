package ask

import (
	"context"
	"slices"
	"time"

	"footnote/rag"
	"footnote/rag/check"
	"footnote/rag/question"
	"footnote/rag/retrieve"
)

// Answerer answers questions: it finds passages, has a writer draft an answer,
// and checks the draft. Its methods are safe for concurrent use if those of its
// fields are.
type Answerer struct {
	Store    rag.Store
	Embedder rag.Embedder // made the vectors in Store
	Reader   rag.Reader   // reads questions and passages in English; nil: vectors and words decide
	Writer   rag.Writer   // nil: [write.Quote]
	Caution  rag.Caution  // how confident it must be; the zero value is [rag.Balanced]

	// Judge returns what decides whether the sentences of a model, named by
	// Draft.Model, follow from their evidence. If it is nil, or returns nil, only
	// the hard checks decide.
	Judge    func(model string) check.Judge
	Check    check.Mode // what happens to sentences that are not fully supported
	NoRepair bool       // do not have the model rewrite sentences that failed
}

// Ask answers one question. stream, if not nil, receives the draft as it is
// written, before the check. If the articles do not answer, the verdict is
// [rag.Refused] and the error is nil. Errors come from the store, the embedder,
// the writer and ctx.
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
	out.Question, out.FollowUp, out.Timings.Total = r.Original, r.Rewritten, time.Since(start)
	return out, nil
}

// route answers a question in the way that suits it: from the catalogue, by comparing
// two numbers, part by part, or as a whole.
func (a Answerer) route(ctx context.Context, r question.Reading, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	if out, ok, err := a.fromCatalogue(ctx, r, t, stream); ok || err != nil {
		return out, err
	}
	if out, ok, err := a.compare(ctx, r, t); ok || err != nil {
		return out, err
	}
	if parts := a.split(ctx, r); len(parts) > 1 {
		return a.inParts(ctx, r, parts, t, stream)
	}
	f, err := a.find(ctx, r, t)
	if err != nil {
		return rag.Answer{}, err
	}
	return a.answer(ctx, r, f, t, stream)
}

// find retrieves passages, scores their sentences and decides on a verdict. It
// searches for acronyms together with their names. If the passages spell words of the
// question otherwise, it searches again for those. It adds to Retrieve and Embed of t.
func (a Answerer) find(ctx context.Context, q question.Reading, t *rag.Timings) (findings, error) {
	var f findings
	start := time.Now()
	if len(q.Content) == 0 {
		f.verdict = rag.Refused
		return f, nil
	}
	r := retrieve.Retriever{Store: a.Store, Embedder: a.Embedder}
	expanded, err := r.Expanded(ctx, q)
	if err != nil {
		return f, err
	}
	if err = f.search(ctx, r, q.Rephrased(expanded)); err == nil {
		if respelled := f.query.Respelled(f.passages); respelled != expanded {
			err = f.search(ctx, r, q.Rephrased(respelled))
		}
	}
	if err != nil {
		return f, err
	}
	t.Retrieve += time.Since(start)
	from := time.Now()
	if f.evidence, err = retrieve.ScoreSentences(ctx, a.Embedder, a.Reader, f.query, f.passages); err != nil {
		return f, err
	}
	t.Embed += time.Since(from)
	f.confidence = f.evidence.Confidence(len(q.Words), f.query.StoreChunks)
	if f.unknown = f.query.UnknownNames(); len(f.unknown) > 0 {
		f.confidence = min(f.confidence, maxUnknown)
	}
	switch {
	case len(f.passages) == 0:
		f.verdict, f.confidence = rag.Refused, 0
	case f.confidence >= a.Caution.AnsweredThreshold() && len(f.unknown) == 0:
		f.verdict = rag.Answered
	case f.confidence >= a.Caution.NearestThreshold():
		f.verdict = rag.Nearest
	default:
		f.verdict = rag.Refused
	}
	return f, nil
}

// maxUnknown is the most confidence in an answer to a question about a name that no
// article has.
const maxUnknown = .5

// findings holds the results of retrieval and scoring for a question.
type findings struct {
	query      retrieve.Query
	ranked     []rag.Ranked
	passages   []rag.Passage
	evidence   retrieve.Evidence
	confidence float64
	verdict    rag.Verdict // before anything is written
	unknown    []string    // names of the question that no article has
}

// search retrieves passages, and sets query, ranked and passages.
func (f *findings) search(ctx context.Context, r retrieve.Retriever, q question.Reading) error {
	ranked, vector, err := r.Rank(ctx, q)
	if err != nil {
		return err
	}
	f.ranked = ranked
	if f.passages, err = r.Passages(ctx, ranked); err != nil {
		return err
	}
	f.query, err = retrieve.NewQuery(ctx, r.Store, q, vector)
	return err
}

// reason returns why the question is not answered, or not directly.
func (f findings) reason() rag.Reason {
	switch {
	case len(f.query.Terms) == 0 && len(f.passages) == 0:
		return rag.Reason{Code: rag.NoWords}
	case len(f.passages) == 0:
		return rag.Reason{Code: rag.NoMatch}
	case f.verdict == rag.Nearest:
		return rag.Reason{Code: rag.OnlyNear, Words: f.unknown}
	default:
		return rag.Reason{Code: rag.NothingNear}
	}
}

// answer writes and checks an answer from what was found.
func (a Answerer) answer(ctx context.Context, r question.Reading, f findings, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	out := rag.Answer{Verdict: rag.Refused, Reason: f.reason(), Passages: f.passages}
	if f.verdict != rag.Refused {
		var err error
		if out, err = a.writeAndCheck(ctx, r, f, t, stream); err != nil {
			return rag.Answer{}, err
		}
	}
	out.Question, out.Searched, out.Confidence = r.Text, f.query.Text, f.confidence
	out.Timings = *t
	return out, nil
}

// isQuote reports whether a claim is a sentence of an article, word for word.
func isQuote(c rag.Claim) bool {
	return len(c.Cites) > 0 && !slices.ContainsFunc(c.Cites, func(x rag.Cite) bool { return x.Start >= x.End })
}
