package text

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

// digits reads a number in digits with its scale and unit, and returns its end.
func (r *figureReader) digits(f *Figure) int {
	w := r.words[r.at]
	n := numberEndsAt(r.s[w.start:w.end])
	f.readings = readDigits(r.s[w.start : w.start+n])
	suffix := r.s[w.start+n : w.end]
	f.signed = currencyBefore(r.s[:w.start]) != ""
	v := f.readings[0]
	switch x := suffixScales[suffix]; {
	case suffix == "" && decadeSuffix.MatchString(r.s[w.end:]) && v.value >= 10 && math.Mod(v.value, 10) == 0:
		f.decade()
		return w.end + len(decadeSuffix.FindString(r.s[w.end:]))
	case suffix == "":
		f.Loose = listNumber(r.s, w.start, w.end)
		return r.behind(f, w.end, 1)
	case x > 0:
		f.times(x)
		return r.behind(f, w.end, 1)
	case f.signed && (suffix == "m" || suffix == "b" || suffix == "t"):
		f.times(map[string]float64{"m": 1e6, "b": 1e9, "t": 1e12}[suffix])
	case suffix == "m": // 10m is 10 million or 10 metres
		f.times(1e6)
		f.readings = append(f.readings, reading{value: v.value, place: v.place, unit: "m"})
	case slices.Contains([]string{"st", "nd", "rd", "th"}, strings.ToLower(suffix)):
		return r.century(f, w.end, 1)
	case suffix == "s" && v.value >= 10 && math.Mod(v.value, 10) == 0:
		f.decade()
	default:
		f.setUnit(unitOf(suffix))
	}
	return w.end
}

// listNumber reports whether the number s[start:end] is that of a list item, as
// in "1. The first".
func listNumber(s string, start, end int) bool {
	line := max(0, start-8)
	line += strings.LastIndexByte(s[line:start], '\n') + 1
	return strings.Trim(s[line:start], " \t*#>-") == "" && len(s) > end+1 && (s[end] == '.' || s[end] == ')') && (s[end+1] == ' ' || s[end+1] == '*')
}

// times multiplies all readings by a scale.
func (f *Figure) times(x float64) {
	for i := range f.readings {
		f.readings[i].value = min(f.readings[i].value*x, math.MaxFloat64)
		f.readings[i].place *= x
	}
	f.Rounded, f.bare, f.scale = true, false, x*max(f.scale, 1)
}

func (f *Figure) setUnit(unit string) {
	if unit == "" {
		return
	}
	for i := range f.readings {
		if f.readings[i].kind == FigureNumber && f.readings[i].unit == "" {
			f.readings[i].unit = unit
		}
	}
	f.bare = false
}

var (
	unitSign = lazyregexp.New(`^[\s\x{a0}\x{202f}]?(?:(%|٪|％)|(°(?:\s?[CF]\b)?)|([€£¥$₹₽₩])(?:[^\d\p{L}]|$))`)
	unitWord = lazyregexp.New(`(?i)^[\s\x{a0}\x{202f}-]{1,2}(?:(square|sq\.?|cubic|us|u\.s\.|american|canadian|australian|full|whole|more|consecutive|straight)[\s-])?(per\s?cent|\pL+)([23²³]?)(?:(?:\s(?:per|an)\s|/)(hour|h)\b|\s(celsius|centigrade|fahrenheit|c|f)\b)?`)
	aHalf    = lazyregexp.New(`^\s+and\s+a\s+half\b`)
)

// behind reads the fraction, the scale and the unit behind a number that ends at
// end, of which n words are read. It returns the end of the figure.
func (r *figureReader) behind(f *Figure, end, n int) int {
	half := func() {
		if m := aHalf.FindString(r.ahead(end)); m != "" {
			for i := range f.readings {
				f.readings[i].value += max(f.scale, 1) / 2
				f.readings[i].place = max(f.scale, 1) / 10
			}
			end, n = end+len(m), n+3
		}
	}
	half()
	if f.scale == 0 {
		if v, ok := mixed(r.s[end:]); ok > 0 {
			f.readings = []reading{{value: f.readings[0].value + v, place: .1}}
			end, n = end+ok, n+2
		}
	}
	for x := r.scaleAfter(n, end); x > 0; x = r.scaleAfter(n, end) {
		f.times(x)
		end = r.words[r.at+n].end
		n++
	}
	half()
	return r.unit(f, end)
}

// unit reads the unit behind a number that ends at end, and returns the end of
// the figure.
func (r *figureReader) unit(f *Figure, end int) int {
	rest := r.ahead(end)
	if strings.HasPrefix(rest, "月") {
		f.readings = append([]reading{{kind: FigureMonth, value: f.readings[0].value}}, f.readings...)
		return end
	}
	if m := unitSign.FindStringSubmatchIndex(rest); m != nil {
		switch {
		case m[2] >= 0:
			f.setUnit("%")
			return end + m[3]
		case m[4] >= 0:
			sign := strings.ReplaceAll(rest[m[4]:m[5]], " ", "")
			if sign == "°" {
				sign = "deg"
			}
			f.setUnit(sign)
			return end + m[5]
		}
		sign, _ := utf8.DecodeRuneInString(rest[m[6]:])
		f.setUnit(signUnits[sign])
		return end + m[7]
	}
	m := unitWord.FindStringSubmatchIndex(rest)
	if m == nil {
		return end
	}
	word := strings.ToLower(rest[m[4]:m[5]])
	unit, to := unitOf(word), m[5]
	if strings.HasPrefix(word, "per") && strings.HasSuffix(word, "cent") {
		unit = "%"
	}
	if unit == "" || word == "second" && rest[0] != '-' { // "four second-half goals"
		return end
	}
	first := ""
	if m[2] >= 0 {
		first = strings.ToLower(rest[m[2]:m[3]])
	}
	power := rest[m[6]:m[7]]
	switch {
	case first == "cubic" || power == "3" || power == "³":
		unit, to = "cubic "+unit, m[7]
	case strings.HasPrefix(first, "sq") || power != "":
		unit, to = "square "+unit, m[7]
	case m[8] >= 0 && unit == "mi":
		unit, to = "mph", m[9]
	case m[8] >= 0 && unit == "km":
		unit, to = "km/h", m[9]
	case m[10] >= 0 && unit == "deg":
		if unit, to = "°C", m[11]; rest[m[10]]|0x20 == 'f' {
			unit = "°F"
		}
	}
	f.setUnit(unit)
	return end + to
}

// mixed reads what makes a whole number a mixed one, as " 1/2" in "2 1/2". It
// returns its value and length; 0 if s does not begin with it.
func mixed(s string) (float64, int) {
	if !strings.HasPrefix(s, " ") {
		return 0, 0
	}
	if r, n := utf8.DecodeRuneInString(s[1:]); vulgar[r] > 0 {
		return vulgar[r], 1 + n
	}
	for _, m := range []string{"1/2", "1/4", "3/4", "1/3", "2/3"} {
		if strings.HasPrefix(s[1:], m) && !moreDigits.MatchString(s[1+len(m):]) {
			return float64(m[0]-'0') / float64(m[2]-'0'), 1 + len(m)
		}
	}
	return 0, 0
}

// scaleAfter returns the scale that word n after the next one stands for if
// that word follows what ends at end; else 0.
func (r *figureReader) scaleAfter(n, end int) float64 {
	i := r.at + n
	if i >= len(r.words) || r.words[i].digits || r.words[i].start < end {
		return 0
	}
	word := r.words[i].word
	if gap := r.s[end:r.words[i].start]; !joined(gap) && gap != "" {
		return 0
	}
	switch word {
	case "hundred":
		return 100
	case "dozen":
		return 12
	}
	if first, _ := utf8.DecodeRuneInString(word); unicode.Is(unicode.Han, first) {
		return scaleOf(string(first))
	}
	return scaleOf(word)
}

// moreUnits maps units that only figures know to one symbol each.
var moreUnits = pairMap(`cm cm centimetre cm centimetres cm centimeter cm centimeters cm mm mm millimetre mm millimetres mm millimeter mm
millimeters mm inch in inches in yard yd yards yd g g gram g grams g gramme g grammes g pound pound pounds pound lb lb lbs lb ounce oz
ounces oz oz oz mph mph kph km/h kmh km/h litre l litres l liter l liters l gallon gal gallons gal acre acre acres acre hectare ha hectares ha
sec s secs s min min mins min hr h hrs h h h century century centuries century rupee ₹ rupees ₹ rs ₹ inr ₹ ruble rub rmb yuan cny yuan
jpy ¥ won ₩ krw ₩ franc chf francs chf chf chf cent cent cents cent tonne t t t yr y yrs y nights night night night`)

func unitOf(word string) string {
	word = strings.ToLower(word)
	if u := moreUnits[word]; u != "" {
		return u
	}
	return units[word]
}

// signUnits maps currency signs to units.
var signUnits = map[rune]string{'$': "$", '€': "€", '£': "£", '¥': "¥", '₹': "₹", '₽': "rub", '₩': "₩"}

// suffixScales maps what is written right behind the digits to its scale.
var suffixScales = map[string]float64{"k": 1e3, "K": 1e3, "M": 1e6, "mn": 1e6, "mln": 1e6, "B": 1e9, "bn": 1e9, "Bn": 1e9, "BN": 1e9, "tn": 1e12, "trn": 1e12, "T": 1e12}

// scaleOf returns the number that a scale word stands for, 0 if it is none. It
// knows the commonest of other languages, in which a claim may be written.
func scaleOf(word string) float64 {
	if x := scales[word]; x > 0 {
		return x
	}
	return moreScales[word]
}

var moreScales = map[string]float64{
	"tausend": 1e3, "mil": 1e3, "тысяч": 1e3, "mio": 1e6, "millionen": 1e6, "millions": 1e6, "millones": 1e6, "millón": 1e6, "milioni": 1e6,
	"milione": 1e6, "milhões": 1e6, "milhão": 1e6, "miljoen": 1e6, "milionów": 1e6, "миллион": 1e6, "миллионов": 1e6, "mrd": 1e9, "mld": 1e9,
	"milliarde": 1e9, "milliarden": 1e9, "milliard": 1e9, "milliards": 1e9, "miliardi": 1e9, "miljard": 1e9, "bilhões": 1e9, "миллиардов": 1e9,
	"billions": 1e9, "万": 1e4, "亿": 1e8, "億": 1e8,
}
