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

// negates reports whether word i negates what follows. "won" does only in
// "won't", "rather" in "rather than" and "instead" in "instead of". "not only" does
// not.
func negates(s []Token, i int) bool {
	if !negations[s[i].Word] {
		return false
	}
	next := ""
	if i+1 < len(s) {
		next = s[i+1].Word
	}
	if second := onlyBefore[s[i].Word]; second != "" {
		return next == second
	}
	return !notOnly[next]
}

// negationScope is the number of content words after it that a negation negates.
const negationScope = 3

// notOnly holds the words before which "not" negates nothing, as in "not only".
var notOnly = WordSet("only just merely simply doubt matter")

// Contradicts reports whether one of two sentences negates what the other says
// without negation, or has the opposite of one of its words.
func Contradicts(a, b []Token) bool {
	return Negates(a, b) || Negates(b, a) || HasOpposite(a, b)
}

// Negates reports whether a negates what b says without negation: b has the content
// words that a negation of a negates, all but one of them.
func Negates(a, b []Token) bool {
	if HasNegation(b) {
		return false
	}
	for i := range a {
		if !negates(a, i) {
			continue
		}
		negated, common := 0, 0
		for _, t := range a[i+1:] {
			if negated == negationScope || !t.Content {
				continue
			}
			negated++
			if slices.ContainsFunc(b, func(u Token) bool { return u.Content && u.Key == t.Key }) {
				common++
			}
		}
		if common > 0 && common >= negated-1 {
			return true
		}
	}
	return false
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
hadn wouldn couldn shouldn won denied denies deny refused refuses refuse failed fails unable rather instead`)
	onlyBefore = map[string]string{"won": "t", "rather": "than", "instead": "of"}
	opposites  = func() map[string]string {
		m := map[string]string{}
		for a, b := range pairMap(`increase decrease increased decreased increases decreases rise fall rose fell higher lower
won lost wins loses north south northern southern east west eastern western supported opposed accepted rejected majority minority
bought sold maximum minimum never always largest smallest`) {
			m[a], m[b] = b, a
		}
		return m
	}()
)
