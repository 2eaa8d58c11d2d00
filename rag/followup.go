package rag

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Standalone puts a question so that it can be understood without the
// conversation before it, by rules: what is said to the other and asks nothing
// is left out ("By the way, …"); a word that points back ("it", "those") or an
// ellipsis ("and in Minsk?") is given what was spoken of last. A question that
// stands alone, or begins a conversation, comes back as it is.
//
// `footnote eval` on a folder with turns.jsonl measures it.
func Standalone(q Question) string {
	var said []Turn // what the questions before were made into carries their topic on
	for _, t := range q.History {
		if isCourtesy(t.Question) {
			continue
		}
		said = append(said, Turn{standAlone(t.Question, said), t.Answer})
	}
	return standAlone(q.Text, said)
}

// standAlone is [Standalone] after questions that stand alone themselves.
func standAlone(text string, said []Turn) string {
	if len(said) == 0 || isCourtesy(text) {
		return text
	}
	correction := corrects.MatchString(text)
	text = withoutPreamble(asking(text))
	how := leaning(text)
	last := said[len(said)-1].Question
	topic := ""
	switch {
	case correction, how != notAtAll && begins.MatchString(text) && kindOf(last) != anything && !about.MatchString(text):
		topic = remainder(text, last)
	case how == byEllipsis && len(content(text)) == 0:
		topic = telling(last) // "Why?" asks about all of it
	case how == byPronoun:
		if topic = spokenOf(text, said[len(said)-1:], said); topic == "" {
			topic = spokenOf(text, said, said)
		}
	case how == byEllipsis && !begins.MatchString(text):
		topic = spokenOf(text, said, said)
	case how == notAtAll:
		topic = described(text, said)
	}
	if topic == "" {
		return text
	}
	bare := strings.TrimRight(text, "?!. ")
	return bare + " (" + topic + ")" + text[len(bare):]
}

// preambles are said to the other person and ask nothing. Each is cut only
// where something to ask is left.
var preambles = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
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

// reasons is a subordinate clause before the question that it leads to.
var reasons = regexp.MustCompile(`(?i)^(?:as|since|because|given that|considering that|i can see that|i see that|i know that)\b[^?]*, (?:(?:but|so|then|and) )?((?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may)\b[^?]*\?)`)

// asking gives the sentences of a text that ask, where there are others
// beside them, and the others name no more than they do.
func asking(text string) string {
	var ask []string
	all := sentences(text, span{0, len(text)})
	for _, at := range all {
		if s := strings.TrimSpace(text[at.start:at.end]); strings.HasSuffix(s, "?") || orders.MatchString(s) {
			ask = append(ask, s)
		}
	}
	joined := strings.Join(ask, " ")
	if len(ask) == 0 || len(ask) == len(all) || len(content(joined)) < 3 || len(content(joined)) < 5 && namesMore(text, joined) || leaning(joined) == byPronoun {
		return text
	}
	return joined
}

// orders begins a question that has no question mark.
var orders = regexp.MustCompile(`(?i)^(?:who|whom|whose|what|which|when|where|why|how|list|name|show|compare|summari[sz]e|explain|describe|tell me)\b`)

// fillers say nothing wherever they stand.
var fillers = regexp.MustCompile(`(?i)(?:,? (?:please|basically|of course|tho|etc\.?)\b,?|, right)(\s*[?.!]+$| )`)

// withoutPreamble cuts preambles from the beginning, as long as a question of
// two content words is left, and what says nothing from the rest.
func withoutPreamble(text string) string {
	if m := reasons.FindStringSubmatchIndex(text); m != nil && len(content(withoutPreamble(text[m[2]:]))) > 2 {
		text = text[m[2]:]
	}
	if bare := fillers.ReplaceAllString(text, "$1"); len(content(bare)) > 1 {
		text = bare
	}
	for {
		at := preambles.FindStringIndex(text)
		if at == nil || at[1] == 0 || len(content(text[at[1]:])) < 2 {
			return text
		}
		text = strings.TrimLeftFunc(text[at[1]:], func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
	}
}

// lean is how a question leans on what was said before it.
type lean int

const (
	notAtAll lean = iota
	byPronoun
	byEllipsis
)

var (
	// pointsBack is a word that stands for something named before.
	pointsBack = regexp.MustCompile(`(?i)\b(?:(he|she|it|they|him|her|them|his|hers|its|their|theirs|both|the same)\b|(this|that|these|those)(?: (?:an?|the|is|are|was|were|do|does|did|can|could|will|would|has|have|had|to|in|for|the|about)\b|[^\w\s]|$)|(?:create|have|get|use|make|buy|need|another|first|last|other|new|every|each) (ones?)\b)`)
	// pointsNowhere is an "it" or "that" that stands for nothing, or for what follows.
	pointsNowhere = regexp.MustCompile(`(?i)\b(?:(?:is|was|will|would|does|did|has|can|could|may|might)(?:n't)? it (?:be |been |so )*(?:\w+ly |more |less )?(?:take|mean|cost|rain|snow|true|free|safer?|possible|necessary|legal|important|ok|okay|better|best|worth|hard|easy|difficult|common|normal|required|good|bad|known)\b|(?:it (?:is|was|will be|would be)|it's|it) (?:\w+ )?\w+ (?:to|that|if|never)\b|it makes?\b|(?:this|that|these|those) (?:past |coming )?(?:week|month|year|morning|evening|summer|winter|spring|autumn|time)\b)`)
	// defines asks what a thing is, and names it.
	defines = regexp.MustCompile(`(?i)^(?:what|who)(?: is|'s| are| was| were) (?:an? )?(?:[^\s?]+ ?){1,3}\??$`)
	// fragment is no sentence, and begins as the rest of one.
	fragment = regexp.MustCompile(`(?i)^(?:and|but|or|what about|how about|the|any(?:thing)?|if|in|for|of|from|at|on|by|with|before|after|since|during)\b`)
	// another is a question of its own that goes on in the same breath.
	another = regexp.MustCompile(`(?i)^(?:and|but|or) (?:who|what|which|when|where|why|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had)\b`)
	// about speaks of something that is neither a name nor a number.
	about  = regexp.MustCompile(`^(?i:what|how) about (?:(?:a|an|the|my|your) )?\p{Ll}[^\d\p{Lu}]*$`)
	begins = regexp.MustCompile(`(?i)^(?:and|but|or|what about|how about)\b`)
	// definite asks for a part or a trait of something named before: "What is the biggest risk?"
	definite = regexp.MustCompile(`(?i)^(?:what|who|how (?:much|many|long)|when|where|which) (?:is|are|was|were) the (?:[\w-]+ )?[\w-]+\W*$`)
	// whyIsIt asks about an "it" that does not stand for nothing.
	whyIsIt = regexp.MustCompile(`(?i)^(?:why|how|when|where) (?:is|was) it \w+\W*$`)
	// subject is the beginning of a question whose subject comes next.
	subject = regexp.MustCompile(`(?i)^(?:[\w-]+, )?(?:who|what|which|when|where|why|how)\b(?: \w+){0,2}? (?:is|are|was|were|do|does|did|can|could|will|would|should|has|have|had)(?:n't)? $`)
	// named has a capital letter inside.
	named = regexp.MustCompile(`\S\p{Lu}`)
	// other asks for more than was named.
	other = regexp.MustCompile(`(?i)^(?:other|another)\b`)
	// person and people may be what a pronoun after them stands for.
	person = regexp.MustCompile(`(?i)\b(?:friend|man|woman|boy|girl|person|someone|somebody|anyone|anybody|everyone|everybody|child|wife|husband|mother|father|son|daughter|brother|sister|student|patient)\b`)
	people = regexp.MustCompile(`(?i)\b(?:people|men|women|children|police|someone|somebody|anyone|anybody|everyone|everybody|person|student|owner)\b`)
	// asks is a question or an order with a verb of its own.
	asks = regexp.MustCompile(`(?i)^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|might|must|am|list|name|show|give|compare|summari[sz]e|explain|describe|tell)\b|\b(?:is|are|was|were|am|do|does|did|can|could|will|would|should|has|have|had|i)\b`)
)

// namesMore reports whether a text has a name that a part of it has not.
func namesMore(text, part string) bool {
	have := stemSet(part)
	return slices.ContainsFunc(tokens(text), func(t token) bool { return t.name && len(t.raw) > 1 && !have[t.key] })
}

// leaning tells whether and how a question leans on those before it.
func leaning(text string) lean {
	n := len(content(text))
	bare := pointsNowhere.ReplaceAllString(text, " ")
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
	case n <= 2 && definite.MatchString(text), n == 1 && !asks.MatchString(text) && !other.MatchString(text) && !named.MatchString(text):
		return byEllipsis
	case defines.MatchString(text), n > 1 && another.MatchString(text):
	case n <= 1 && asks.MatchString(text) && (whyIsIt.MatchString(text) || !pointsNowhere.MatchString(text)), n <= 2 && fragment.MatchString(text):
		return byEllipsis
	}
	return notAtAll
}

// relative tells whether the "that" at a place opens a clause: "the room that
// burnt", "is it true that".
func relative(text string, at []int) bool {
	before, after := words(text[:at[0]]), words(text[at[1]:])
	if len(before) == 0 || len(after) == 0 {
		return false
	}
	return !isStopWord(before[len(before)-1])
}

// bound tells whether a word that points back finds what it stands for in the
// question itself, in what stands before it.
func bound(word, before string) bool {
	c := content(before)
	switch word {
	case "they", "them", "their", "theirs", "these", "those":
		return people.MatchString(before) || slices.ContainsFunc(c, func(w string) bool { return len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") })
	case "it", "its", "one", "ones", "both", "the same":
		return len(c) > 1
	case "this", "that":
		return len(c) > 2
	}
	return person.MatchString(before) || slices.ContainsFunc(plainWord.FindAllString(before, -1)[min(1, len(words(before))):], func(w string) bool { return unicode.IsUpper([]rune(w)[0]) && len(w) > 1 })
}

// corrects takes back the question before and puts another in its place.
var corrects = regexp.MustCompile(`(?i)\bI meant?\b`)
