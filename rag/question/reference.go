package question

import (
	"slices"
	"strings"
	"unicode"

	"footnote/rag/internal/lazyregexp"
	"footnote/rag/text"
)

// dependence tells how a question depends on the questions before it.
type dependence int

const (
	independent dependence = iota // it stands alone
	byPronoun                     // a word such as "it" refers to something in them
	byEllipsis                    // it is incomplete, such as "And in Minsk?"
)

// dependenceOf returns how a question depends on the questions before it.
func dependenceOf(s string) dependence {
	n := len(text.ContentWords(s))
	bare := emptyReference.ReplaceAllString(s, " ")
	for _, m := range backReference.FindAllStringSubmatchIndex(bare, -1) {
		at := m[2:4]
		for i := 4; at[0] < 0; i += 2 {
			at = m[i : i+2]
		}
		word := strings.ToLower(bare[at[0]:at[1]])
		if word == "that" && isRelative(bare, at) {
			continue
		}
		if !refersWithin(word, bare[:at[0]]) || beforeSubject.MatchString(bare[:at[0]]) {
			return byPronoun
		}
	}
	switch {
	case n <= 2 && asksProperty.MatchString(s), n == 1 && !hasOwnVerb.MatchString(s) && !asksForOther.MatchString(s) && !capitalInside.MatchString(s):
		return byEllipsis
	case definition.MatchString(s), n > 1 && completeAfterConjunction.MatchString(s):
	case n <= 1 && hasOwnVerb.MatchString(s) && (asksAboutIt.MatchString(s) || !emptyReference.MatchString(s)), n <= 2 && fragment.MatchString(s):
		return byEllipsis
	}
	return independent
}

// isRelative reports whether the "that" at s[at[0]:at[1]] begins a clause, as
// in "the room that burnt", and so refers to no earlier question.
func isRelative(s string, at []int) bool {
	before, after := text.Words(s[:at[0]]), text.Words(s[at[1]:])
	if len(before) == 0 || len(after) == 0 {
		return false
	}
	return !text.IsStopWord(before[len(before)-1])
}

// refersWithin reports whether a pronoun may refer to something in before, the
// text of the same question that precedes it.
func refersWithin(pronoun, before string) bool {
	c := text.ContentWords(before)
	switch pronoun {
	case "they", "them", "their", "theirs", "these", "those":
		return peopleNoun.MatchString(before) || slices.ContainsFunc(c, func(w string) bool { return len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") })
	case "it", "its", "one", "ones", "both", "the same":
		return len(c) > 1
	case "this", "that":
		return len(c) > 2
	}
	return personNoun.MatchString(before) || slices.ContainsFunc(plainWord.FindAllString(before, -1)[min(1, len(text.Words(before))):], func(w string) bool { return unicode.IsUpper([]rune(w)[0]) && len(w) > 1 })
}

var (
	// backReference matches a word that refers to something named before. One
	// of its groups is the word.
	backReference = lazyregexp.New(`(?i)\b(?:(he|she|it|they|him|her|them|his|hers|its|their|theirs|both|the same)\b|(this|that|these|those)(?: (?:an?|the|is|are|was|were|do|does|did|can|could|will|would|has|have|had|to|in|for|the|about)\b|[^\w\s]|$)|(?:create|have|get|use|make|buy|need|another|first|last|other|new|every|each) (ones?)\b)`)
	// emptyReference matches an "it" or "that" that refers to nothing, or to
	// what follows.
	emptyReference = lazyregexp.New(`(?i)\b(?:(?:is|was|will|would|does|did|has|can|could|may|might)(?:n't)? it (?:be |been |so )*(?:\w+ly |more |less )?(?:take|mean|cost|rain|snow|true|free|safer?|possible|necessary|legal|important|ok|okay|better|best|worth|hard|easy|difficult|common|normal|required|good|bad|known)\b|(?:it (?:is|was|will be|would be)|it's|it) (?:\w+ )?\w+ (?:to|that|if|never)\b|it makes?\b|(?:this|that|these|those) (?:past |coming )?(?:week|month|year|morning|evening|summer|winter|spring|autumn|time)\b)`)
	// definition matches a question for what a thing is, which names the thing.
	definition = lazyregexp.New(`(?i)^(?:what|who)(?: is|'s| are| was| were) (?:an? )?(?:[^\s?]+ ?){1,3}\??$`)
	// fragment matches the start of an incomplete sentence.
	fragment = lazyregexp.New(`(?i)^(?:and|but|or|what about|how about|the|any(?:thing)?|if|in|for|of|from|at|on|by|with|before|after|since|during)\b`)
	// completeAfterConjunction matches a complete question that begins with a
	// conjunction.
	completeAfterConjunction = lazyregexp.New(`(?i)^(?:and|but|or) (?:who|what|which|when|where|why|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had)\b`)
	// whatAboutThing matches "what about" or "how about" followed by neither a
	// name nor a number.
	whatAboutThing = lazyregexp.New(`^(?i:what|how) about (?:(?:a|an|the|my|your) )?\p{Ll}[^\d\p{Lu}]*$`)
	// continuation matches the start of a question that continues the one
	// before.
	continuation = lazyregexp.New(`(?i)^(?:and|but|or|what about|how about)\b`)
	// asksProperty matches a question for a part or property of something named
	// before: "What is the biggest risk?"
	asksProperty = lazyregexp.New(`(?i)^(?:what|who|how (?:much|many|long)|when|where|which) (?:is|are|was|were) the (?:[\w-]+ )?[\w-]+\W*$`)
	// asksAboutIt matches a question in which "it" refers to something.
	asksAboutIt = lazyregexp.New(`(?i)^(?:why|how|when|where) (?:is|was) it \w+\W*$`)
	// beforeSubject matches the start of a question up to where its subject
	// begins.
	beforeSubject = lazyregexp.New(`(?i)^(?:[\w-]+, )?(?:who|what|which|when|where|why|how)\b(?: \w+){0,2}? (?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had)(?:n't)? $`)
	// capitalInside matches a capital letter inside the text.
	capitalInside = lazyregexp.New(`\S\p{Lu}`)
	// asksForOther matches a request for more than was named.
	asksForOther = lazyregexp.New(`(?i)^(?:other|another)\b`)
	// personNoun and peopleNoun match nouns that a later pronoun in the
	// question may refer to.
	personNoun = lazyregexp.New(`(?i)\b(?:friend|man|woman|boy|girl|person|someone|somebody|anyone|anybody|everyone|everybody|child|wife|husband|mother|father|son|daughter|brother|sister|student|patient)\b`)
	peopleNoun = lazyregexp.New(`(?i)\b(?:people|men|women|children|police|someone|somebody|anyone|anybody|everyone|everybody|person|student|owner)\b`)
	// hasOwnVerb matches a question or request with its own verb.
	hasOwnVerb = lazyregexp.New(`(?i)^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|might|must|am|list|name|show|give|compare|summari[sz]e|explain|describe|tell)\b|\b(?:is|are|was|were|am|do|does|did|can|could|will|would|should|has|have|had|i)\b`)
)
