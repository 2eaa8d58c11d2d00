package ask

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"footnote/rag"
	"footnote/rag/check"
	"footnote/rag/question"
	"footnote/rag/write"
)

// writeAndCheck has the writer draft an answer, and checks the draft. What a
// model wrote is an answer if a sentence of it is left, however near the search
// came. Only if the model finds no answer and the search is not confident either,
// the verdict is [rag.Refused]. Otherwise the articles' own sentences stand in.
// They also stand in for what an unreliable model wrote if no judge read it whole, and
// for an answer of marked sentences only: the rest of it is as likely to be wrong.
func (a Answerer) writeAndCheck(ctx context.Context, r question.Reading, f findings, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	writer := a.Writer
	if writer == nil {
		writer = write.Quote{}
	}
	out, err := a.draft(ctx, r, writer, f, t, stream)
	unjudged := a.Judge == nil || out.Unjudged
	switch {
	case err != nil, out.Model == rag.QuoteModel:
		return out, err
	case out.Verdict == rag.Answered && !(unjudged && (out.Unreliable || onlyMarked(out))):
		return out, nil
	case out.Reason.Code == rag.NoClaim && f.verdict != rag.Answered:
		return out, nil
	}
	return a.standIn(ctx, r, out, f, t)
}

// onlyMarked reports whether no sentence of an answer is fully supported.
func onlyMarked(a rag.Answer) bool {
	return !slices.ContainsFunc(a.Sentences, func(s rag.Sentence) bool { return s.Kind != rag.Admission && s.Support == rag.Supported })
}

// Errors of a model whose answer the articles' own sentences replace.
var (
	errNothingSupported = errors.New("the articles don't support what the model wrote")
	errNoAnswer         = errors.New("the model finds no answer in the articles")
	errUnreliable       = errors.New("the articles don't support most of what the model wrote")
)

// standIn replaces what is left of a model's answer by the articles' own
// sentences. They follow what the model says that the articles do not say. They
// are only near the question if the model found no answer in the articles.
func (a Answerer) standIn(ctx context.Context, r question.Reading, written rag.Answer, f findings, t *rag.Timings) (rag.Answer, error) {
	quoted, err := a.draft(ctx, r, write.Quote{}, f, t, nil)
	if err != nil || quoted.Verdict == rag.Refused {
		return written, err
	}
	out, why := written, errNothingSupported
	switch {
	case written.Reason.Code == rag.NoClaim:
		why = errNoAnswer
		quoted.Verdict, quoted.Reason = rag.Nearest, rag.Reason{Code: rag.OnlyNear}
	case written.Verdict == rag.Answered:
		why = errUnreliable
	}
	out.Sentences = slices.DeleteFunc(slices.Clone(out.Sentences), func(s rag.Sentence) bool { return s.Kind != rag.Admission })
	if len(out.Sentences) > 0 {
		quoted.Sentences[0].Break = " "
	}
	out.StoodIn, out.Model = true, quoted.Model
	out.Failed = append(out.Failed, fmt.Errorf("%s: %w", written.Model, why))
	out.Sentences, out.Citations = append(out.Sentences, quoted.Sentences...), quoted.Citations
	out.Short, out.Verdict, out.Reason = quoted.Short, quoted.Verdict, quoted.Reason
	return out, nil
}

// draft has a writer draft an answer, and checks the draft. Quotes get the
// verdict of the search.
func (a Answerer) draft(ctx context.Context, r question.Reading, writer rag.Writer, f findings, t *rag.Timings, stream func(string)) (rag.Answer, error) {
	start := time.Now()
	draft, err := writer.Write(ctx, r.Question, f.passages, stream)
	took := time.Since(start)
	t.Write += took
	if err != nil {
		return rag.Answer{}, err
	}
	start = time.Now()
	quotes := draft.Model == rag.QuoteModel
	checker := check.Checker{Mode: a.Check}
	if !quotes && a.Judge != nil {
		checker.Judge = a.Judge(draft.Model)
	}
	if model, ok := write.Wrote(writer, draft).(rag.Repairer); ok && !quotes && !a.NoRepair {
		checker.Repair = func(ctx context.Context, failed []rag.Failed) (rag.Draft, error) {
			return model.Repair(ctx, r.Question, f.passages, failed)
		}
	}
	draft = newerFirst(r, draft, f.passages)
	out, err := checker.Check(ctx, r, draft, f.passages)
	if err != nil {
		return rag.Answer{}, err
	}
	if !quotes || len(draft.Failed) > 0 { // a model was asked
		out.Spent.Write.Add(draft.Usage, took)
	}
	out.Failed, out.Usage = draft.Failed, out.Spent.Usage()
	if out.Verdict == rag.Answered {
		if first := draft.Claims[0]; isQuote(first) && !strings.Contains(first.Text, "\n") {
			out.Short = shortAnswer(draft.Claims[0].Cites, f.passages)
		}
		if quotes && f.verdict == rag.Nearest {
			out.Verdict, out.Reason = rag.Nearest, f.reason()
		}
	}
	t.Check += time.Since(start)
	return out, nil
}

// shortAnswer returns the words of the best of the quoted sentences that answer the
// question by themselves. It is empty if the reader did not find them, or not clearly.
func shortAnswer(quoted []rag.Cite, passages []rag.Passage) string {
	short, best := "", 0.
	for _, x := range quoted {
		p := passages[x.Passage]
		for _, s := range p.Sentences {
			if s.Score > best && x.Start <= s.Start && s.End <= x.End {
				short, best = shortOf(p, s), s.Score
			}
		}
	}
	return short
}

// shortOf returns the short answer of a sentence, as shortAnswer does.
func shortOf(p rag.Passage, s rag.ScoredSentence) string {
	words := p.AnswerText(s)
	if s.Answer.Score < minShort || !strings.ContainsFunc(words, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
		return ""
	}
	return words
}

// minShort is the least score of a short answer, in log odds. Of squad's, those
// from -5 to -1 are right in 0.6 of the cases, and those below in 0.5.
const minShort = -5
