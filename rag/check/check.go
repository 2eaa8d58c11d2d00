package check

import (
	"context"
	"regexp"
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

const (
	Mark   Mode = iota // show partly supported sentences with a mark, remove unsupported ones
	Strict             // show only supported sentences
	Off                // show all sentences, with marks
)

// Judge decides whether sentences follow from their evidence.
type Judge interface {
	// Judge returns a verdict for each statement, in order. An empty verdict means
	// that the judge did not decide. The error is nil if it decided on any.
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

// finding is a claim and what the check found out about it.
type finding struct {
	claim    rag.Claim
	bare     string // the claim without framing such as "The article says that …"
	evidence []rag.Cite
	support  rag.Support // empty: not decided yet
	reason   rag.Reason  // why it is not supported
	repaired bool
	judged   bool
}

// Check returns the sentences of a draft that the passages support, as an answer.
// Whatever the draft, every Quote of the answer is in its article at its
// offsets. If no sentence is left but admissions, the verdict is [rag.Refused]. The error is the
// context's; a judge or a repair that fails is recorded in the answer.
func (c Checker) Check(ctx context.Context, r question.Reading, d rag.Draft, passages []rag.Passage) (rag.Answer, error) {
	k := newChecker(r, passages)
	a := rag.Answer{Verdict: rag.Answered, Passages: passages, Model: d.Model, Usage: d.Usage}
	findings := make([]finding, len(d.Claims))
	for i, claim := range d.Claims {
		findings[i] = k.examine(claim)
	}
	repeated(findings)
	if err := c.judge(ctx, k, findings, &a); err != nil {
		return rag.Answer{}, err
	}
	if err := c.repair(ctx, k, findings, &a); err != nil {
		return rag.Answer{}, err
	}
	if c.Mode != Off {
		k.lean(findings)
	}
	c.compose(k, findings, &a)
	return a, nil
}

// repeated marks claims that an earlier one has made already: small models
// repeat themselves.
func repeated(findings []finding) {
	told := map[string]bool{}
	for i := range findings {
		f := &findings[i]
		key := text.Normalize(f.bare)
		if f.support != rag.Unsupported && told[key] {
			f.support, f.reason = rag.Unsupported, rag.Reason{Code: rag.Repeated}
		}
		told[key] = true
	}
}

// judge has the judge decide on the findings that are not decided. Without a
// judge, or where the judge does not decide, the hard checks decide.
func (c Checker) judge(ctx context.Context, k *checker, findings []finding, a *rag.Answer) error {
	var open []*finding
	var statements []Statement
	for i := range findings {
		if f := &findings[i]; f.support == "" {
			open = append(open, f)
			statements = append(statements, k.statement(*f))
		}
	}
	if len(open) == 0 {
		return nil
	}
	verdicts := make([]rag.Support, len(open))
	if c.Judge != nil {
		start := time.Now()
		got, usage, err := c.Judge.Judge(ctx, statements)
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
			f.support, f.reason = k.unjudged(*f)
			a.Unjudged = a.Unjudged || c.Judge != nil
		case rag.Supported, rag.Partly:
			f.support, f.judged = v, true
		default:
			f.support, f.reason, f.judged = rag.Unsupported, rag.Reason{Code: rag.NotConfirmed}, true
		}
	}
	return nil
}

// leastTime is how much time must be left for a repair.
const leastTime = 15 * time.Second

// repair has the writer rewrite the sentences that failed, once, and checks what
// it wrote. A sentence that is the same again stays failed.
func (c Checker) repair(ctx context.Context, k *checker, findings []finding, a *rag.Answer) error {
	if c.Repair == nil || c.Mode == Off {
		return nil
	}
	if until, ok := ctx.Deadline(); ok && time.Until(until) < leastTime {
		return nil
	}
	var failed []rag.Failed
	var at []int
	told := map[string]bool{}
	for i, f := range findings {
		told[text.Normalize(f.bare)] = true
		if f.support == rag.Unsupported && f.reason.Code != rag.Repeated {
			failed = append(failed, rag.Failed{Text: f.claim.Text, Why: why(f.reason)})
			at = append(at, i)
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
	if err != nil { // the sentences stay removed
		return nil
	}
	mended := make([]finding, 0, len(at))
	var place []int
	for n, i := range at {
		if n >= len(draft.Claims) || !text.HasWord(draft.Claims[n].Text) || told[text.Normalize(draft.Claims[n].Text)] {
			continue
		}
		f := k.examine(draft.Claims[n])
		f.claim.Break, f.repaired = findings[i].claim.Break, true
		told[text.Normalize(f.bare)] = true
		mended, place = append(mended, f), append(place, i)
	}
	if err := c.judge(ctx, k, mended, a); err != nil {
		return err
	}
	for n, f := range mended {
		if f.support != rag.Unsupported {
			a.Repaired++
			findings[place[n]] = f
		}
	}
	return nil
}

// compose makes the answer's sentences, citations and removed sentences.
func (c Checker) compose(k *checker, findings []finding, a *rag.Answer) {
	failed := 0
	for _, f := range findings {
		switch f.reason.Code {
		case rag.QuoteNotFound, rag.NumberNotFound, rag.NameNotFound, rag.NoEvidence, rag.Unverifiable, rag.IsQuestion, rag.Repeated:
			failed++
		}
		if c.Mode != Off && (f.support == rag.Unsupported || c.Mode == Strict && f.support == rag.Partly) {
			reason := f.reason
			if !reason.Given() {
				reason = rag.Reason{Code: rag.OnlyPartly}
			}
			a.Removed = append(a.Removed, rag.Removed{Text: f.claim.Text, Reason: reason})
			continue
		}
		s := rag.Sentence{Text: f.claim.Text, Support: f.support, Kind: f.claim.Kind, Reason: f.reason}
		if len(a.Sentences) > 0 {
			s.Break = f.claim.Break
		}
		for _, x := range f.evidence {
			s.Citations = append(s.Citations, footnote(a, x))
		}
		a.Sentences = append(a.Sentences, s)
	}
	a.Unreliable = len(findings) > 1 && 2*failed > len(findings)
	if !slices.ContainsFunc(a.Sentences, func(s rag.Sentence) bool { return s.Kind != rag.Admission }) {
		a.Citations = nil
		a.Verdict, a.Reason = rag.Refused, rag.Reason{Code: rag.NoClaim}
		if len(findings) > 0 {
			a.Reason = rag.Reason{Code: rag.NotSupported}
		}
	}
}

// footnote returns the footnote number of a cite. A cite without a footnote gets
// a new one.
func footnote(a *rag.Answer, c rag.Cite) int {
	p := a.Passages[c.Passage]
	for _, have := range a.Citations {
		if have.Doc == p.Chunk.Doc && have.Start == c.Start && have.End == c.End {
			return have.N
		}
	}
	a.Citations = append(a.Citations, rag.Citation{
		N: len(a.Citations) + 1, Title: p.Chunk.Title, URL: p.Chunk.URL, Doc: p.Chunk.Doc, Source: p.Source, Published: p.Chunk.Published,
		Quote: p.Text[c.Start-p.Start : c.End-p.Start], Start: c.Start, End: c.End,
	})
	return len(a.Citations)
}

// checker holds passages, and what was read of them so far.
type checker struct {
	passages []rag.Passage
	asked    *source             // the question
	sources  []*source           // each passage with its title and date; nil: not yet read
	text     []*folded           // each passage; nil: not yet read
	sets     [][]map[string]bool // keys of the words of each sentence; nil: not yet read
}

func newChecker(r question.Reading, passages []rag.Passage) *checker {
	n := len(passages)
	return &checker{passages: passages, asked: newSource(r.Text), sources: make([]*source, n), text: make([]*folded, n), sets: make([][]map[string]bool, n)}
}

func (c *checker) source(i int) *source {
	if c.sources[i] == nil {
		c.sources[i] = newSource(head(c.passages[i]) + "\n" + c.passages[i].Text)
	}
	return c.sources[i]
}

// everything returns the question and all passages.
func (c *checker) everything() []*source {
	all := []*source{c.asked}
	for i := range c.passages {
		all = append(all, c.source(i))
	}
	return all
}

func (c *checker) folded(i int) *folded {
	if c.text[i] == nil {
		f := fold(c.passages[i].Text)
		c.text[i] = &f
	}
	return c.text[i]
}

func (c *checker) keys(i, sentence int) map[string]bool {
	if c.sets[i] == nil {
		for _, s := range c.passages[i].Sentences {
			one := c.passages[i].SentenceText(s)
			c.sets[i] = append(c.sets[i], text.KeySet(one, text.Tokens(one)))
		}
	}
	return c.sets[i][sentence]
}

// examine finds a claim's evidence and applies the hard checks. A sentence of an
// article, word for word, is supported.
func (c *checker) examine(claim rag.Claim) finding {
	f := finding{claim: claim, bare: text.Unframed(claim.Text)}
	fail := func(code rag.ReasonCode, words ...string) finding {
		f.support, f.reason = rag.Unsupported, rag.Reason{Code: code, Words: words}
		return f
	}
	tokens := text.Tokens(f.bare)
	if claim.Kind == rag.Admission {
		if names := lacksNames(tokens, c.everything()...); len(names) > 0 {
			return fail(rag.NameNotFound, names...)
		}
		f.support = rag.Supported
		return f
	}
	var missing []string
	f.evidence, missing = c.evidence(claim)
	if slices.ContainsFunc(claim.Cites, func(x rag.Cite) bool { return x.Start < x.End }) && len(f.evidence) > 0 {
		f.support = rag.Supported
		return f
	}
	switch {
	case len(c.passages) == 0:
		return fail(rag.NoPassage)
	case !slices.ContainsFunc(tokens, func(t text.Token) bool { return t.Content || t.Number }):
		return fail(rag.Unverifiable)
	case strings.HasSuffix(strings.TrimRight(f.bare, `"'”’)`), "?"):
		return fail(rag.IsQuestion)
	case len(f.evidence) == 0 && len(missing) > 0:
		return fail(rag.QuoteNotFound, missing...)
	case len(f.evidence) == 0:
		return fail(rag.NoEvidence)
	}
	if said := c.unsaid(f.bare); len(said) > 0 {
		return fail(rag.QuoteNotFound, said...)
	}
	sources := []*source{c.asked}
	for _, x := range f.evidence {
		sources = append(sources, c.near(x))
	}
	for _, x := range f.evidence { // read only if the number is not near the evidence
		sources = append(sources, c.source(x.Passage))
	}
	if numbers := lacksNumbers(text.Figures(f.bare), sources...); len(numbers) > 0 {
		if len(claim.Cites) > 0 && !quotes(claim) { // perhaps it cites the wrong passage
			claim.Cites = nil
			return c.examine(claim)
		}
		return fail(rag.NumberNotFound, numbers...)
	}
	if names := lacksNames(tokens, c.everything()...); len(names) > 0 {
		return fail(rag.NameNotFound, names...)
	}
	return f
}

// quotes reports whether a claim quotes its evidence.
func quotes(claim rag.Claim) bool {
	return slices.ContainsFunc(claim.Cites, func(x rag.Cite) bool { return x.Quote != "" })
}

// unjudged decides on a claim that passed the hard checks and that no judge
// decided on. Its numbers and names must be near its evidence, not just somewhere
// in the articles.
func (c *checker) unjudged(f finding) (rag.Support, rag.Reason) {
	near := []*source{c.asked}
	for _, x := range f.evidence {
		near = append(near, c.near(x))
	}
	if numbers := lacksNumbers(text.Figures(f.bare), near...); len(numbers) > 0 {
		return rag.Partly, rag.Reason{Code: rag.NumberNotFound, Words: numbers}
	}
	if names := lacksNames(text.Tokens(f.bare), near...); len(names) > 0 {
		return rag.Partly, rag.Reason{Code: rag.NameNotFound, Words: names}
	}
	return rag.Supported, rag.Reason{}
}

// near returns a passage's title and date, the text of a cite in it, and the
// sentences before and after it.
func (c *checker) near(x rag.Cite) *source {
	p := c.passages[x.Passage]
	start, end := x.Start, x.End
	for i, s := range p.Sentences {
		if s.Start < x.End && x.Start < s.End {
			if i > 0 {
				start = min(start, p.Sentences[i-1].Start)
			}
			if i+1 < len(p.Sentences) {
				end = max(end, p.Sentences[i+1].End)
			}
		}
	}
	return newSource(head(p) + "\n" + p.Text[start-p.Start:end-p.Start])
}

// statement returns a finding as a judge reads it.
func (c *checker) statement(f finding) Statement {
	s := Statement{Text: f.bare}
	for _, x := range f.evidence {
		p := c.passages[x.Passage]
		s.Evidence = append(s.Evidence, Evidence{Title: p.Chunk.Title, Date: rag.FormatDate(p.Chunk.Published), Text: p.Text[x.Start-p.Start : x.End-p.Start]})
	}
	return s
}

// back captures the pronoun at the beginning of a sentence.
var back = regexp.MustCompile(`^[“"‘'(]*(He|She|It|They|His|Her|Its|Their)\b`)

// lean takes care of sentences that refer to a removed one before them. A pronoun
// at the beginning is replaced by the name that the removed sentence begins
// with. Without a name, the sentence is removed too.
func (c *checker) lean(findings []finding) {
	for i := 1; i < len(findings); i++ {
		f, before := &findings[i], findings[i-1]
		if f.support == rag.Unsupported || f.claim.Kind == rag.Admission || before.support != rag.Unsupported || before.reason.Code == rag.Repeated || !text.RefersBack(f.claim.Text) {
			continue
		}
		name := subject(before.bare)
		at := back.FindStringSubmatchIndex(f.claim.Text)
		if name == "" || at == nil || len(lacksNames(text.Tokens(name), c.everything()...)) > 0 {
			f.support, f.reason = rag.Unsupported, rag.Reason{Code: rag.LeansOnRemoved}
			continue
		}
		switch f.claim.Text[at[2]:at[3]] {
		case "His", "Her", "Its", "Their":
			name += "'s"
		}
		f.claim.Text = f.claim.Text[:at[2]] + name + f.claim.Text[at[3]:]
	}
}

// name matches capitalised words at the beginning of a sentence.
var name = regexp.MustCompile(`^(?:(?:The|Mr\.?|Mrs\.?|Ms\.?|Dr\.?) )?\p{Lu}[\p{L}\p{N}.'’-]*(?: \p{Lu}[\p{L}\p{N}.'’-]*)*`)

// subject returns the name that a sentence begins with; empty if it begins with
// none.
func subject(s string) string {
	n := name.FindString(s)
	if !slices.ContainsFunc(text.Tokens("— "+n), func(t text.Token) bool { return t.Name }) || text.RefersBack(n) {
		return ""
	}
	return strings.TrimSuffix(strings.TrimSuffix(n, "'s"), "’s")
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

// EvidenceOf returns the sentences of passages that a claim rests on, best first;
// nil if there are none.
func EvidenceOf(r question.Reading, claim rag.Claim, passages []rag.Passage) []rag.Cite {
	f := newChecker(r, passages).examine(claim)
	if f.support == rag.Unsupported {
		return nil
	}
	return f.evidence
}

// Decide checks a sentence against texts, which need not be articles, and
// returns how far they support it. judge may be nil: the hard checks decide. The
// error is the context's, or the judge's.
func Decide(ctx context.Context, judge Judge, sentence string, texts ...string) (rag.Support, error) {
	body := strings.Join(texts, "\n\n")
	p := rag.Passage{Text: body, End: len(body)}
	for _, s := range text.Sentences(body, text.Span{End: len(body)}) {
		p.Sentences = append(p.Sentences, rag.ScoredSentence{Start: s.Start, End: s.End})
	}
	sentence, _, _ = text.CutMarks(sentence, 0)
	k := newChecker(question.Reading{}, []rag.Passage{p})
	f := k.examine(rag.Claim{Text: sentence})
	if f.support == "" && judge != nil {
		got, _, err := judge.Judge(ctx, []Statement{{f.bare, []Evidence{{Text: body}}}})
		if err != nil {
			return "", err
		}
		f.support = got[0]
	}
	if f.support == "" {
		f.support, _ = k.unjudged(f)
	}
	return f.support, ctx.Err()
}
