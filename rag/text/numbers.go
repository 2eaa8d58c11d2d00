package text

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"footnote/rag/internal/lazyregexp"
)

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
	yearBefore = lazyregexp.New(`(?:^|\D)\d{4}-$`)
	dayAfter   = lazyregexp.New(`^-\d\d(?:\D|$)`)
)

// precisionOf returns the value of the last significant digit of a number: 0.1
// for 1.5, 1000 for 12000.
func precisionOf(digits string) float64 {
	if i := strings.IndexByte(digits, '.'); i >= 0 {
		return math.Pow10(i + 1 - len(digits))
	}
	return math.Pow10(len(digits) - len(strings.TrimRight(digits, "0")))
}

// digits returns the normalised digits of a number: 1,500 and 1.5k become 1500, 5.0
// becomes 5, 3rd becomes 3, 1990s becomes 1990 and 5.68m becomes 5.68.
func digits(word string) string {
	if s, thousands := strings.CutSuffix(word, "k"); thousands {
		if v := parseDigits(strings.ReplaceAll(s, ",", "")); v > 0 {
			return strconv.FormatFloat(v*1e3, 'f', -1, 64)
		}
	}
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

// cardinals and ordinals map number words to values below 100.
var (
	cardinals = wordValues(`zero 0 one 1 two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 thirteen 13
fourteen 14 fifteen 15 sixteen 16 seventeen 17 eighteen 18 nineteen 19 twenty 20 thirty 30 forty 40 fifty 50 sixty 60 seventy 70 eighty 80
ninety 90`)
	ordinals = wordValues(`first 1 second 2 third 3 fourth 4 fifth 5 sixth 6 seventh 7 eighth 8 ninth 9 tenth 10 eleventh 11 twelfth 12
thirteenth 13 fourteenth 14 fifteenth 15 sixteenth 16 seventeenth 17 eighteenth 18 nineteenth 19 twentieth 20 thirtieth 30 fortieth 40
fiftieth 50 sixtieth 60 seventieth 70 eightieth 80 ninetieth 90`)
)

// numberWords maps the number words that [Tokens] reads to digits. "One" and
// "first" are not among them, because they seldom count.
var numberWords = func() map[string]string {
	m := pairMap("twice 2 dozen 12")
	for word, v := range cardinals {
		if v > 1 {
			m[word] = strconv.Itoa(int(v))
		}
	}
	for word, v := range ordinals {
		if 1 < v && v <= 10 {
			m[word] = strconv.Itoa(int(v))
		}
	}
	return m
}()

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

// wordValues is [pairMap] with values in digits.
func wordValues(s string) map[string]float64 {
	m := map[string]float64{}
	for word, digits := range pairMap(s) {
		m[word] = parseDigits(digits)
	}
	return m
}
