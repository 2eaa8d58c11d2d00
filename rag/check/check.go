package check

import (
	"context"
	"slices"
	"strings"
	"time"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/text"
)

// Checker checks drafts. The zero value applies the hard checks only, and marks
// sentences that are supported in part.
type Checker struct {
	Judge  Judge // nil: no judge
	Mode   Mode
	Repair func(context.Context, []rag.Failed) (rag.Draft, error) // see [rag.Repairer]; nil: no repair
}

// Mode says what happens to sentences that the evidence does not fully support.
type Mode int

// The values of Mode.
const (
	Mark   Mode = iota // show partly supported sentences with a mark, remove unsupported ones
	Strict             // show only supported sentences
	Off                // show all sentences, with marks
)

// Judge decides whether sentences follow from their evidence.
type Judge interface {
	// Judge returns a verdict for each statement, in order. An empty verdict, or
	// one that is left out at the end, means that the judge did not decide. The
	// error is nil if it decided on any.
	Judge(ctx context.Context, statements []Statement) ([]rag.Support, rag.Usage, error)
}

// Statement is a sentence with its evidence.
type Statement struct {
	Text     string
	Evidence []Evidence
}

// Evidence is a run of whole sentences of an article.
type Evidence struct {
	Title, Date string // may be empty
	Text        string
}

// Check returns the sentences of a draft that the passages support, as an
// answer. Whatever the draft, every Quote of the answer is in its article at its
// offsets. If no sentence is left but admissions, the verdict is [rag.Refused].
// The error is the context's. An error of the judge is recorded in the answer;
// after an error of Repair, the sentences stay removed.
func (c Checker) Check(ctx context.Context, r question.Reading, d rag.Draft, passages []rag.Passage) (rag.Answer, error) {
	s := newSources(r.Text, passages)
	a := rag.Answer{Verdict: rag.Answered, Passages: passages, Model: d.Model}
	findings := make([]finding, len(d.Claims))
	for i, claim := range d.Claims {
		findings[i] = s.examine(claim)
	}
	failRepeated(findings)
	if err := c.judge(ctx, s, findings, &a); err != nil {
		return rag.Answer{}, err
	}
	if err := c.repair(ctx, s, findings, &a); err != nil {
		return rag.Answer{}, err
	}
	a.Unreliable = mostFailed(findings)
	if c.Mode == Strict {
		failPartly(findings)
	}
	if c.Mode != Off {
		s.resolvePronouns(findings)
	}
	c.compose(r.Question, findings, &a)
	return a, nil
}

// failRepeated fails claims that an earlier one has made already, because small
// models repeat themselves. A claim that passed the hard checks stays if the
// earlier one failed them, because it may cite better evidence.
func failRepeated(findings []finding) {
	passed := map[string]bool{} // by the words of each claim
	for i := range findings {
		f := &findings[i]
		words := text.Normalize(f.bare)
		if before, said := passed[words]; said && (before || f.failed()) {
			f.fail(rag.Repeated)
			continue
		}
		passed[words] = !f.failed()
	}
}

// mostFailed reports whether more than half of several claims failed a check.
// Repetitions do not count.
func mostFailed(findings []finding) bool {
	distinct, failed := 0, 0
	for _, f := range findings {
		switch {
		case f.reason.Code == rag.Repeated:
			continue
		case f.failed() || f.reason.Given():
			failed++
		}
		distinct++
	}
	return distinct > 1 && 2*failed > distinct
}

// failPartly fails claims that are supported only in part.
func failPartly(findings []finding) {
	for i := range findings {
		f := &findings[i]
		if f.support == rag.Partly {
			reason := f.reason
			if f.fail(rag.OnlyPartly); reason.Given() {
				f.reason = reason
			}
		}
	}
}

// judge has the judge decide on the findings that are not decided. Without a
// judge, or where the judge does not decide, the hard checks decide.
func (c Checker) judge(ctx context.Context, s *sources, findings []finding, a *rag.Answer) error {
	var open []*finding
	var statements []Statement
	for i := range findings {
		if f := &findings[i]; f.support == "" {
			open = append(open, f)
			statements = append(statements, s.statement(*f))
		}
	}
	if len(open) == 0 {
		return nil
	}
	verdicts := make([]rag.Support, len(open))
	if c.Judge != nil {
		start := time.Now()
		got, usage, err := c.Judge.Judge(ctx, statements[:min(len(statements), maxJudged)])
		a.Spent.Judge.Add(usage, time.Since(start))
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			a.JudgeError = err
		}
		copy(verdicts, got)
	}
	for i, f := range open {
		switch v := verdicts[i]; v {
		case "":
			f.support, f.reason = s.unjudged(*f)
			a.Unjudged = a.Unjudged || c.Judge != nil
		case rag.Supported, rag.Partly:
			f.support = v
		default:
			f.fail(rag.NotConfirmed)
		}
	}
	return nil
}

const (
	maxJudged  = 50               // sentences to judge; longer answers are a fault of the model
	repairTime = 15 * time.Second // that must be left for a repair
	maxRepairs = 20               // sentences to rewrite; more do not fit into a small model's context
)

// repair has the writer rewrite the sentences that failed, once, and checks what
// it wrote. A sentence that the draft has already stays failed, unless it lacked
// only its evidence.
func (c Checker) repair(ctx context.Context, s *sources, findings []finding, a *rag.Answer) error {
	if c.Repair == nil || c.Mode == Off {
		return nil
	}
	if until, ok := ctx.Deadline(); ok && time.Until(until) < repairTime {
		return nil
	}
	var failed []rag.Failed
	var places []int // of the failed sentences in findings
	said := map[string]bool{}
	for i, f := range findings {
		if f.reason.Code == rag.Repeated {
			continue
		}
		said[text.Normalize(f.bare)] = f.reason.Code != rag.QuoteNotFound && f.reason.Code != rag.NoEvidence
		if f.failed() && len(failed) < maxRepairs {
			failed = append(failed, rag.Failed{Text: f.claim.Text, Why: why(f.reason)})
			places = append(places, i)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	start := time.Now()
	draft, err := c.Repair(ctx, failed)
	a.Spent.Repair.Add(draft.Usage, time.Since(start))
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return nil
	}
	var repaired []finding
	var at []int // of the repaired sentences in findings
	for n, claim := range draft.Claims[:min(len(draft.Claims), len(failed))] {
		old := findings[places[n]].claim
		claim.Break, claim.Kind = old.Break, old.Kind
		f := s.examine(claim)
		if words := text.Normalize(f.bare); words != "" && !said[words] {
			said[words] = true
			repaired, at = append(repaired, f), append(at, places[n])
		}
	}
	if err := c.judge(ctx, s, repaired, a); err != nil {
		return err
	}
	for n, f := range repaired {
		if !f.failed() {
			a.Repaired++
			findings[at[n]] = f
		}
	}
	return nil
}

// why tells the model why a sentence failed.
func why(r rag.Reason) string {
	switch r.Code {
	case rag.QuoteNotFound:
		return "no passage contains the quote: " + strings.Join(r.Words, "; ")
	case rag.NumberNotFound, rag.NameNotFound:
		return "the passages do not contain: " + strings.Join(r.Words, ", ")
	case rag.NoEvidence:
		return "no passage says anything like it"
	case rag.Unverifiable, rag.IsQuestion:
		return "it states nothing that could be checked"
	}
	return "it does not follow from the quoted passage"
}

// compose makes the answer's sentences, citations and removed sentences.
func (c Checker) compose(q rag.Question, findings []finding, a *rag.Answer) {
	answers := false
	for _, f := range findings {
		if f.failed() && c.Mode != Off {
			a.Removed = append(a.Removed, rag.Removed{Text: f.claim.Text, Reason: f.reason})
			continue
		}
		one := rag.Sentence{Text: f.claim.Text, Code: f.claim.Code, Support: f.support, Kind: f.claim.Kind, Reason: f.reason}
		if len(a.Sentences) > 0 {
			one.Break = f.claim.Break
		}
		for _, x := range f.evidence {
			if n := footnote(a, x, q); !slices.Contains(one.Citations, n) {
				one.Citations = append(one.Citations, n)
			}
		}
		a.Sentences = append(a.Sentences, one)
		answers = answers || one.Kind != rag.Admission
	}
	switch {
	case answers:
	case len(findings) == 0:
		a.Verdict, a.Reason = rag.Refused, rag.Reason{Code: rag.NoClaim}
	default:
		a.Verdict, a.Reason = rag.Refused, rag.Reason{Code: rag.NotSupported}
	}
}

// footnote returns the footnote number of a cite. A cite without a footnote gets
// a new one.
func footnote(a *rag.Answer, x rag.Cite, q rag.Question) int {
	p := a.Passages[x.Passage]
	for _, have := range a.Citations {
		if have.Doc == p.Chunk.Doc && have.Start == x.Start && have.End == x.End {
			return have.N
		}
	}
	a.Citations = append(a.Citations, p.Citation(len(a.Citations)+1, x.Start, x.End, q))
	return len(a.Citations)
}

// EvidenceOf returns the sentences of passages that a claim rests on, best first;
// nil if there are none.
func EvidenceOf(r question.Reading, claim rag.Claim, passages []rag.Passage) []rag.Cite {
	f := newSources(r.Text, passages).examine(claim)
	if f.failed() {
		return nil
	}
	return f.evidence
}

// Decide checks a sentence against texts, which need not be articles, and
// returns how far they support it. judge may be nil: the hard checks decide. The
// error is the context's, or the judge's.
func Decide(ctx context.Context, judge Judge, sentence string, texts ...string) (rag.Support, error) {
	body := strings.Join(texts, "\n\n")
	s := newSources("", []rag.Passage{{Text: body, End: len(body)}})
	f := s.examine(rag.Claim{Text: text.CutMarks(sentence, 0)})
	if f.support == "" && judge != nil {
		got, _, err := judge.Judge(ctx, []Statement{{f.bare, []Evidence{{Text: body}}}})
		if err != nil {
			return "", err
		}
		if len(got) > 0 {
			f.support = got[0]
		}
	}
	if f.support == "" {
		f.support, _ = s.unjudged(f)
	}
	return f.support, ctx.Err()
}
