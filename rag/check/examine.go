package check

import (
	"maps"
	"slices"

	"footnote/rag"
	"footnote/rag/text"
)

// finding is a claim and what the check found out about it.
type finding struct {
	claim    rag.Claim
	bare     string // the claim without framing such as "The article says that …"
	evidence []rag.Cite
	support  rag.Support // empty: not decided yet
	reason   rag.Reason  // why it is not supported
}

func (f *finding) failed() bool { return f.support == rag.Unsupported }

func (f *finding) fail(code rag.ReasonCode, words ...string) {
	f.support, f.reason = rag.Unsupported, rag.Reason{Code: code, Words: words}
}

// examine finds a claim's evidence and applies the hard checks. The support of a
// claim that passes them is empty, because a judge decides. Sentences of an
// article, word for word, and admissions need no judge.
func (s *sources) examine(claim rag.Claim) finding {
	f := finding{claim: claim, bare: text.Unframed(claim.Text)}
	tokens := text.Tokens(f.bare)
	if claim.Kind == rag.Admission {
		if names := missingNames(tokens, s.everything()); len(names) > 0 {
			f.fail(rag.NameNotFound, names...)
		} else {
			f.support = rag.Supported
		}
		return f
	}
	if f.evidence = s.verbatim(claim); f.evidence != nil {
		f.support = rag.Supported
		return f
	}
	var unknown []string
	f.evidence, unknown = s.evidence(claim)
	switch {
	case len(s.passages) == 0:
		f.fail(rag.NoPassage)
	case !slices.ContainsFunc(tokens, func(t text.Token) bool { return t.Content || t.Number }):
		f.fail(rag.Unverifiable)
	case text.IsQuestion(f.bare):
		f.fail(rag.IsQuestion)
	case len(f.evidence) == 0 && len(unknown) > 0:
		f.fail(rag.QuoteNotFound, unknown...)
	case len(f.evidence) == 0:
		f.fail(rag.NoEvidence)
	}
	if f.failed() {
		return f
	}
	if unsaid := s.unsaid(f.bare); len(unsaid) > 0 {
		f.fail(rag.QuoteNotFound, unsaid...)
		return f
	}
	near := s.near(f)
	for _, x := range f.evidence {
		near = append(near, s.passages[x.Passage].source())
	}
	if numbers := missingNumbers(f.bare, near); len(numbers) > 0 {
		if len(claim.Cites) > 0 && !quotes(claim) { // perhaps it cites the wrong passage
			claim.Cites = nil
			return s.examine(claim)
		}
		f.fail(rag.NumberNotFound, numbers...)
	} else if names := missingNames(surelyNames(tokens), s.everything()); len(names) > 0 {
		f.fail(rag.NameNotFound, names...)
	}
	return f
}

// surelyNames returns a sentence's tokens without its first one if that alone has
// a capital letter: it may be a rare word that is no name, as in "Sailors were
// rescued."
func surelyNames(sentence []text.Token) []text.Token {
	if len(sentence) > 1 && !sentence[1].Name {
		return sentence[1:]
	}
	return sentence
}

// quotes reports whether a claim quotes its evidence.
func quotes(claim rag.Claim) bool {
	return slices.ContainsFunc(claim.Cites, func(x rag.Cite) bool { return x.Quote != "" })
}

// minShare is the share of a claim's words, by rarity, that must be near its evidence
// if no judge decides. rag/eval/RESULTS.md says how many claims it marks.
const minShare = .4

// unjudged decides on a claim that passed the hard checks and that no judge
// decided on. Its numbers and names must be near its evidence, not just somewhere
// in the articles, some of its words must be there too, and no sentence about the
// same thing may say the opposite.
func (s *sources) unjudged(f finding) (rag.Support, rag.Reason) {
	near, tokens := s.near(f), text.Tokens(f.bare)
	if numbers := missingNumbers(f.bare, near); len(numbers) > 0 {
		return rag.Partly, rag.Reason{Code: rag.NumberNotFound, Words: numbers}
	}
	if names := missingNames(tokens, near); len(names) > 0 {
		return rag.Partly, rag.Reason{Code: rag.NameNotFound, Words: names}
	}
	have := map[string]bool{}
	for _, one := range near[1:] { // without the question
		maps.Copy(have, text.KeySet(one.text, text.Tokens(one.text)))
	}
	if text.CoverageFunc(text.Distinct(tokens), func(t text.Token) bool { return t.Number || have[t.Key] }) < minShare {
		return rag.Partly, rag.Reason{Code: rag.NoEvidence}
	}
	for _, x := range f.evidence {
		if contradicts(tokens, text.Tokens(s.passages[x.Passage].text(x))) {
			return rag.Partly, rag.Reason{Code: rag.SaysOpposite}
		}
	}
	return rag.Supported, rag.Reason{}
}

// contradicts reports whether evidence is about the same thing as a claim and
// contradicts it.
func contradicts(claim, evidence []text.Token) bool {
	have := map[string]bool{}
	for _, t := range evidence {
		have[t.Key] = true
	}
	return text.Coverage(text.Distinct(claim), func(key string) bool { return have[key] }) >= text.SameTopicCoverage && text.Contradicts(claim, evidence)
}

// near returns the question, and for each cite of a finding the title and date
// of its passage, the text of the cite, and the sentences before and after it.
func (s *sources) near(f finding) []*source {
	all := []*source{s.question}
	for _, x := range f.evidence {
		p := s.passages[x.Passage]
		wide := x
		for i, one := range p.Sentences {
			if one.Start < x.End && x.Start < one.End {
				wide.Start = min(wide.Start, p.Sentences[max(0, i-1)].Start)
				wide.End = max(wide.End, p.Sentences[min(i+1, len(p.Sentences)-1)].End)
			}
		}
		all = append(all, newSource(p.head()+"\n"+p.text(wide)))
	}
	return all
}

// statement returns a finding as a judge reads it.
func (s *sources) statement(f finding) Statement {
	one := Statement{Text: f.bare}
	for _, x := range f.evidence {
		p := s.passages[x.Passage]
		one.Evidence = append(one.Evidence, Evidence{Title: p.Chunk.Title, Date: rag.FormatDate(p.Chunk.Published), Text: p.text(x)})
	}
	return one
}
