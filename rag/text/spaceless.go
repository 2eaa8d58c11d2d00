package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// spacelessStops end a sentence even if no space follows: those of Chinese and
	// Japanese, Devanagari, Urdu, Arabic, Armenian, Ethiopic, Khmer and Burmese.
	spacelessStops = "。！？｡।॥۔؟։።፧។៕။"

	// spacelessClosing are the quotation marks and brackets behind such a stop.
	spacelessClosing = "」』”’\"'》〉）)】］»"
)

// minClause is the length in runes from which a space ends a sentence of Thai or Lao,
// which have no stops: writers put spaces between clauses and sentences.
const minClause = 80

// spacelessEnds returns the byte offsets in text[b.Start:b.End] behind the sentences
// that end with a stop of spacelessStops, and behind the long clauses of Thai and Lao.
// A quotation goes on with a letter right behind it, as in 「早く！」と言った.
func spacelessEnds(text string, b Span) []int {
	var all []int
	runes, before := 0, ' '
	for at := b.Start; at < b.End; {
		r, n := utf8.DecodeRuneInString(text[at:b.End])
		at += n
		runes++
		switch {
		case strings.ContainsRune(spacelessStops, r):
			rest := strings.TrimLeft(text[at:b.End], spacelessStops+"…!?")
			marks := strings.TrimLeft(rest, spacelessClosing)
			next, _ := utf8.DecodeRuneInString(marks)
			quoted := strings.ContainsAny(rest[:len(rest)-len(marks)], "」』”’\"'»")
			if at = b.End - len(marks); at < b.End && !(quoted && unicode.IsLetter(next)) {
				all, runes = append(all, at), 0
			}
		case r == ' ' && runes > minClause && isClauseLetter(before):
			if next, _ := utf8.DecodeRuneInString(text[at:b.End]); isClauseLetter(next) {
				all, runes = append(all, at), 0
			}
		}
		before = r
	}
	return all
}

// isClauseLetter reports whether r is a character of Thai or Lao.
func isClauseLetter(r rune) bool { return unicode.In(r, unicode.Thai, unicode.Lao) }
