package rag

import (
	"cmp"
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
		said = append(said, Turn{standAlone(t.Question, said), t.Answer})
	}
	return standAlone(q.Text, said)
}

// standAlone is [Standalone] after questions that stand alone themselves.
func standAlone(text string, said []Turn) string {
	if len(said) == 0 {
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
	case how == byPronoun, how == byEllipsis && !begins.MatchString(text):
		topic = spokenOf(text, said)
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
	if len(ask) == 0 || len(ask) == len(all) || len(content(joined)) < 3 || leaning(joined) == byPronoun {
		return text
	}
	return joined
}

// orders begins a question that has no question mark.
var orders = regexp.MustCompile(`(?i)^(?:who|whom|whose|what|which|when|where|why|how|list|name|show|compare|summari[sz]e|explain|describe|tell me)\b`)

// fillers say nothing wherever they stand.
var fillers = regexp.MustCompile(`(?i)(?:,? (?:please|basically|of course|tho|etc\.?)\b,?|,? right)(\s*[?.!]+$| )`)

// withoutPreamble cuts preambles from the beginning, as long as a question of
// two content words is left, and what says nothing from the rest.
func withoutPreamble(text string) string {
	if m := reasons.FindStringSubmatchIndex(text); m != nil && len(content(text[m[2]:])) > 1 {
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
	pointsBack = regexp.MustCompile(`(?i)\b(?:(he|she|it|they|him|her|them|his|hers|its|their|theirs|both|the same)\b|(this|that|these|those)(?: (?:is|are|was|were|do|does|did|can|could|will|would|has|have|had|to|in|for|the|about)\b|[^\w\s]|$)|(?:create|have|get|use|make|buy|need|another|first|last|other|new) (ones?)\b)`)
	// pointsNowhere is an "it" or "that" that stands for nothing, or for what follows.
	pointsNowhere = regexp.MustCompile(`(?i)\b(?:(?:is|was|will|would|does|did|has|can|could|may|might)(?:n't)? it (?:be |been |so )*(?:\w+ly |more |less )?(?:take|mean|cost|rain|snow|true|free|safer?|possible|necessary|legal|important|ok|okay|better|best|worth|hard|easy|difficult|common|normal|required|good|bad|known)\b|(?:it (?:is|was|will be|would be)|it's|it) (?:\w+ )?\w+ (?:to|that|if|never)\b|it makes?\b|(?:this|that|these|those) (?:past |coming )?(?:week|month|year|morning|evening|summer|winter|spring|autumn|time)\b)`)
	// defines asks what a thing is, and names it.
	defines = regexp.MustCompile(`(?i)^(?:what|who)(?: is|'s| are| was| were) (?:an? )?(?:[^\s?]+ ?){1,3}\??$`)
	// fragment is no sentence, and begins as the rest of one.
	fragment = regexp.MustCompile(`(?i)^(?:and|but|or|what about|how about|the|any(?:thing)?|in|for|of|from|at|on|by|with|before|after|since|during)\b`)
	// another is a question of its own that goes on in the same breath.
	another = regexp.MustCompile(`(?i)^(?:and|but|or) (?:who|what|which|when|where|why|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had)\b`)
	// about speaks of something that is neither a name nor a number.
	about  = regexp.MustCompile(`^(?i:what|how) about (?:(?:a|an|the|my|your) )?\p{Ll}[^\d\p{Lu}]*$`)
	begins = regexp.MustCompile(`(?i)^(?:and|but|or|what about|how about)\b`)
	// asks is a question or an order with a verb of its own.
	asks = regexp.MustCompile(`(?i)^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had|may|might|must|am|list|name|show|give|compare|summari[sz]e|explain|describe|tell)\b|\b(?:is|are|was|were|am|do|does|did|can|could|will|would|should|has|have|had|i)\b`)
)

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
		if !bound(word, bare[:at[0]]) {
			return byPronoun
		}
	}
	switch {
	case defines.MatchString(text), n > 1 && another.MatchString(text):
	case n <= 1 && asks.MatchString(text) && !pointsNowhere.MatchString(text), n <= 2 && fragment.MatchString(text):
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
	return !stopWords[before[len(before)-1]]
}

// bound tells whether a word that points back finds what it stands for in the
// question itself, in what stands before it.
func bound(word, before string) bool {
	c := content(before)
	switch word {
	case "they", "them", "their", "theirs", "these", "those":
		return slices.ContainsFunc(c, func(w string) bool { return len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") })
	case "it", "its", "one", "ones", "both", "the same":
		return len(c) > 1
	case "this", "that":
		return len(c) > 2
	}
	return slices.ContainsFunc(plainWord.FindAllString(before, -1)[min(1, len(words(before))):], func(w string) bool { return unicode.IsUpper([]rune(w)[0]) && len(w) > 1 })
}

// phrase is a run of words that names something.
type phrase struct {
	text  string
	words int
	score float64
}

// actions are verbs of questions that are no part of what they ask about.
var actions = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`
add allow apply ask avoid become began begin begins believe bring build buy call called came cause caused causes change changed come
consider cost create created deal define defined die died differ do eat explain fall fell find fit found fund funds get give go going got
handle happen happened happens heard help improve include included increase invented keep kept kill know known last learn leave left let
like live lose lost made make makes making mean means meet met miss move necessary need needed offer pay paid place plan play played
prevent provide put raise receive recommended reduce rely relying report require said say says see sell send set should show start started
stop support supported take takes tell think told took try use used using want was went win won work works worked write wrote
article articles mention summarise summarize information please possible sure thing things way difference different many much most more often long old kind kinds type types name`) {
		m[w] = true
	}
	return m
}()

var wordLike = regexp.MustCompile(`[\p{L}\p{N}](?:[\p{L}\p{N}\p{Mn}.,]*[\p{L}\p{N}])?(?:['’]s\b)?`)

// phrases cuts a question into what it names, in order.
func phrases(text string) []phrase {
	var all []phrase
	var run, links []string // links may go on with the run, if a name follows
	end := 0
	flush := func() {
		if len(run) > 0 {
			all = append(all, phrase{text: strings.Join(run, " "), words: len(run)})
		}
		run, links = nil, nil
	}
	for _, at := range wordLike.FindAllStringIndex(text, -1) {
		w := text[at[0]:at[1]]
		lower := strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s"))
		if strings.Trim(text[end:at[0]], " -–’'") != "" {
			flush()
		}
		end = at[1]
		switch {
		case len(run) > 0 && linking[lower]:
			links = append(links, w)
		case stopWords[lower] || actions[lower]:
			flush()
		case len(links) > 0 && !startsUpper(w):
			flush()
			run = []string{w}
		default:
			run = append(append(run, links...), w)
			links = nil
		}
	}
	flush()
	if last := len(all) - 1; last >= 0 {
		all[last] = all[last].withoutParticiple(text)
	}
	return all
}

// withoutParticiple cuts off what a question says was done to what it names:
// "How is sickle cell treated?"
func (p phrase) withoutParticiple(question string) phrase {
	end := strings.LastIndex(p.text, " ")
	if end > 0 && strings.HasSuffix(p.text, "ed") && passive.MatchString(question) && strings.HasSuffix(strings.TrimRight(question, "?!. "), p.text) {
		return phrase{text: p.text[:end], words: p.words - 1}
	}
	return p
}

var passive = regexp.MustCompile(`(?i)\b(?:is|are|was|were|be|been|being)\b`)

var linking = map[string]bool{"of": true, "to": true, "the": true}

// spokenOf chooses what a leaning question is about from what was said before:
// of the phrases of the last question that it does not repeat, the one most
// spoken of.
func spokenOf(text string, said []Turn) string {
	last := said[len(said)-1].Question
	have := stemSet(text)
	spoken := map[string]int{} // in how many questions a stem is
	for _, t := range said {
		for w := range stemSet(t.Question) {
			spoken[w]++
		}
	}
	plural := pluralBack.MatchString(text)
	var all []phrase
	for i, p := range phrases(last) {
		fresh := 0
		for _, w := range content(p.text) {
			if !have[stem(w)] {
				fresh++
			}
			p.score += float64(spoken[stem(w)]-1) * .5
		}
		p.score /= float64(p.words)
		if fresh == 0 || strings.Trim(p.text, "0123456789.,") == "" {
			continue
		}
		if startsUpper(p.text) && !strings.HasPrefix(last, p.text) {
			p.score += 1
		}
		if p.words > 1 {
			p.score += 1
		}
		if pl := strings.HasSuffix(p.text, "s") && !strings.HasSuffix(p.text, "ss"); pl == plural {
			p.score += .5
		}
		p.score += .1 * float64(i)
		all = append(all, p)
	}
	if personBack.MatchString(text) {
		// A person is a name: of the question, or else of its answer.
		if n := names(all); len(n) > 0 {
			all = n
		} else if n := names(phrases(said[len(said)-1].Answer)); len(n) > 0 {
			all = n
		}
	}
	if len(all) == 0 {
		return ""
	}
	if m := compared.FindStringSubmatch(last); m != nil && chooses.MatchString(text) {
		return m[1]
	}
	return slices.MaxFunc(all, func(a, b phrase) int { return cmp.Compare(a.score, b.score) }).text
}

var (
	// compared is what a question sets side by side.
	compared = regexp.MustCompile(`(?i)\b(?:between|compare) (.{1,30} (?:and|or|with|to) .{1,30}?)[?!. ]*$`)
	// chooses asks which of them.
	chooses = regexp.MustCompile(`(?i)\b(?:which|both|either|neither|they|them|better|worse)\b`)
)

var personBack = regexp.MustCompile(`(?i)\b(he|she|him|her|his|hers)\b`)

// names gives the capitalised beginnings of phrases that have one.
func names(all []phrase) []phrase {
	var some []phrase
	for _, p := range all {
		ws := strings.Fields(p.text)
		n := slices.IndexFunc(ws, func(w string) bool { return !startsUpper(w) })
		if n < 0 {
			n = len(ws)
		}
		if n > 0 {
			p.text, p.words = strings.Join(ws[:n], " "), n
			some = append(some, p)
		}
	}
	return some
}

func startsUpper(s string) bool { return strings.IndexFunc(s, unicode.IsUpper) == 0 }

var pluralBack = regexp.MustCompile(`(?i)\b(they|them|their|theirs|these|those|ones|both)\b`)

// corrects takes back the question before and puts another in its place.
var corrects = regexp.MustCompile(`(?i)\bI meant?\b`)

// telling is a question's words that carry meaning, as they are written.
func telling(question string) string {
	var all []string
	for _, w := range wordLike.FindAllString(question, -1) {
		if len(content(w)) > 0 {
			all = append(all, w)
		}
	}
	return strings.Join(all, " ")
}

// remainder is what a question names that text does not.
func remainder(text, question string) string {
	have := stemSet(text)
	var rest []string
	for _, p := range phrases(question) {
		if slices.ContainsFunc(content(p.text), func(w string) bool { return !have[stem(w)] }) {
			rest = append(rest, p.text)
		}
	}
	return strings.Join(rest, ", ")
}
