package question

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
	"footnote/rag/text"
)

// topicOf returns the phrase that the dependent question s is about, or "" if
// there is none. The candidates are the phrases of the questions in recent that
// s does not repeat. A phrase scores higher if the questions in said, of which
// there is at least one, mention its words often. It also scores higher if it
// is recent, a name, has several words, or agrees in number with the pronoun in
// s.
func topicOf(s string, recent, said []rag.Turn) string {
	have := text.StemSet(s)
	spoken := map[string]int{} // number of questions that contain a stem
	for _, t := range said {
		for w := range text.StemSet(t.Question) {
			spoken[w]++
		}
	}
	plural := pluralPronoun.MatchString(s)
	var all []phrase
	for back, t := range slices.Backward(recent) {
		for i, p := range phrases(t.Question) {
			p = p.withoutPrefix(attribute)
			if p.text == "" || isQuantity(p.text) || !slices.ContainsFunc(text.ContentWords(p.text), func(w string) bool { return !have[text.Stem(w)] }) {
				continue
			}
			for _, w := range text.ContentWords(p.text) {
				p.score += float64(spoken[text.Stem(w)]-1) * .5 / float64(p.words)
			}
			if startsUpper(p.text) && !strings.HasPrefix(t.Question, p.text) {
				p.score++
			}
			if p.words > 1 {
				p.score++
			}
			if pl := strings.HasSuffix(p.text, "s") && !strings.HasSuffix(p.text, "ss"); pl == plural {
				p.score++
			}
			p.score += .1*float64(i) - .5*float64(len(recent)-1-back)
			all = append(all, p)
		}
	}
	last := said[len(said)-1]
	if personPronoun.MatchString(s) {
		// The pronoun means a person, so prefer names: from the questions, or
		// else from the last answer.
		if n := leadingNames(all); len(n) > 0 {
			all = n
		} else if n := leadingNames(phrases(last.Answer)); len(n) > 0 {
			all = n
		}
	}
	if len(all) == 0 {
		return ""
	}
	if pair := namedPair(last.Question); pair != "" && severalReference.MatchString(s) {
		return pair
	}
	return slices.MaxFunc(all, func(a, b phrase) int { return cmp.Compare(a.score, b.score) }).text
}

// pluralPronoun matches a pronoun that means several things.
var pluralPronoun = lazyregexp.New(`(?i)\b(they|them|their|theirs|these|those|ones|both)\b`)

// personPronoun matches a pronoun that means one person.
var personPronoun = lazyregexp.New(`(?i)\b(he|she|him|her|his|hers)\b`)

// attribute matches a property of a thing. After "the distance to the Sun",
// "it" means the Sun.
var attribute = lazyregexp.New(`^(?:distance|age|size|population|height|length|weight|price|cost|speed|amount|rate|number|area|depth|width|value|date|causes?|names?|purpose|history|origin|meaning|role|effects?|definition|risks?|advantages?|benefits?) (?:of|to) (?:the )?`)

// severalReference matches a word that refers to several things, or asks which
// of them.
var severalReference = lazyregexp.New(`(?i)\b(?:they|them|these|those|both|which (?:one|of|is|are|was|were|has|have))\b`)

// namedPair returns two things that a question names next to each other, joined
// by "and", or "" if there are none.
func namedPair(question string) string {
	all := phrases(question)
	for i := 1; i < len(all); i++ {
		a, b := all[i-1].text, all[i].text
		if beside := lazyregexp.New(regexp.QuoteMeta(a) + `(?: \w+er)?,? (?:and|or|than|versus) (?:the )?` + regexp.QuoteMeta(b)); beside.MatchString(question) {
			return a + " and " + b
		}
	}
	return ""
}

// fullName returns the full name of a thing that the question s mentions only
// by its kind, or "" if there is none. "The final" may mean "the Champions
// League final".
func fullName(s string, said []rag.Turn) string {
	for _, t := range slices.Backward(said) {
		for _, p := range phrases(t.Question) {
			for _, kind := range phrases(s) {
				at := strings.Index(s, kind.text)
				if at >= 0 && startsUpper(p.text) && strings.HasSuffix(strings.ToLower(p.text), " "+strings.ToLower(kind.text)) &&
					definiteArticle.MatchString(s[:at]) && !qualifier.MatchString(s[at+len(kind.text):]) {
					return p.text
				}
			}
		}
	}
	return ""
}

var (
	// definiteArticle matches text before a kind that refers to a known thing.
	definiteArticle = lazyregexp.New(`(?i)\b(?:the|this|that|these|those) $`)
	// qualifier matches text after a kind that tells which one is meant.
	qualifier = lazyregexp.New(`^(?:['’-]|,? (?:of|in|for|to|from|on|at|by|with|that|which|who|whose|between|about|[\p{Lu}\d]))`)
)

// contentWordsOf returns the content words of a question as written.
func contentWordsOf(question string) string {
	var all []string
	for _, w := range topicWord.FindAllString(question, -1) {
		if len(text.ContentWords(w)) > 0 {
			all = append(all, w)
		}
	}
	return strings.Join(all, " ")
}

// phrasesBeyond returns the phrases of question that s does not repeat, joined
// by commas.
func phrasesBeyond(s, question string) string {
	have := text.StemSet(s)
	var rest []string
	for _, p := range phrases(question) {
		if slices.ContainsFunc(text.ContentWords(p.text), func(w string) bool { return !have[text.Stem(w)] }) {
			rest = append(rest, p.text)
		}
	}
	return strings.Join(rest, ", ")
}
