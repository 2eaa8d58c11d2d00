package question

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

// corrects matches a correction of the question before, such as "I meant Hull".
var corrects = lazyregexp.New(`(?i)\bI meant? (.+?)[\s.?!]*$`)

// corrected returns the question before with the thing that a correction means in
// place of the one that it asked about: "Can I see the rings of Saturn?" after
// "… of Jupiter?" and "I meant Saturn." It returns "" if the correction does not
// name one thing, or the question has none of the kind.
func corrected(last, correction string) string {
	m := corrects.FindStringSubmatch(correction)
	if m == nil {
		return ""
	}
	meant, _, _ := strings.Cut(m[1], ", not ")
	if !isNamed(meant) {
		return ""
	}
	best, most := "", -1
	for _, p := range phrases(last) {
		for _, name := range namesIn(p.text) {
			if n := resemblance(name, meant); n >= most {
				best, most = name, n
			}
		}
	}
	if best == "" {
		return ""
	}
	return strings.Replace(last, best, meant, 1)
}

// namesIn returns the runs of named words in a phrase.
func namesIn(phrase string) []string {
	var all []string
	var run []string
	for _, w := range append(strings.Fields(phrase), "") {
		if w != "" && isNamed(w) {
			run = append(run, w)
		} else if len(run) > 0 {
			all, run = append(all, strings.Join(run, " ")), nil
		}
	}
	return all
}

// isNamed reports whether each word of s begins with a capital letter or has a digit.
func isNamed(s string) bool {
	words := strings.Fields(s)
	for _, w := range words {
		if first, _ := utf8.DecodeRuneInString(w); !unicode.IsUpper(first) && !strings.ContainsFunc(w, unicode.IsDigit) {
			return false
		}
	}
	return len(words) > 0
}

// resemblance returns how much two names look like the same kind of thing: both have
// digits or neither, they share words, and they begin alike.
func resemblance(a, b string) int {
	n := 0
	if strings.ContainsFunc(a, unicode.IsDigit) == strings.ContainsFunc(b, unicode.IsDigit) {
		n += 2
	}
	for w := range strings.FieldsSeq(a) {
		if strings.Contains(" "+b+" ", " "+w+" ") {
			n += 4
		}
	}
	for i := 0; i < len(a) && i < len(b) && a[i] == b[i]; i++ {
		n++
	}
	return n
}
