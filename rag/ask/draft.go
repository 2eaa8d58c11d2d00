package ask

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"footnote/rag"
	"footnote/rag/check"
	"footnote/rag/question"
	"footnote/rag/write"
)

// writeAndCheck has the writer draft an answer, and checks the draft. What a
// model wrote decides the verdict by what is left of it. The articles' own
// sentences stand in if nothing is left, if most of it failed and no judge read
// the rest, or if the model finds no answer where the search is confident.
func (a Answerer) writeAndCheck(ctx context.Context, r question.Reading, f findings, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	writer := a.Writer
	if writer == nil {
		writer = write.Quote{}
	}
	out, err := a.draft(ctx, r, writer, f, t, stream)
	switch {
	case err != nil:
		return out, err
	case out.Model == rag.QuoteModel:
		return f.judged(out), nil
	case out.Verdict == rag.Answered && !(out.Unreliable && (a.Judge == nil || out.Unjudged)):
		return out, nil
	}
	if out.Reason.Code == rag.NoClaim && f.verdict != rag.Answered {
		return out, nil // the model and the search agree
	}
	quoted, err := a.draft(ctx, r, write.Quote{}, f, t, nil)
	if err != nil || quoted.Verdict == rag.Refused {
		return out, err
	}
	quoted = f.judged(quoted)
	why := errNothingSupported
	switch {
	case out.Reason.Code == rag.NoClaim:
		why = errNoAnswer
		quoted.Verdict, quoted.Reason = rag.Nearest, rag.Reason{Code: rag.OnlyNear}
	case out.Verdict == rag.Answered:
		why = errUnreliable
	}
	quoted.Failed = append(out.Failed, fmt.Errorf("%s: %w", out.Model, why))
	quoted.Removed, quoted.Spent, quoted.Usage = out.Removed, out.Spent, out.Usage
	quoted.Unjudged, quoted.JudgeError, quoted.Unreliable = out.Unjudged, out.JudgeError, out.Unreliable
	quoted.StoodIn = true
	admitted := slices.DeleteFunc(slices.Clone(out.Sentences), func(s rag.Sentence) bool { return s.Kind != rag.Admission })
	if len(admitted) > 0 {
		quoted.Sentences[0].Break = " "
		quoted.Sentences = append(admitted, quoted.Sentences...)
	}
	return quoted, nil
}

// Errors of a model whose answer the articles' own sentences replace.
var (
	errNothingSupported = errors.New("the articles don't support what the model wrote")
	errNoAnswer         = errors.New("the model finds no answer in the articles")
	errUnreliable       = errors.New("the articles don't support most of what the model wrote")
)

// draft has a writer draft an answer, and checks the draft.
func (a Answerer) draft(ctx context.Context, r question.Reading, writer rag.Writer, f findings, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	from := time.Now()
	draft, err := writer.Write(ctx, r.Question, f.passages, stream)
	took := time.Since(from)
	t.Write += took
	if err != nil {
		return rag.Answer{}, err
	}
	from = time.Now()
	draft = newerFirst(r, draft, f.passages)
	checker := check.Checker{Mode: a.Check}
	if draft.Model != rag.QuoteModel {
		if a.Judge != nil {
			checker.Judge = a.Judge(draft.Model)
		}
		if model, ok := writer.(rag.Repairer); ok && !a.NoRepair {
			checker.Repair = func(ctx context.Context, failed []rag.Failed) (rag.Draft, error) {
				return model.Repair(ctx, r.Question, f.passages, failed)
			}
		}
	}
	out, err := checker.Check(ctx, r, draft, f.passages)
	if err != nil {
		return rag.Answer{}, err
	}
	if draft.Model != rag.QuoteModel {
		out.Spent.Write.Add(draft.Usage, took)
	}
	out.Failed, out.Usage = draft.Failed, out.Spent.Usage()
	if out.Verdict != rag.Refused && isQuote(draft.Claims[0]) {
		out.Short = write.Short(r, draft.Claims[0].Text)
	}
	t.Check += time.Since(from)
	return out, nil
}

// judged gives an answer of quotes the verdict that the search f.
func (f findings) judged(out rag.Answer) rag.Answer {
	if out.Verdict != rag.Refused && f.verdict == rag.Nearest {
		out.Verdict, out.Reason = rag.Nearest, f.reason()
	}
	return out
}
