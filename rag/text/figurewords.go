package text

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

// figureWord is a run of letters, or a number in digits with the letters right
// behind it.
type figureWord struct {
	start, end int
	word       string // in lower case
	digits     bool   // it begins with a digit
}

// figureWords cuts a text into words. Numbers end where [numberForm] ends.
func figureWords(s string) []figureWord {
	var all []figureWord
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		end := i + n
		switch {
		case '0' <= r && r <= '9', vulgar[r] > 0:
			end = i + numberEndsAt(s[i:])
			if i > 1 && (s[i-1] == '.' || s[i-1] == ',') && '0' <= s[i-2] && s[i-2] <= '9' { // 1.2.3
				end = i + max(len(wholeForm.FindString(s[i:])), utf8.RuneLen(r))
			}
			end += latinRun(s[end:])
			all = append(all, figureWord{i, end, strings.ToLower(s[i:end]), true})
		case unicode.IsLetter(r):
			end = i + letterRun(s[i:])
			all = append(all, figureWord{i, end, strings.ToLower(s[i:end]), false})
		}
		i = end
	}
	return all
}

// latinRun returns the length of the Latin letters at the start of s.
func latinRun(s string) int {
	for i, r := range s {
		if !unicode.Is(unicode.Latin, r) {
			return i
		}
	}
	return len(s)
}

// letterRun returns the length of the word at the start of s. Digits belong to
// it, as in G20, except after a script that writes no spaces.
func letterRun(s string) int {
	latin := true
	for i, r := range s {
		switch {
		case unicode.IsMark(r):
		case unicode.IsLetter(r):
			latin = !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
		case unicode.IsDigit(r) && latin:
		default:
			return i
		}
	}
	return len(s)
}

// Forms of a number in digits.
var (
	groupedForm = lazyregexp.New(`^\d{1,3}(?:(?:,\d\d\d?)*,\d{3}|(?:['’\x{a0}\x{202f}\x{2009}]\d{3})+)(?:\.\d+)?`)
	dottedForm  = lazyregexp.New(`^\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?`)
	spacedForm  = lazyregexp.New(`^[1-9]\d{0,2}(?: \d{3})+`)
	pointForm   = lazyregexp.New(`^\d+\.\d+`)
	commaForm   = lazyregexp.New(`^\d{1,3},\d\d?`)
	wholeForm   = lazyregexp.New(`^\d+`)
	moreDigits  = lazyregexp.New(`^(?:\d|[.,]\d)`)
)

// numberEndsAt returns the length of the number in digits, or the sign such as
// ½, at the start of s.
func numberEndsAt(s string) int {
	for _, form := range []lazyregexp.Regexp{groupedForm, dottedForm, spacedForm, pointForm, commaForm} {
		if m := form.FindString(s); m != "" && !moreDigits.MatchString(s[len(m):]) {
			return len(m)
		}
	}
	n := len(wholeForm.FindString(s))
	if r, size := utf8.DecodeRuneInString(s[n:]); vulgar[r] > 0 {
		n += size
	}
	return n
}

// readDigits returns the meanings of a number in digits, the likeliest first.
func readDigits(s string) []reading {
	number := func(digits string) reading {
		v := parseDigits(digits)
		if math.IsInf(v, 0) {
			v = math.MaxFloat64
		}
		return reading{value: v, place: precisionOf(digits)}
	}
	if r, size := utf8.DecodeLastRuneInString(s); vulgar[r] > 0 {
		one := number(s[:len(s)-size])
		return []reading{{value: one.value + vulgar[r], place: .1}}
	}
	switch {
	case groupedForm.FindString(s) == s:
		return []reading{number(separators.Replace(s))}
	case dottedForm.FindString(s) == s:
		return []reading{number(strings.ReplaceAll(strings.ReplaceAll(s, ".", ""), ",", "."))}
	case spacedForm.FindString(s) == s: // 22 500 may be two numbers, as in "on May 22 500 people"
		parts := strings.Fields(s)
		return []reading{number(strings.Join(parts, "")), number(parts[0]), number(parts[len(parts)-1])}
	case commaForm.FindString(s) == s: // 1,5 is a decimal number in many languages
		a, b, _ := strings.Cut(s, ",")
		return []reading{number(a + "." + b), number(a), number(b)}
	}
	whole, decimals, _ := strings.Cut(s, ".")
	all := []reading{number(s)}
	if len(decimals) == 3 && len(whole) <= 3 && whole[0] != '0' { // 1.500 is 1,500 in many languages
		all = append(all, number(whole+decimals))
	}
	return all
}

var separators = strings.NewReplacer(",", "", "'", "", "’", "", "\u00a0", "", "\u202f", "", "\u2009", "")
