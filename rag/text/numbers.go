package text

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Agrees reports whether the number t of a claim agrees with a number of its
// source. Different units and opposite bounds do not agree. A rounded number
// agrees if it equals the source's to the precision of its digits.
func (t Token) Agrees(source Token) bool {
	if t.unit != "" && source.unit != "" && t.unit != source.unit || t.bound*source.bound < 0 || max(t.bound, -t.bound) > max(source.bound, -source.bound, 1) {
		return false
	}
	return t.Key == source.Key || t.rounded && t.value >= 10 && source.value > 0 && math.Abs(t.value-source.value) < t.precision
}

// ParseNumber returns the value of a number in digits or in letters; 0 for any
// other word.
func ParseNumber(word string) float64 {
	if v := numberWords[strings.ToLower(word)]; v != "" {
		return parseDigits(v)
	}
	return parseDigits(digits(word))
}

// parseDigits returns the value of a number in digits; 0 if it is malformed.
func parseDigits(digits string) float64 {
	v, _ := strconv.ParseFloat(digits, 64)
	return v
}

// IsUnit reports whether a lower-case word is a unit of measure or a currency.
func IsUnit(word string) bool { return units[word] != "" }

// isApproximate reports whether the number all[i] is approximate: it follows a
// word such as "about" or precedes a scale such as "million".
func isApproximate(all []Token, i int) bool {
	return i+1 < len(all) && scales[all[i+1].Word] > 0 ||
		slices.ContainsFunc(all[max(0, i-2):i], func(t Token) bool { return approximations[t.Word] })
}

// approximations are the words before a number that make it approximate.
var approximations = WordSet("about over nearly around almost approximately roughly some than under")

// boundOf returns Token.bound of the number that follows the tokens before.
func boundOf(before []Token) int {
	word := func(back int) string {
		if back > len(before) {
			return ""
		}
		return before[len(before)-back].Word
	}
	at, than := 1, word(1) == "than"
	if than {
		at = 2
	}
	b := 0
	switch w := word(at); {
	case than && (w == "more" || w == "greater" || w == "higher"), w == "over", w == "above", w == "least" && word(2) == "at":
		b = 1
	case than && (w == "less" || w == "fewer" || w == "lower"), w == "under", w == "below", w == "most" && word(2) == "at":
		b = -1
	}
	if f := word(at + 1); f == "far" || f == "much" || f == "well" || f == "way" {
		b *= 2
	}
	return b
}

// addUnit sets the unit and scale of a number from the words after it. It also
// turns a month's name before a number into a number, as in "May 3".
func (t *Token) addUnit(after []Token) {
	next := func(i int) string {
		if i < len(after) {
			return after[i].Word
		}
		return ""
	}
	if m := months[t.Word]; m != "" && !t.Number && strings.Trim(next(0), "0123456789") == "" && next(0) != "" {
		t.Key, t.Number, t.Name = m, true, false
	}
	if !t.Number {
		return
	}
	i := 0
	if x := scales[next(0)]; x > 0 && t.value > 0 {
		t.value, t.precision, i = t.value*x, t.precision*x, 1
		t.Key = strconv.FormatFloat(t.value, 'f', -1, 64)
	}
	if u := units[next(i)]; u != "" {
		t.unit = u
	}
}

// symbolBeside returns the currency or percent sign next to a number, or "" if
// there is none.
func symbolBeside(before, after string) string {
	r, _ := utf8.DecodeLastRuneInString(before)
	if strings.ContainsRune("$€£¥", r) {
		return string(r)
	}
	if strings.HasPrefix(after, "%") || strings.HasPrefix(after, " %") {
		return "%"
	}
	return ""
}

// monthOf returns the abbreviation of the month that two digits stand for in a
// date such as 2018-02-22, or "" if they are not a month.
func monthOf(before, digits, after string) string {
	if len(digits) != 2 || !yearBefore.MatchString(before[max(0, len(before)-6):]) || !dayAfter.MatchString(after) {
		return ""
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > 12 {
		return ""
	}
	return months[strings.ToLower(time.Month(n).String())]
}

// yearBefore and dayAfter match the rest of a date such as 2018-02-22 around
// its month.
var (
	yearBefore = regexp.MustCompile(`(?:^|\D)\d{4}-$`)
	dayAfter   = regexp.MustCompile(`^-\d\d(?:\D|$)`)
)

// precisionOf returns the value of the last significant digit of a number: 0.1
// for 1.5, 1000 for 12000.
func precisionOf(digits string) float64 {
	if i := strings.IndexByte(digits, '.'); i >= 0 {
		return math.Pow10(i + 1 - len(digits))
	}
	return math.Pow10(len(digits) - len(strings.TrimRight(digits, "0")))
}

// digits returns the normalised digits of a number: 1,500 becomes 1500, 5.0
// becomes 5, 3rd becomes 3, 1990s becomes 1990 and 5.68m becomes 5.68.
func digits(word string) string {
	s := strings.TrimRightFunc(strings.ReplaceAll(word, ",", ""), unicode.IsLetter)
	if n := strings.TrimLeft(s, "0"); n != "" && n[0] != '.' {
		s = n
	}
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// scales are the words after a number that multiply it.
var scales = map[string]float64{"thousand": 1e3, "million": 1e6, "mln": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}

// units maps the words for a unit to one symbol for it.
var units = pairMap(`percent % pct % percentage % dollar $ dollars $ usd $ euro € euros € eur € pound £ pounds £ gbp £ yen ¥ yuan yuan rouble rub roubles rub
rubles rub km km kilometre km kilometres km kilometer km kilometers km mile mi miles mi metre m metres m meter m meters m foot ft feet ft
kg kg kilogram kg kilograms kg kilo kg kilos kg tonne t tonnes t tons t second s seconds s minute min minutes min hour h hours h day d days d
week w weeks w month mo months mo year y years y decade dec decades dec degree deg degrees deg`)

// numberWords maps numbers in letters, ordinals among them, to digits.
var numberWords = pairMap(`two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 thirteen 13 fourteen 14
fifteen 15 sixteen 16 seventeen 17 eighteen 18 nineteen 19 twenty 20 thirty 30 forty 40 fifty 50 sixty 60 seventy 70 eighty 80 ninety 90
second 2 third 3 fourth 4 fifth 5 sixth 6 seventh 7 eighth 8 ninth 9 tenth 10 twice 2 dozen 12`)

// inferable holds number words that a sentence may use without the source
// stating them, for example when it counts or orders things that the source
// lists.
var inferable = map[string]bool{"two": true, "twice": true, "second": true, "third": true, "fourth": true, "fifth": true}

// months maps the names of months to an abbreviation. It ends in a full stop so
// that it never equals a stem.
var months = pairMap(`january jan. february feb. march mar. april apr. may may. june jun. july jul. august aug. september sep. october oct.
november nov. december dec. jan jan. feb feb. mar mar. apr apr. jun jun. jul jul. aug aug. sep sep. sept sep. oct oct. nov nov. dec dec.`)

// pairMap returns a map of words, given as alternating keys and values.
func pairMap(s string) map[string]string {
	f := strings.Fields(s)
	m := make(map[string]string, len(f)/2)
	for i := 0; i+1 < len(f); i += 2 {
		m[f[i]] = f[i+1]
	}
	return m
}
