package ask

import (
	"context"
	"slices"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/write"
)

// split returns the single questions that a question consists of: a model's, if
// there is a model and they are faithful, or else those by its form. It returns
// nil if the question asks one thing.
func (a Answerer) split(ctx context.Context, r question.Reading) []string {
	model, ok := a.Writer.(rag.Rephraser)
	if !ok || !r.Compound {
		return r.Parts
	}
	ctx, cancel := context.WithTimeout(ctx, rephraseTimeout)
	defer cancel()
	got, err := model.Split(ctx, r.Question)
	if err != nil { // Write will report the model's failure
		return r.Parts
	}
	if faithful := r.FaithfulParts(got); faithful != nil {
		return faithful
	}
	return r.Parts
}

// inParts answers a question of several parts, which are at least two. It
// searches for each part separately. A model writes one answer from the
// passages of all parts. Without a model, each part gets the sentences that
// answer it best. The verdict is [rag.Nearest] if not every part is answered.
func (a Answerer) inParts(ctx context.Context, r question.Reading, parts []string, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	_, writes := a.Writer.(rag.Rephraser)
	whole := findings{confidence: 1, verdict: rag.Answered}
	var drafts rag.Draft
	var missing, near []string
	all := make([]findings, len(parts)) // of each part
	for i, p := range parts {
		f, err := a.find(ctx, r.Rephrased(p), t)
		if err != nil {
			return rag.Answer{}, err
		}
		if len(f.unknown) > 0 { // its nearest sentences are about other things
			f.verdict = rag.Refused
		}
		all[i] = f
		whole.confidence = min(whole.confidence, f.confidence)
		switch f.verdict {
		case rag.Nearest:
			near = append(near, p)
		case rag.Refused:
			missing = append(missing, p)
		}
	}
	if len(missing) == len(parts) {
		return a.answer(ctx, r, all[0], t, stream)
	}
	whole.query = all[0].query
	whole.query.Text = r.Text
	if writes {
		for rank := 0; ; rank++ { // the best passage of each part, then the second of each
			more := false
			for _, f := range all {
				if rank < len(f.passages) && f.verdict != rag.Refused {
					more = true
					whole.add(f.passages[rank])
				}
			}
			if !more {
				break
			}
		}
	} else {
		most := max(1, 4/len(parts))
		for _, f := range all {
			if f.verdict == rag.Refused {
				continue
			}
			d, err := write.Quote{Most: most}.Write(ctx, f.query.Question, f.passages, nil)
			if err != nil {
				return rag.Answer{}, err
			}
			d = newerFirst(f.query.Reading, d, f.passages)
			drafts.Model = d.Model
			for _, c := range d.Claims {
				for i := range c.Cites {
					c.Cites[i].Passage = whole.add(f.passages[c.Cites[i].Passage])
				}
				if !slices.ContainsFunc(drafts.Claims, func(x rag.Claim) bool { return x.Text == c.Text }) {
					if c.Break = " "; len(drafts.Claims) == 0 {
						c.Break = ""
					}
					drafts.Claims = append(drafts.Claims, c)
				}
			}
		}
		a.Writer = fixedDraft(drafts)
	}
	if len(near)+len(missing) == len(parts) {
		whole.verdict, near = rag.Nearest, nil
	}
	out, err := a.answer(ctx, r, whole, t, stream)
	if !writes { // the short answer to one part is not the answer
		out.Short = ""
	}
	if err != nil || out.Verdict == rag.Refused || out.Model != rag.QuoteModel || len(missing)+len(near) == 0 {
		return out, err // a model says itself what the articles do not say
	}
	out.Verdict, out.Short = rag.Nearest, ""
	if whole.verdict == rag.Nearest { // no part is answered
		out.Reason.Missing = missing
	} else {
		out.Reason = rag.Reason{Code: rag.PartAnswered, Words: near, Missing: missing}
	}
	return out, nil
}

// add adds a passage unless one of f contains it. It returns the index of the
// passage that has its text.
func (f *findings) add(p rag.Passage) int {
	for i, have := range f.passages {
		if have.Chunk.Doc == p.Chunk.Doc && have.Start <= p.Start && p.End <= have.End {
			return i
		}
	}
	f.passages = append(f.passages, p)
	return len(f.passages) - 1
}

// fixedDraft is a [rag.Writer] that returns a finished draft.
type fixedDraft rag.Draft

// Write implements [rag.Writer].
func (d fixedDraft) Write(_ context.Context, _ rag.Question, _ []rag.Passage, stream func(string)) (rag.Draft, error) {
	if stream != nil {
		for _, c := range d.Claims {
			stream(c.Break + c.Text)
		}
	}
	return rag.Draft(d), nil
}
