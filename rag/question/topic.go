package question

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"footnote/rag"
	"footnote/rag/text"
)

// phrase is a run of words that names something.
type phrase struct {
	text  string
	words int
	score float64
}

// actions are words, mostly verbs, that are not part of what a question names.
var actions = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`
add allow apply ask avoid become began begin begins believe bring build buy call called came cause caused causes change changed come
consider cost create created deal define defined die died differ do eat explain fall fell find fit found fund funds get give go going got
handle happen happened happens heard help improve include included increase invented keep kept kill know known last learn leave left let
like live lose lost made make makes making mean means meet met miss move necessary need needed offer pay paid place plan play played
prevent provide put raise receive recommended reduce rely relying report require said say says see sell send set should show start started
stop support supported take takes tell think told took try use used using want was went win won work works worked write wrote
buying buys pays plays sells uses wins loses close closed closes donate donating end ended ends open opened opens paying purchase purchasing selling still one ones
article articles mention summarise summarize information please possible sure thing things way difference different many much most more often long old kind kinds type types name`) {
		m[w] = true
	}
	return m
}()

var wordLike = regexp.MustCompile(`[\p{L}\p{N}](?:[\p{L}\p{N}\p{Mn}.,]*[\p{L}\p{N}])?(?:['’]s\b)?`)

// phrases returns the things that a question names, in order.
func phrases(s string) []phrase {
	var all []phrase
	var run, links []string // links: words such as "of", kept only if a name follows
	end := 0
	flush := func() {
		for len(run) > 1 && tails.MatchString(run[len(run)-1]) {
			run = run[:len(run)-1]
		}
		if len(run) > 0 {
			all = append(all, phrase{text: strings.Join(run, " "), words: len(run)})
		}
		run, links = nil, nil
	}
	for _, at := range wordLike.FindAllStringIndex(s, -1) {
		w := s[at[0]:at[1]]
		lower := strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s"))
		if strings.Trim(s[end:at[0]], " -–’'") != "" {
			flush()
		}
		end = at[1]
		switch {
		case len(run) > 0 && linking[lower]:
			links = append(links, w)
		case text.IsStopWord(lower) || actions[lower]:
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
	if n := len(all); n > 0 && predicates.MatchString(s) {
		all[n-1].text = predicate.ReplaceAllString(all[n-1].text, "$1")
		all[n-1].words = len(strings.Fields(all[n-1].text))
	}
	return all
}

// predicates matches a question in which a name may be followed by a predicate,
// as in "Is the bridge at Goole safe?". predicate matches the name and the
// predicate.
var (
	predicates = regexp.MustCompile(`^(?:Is|Are|Was|Were)\b`)
	predicate  = regexp.MustCompile(`(\p{Lu}\p{L}*) \p{Ll}+$`)
)

// tails match words at the end of a phrase that name nothing: adverbs,
// comparatives and participles ("sickle cell treated").
var tails = regexp.MustCompile(`^(?:\p{Ll}+(?:ed|ly)|longer|larger|bigger|better|older|newer|higher|lower|faster|smaller|cheaper|safer|worse|shorter|together|around|still|rather|yet|ever|even|too|instead|away|back|else|along|here|today|tomorrow|yesterday|currently|well)$`)

var linking = map[string]bool{"of": true, "to": true, "the": true, "at": true}

// spokenOf returns the phrase that a dependent question is about, or "". It
// chooses among the phrases in the questions among that text does not repeat. A
// phrase scores higher if the questions in said mention its words often, if it
// is recent, a name, longer, or agrees in number with the pronoun.
func spokenOf(s string, among, said []rag.Turn) string {
	have := text.StemSet(s)
	spoken := map[string]int{} // number of questions that contain a stem
	for _, t := range said {
		for w := range text.StemSet(t.Question) {
			spoken[w]++
		}
	}
	plural := pluralBack.MatchString(s)
	var all []phrase
	for back, t := range slices.Backward(among) {
		for i, p := range phrases(t.Question) {
			p = p.without(attribute)
			if p.text == "" || measured(p.text) || !slices.ContainsFunc(text.ContentWords(p.text), func(w string) bool { return !have[text.Stem(w)] }) {
				continue
			}
			for _, w := range text.ContentWords(p.text) {
				p.score += float64(spoken[text.Stem(w)]-1) * .5 / float64(p.words)
			}
			if startsUpper(p.text) && !strings.HasPrefix(t.Question, p.text) {
				p.score += 1
			}
			if p.words > 1 {
				p.score += 1
			}
			if pl := strings.HasSuffix(p.text, "s") && !strings.HasSuffix(p.text, "ss"); pl == plural {
				p.score += 1
			}
			p.score += .1*float64(i) - .5*float64(len(among)-1-back)
			all = append(all, p)
		}
	}
	last := said[len(said)-1]
	if personBack.MatchString(s) {
		// The pronoun means a person, so prefer names: from the questions, or
		// else from the last answer.
		if n := names(all); len(n) > 0 {
			all = n
		} else if n := names(phrases(last.Answer)); len(n) > 0 {
			all = n
		}
	}
	if len(all) == 0 {
		return ""
	}
	if of := both(last.Question); of != "" && ofSeveral.MatchString(s) {
		return of
	}
	return slices.MaxFunc(all, func(a, b phrase) int { return cmp.Compare(a.score, b.score) }).text
}

// attribute matches a property of a thing. After "the distance to the Sun",
// "it" means the Sun.
var attribute = regexp.MustCompile(`^(?:distance|age|size|population|height|length|weight|price|cost|speed|amount|rate|number|area|depth|width|value|date|causes?|names?|purpose|history|origin|meaning|role|effects?|definition|risks?|advantages?|benefits?) (?:of|to) (?:the )?`)

// without removes a match of beginning from the phrase.
func (p phrase) without(beginning *regexp.Regexp) phrase {
	if cut := beginning.FindString(p.text); cut != "" {
		p.text = p.text[len(cut):]
		p.words = len(strings.Fields(p.text))
	}
	return p
}

// measured reports whether a phrase is only a number, or a number and its unit.
func measured(phrase string) bool {
	ws := strings.Fields(phrase)
	return strings.Trim(ws[0], "0123456789.,") == "" && (len(ws) == 1 || len(ws) == 2 && text.IsUnit(strings.ToLower(ws[1])))
}

// ofSeveral matches a word that refers to several things, or asks which of
// them.
var ofSeveral = regexp.MustCompile(`(?i)\b(?:they|them|these|those|both|which (?:one|of|is|are|was|were|has|have))\b`)

// both returns two things that a question names next to each other, joined by
// "and", or "" if there are none.
func both(question string) string {
	all := phrases(question)
	for i := 1; i < len(all); i++ {
		a, b := all[i-1].text, all[i].text
		if beside := regexp.MustCompile(regexp.QuoteMeta(a) + `(?: \w+er)?,? (?:and|or|than|versus) (?:the )?` + regexp.QuoteMeta(b)); beside.MatchString(question) {
			return a + " and " + b
		}
	}
	return ""
}

// described returns the full name of a thing that text mentions only by its
// kind, or "". "The final" may mean "the Champions League final".
func described(text string, said []rag.Turn) string {
	for _, t := range slices.Backward(said) {
		for _, p := range phrases(t.Question) {
			for _, kind := range phrases(text) {
				at := strings.Index(text, kind.text)
				if at >= 0 && startsUpper(p.text) && strings.HasSuffix(strings.ToLower(p.text), " "+strings.ToLower(kind.text)) &&
					definiteArticle.MatchString(text[:at]) && !further.MatchString(text[at+len(kind.text):]) {
					return p.text
				}
			}
		}
	}
	return ""
}

var (
	definiteArticle = regexp.MustCompile(`(?i)\b(?:the|this|that|these|those) $`)
	// further matches text after a kind that tells which one is meant.
	further = regexp.MustCompile(`^(?:['’-]|,? (?:of|in|for|to|from|on|at|by|with|that|which|who|whose|between|about|[\p{Lu}\d]))`)
)

var personBack = regexp.MustCompile(`(?i)\b(he|she|him|her|his|hers)\b`)

// names returns the capitalised words at the start of each phrase that begins
// with one.
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

// telling returns the content words of a question as written.
func telling(question string) string {
	var all []string
	for _, w := range wordLike.FindAllString(question, -1) {
		if len(text.ContentWords(w)) > 0 {
			all = append(all, w)
		}
	}
	return strings.Join(all, " ")
}

// remainder returns the phrases of question that text does not repeat, joined
// by commas.
func remainder(s, question string) string {
	have := text.StemSet(s)
	var rest []string
	for _, p := range phrases(question) {
		if slices.ContainsFunc(text.ContentWords(p.text), func(w string) bool { return !have[text.Stem(w)] }) {
			rest = append(rest, p.text)
		}
	}
	return strings.Join(rest, ", ")
}
