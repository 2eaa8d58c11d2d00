package question

import (
	"strings"

	"footnote/rag/internal/lazyregexp"
	"footnote/rag/text"
)

var (
	// compares matches a word that sets two things against each other.
	compares = lazyregexp.New(`(?i)\b(?:differ|differs|differed|differences?|different (?:from|than|to)|compare[ds]?|comparison|contrast|similarit(?:y|ies)|in common|(?:in)?consisten(?:t|cy|tly))\b|^how (?:is|are|was|were|do)\b.* and .*\bdifferent\b`)
	// sides matches a word between two things that are compared.
	sides = lazyregexp.New(`(?i)\b(?:and|from|with|to|than)\s+[\p{L}\d'"“‘]`)
	// opposed matches a question for a yes or no about two statements.
	opposed = lazyregexp.New(`(?i)^(?:is|are|was|were|do|does|did|has|have|had)\b.*, (?:while|whereas)\b`)
	// asked matches a word that asks.
	asked = lazyregexp.New(`(?i)^(?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|should)\b|\b(?:who|whom|whose|what|which|when|where|why|how)\b`)
	// inverted matches a second question that a verb begins, as in "and did she
	// leave". After a form of "be" or "have" only a pronoun is its subject: "and
	// was the first" continues a clause.
	inverted = lazyregexp.New(`(?:,|;|\s)\s*(?:and|but)\s+(?:also\s+)?(?:(?:do|does|did)\s+(?:he|she|it|they|we|you|I|the|an?|this|that|these|those|his|her|its|their|any|all|\p{Lu}\S*)|(?:is|are|was|were|has|have|had|can|could|will|would|should)\s+(?:he|she|it|they|we|you|I|there))\b`)
	// relativeWord matches a question word that may begin a relative clause.
	relativeWord = lazyregexp.New(`(?i)^(?:who|whom|whose|which)$`)
	pronoun      = lazyregexp.New(`(?i)\b(?:he|she|it|they|him|her|them|his|its|their)\b`)
)

// leastCompared is the number of content words from which a question may
// compare two things: the two and the word that compares them.
const leastCompared = 3

// isCompound reports whether a question that [splitByForm] does not split probably
// asks several things. It compares two things, or it has a second question that
// the rules cannot cut out. Sentences before the question do not count.
func isCompound(question string) bool {
	body := strings.TrimSpace(question)
	for _, s := range text.Sentences(body, text.Span{Start: 0, End: len(body)}) {
		if one := s.Of(body); (strings.HasSuffix(one, "?") || s.End == len(body)) && severalIn(one) {
			return true
		}
	}
	return false
}

// severalIn reports whether a sentence with a question asks several things.
func severalIn(s string) bool {
	if compares.MatchString(s) && sides.MatchString(s) && len(text.ContentWords(s)) >= leastCompared {
		return true
	}
	if inverted.MatchString(s) || opposed.MatchString(s) {
		return true
	}
	for _, at := range conjunction.FindAllStringSubmatchIndex(s, -1) {
		before, after, word := s[:at[0]], s[at[3]:], s[at[2]:at[3]]
		if !asked.MatchString(before) || len(text.ContentWords(before)) < 2 || len(text.ContentWords(after)) == 0 && !pronoun.MatchString(after) {
			continue // "when and where did they meet"
		}
		if relativeWord.MatchString(word) && relativeClause.MatchString(before) {
			continue // "the man whose trial begins and who is accused"
		}
		return true
	}
	return false
}
