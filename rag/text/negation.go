package text

import "slices"

// HasNegation reports whether a sentence negates something.
func HasNegation(s []Token) bool {
	for i := range s {
		if negates(s, i) {
			return true
		}
	}
	return false
}

// Negated returns the keys of the content words that are negated: the three
// after each negation. It returns nil if there are none.
func Negated(s []Token) map[string]bool {
	var set map[string]bool // nil for most sentences
	left := 0
	for i, t := range s {
		switch {
		case negates(s, i):
			left = negationScope
		case left > 0 && t.Content:
			if set == nil {
				set = map[string]bool{}
			}
			set[t.Key] = true
			left--
		}
	}
	return set
}

// negates reports whether word i negates what follows. "won" does only in
// "won't", and "not only" does not.
func negates(s []Token, i int) bool {
	if !negations[s[i].Word] {
		return false
	}
	next := ""
	if i+1 < len(s) {
		next = s[i+1].Word
	}
	return !notOnly[next] && (s[i].Word != "won" || next == "t")
}

// negationScope is the number of content words that a negation negates.
const negationScope = 3

// notOnly holds the words before which "not" negates nothing, as in "not only".
var notOnly = WordSet("only just merely simply doubt matter")

// Contradicts reports whether one of two sentences negates a word that the
// other has without negation, or has the opposite of one of its words.
func Contradicts(a, b []Token) bool {
	return negatesWordOf(a, b) || negatesWordOf(b, a) || HasOpposite(a, b)
}

// negatesWordOf reports whether a negates a content word of b, and b negates
// nothing.
func negatesWordOf(a, b []Token) bool {
	if HasNegation(b) {
		return false
	}
	no := Negated(a)
	return slices.ContainsFunc(b, func(t Token) bool { return t.Content && no[t.Key] })
}

// HasOpposite reports whether b has the opposite of a word of a in its place: b
// lacks the word, and a lacks the opposite.
func HasOpposite(a, b []Token) bool {
	has := func(s []Token, word string) bool {
		return slices.ContainsFunc(s, func(t Token) bool { return t.Word == word })
	}
	for _, t := range a {
		if o := opposites[t.Word]; o != "" && !has(b, t.Word) && has(b, o) && !has(a, o) {
			return true
		}
	}
	return false
}

// SameTopicCoverage is the least share of a claim that a sentence must cover
// for both to be about the same thing. Only then do they contradict each other
// if one of them negates something.
const SameTopicCoverage = .7

var (
	negations = WordSet(`not no never none nobody nothing neither nor without cannot didn don doesn isn wasn weren aren hasn haven
hadn wouldn couldn shouldn won denied denies deny refused refuses refuse failed fails unable`)
	opposites = func() map[string]string {
		m := map[string]string{}
		for a, b := range pairMap(`increase decrease increased decreased increases decreases rise fall rose fell higher lower
won lost wins loses north south northern southern east west eastern western supported opposed accepted rejected majority minority
bought sold maximum minimum never always largest smallest`) {
			m[a], m[b] = b, a
		}
		return m
	}()
)
