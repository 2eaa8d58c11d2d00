package question

import (
	"slices"
	"strings"
	"unicode"

	"footnote/rag/internal/lazyregexp"
	"footnote/rag/text"
)

// phrase is a run of words in a question that names something.
type phrase struct {
	text  string
	words int     // number of words in text
	score float64 // how likely it is the topic; see topicOf
}

// phrases returns the things that a question names, in order, without scores.
func phrases(s string) []phrase {
	var all []phrase
	var run, links []string // links: words such as "of", kept only if a name follows
	end := 0
	flush := func() {
		for len(run) > 1 && phraseTail.MatchString(run[len(run)-1]) {
			run = run[:len(run)-1]
		}
		if len(run) > 0 {
			all = append(all, phrase{text: strings.Join(run, " "), words: len(run)})
		}
		run, links = nil, nil
	}
	for _, at := range topicWord.FindAllStringIndex(s, -1) {
		w := s[at[0]:at[1]]
		lower := strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(w, "'s"), "’s"))
		if strings.Trim(s[end:at[0]], " -–’'") != "" {
			flush()
		}
		end = at[1]
		switch {
		case len(run) > 0 && linkWords[lower]:
			links = append(links, w)
		case text.IsStopWord(lower) || nonTopics[lower]:
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

// withoutPrefix returns the phrase without what prefix matches in it.
func (p phrase) withoutPrefix(prefix lazyregexp.Regexp) phrase {
	if cut := prefix.FindString(p.text); cut != "" {
		p.text = p.text[len(cut):]
		p.words = len(strings.Fields(p.text))
	}
	return p
}

// leadingNames returns the capitalised words at the start of each phrase that
// begins with one.
func leadingNames(all []phrase) []phrase {
	var names []phrase
	for _, p := range all {
		ws := strings.Fields(p.text)
		n := slices.IndexFunc(ws, func(w string) bool { return !startsUpper(w) })
		if n < 0 {
			n = len(ws)
		}
		if n > 0 {
			p.text, p.words = strings.Join(ws[:n], " "), n
			names = append(names, p)
		}
	}
	return names
}

// isQuantity reports whether a phrase, which is not empty, is a number, alone
// or with its unit.
func isQuantity(phrase string) bool {
	ws := strings.Fields(phrase)
	return strings.Trim(ws[0], "0123456789.,") == "" && (len(ws) == 1 || len(ws) == 2 && text.IsUnit(strings.ToLower(ws[1])))
}

// startsUpper reports whether s begins with a capital letter.
func startsUpper(s string) bool { return strings.IndexFunc(s, unicode.IsUpper) == 0 }

// topicWord matches a word, with a possessive 's.
var topicWord = lazyregexp.New(`[\p{L}\p{N}](?:[\p{L}\p{N}\p{Mn}.,]*[\p{L}\p{N}])?(?:['’]s\b)?`)

// nonTopics holds words, mostly verbs, that are not part of what a question
// names.
var nonTopics = text.WordSet(`add allow apply ask avoid become began begin begins believe bring build buy call called came cause caused causes change changed come
consider cost create created deal define defined die died differ do eat explain fall fell find fit found fund funds get give go going got
handle happen happened happens heard help improve include included increase invented keep kept kill know known last learn leave left let
like live lose lost made make makes making mean means meet met miss move necessary need needed offer pay paid place plan play played
prevent provide put raise receive recommended reduce rely relying report require said say says see sell send set should show start started
stop support supported take takes tell think told took try use used using want was went win won work works worked write wrote
buying buys pays plays sells uses wins loses close closed closes donate donating end ended ends open opened opens paying purchase purchasing selling still one ones
article articles mention summarise summarize information please possible sure thing things way difference different many much most more often long old kind kinds type types name`)

// linkWords holds the words that join two parts of a name, as in "University of
// Hull".
var linkWords = map[string]bool{"of": true, "to": true, "the": true, "at": true}

// phraseTail matches words at the end of a phrase that name nothing: adverbs,
// comparatives and participles ("sickle cell treated").
var phraseTail = lazyregexp.New(`^(?:\p{Ll}+(?:ed|ly)|longer|larger|bigger|better|older|newer|higher|lower|faster|smaller|cheaper|safer|worse|shorter|together|around|still|rather|yet|ever|even|too|instead|away|back|else|along|here|today|tomorrow|yesterday|currently|well)$`)

// predicates matches a question in which a name may be followed by a predicate,
// as in "Is the bridge at Goole safe?". predicate matches the name and the
// predicate.
var (
	predicates = lazyregexp.New(`^(?:Is|Are|Was|Were)\b`)
	predicate  = lazyregexp.New(`(\p{Lu}\p{L}*) \p{Ll}+$`)
)
