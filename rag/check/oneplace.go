package check

import (
	"slices"

	"footnote/rag"
	"footnote/rag/text"
)

// supportThreshold and sentenceThreshold are the thresholds for a sentence that a model
// wrote. supportThreshold is the least probability that the text supports it.
// sentenceThreshold is the least share of it that one sentence must say, because a mix
// of several sentences can say what none of them says. They are strict: a false
// sentence that passes is worse than a true one that is dropped. They were set
// by hand, from drafts of a small model.
const (
	supportThreshold  = .55
	sentenceThreshold = .65
)

// questionThreshold is the least share of the question that a sentence must say to
// support a bare answer, such as "In 1981." Words of the title do not count.
const questionThreshold = .4

// scattered returns why no single sentence of a text says enough of a model's
// claim; zero if one does.
func (c claimTokens) scattered(body []sentenceTokens) rag.Reason {
	switch {
	case c.single(body) < sentenceThreshold:
		return rag.Reason{Code: rag.Scattered}
	case len(c.asked) > 0 && !slices.ContainsFunc(body, func(s sentenceTokens) bool {
		return !s.title && s.covers(c.content, body) >= sentenceThreshold && text.CoverageFunc(beyond(c.asked, body), s.has) >= questionThreshold
	}):
		return rag.Reason{Code: rag.OffQuestion}
	}
	return rag.Reason{}
}

// single returns the largest share of the claim that one sentence says, or of
// its weakest piece if that share is larger.
func (c claimTokens) single(body []sentenceTokens) float64 {
	most := func(want []text.Token) (most float64) {
		for _, s := range body {
			if !s.title {
				most = max(most, s.covers(want, body))
			}
		}
		return most
	}
	weakest := 0.
	if len(c.pieces) > 1 {
		weakest = 1
		for _, piece := range c.pieces {
			weakest = min(weakest, most(piece))
		}
	}
	return max(weakest, most(c.content))
}

// covers returns the rarity-weighted share of want that a sentence of a text
// covers. Words of a title count for every sentence.
func (s sentenceTokens) covers(want []text.Token, body []sentenceTokens) float64 {
	return text.CoverageFunc(want, func(t text.Token) bool { return s.has(t) || titled(body, t) })
}

// beyond returns the tokens that no title of a text has: what is asked about
// the thing that the title names.
func beyond(want []text.Token, s []sentenceTokens) []text.Token {
	return slices.DeleteFunc(slices.Clone(want), func(t text.Token) bool { return titled(s, t) })
}

// titled reports whether a title of a text has a token.
func titled(text []sentenceTokens, t text.Token) bool {
	return slices.ContainsFunc(text, func(s sentenceTokens) bool { return s.title && s.has(t) })
}

// has reports whether a sentence has a word, or a number that agrees with it.
func (s sentenceTokens) has(t text.Token) bool {
	if t.Number {
		return slices.ContainsFunc(s.all, func(o text.Token) bool { return o.Number && t.Agrees(o) })
	}
	return s.set[t.Key]
}
