package question

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"footnote/rag"
	"footnote/rag/text"
)

// Standalone rewrites a question so that it makes sense without the
// conversation before it. It uses rules only. It removes phrases that ask
// nothing ("By the way, …"). If the question has a pronoun ("it", "those") or
// is elliptic ("and in Minsk?"), it appends the topic of the conversation in
// brackets. It returns a question unchanged if it already stands alone or
// begins a conversation.
//
// `footnote eval` measures it on a question set with turns.jsonl.
func Standalone(q rag.Question) string {
	var said []rag.Turn // earlier questions, rewritten so that their topics carry on
	for _, t := range q.History {
		if isCourtesy(t.Question) {
			continue
		}
		said = append(said, rag.Turn{Question: standAlone(t.Question, said), Answer: t.Answer})
	}
	return standAlone(q.Text, said)
}

// standAlone does the work of [Standalone]. The questions in said already stand
// alone.
func standAlone(s string, said []rag.Turn) string {
	if len(said) == 0 || isCourtesy(s) {
		return s
	}
	correction := corrects.MatchString(s)
	s = withoutPreamble(asking(s))
	how := leaning(s)
	last := said[len(said)-1].Question
	topic := ""
	switch {
	case correction, how != notAtAll && begins.MatchString(s) && kindOf(last) != Anything && !about.MatchString(s):
		topic = remainder(s, last)
	case how == byEllipsis && len(text.ContentWords(s)) == 0:
		topic = telling(last) // "Why?" asks about the whole last question
	case how == byPronoun:
		if topic = spokenOf(s, said[len(said)-1:], said); topic == "" {
			topic = spokenOf(s, said, said)
		}
	case how == byEllipsis && !begins.MatchString(s):
		topic = spokenOf(s, said, said)
	case how == notAtAll:
		topic = described(s, said)
	}
	if topic == "" {
		return s
	}
	bare := strings.TrimRight(s, "?!. ")
	return bare + " (" + topic + ")" + s[len(bare):]
}

// openers match phrases that address the other person and ask nothing.
// withoutPreamble removes one only if a question remains.
var openers = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
	`(?:ok(?:ay)?|thanks?(?: you)?(?: for \w+)?|great|i see|excuse me|oops|sorry|of course|well|so|now|also|hm+|oh|yes|no|right|sure|interesting|wow|please)\s*[,.!:]+`,
	`(?:by the (?:a?way)|in other words|as a result|along with(?: that)?|in that case|then|changing the subject[^,]*)\s*,`,
	`speaking (?:of|about) [^,]+,(?: [^,]+,)*`,
	`(?:could|can|would|will) you (?:please )?(?:tell me|let me know|explain(?: to me)?|clarify)(?: (?:more|something|overall))?(?: about)?(?: (?:if|whether)\b)?`,
	`what (?:can|could|do) you (?:tell me|know)(?: overall)? about`,
	`(?:please )?(?:tell me|let me know)(?: (?:more|some(?:thing)?|some information))?(?: about)?`,
	`(?:do|would) you (?:know|happen to know|have (?:any )?information)(?: (?:about|on|if|whether))?`,
	`(?:may|can) i ask(?: you)?`,
	`(?:so,? )?(?:are you|you are) saying(?: that)?`,
	`(?:i wonder if|i am wondering|i'm wondering|i would like to know|i'd like to know|i want to know)(?: (?:if|whether))?`,
	`i (?:just )?mean[t]?`,
}, "|") + `)\s*`)

// reasons matches a subordinate clause and captures the question after it.
var reasons = regexp.MustCompile(`(?i)^(?:as|since|because|given that|considering that|i can see that|i see that|i know that)\b[^?]*, (?:(?:but|so|then|and) )?((?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may)\b[^?]*\?)`)

// asking returns only the sentences of text that ask something. It returns text
// unchanged if the other sentences contain names that the asking ones lack, or
// if the asking ones have too few words or a pronoun.
func asking(body string) string {
	var ask []string
	all := text.Sentences(body, text.Span{Start: 0, End: len(body)})
	for _, at := range all {
		if s := strings.TrimSpace(body[at.Start:at.End]); strings.HasSuffix(s, "?") || orders.MatchString(s) {
			ask = append(ask, s)
		}
	}
	joined := strings.Join(ask, " ")
	if len(ask) == 0 || len(ask) == len(all) || len(text.ContentWords(joined)) < 3 || len(text.ContentWords(joined)) < 5 && namesMore(body, joined) || leaning(joined) == byPronoun {
		return body
	}
	return joined
}

// orders matches the start of a question that needs no question mark.
var orders = regexp.MustCompile(`(?i)^(?:who|whom|whose|what|which|when|where|why|how|list|name|show|compare|summari[sz]e|explain|describe|tell me)\b`)

// fillers match words that add nothing anywhere in a question.
var fillers = regexp.MustCompile(`(?i)(?:,? (?:please|basically|of course|tho|etc\.?)\b,?|, right)(\s*[?.!]+$| )`)

// withoutPreamble removes fillers and leading preambles, as long as at least
// two content words remain.
func withoutPreamble(s string) string {
	if m := reasons.FindStringSubmatchIndex(s); m != nil && len(text.ContentWords(withoutPreamble(s[m[2]:]))) > 2 {
		s = s[m[2]:]
	}
	if bare := fillers.ReplaceAllString(s, "$1"); len(text.ContentWords(bare)) > 1 {
		s = bare
	}
	for {
		at := openers.FindStringIndex(s)
		if at == nil || at[1] == 0 || len(text.ContentWords(s[at[1]:])) < 2 {
			return s
		}
		s = strings.TrimLeftFunc(s[at[1]:], func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
	}
}

// lean tells how a question depends on the questions before it.
type lean int

const (
	notAtAll lean = iota
	byPronoun
	byEllipsis
)

var (
	// pointsBack matches a word that refers to something named before.
	pointsBack = regexp.MustCompile(`(?i)\b(?:(he|she|it|they|him|her|them|his|hers|its|their|theirs|both|the same)\b|(this|that|these|those)(?: (?:an?|the|is|are|was|were|do|does|did|can|could|will|would|has|have|had|to|in|for|the|about)\b|[^\w\s]|$)|(?:create|have|get|use|make|buy|need|another|first|last|other|new|every|each) (ones?)\b)`)
	// pointsNowhere matches an "it" or "that" that refers to nothing, or to
	// what follows.
	pointsNowhere = regexp.MustCompile(`(?i)\b(?:(?:is|was|will|would|does|did|has|can|could|may|might)(?:n't)? it (?:be |been |so )*(?:\w+ly |more |less )?(?:take|mean|cost|rain|snow|true|free|safer?|possible|necessary|legal|important|ok|okay|better|best|worth|hard|easy|difficult|common|normal|required|good|bad|known)\b|(?:it (?:is|was|will be|would be)|it's|it) (?:\w+ )?\w+ (?:to|that|if|never)\b|it makes?\b|(?:this|that|these|those) (?:past |coming )?(?:week|month|year|morning|evening|summer|winter|spring|autumn|time)\b)`)
	// defines matches a question about what a thing is, which names the thing.
	defines = regexp.MustCompile(`(?i)^(?:what|who)(?: is|'s| are| was| were) (?:an? )?(?:[^\s?]+ ?){1,3}\??$`)
	// fragment matches the start of an incomplete sentence.
	fragment = regexp.MustCompile(`(?i)^(?:and|but|or|what about|how about|the|any(?:thing)?|if|in|for|of|from|at|on|by|with|before|after|since|during)\b`)
	// another matches a complete question that begins with a conjunction.
	another = regexp.MustCompile(`(?i)^(?:and|but|or) (?:who|what|which|when|where|why|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had)\b`)
	// about matches "what about" or "how about" followed by neither a name nor
	// a number.
	about  = regexp.MustCompile(`^(?i:what|how) about (?:(?:a|an|the|my|your) )?\p{Ll}[^\d\p{Lu}]*$`)
	begins = regexp.MustCompile(`(?i)^(?:and|but|or|what about|how about)\b`)
	// definite matches a question for a part or property of something named
	// before: "What is the biggest risk?"
	definite = regexp.MustCompile(`(?i)^(?:what|who|how (?:much|many|long)|when|where|which) (?:is|are|was|were) the (?:[\w-]+ )?[\w-]+\W*$`)
	// whyIsIt matches a question in which "it" refers to something.
	whyIsIt = regexp.MustCompile(`(?i)^(?:why|how|when|where) (?:is|was) it \w+\W*$`)
	// subject matches the start of a question up to where its subject begins.
	subject = regexp.MustCompile(`(?i)^(?:[\w-]+, )?(?:who|what|which|when|where|why|how)\b(?: \w+){0,2}? (?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had)(?:n't)? $`)
	// named matches a capital letter inside the text.
	named = regexp.MustCompile(`\S\p{Lu}`)
	// other matches a request for more than was named.
	other = regexp.MustCompile(`(?i)^(?:other|another)\b`)
	// person and people match nouns that a later pronoun in the question may
	// refer to.
	person = regexp.MustCompile(`(?i)\b(?:friend|man|woman|boy|girl|person|someone|somebody|anyone|anybody|everyone|everybody|child|wife|husband|mother|father|son|daughter|brother|sister|student|patient)\b`)
	people = regexp.MustCompile(`(?i)\b(?:people|men|women|children|police|someone|somebody|anyone|anybody|everyone|everybody|person|student|owner)\b`)
	// asks matches a question or request with its own verb.
	asks = regexp.MustCompile(`(?i)^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|might|must|am|list|name|show|give|compare|summari[sz]e|explain|describe|tell)\b|\b(?:is|are|was|were|am|do|does|did|can|could|will|would|should|has|have|had|i)\b`)
)

// namesMore reports whether text contains a name that part lacks.
func namesMore(s, part string) bool {
	have := text.StemSet(part)
	return slices.ContainsFunc(text.Tokens(s), func(t text.Token) bool { return t.Name && len(t.Raw) > 1 && !have[t.Key] })
}

// leaning returns how a question depends on the questions before it.
func leaning(s string) lean {
	n := len(text.ContentWords(s))
	bare := pointsNowhere.ReplaceAllString(s, " ")
	for _, m := range pointsBack.FindAllStringSubmatchIndex(bare, -1) {
		at := m[2:4]
		for i := 4; at[0] < 0; i += 2 {
			at = m[i : i+2]
		}
		word := strings.ToLower(bare[at[0]:at[1]])
		if word == "that" && relative(bare, at) {
			continue
		}
		if !bound(word, bare[:at[0]]) || subject.MatchString(bare[:at[0]]) {
			return byPronoun
		}
	}
	switch {
	case n <= 2 && definite.MatchString(s), n == 1 && !asks.MatchString(s) && !other.MatchString(s) && !named.MatchString(s):
		return byEllipsis
	case defines.MatchString(s), n > 1 && another.MatchString(s):
	case n <= 1 && asks.MatchString(s) && (whyIsIt.MatchString(s) || !pointsNowhere.MatchString(s)), n <= 2 && fragment.MatchString(s):
		return byEllipsis
	}
	return notAtAll
}

// relative reports whether the "that" at [at[0], at[1]) begins a clause, as in
// "the room that burnt", and so refers to nothing before.
func relative(s string, at []int) bool {
	before, after := text.Words(s[:at[0]]), text.Words(s[at[1]:])
	if len(before) == 0 || len(after) == 0 {
		return false
	}
	return !text.IsStopWord(before[len(before)-1])
}

// bound reports whether word refers to something in before, the text of the
// same question that precedes it.
func bound(word, before string) bool {
	c := text.ContentWords(before)
	switch word {
	case "they", "them", "their", "theirs", "these", "those":
		return people.MatchString(before) || slices.ContainsFunc(c, func(w string) bool { return len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") })
	case "it", "its", "one", "ones", "both", "the same":
		return len(c) > 1
	case "this", "that":
		return len(c) > 2
	}
	return person.MatchString(before) || slices.ContainsFunc(plainWord.FindAllString(before, -1)[min(1, len(text.Words(before))):], func(w string) bool { return unicode.IsUpper([]rune(w)[0]) && len(w) > 1 })
}

// corrects matches a correction of the question before.
var corrects = regexp.MustCompile(`(?i)\bI meant?\b`)
