package rag

import "slices"

// standsFrom and singleFrom are the thresholds for a sentence that a model
// wrote. standsFrom is the least probability that the text supports it.
// singleFrom is the least share of it that one sentence must say, because a mix
// of several sentences can say what none of them says. They are strict: a false
// sentence that passes is worse than a true one that is dropped. They were set
// by hand, from drafts of a small model.
const (
	standsFrom = .55
	singleFrom = .65
)

// askedFrom is the least share of the question that a sentence must say to
// support a bare answer, such as "In 1981." Words of the title do not count.
const askedFrom = .4

// notTogether is the reason against a claim whose words are scattered over a
// text.
const notTogether = "it is not said there in one place"

// scattered returns why no single sentence of a text says enough of a model's
// claim; empty if one does.
func (c claimTokens) scattered(text []sentenceTokens) string {
	switch {
	case c.single(text) < singleFrom:
		return notTogether
	case len(c.asked) > 0 && !slices.ContainsFunc(text, func(s sentenceTokens) bool {
		return !s.title && s.says(c.content, text) >= singleFrom && coverBy(beyond(c.asked, text), s.has) >= askedFrom
	}):
		return "it is not said there of what was asked"
	}
	return ""
}

// single returns the largest share of the claim that one sentence says, or of
// its weakest piece if that share is larger.
func (c claimTokens) single(text []sentenceTokens) float64 {
	most := func(want []token) (most float64) {
		for _, s := range text {
			if !s.title {
				most = max(most, s.says(want, text))
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

// says returns the rarity-weighted share of want that a sentence of a text
// says. Words of a title count for every sentence.
func (s sentenceTokens) says(want []token, text []sentenceTokens) float64 {
	return coverBy(want, func(t token) bool { return s.has(t) || titled(text, t) })
}

// beyond returns the tokens that no title of a text has: what is asked about
// the thing that the title names.
func beyond(want []token, text []sentenceTokens) []token {
	return slices.DeleteFunc(slices.Clone(want), func(t token) bool { return titled(text, t) })
}

// titled reports whether a title of a text has a token.
func titled(text []sentenceTokens, t token) bool {
	return slices.ContainsFunc(text, func(s sentenceTokens) bool { return s.title && s.has(t) })
}

// has reports whether a sentence has a word, or a number that agrees with it.
func (s sentenceTokens) has(t token) bool {
	if t.number {
		return slices.ContainsFunc(s.all, func(o token) bool { return o.number && t.agrees(o) })
	}
	return s.set[t.key]
}

// bare reports whether an answer has only names, numbers and at most one other
// content word. Such an answer says nothing without the question.
func bare(answer string) bool {
	others := 0
	for _, t := range tokens(answer) {
		if t.content && !t.name && !t.number {
			others++
		}
	}
	return others <= 1 && !leansBack(answer) // "It sank." is not bare
}
