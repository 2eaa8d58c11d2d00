package source

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// unmark removes pairs of each mark around words, as in "*bold* text". A mark
// within a word, as in snake_case, stays.
func unmark(s, marks string) string {
	for i := range len(marks) {
		if strings.Count(s, marks[i:i+1]) > 1 {
			s = unmarkOne(s, marks[i])
		}
	}
	return s
}

func unmarkOne(s string, mark byte) string {
	var b strings.Builder
	opening := -1 // the start of an open pair
	for i := 0; i < len(s); i++ {
		if s[i] != mark {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+1:])
		switch {
		case opening >= 0 && i > opening+1 && !unicode.IsSpace(before) && before != rune(mark) && !isWordRune(after):
			b.WriteString(s[opening+1 : i])
			s = s[i+1:]
			i, opening = -1, -1
		case opening < 0 && !isWordRune(before) && !unicode.IsSpace(after) && after != utf8.RuneError && after != rune(mark):
			b.WriteString(s[:i])
			s = s[i:]
			i, opening = 0, 0
		}
	}
	return b.String() + s
}

func isWordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_') && !spaceless(r)
}

// kept holds pieces of a line that inline markup must not change, such as code.
// The line has a placeholder in place of each.
type kept []string

// keep returns the placeholder of a piece.
func (k *kept) keep(piece string) string {
	*k = append(*k, piece)
	return "\x00" + strconv.Itoa(len(*k)-1) + "\x00"
}

// restore puts the pieces back.
func (k kept) restore(s string) string {
	if len(k) == 0 {
		return s
	}
	var b strings.Builder
	for i, piece := range strings.Split(s, "\x00") {
		if n, err := strconv.Atoi(piece); i%2 == 1 && err == nil && n < len(k) {
			b.WriteString(strings.ReplaceAll(k[n], "\x00", ""))
		} else {
			b.WriteString(piece)
		}
	}
	return b.String()
}
