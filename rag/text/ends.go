package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

// A stop may end a sentence: one or more of .?!…, the closing quotation marks
// and brackets behind it, and white space. Closing marks may have white space
// between them, as in “‘Why?’ ”.
var stop = lazyregexp.New(`([.?!…]+)(['"’”»)\]*_]*(?:\s+['"’”»)\]]+)*)\s+`)

// verdict says whether a sentence ends at a stop.
type verdict int

const (
	unsure verdict = iota // Punkt decides
	ends
	goesOn
)

// Abbreviations, in lower case and without their last full stop.
var (
	// titles stand before a name.
	titles = WordSet(`mr mrs ms mx messrs mme mlle prof gen sen rep reps sens gov lt col sgt capt maj cmdr adm cpl pvt rev hon pres supt
det insp amb atty msgr fr br drs profs`)
	// places and the like stand before a name or after it, as in "St. Paul" and
	// "Wall St."
	places = WordSet("st dr mt ft ave blvd rd jr sr co corp inc ltd bros esq llc plc u.s u.s.a u.k u.n e.u d.c ph.d m.d b.a m.a b.s m.s a.d b.c dept univ assn intl al gov't govt")
	// countable stand before a number. Many of them are words too.
	countable = WordSet("no nos vol vols p pp fig figs art arts sec secs ch chap par para cl op ed eq eqs tab ver approx ca c cir est resp min max ext tel rs")
	// numberedNouns stand before a number.
	numberedNouns = WordSet(`passage passages page pages chapter chapters article articles section sections source sources step part figure table
version phase level grade stage day week group type room gate line route class season episode volume number`)
	// never stand at the end of a sentence.
	never = WordSet("e.g i.e cf viz vs v approx incl esp a.k.a")
	days  = WordSet("monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun today tomorrow yesterday tonight")
	zones = WordSet("et est edt ct cst cdt mt mst mdt pt pst pdt gmt utc bst cet cest eet msk ist jst kst hkt aest aedt eastern central mountain pacific greenwich moscow local")
	// starters begin sentences and, unlike other capitalised words, no names.
	starters = WordSet(`many several since although though however meanwhile instead moreover furthermore without within another some
yet thus hence still even among according despite yesterday unlike later earlier often perhaps finally recently currently soon`)
	// exclaimed are names that end with an exclamation mark.
	exclaimed = WordSet("yahoo yum jeopardy joomla")
	speakers  = WordSet("another one some others many someone somebody everyone nobody") // no names, though a capital begins them
	said      = lazyregexp.New(`^(?:(?:Dr\.|Mr\.|Mrs\.|Ms\.|\p{Lu}[^\s.,;:?!]*) ){1,3}(?:said|says|asked|asks|wrote|writes|added|told|replied|shouted|cried|exclaimed|wondered|declared|tweeted|yelled|recalled)\b`)
)

// endsAt reports whether a sentence ends at a stop. so is the sentence up to
// the marks of the stop, closing what closes behind them, and rest the text
// after the stop.
func endsAt(so, marks, closing, rest string) verdict {
	opened := strings.TrimLeft(rest, "\"'`“‘«([*_ ")
	first, _ := utf8.DecodeRuneInString(opened)
	word := firstWord(opened)
	lower := strings.ToLower(word)
	starts := startsSentence(opened, word, lower)
	so = strings.TrimRightFunc(so, unicode.IsSpace)
	switch {
	case strings.HasPrefix(rest, "http"):
		return unsure
	case strings.IndexAny(rest, ",;:") == 0:
		return goesOn
	case unicode.IsLower(first) && strings.Trim(marks, ".…") != "":
		return goesOn // "Why?" he asked.
	case unicode.IsLower(first) && (len(marks) > 1 || marks == "…"):
		return goesOn // "He was … not sure."
	}
	before := so[strings.LastIndexFunc(so, unicode.IsSpace)+1:]
	before = strings.ToLower(strings.TrimLeft(before, "\"'“‘’«([*_—–-"))
	part := false // before is what stands behind a hyphen, slash or sign
	if i := strings.LastIndexAny(before, "-–—/()$€£¥<>=≤≥~±"); i >= 0 {
		_, n := utf8.DecodeRuneInString(before[i:])
		before, part = before[i+n:], before[i] != '('
	}
	if marks != "." {
		switch {
		case strings.ContainsFunc(closing, unicode.IsSpace):
			return ends
		case strings.Contains(marks, "!") && exclaimed[before] && closing == "" && !starts && unicode.IsUpper(first):
			return goesOn
		case strings.Trim(marks, "?!") == "" && strings.ContainsAny(closing, "\"”’'") && !starts && !speakers[lower] && said.MatchString(rest):
			return goesOn // "Stop!" Smith said.
		}
		return unsure
	}
	switch {
	case numbered.MatchString(before) && unicode.IsUpper(first):
		return afterNumber(so, before, word)
	case strings.ContainsFunc(closing, unicode.IsSpace) && !unicode.IsLower(first):
		return ends
	case closing != "" && starts && strings.Trim(closing, "*_") != "":
		return ends
	case closing != "":
		return unsure
	}
	digit := unicode.IsDigit(first)
	switch {
	case never[before] && !(part && len(before) == 1) && !(starts && isUpperWord(so, before)):
		return goesOn
	case before == "a.m" || before == "p.m" || before == "am" || before == "pm":
		return afterTime(so, opened, first, word)
	case before == "etc":
		if unicode.IsUpper(first) {
			return ends
		}
		return goesOn
	case titles[before] && isTitleCase(so, before):
		if unicode.IsUpper(first) && len(opened) == len(rest) {
			return goesOn
		}
	case isInitial(so, before):
		switch {
		case isInitialWord(opened):
			return goesOn
		case starts:
			return ends
		case !part && (unicode.IsLower(first) || unicode.IsUpper(first) && !heading(word) && afterName(so[:len(so)-len(before)])):
			return goesOn
		}
	case places[before], strings.Contains(before, ".") && unicode.IsLetter(rune(before[0])) && len(before) <= 5:
		switch {
		case unicode.IsLower(first):
			return goesOn
		case starts && lower != "no" && lower != "who" && lower != "will" && !(before == "dr" && lower == "how"):
			return ends
		case heading(word):
		case before == "st" || before == "dr" || before == "mt" || before == "ft" || before == "u.s" || before == "u.k" || before == "u.n":
			return goesOn
		}
	case countable[before] && (digit || len(word) == 1 && unicode.IsUpper(first) && before[0] == 'f' || roman(word) > 0):
		return goesOn
	case months[before] != "" && len(before) <= 4 && before != "may":
		switch {
		case digit || unicode.IsLower(first):
			return goesOn
		case starts:
			return ends
		}
	case starts && plainEnd.MatchString(before):
		return ends
	}
	return unsure
}

var (
	numbered = lazyregexp.New(`^\d(?:[\d.,]*\d)?$`)
	plainEnd = lazyregexp.New(`^\p{Ll}[\p{Ll}\d.'’]{2,}$`)
	opening  = lazyregexp.New(`^(?:At|By|In|On|Around|About|After|Before|Until|Since|From|Shortly|Just)(?:\s\S+){1,6}$`)
)

// afterTime decides about the stop of "a.m." and "p.m.".
func afterTime(so, rest string, first rune, word string) verdict {
	next := strings.ToLower(word)
	second := firstWord(strings.TrimLeft(rest[min(len(rest), len(next)):], " "))
	switch {
	case !unicode.IsUpper(first), days[next], zones[next], months[next] != "" && (next != "may" || strings.Trim(second, "0123456789") == ""), second == "time":
		return goesOn
	case len(word) > 1 && len(word) < 5 && word == strings.ToUpper(word): // a zone or a channel
		return unsure
	case opening.MatchString(strings.TrimSpace(so)): // "At 2 p.m. Mr. Smith left."
		return goesOn
	}
	return ends
}

// afterNumber decides about a full stop after a number. "1. The first" is a list
// item. Otherwise a sentence ends after a four-digit number, a number with
// separators, a day after its month, a number after a noun such as "page", and before a
// stop word such as "The". Elsewhere the number may be an ordinal, which many
// languages write with a full stop.
func afterNumber(so, number, next string) verdict {
	before := strings.TrimRightFunc(so[:len(so)-len(number)], unicode.IsSpace)
	if strings.Trim(before, "\"'“‘«([*_#>- ") == "" && len(number) < 4 {
		return goesOn
	}
	last := strings.ToLower(strings.TrimRight(before, "."))
	last = last[strings.LastIndexFunc(last, func(r rune) bool { return !unicode.IsLetter(r) })+1:]
	if len(number) == 4 || strings.ContainsAny(number, ".,") || months[last] != "" || numberedNouns[last] || stopWords[strings.ToLower(next)] {
		return ends
	}
	return unsure
}

// startsSentence reports whether text begins with a word that begins a sentence
// and no name, such as "The" or "He". Text in capitals does not show it.
func startsSentence(text, word, lower string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	switch {
	case !unicode.IsUpper(first), !stopWords[lower] && !starters[lower], isInitialWord(text):
		return false
	case len(word) == 1:
		return lower == "a" || lower == "i"
	case lower == "don": // Don't
		return strings.HasPrefix(text[len(word):], "'") || strings.HasPrefix(text[len(word):], "’")
	}
	return lower != "will" && word != strings.ToUpper(word)
}

// firstWord returns the letters and digits at the start of s.
func firstWord(s string) string {
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return s[:i]
		}
	}
	return s
}

// isInitial reports whether so ends with a capital letter that is the initial
// of a name, not the pronoun "I".
func isInitial(so, before string) bool {
	r, n := utf8.DecodeRuneInString(before)
	if n == 0 || n != len(before) || !unicode.IsLetter(r) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(so)
	return unicode.IsUpper(last)
}

// afterName reports whether an initial that follows s is part of a name: s ends
// with a word in capitals or another initial, or a sentence or bracket begins.
func afterName(s string) bool {
	s = strings.TrimRightFunc(s, unicode.IsSpace)
	word := s[strings.LastIndexFunc(s, unicode.IsSpace)+1:]
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, "\"'“‘«([*_"))
	return word == "" || unicode.IsUpper(first) || strings.ContainsAny(word, "([")
}

// heading reports whether a word is in capitals, as "RESULTS" in an abstract.
func heading(word string) bool { return len(word) > 4 && word == strings.ToUpper(word) }

// isInitialWord reports whether s begins with an initial, as in "K. Rowling".
func isInitialWord(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) && strings.HasPrefix(s[n:], ".")
}

// isTitleCase reports whether the word before, with which so ends, is written
// like "Ms", not like "MS".
func isTitleCase(so, before string) bool {
	if !isUpperWord(so, before) {
		return false
	}
	word := so[len(so)-len(before):]
	return len(word) > 1 && strings.ContainsFunc(word, unicode.IsLower)
}

// isUpperWord reports whether the word before, with which so ends, begins with
// a capital letter.
func isUpperWord(so, before string) bool {
	if len(before) > len(so) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(so[len(so)-len(before):])
	return unicode.IsUpper(r)
}

// boundaries returns the byte offsets at which sentences of text[b.Start:b.End]
// begin, except the first, from those that Punkt found.
func boundaries(text string, b Span, found map[int]bool) []int {
	var all []int
	start, at := b.Start, b.Start
	quotes, upTo := 0, b.Start // the number of straight quotation marks up to upTo
	// A boundary of Punkt that is at no stop stays.
	keep := func(from, to int) {
		for i := from; i < to; i++ {
			if found[i] && i > start {
				all, start = append(all, i), i
			}
		}
	}
	for at < b.End {
		m := stop.FindStringSubmatchIndex(text[at:b.End])
		if m == nil {
			break
		}
		from, next := at+m[2], at+m[1]
		keep(at, from)
		closing := text[at+m[4] : at+m[5]]
		if i := strings.IndexFunc(closing, unicode.IsSpace); i >= 0 {
			// A straight mark with white space around it opens or closes.
			quotes, upTo = quotes+strings.Count(text[upTo:at+m[4]+i], `"`), at+m[4]+i
			if more := strings.TrimLeftFunc(closing[i:], unicode.IsSpace); strings.HasPrefix(more, `"`) && quotes%2 == 0 {
				closing, next = closing[:i], at+m[5]-len(more)
			}
		}
		if next >= b.End {
			return all
		}
		v := endsAt(strings.TrimLeftFunc(text[start:from], unicode.IsSpace), text[from:at+m[3]], closing, text[next:min(b.End, next+80)])
		if v == ends || v == unsure && foundIn(found, from+1, next) {
			all, start = append(all, next), next
		}
		at = next
	}
	keep(at, b.End)
	return all
}

// foundIn reports whether Punkt found a boundary from from to to.
func foundIn(found map[int]bool, from, to int) bool {
	for i := from; i <= to; i++ {
		if found[i] {
			return true
		}
	}
	return false
}
