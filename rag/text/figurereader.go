package text

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
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
	groupedForm = regexp.MustCompile(`^\d{1,3}(?:(?:,\d\d\d?)*,\d{3}|(?:['’\x{a0}\x{202f}\x{2009}]\d{3})+)(?:\.\d+)?`)
	dottedForm  = regexp.MustCompile(`^\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?`)
	spacedForm  = regexp.MustCompile(`^[1-9]\d{0,2}(?: \d{3})+`)
	pointForm   = regexp.MustCompile(`^\d+\.\d+`)
	commaForm   = regexp.MustCompile(`^\d{1,3},\d\d?`)
	wholeForm   = regexp.MustCompile(`^\d+`)
	moreDigits  = regexp.MustCompile(`^(?:\d|[.,]\d)`)
)

// numberEndsAt returns the length of the number in digits, or the sign such as
// ½, at the start of s.
func numberEndsAt(s string) int {
	for _, form := range []*regexp.Regexp{groupedForm, dottedForm, spacedForm, pointForm, commaForm} {
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

// figureReader reads the figures of a text.
type figureReader struct {
	s     string
	words []figureWord
	at    int // index of the next word
	all   []Figure
}

// word returns the word i places after the next one if only white space or a
// hyphen is between it and the word before it; else "".
func (r *figureReader) word(i int) string {
	i += r.at
	if i >= len(r.words) || i > r.at && !joined(r.s[r.words[i-1].end:r.words[i].start]) {
		return ""
	}
	return r.words[i].word
}

// ahead returns the text from i on, as far as a unit may reach: regular
// expressions are slow on long texts.
func (r *figureReader) ahead(i int) string { return r.s[i:min(len(r.s), i+80)] }

func joined(gap string) bool {
	return gap == "-" || gap == "‑" || gap == "‐" || gap != "" && strings.TrimSpace(gap) == ""
}

// next reads a figure that begins with the next word, and skips its words.
func (r *figureReader) next() (Figure, bool) {
	w := r.words[r.at]
	f := Figure{Start: w.start, bare: true}
	var end int
	var ok bool
	switch {
	case w.digits:
		if end, ok = r.date(&f), len(f.readings) > 0; !ok {
			if end, ok = r.clock(&f), len(f.readings) > 0; !ok {
				end, ok = r.digits(&f), true
			}
		}
	case w.word == "noon" || w.word == "midday" || w.word == "midnight":
		f.readings, end, ok = []reading{noon(w.word)}, w.end, true
	case months[w.word] != "":
		end, ok = w.end, r.isMonth()
		f.readings = []reading{{kind: FigureMonth, value: monthNumber(w.word)}}
	case roman(r.s[w.start:w.end]) > 0:
		f.readings, f.Loose, end, ok = []reading{{value: roman(r.s[w.start:w.end]), place: 1}}, true, w.end, true
	default:
		end, ok = r.inWords(&f)
	}
	if !ok {
		return f, false
	}
	first := r.at
	for r.at < len(r.words) && r.words[r.at].end <= end {
		r.at++
	}
	if r.at < len(r.words) && r.words[r.at].start < end { // part of a word, as in 1400GMT
		rest := figureWords(r.s[end:r.words[r.at].end])
		for i := range rest {
			rest[i].start, rest[i].end = rest[i].start+end, rest[i].end+end
		}
		r.words = slices.Replace(r.words, r.at, r.at+1, rest...)
	}
	r.before(&f, first)
	f.Raw = r.s[f.Start:end]
	f.Kind, f.Value, f.Unit = f.readings[0].kind, f.readings[0].value, f.readings[0].unit
	return f, true
}

func noon(word string) reading {
	if word == "midnight" {
		return reading{kind: FigureClock, place: 30}
	}
	return reading{kind: FigureClock, value: 12 * 60, place: 30}
}

func monthNumber(word string) float64 {
	at := strings.Index("jan.feb.mar.apr.may.jun.jul.aug.sep.oct.nov.dec.", months[word])
	return float64(at/4 + 1)
}

var (
	romanForm = regexp.MustCompile(`^X{0,2}(?:IX|IV|V?I{0,3})$`)
	romans    = map[byte]float64{'I': 1, 'V': 5, 'X': 10}
)

// roman returns the value of a Roman numeral from 2 to 29 with two letters or
// more, as in "World War II"; 0 for other words.
func roman(word string) float64 {
	if len(word) < 2 || strings.Trim(word, "IVX") != "" || !romanForm.MatchString(word) {
		return 0
	}
	v := 0.
	for i := range len(word) {
		if x := romans[word[i]]; i+1 < len(word) && romans[word[i+1]] > x {
			v -= x
		} else {
			v += x
		}
	}
	return v
}

// monthContext holds the words after which a word such as "May" or "March" is a
// month.
var monthContext = WordSet("in of since until till by from last next this early late mid on through before after during each every")

// isMonth reports whether the next word, which may name a month, does. "May",
// "March" and abbreviations such as "Jan" need a day, a year or a preposition.
func (r *figureReader) isMonth() bool {
	w := r.words[r.at]
	near := r.at > 0 && r.words[r.at-1].digits && w.start-r.words[r.at-1].end <= 4 ||
		r.at+1 < len(r.words) && r.words[r.at+1].digits && r.words[r.at+1].start-w.end <= 3
	first, _ := utf8.DecodeRuneInString(r.s[w.start:])
	switch upper := unicode.IsUpper(first); {
	case near:
		return upper || len(w.word) > 3
	case len(w.word) > 5 || len(w.word) == 4 && w.word != "sept": // June, July
		return upper || len(w.word) > 5
	case w.word == "april":
		return upper
	default:
		return upper && r.at > 0 && monthContext[r.words[r.at-1].word]
	}
}

var (
	isoDate   = regexp.MustCompile(`^(\d{4})[-/.](\d\d)[-/.](\d\d)(?:\D|$)`)
	shortDate = regexp.MustCompile(`^(\d{1,2})([/.])(\d{1,2})[/.](\d{4}|\d\d)(?:\D|$)`)
	slash     = regexp.MustCompile(`^([1-9]\d?)/(\d{1,2})(?:[^\d/]|$)`)
)

// date reads a date in digits, except for its last number, and returns its end.
// It leaves f without readings if the text is not a date. "9/11" is two
// numbers, of which each may be a month; 3/4 is a fraction.
func (r *figureReader) date(f *Figure) int {
	rest := r.ahead(f.Start)
	part := func(m []int, i int, kinds ...FigureKind) {
		one := Figure{Start: f.Start + m[2*i], Raw: rest[m[2*i]:m[2*i+1]]}
		for _, k := range kinds {
			v := parseDigits(one.Raw)
			if k != FigureMonth || 1 <= v && v <= 12 {
				one.readings = append(one.readings, reading{kind: k, value: v, place: 1})
			}
		}
		if n := len(one.Raw); i == 4 && n == 2 {
			one.readings = append(one.readings, reading{value: 2000 + one.readings[0].value, place: 1}, reading{value: 1900 + one.readings[0].value, place: 1})
		}
		one.Kind, one.Value = one.readings[0].kind, one.readings[0].value
		r.all = append(r.all, one)
	}
	if m := isoDate.FindStringSubmatchIndex(rest); m != nil && rest[m[4]:m[5]] <= "12" && rest[m[4]:m[5]] > "00" {
		part(m, 1, FigureNumber)
		part(m, 2, FigureMonth)
		f.Start += m[6]
		f.readings = readDigits(rest[m[6]:m[7]])
		return f.Start + 2
	}
	if m := shortDate.FindStringSubmatchIndex(rest); m != nil {
		part(m, 1, FigureNumber, FigureMonth)
		part(m, 3, FigureNumber, FigureMonth)
		part(m, 4, FigureNumber)
		f.readings, f.Start = r.all[len(r.all)-1].readings, f.Start+m[8]
		r.all = r.all[:len(r.all)-1]
		return f.Start + m[9] - m[8]
	}
	m := slash.FindStringSubmatchIndex(rest)
	if m == nil {
		return 0
	}
	a, b := parseDigits(rest[m[2]:m[3]]), parseDigits(rest[m[4]:m[5]])
	if a < b && (b <= 5 || b == 8 || b == 10) {
		f.readings = share(a / b)
		return f.Start + m[5]
	}
	part(m, 1, FigureNumber, FigureMonth)
	f.Start += m[4]
	f.readings = readDigits(rest[m[4]:m[5]])
	return f.Start + m[5] - m[4]
}

// share returns the readings of a fraction: of itself and in percent.
func share(v float64) []reading {
	return []reading{{value: v, place: .05}, {value: 100 * v, place: 5, unit: "%"}}
}

var (
	clockForm  = regexp.MustCompile(`^(\d{1,2})(?:([:.h])(\d\d)(?::\d\d)?)?(?:\D|$)`)
	halfOfDay  = regexp.MustCompile(`^[\s\x{a0}\x{202f}-]?(?i:([ap])(?:\.\s?m\b\.?|m\b\.?))|^\s(?:o['’]clock\s)?(?:in the|at)\s(morning|afternoon|evening|night)\b`)
	oclock     = regexp.MustCompile(`^\s?(?:o['’]clock\b|Uhr\b)`)
	twelveNoon = regexp.MustCompile(`^\s(noon|midday|midnight)\b`)
	military   = regexp.MustCompile(`^([01]\d|2[0-3])([0-5]\d)\s?(?:GMT|UTC|BST|EST|EDT|ET|CET|CEST|hrs|local time)\b`)
)

// clock reads a time of day in digits and returns its end. It leaves f without
// readings if the text is not a time of day.
func (r *figureReader) clock(f *Figure) int {
	rest := r.ahead(f.Start)
	if m := military.FindStringSubmatchIndex(rest); m != nil {
		f.readings = []reading{{kind: FigureClock, value: 60*parseDigits(rest[:2]) + parseDigits(rest[2:4]), place: 5}}
		return f.Start + 4
	}
	m := clockForm.FindStringSubmatchIndex(rest)
	if m == nil {
		return 0
	}
	hour, minute, end, by := parseDigits(rest[m[2]:m[3]]), 0., m[3], ""
	if m[4] >= 0 {
		minute, end, by = parseDigits(rest[m[6]:m[7]]), m[7], rest[m[4]:m[5]]
	}
	if hour > 24 || minute > 59 {
		return 0
	}
	all, n := dayTimes(rest[end:], hour, minute, by != "")
	if all == nil && by != ":" && by != "h" {
		return 0
	}
	if all == nil {
		all = bothHalves(hour, minute, rest[0] == '0')
	}
	f.readings = all
	return f.Start + end + n
}

// dayTimes returns the readings of an hour before what tells the half of the
// day, such as "p.m.", and the length of that; nil if rest tells nothing.
func dayTimes(rest string, hour, minute float64, exact bool) ([]reading, int) {
	at := reading{kind: FigureClock, value: 60*math.Mod(hour, 12) + minute, place: 30}
	if exact {
		at.place = 5
	}
	if m := halfOfDay.FindStringSubmatchIndex(rest); m != nil && hour <= 12 {
		night := m[4] >= 0 && rest[m[4]:m[5]] == "night"
		if m[2] >= 0 && rest[m[2]]|0x20 == 'p' || m[4] >= 0 && rest[m[4]:m[5]] != "morning" && (!night || hour >= 6 && hour < 12) {
			at.value += 12 * 60
		}
		return []reading{at}, m[1]
	}
	if m := twelveNoon.FindStringSubmatchIndex(rest); m != nil && hour == 12 && minute == 0 {
		return []reading{noon(rest[m[2]:m[3]])}, m[1]
	}
	if m := oclock.FindString(rest); m != "" {
		all := bothHalves(hour, minute, false)
		for i := range all {
			all[i].place = at.place
		}
		return append(all, reading{value: hour, place: 1}), len(m)
	}
	return nil, 0
}

// bothHalves returns the readings of a time without "a.m." or "p.m.". With a
// leading zero it counts the hours from midnight.
func bothHalves(hour, minute float64, zero bool) []reading {
	at := reading{kind: FigureClock, value: math.Mod(60*hour+minute, 24*60), place: 5}
	all := []reading{at}
	if 1 <= hour && hour <= 12 && !zero {
		at.value = math.Mod(at.value+12*60, 24*60)
		all = append(all, at)
	}
	return all
}

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

var decadeSuffix = regexp.MustCompile(`^['’]s\b`)

// decade makes a number such as 1990 or 90 the first year of a decade.
func (f *Figure) decade() {
	v := f.readings[0].value
	all := []float64{v}
	if v < 100 {
		all = []float64{1900 + v, v, 1800 + v, 2000 + v}
	}
	f.readings = nil
	for _, year := range all {
		f.readings = append(f.readings, reading{value: year, place: 1, span: 10})
	}
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
	unitSign = regexp.MustCompile(`^[\s\x{a0}\x{202f}]?(?:(%|٪|％)|(°(?:\s?[CF]\b)?)|([€£¥$₹₽₩])(?:[^\d\p{L}]|$))`)
	unitWord = regexp.MustCompile(`^[\s\x{a0}\x{202f}-]{1,2}(?i:(square|sq\.?|cubic|us|u\.s\.|american|canadian|australian|full|whole|more|consecutive|straight)[\s-])?(per\s?cent|\pL+)([23²³]?)(?:(?:\s(?:per|an)\s|/)(hour|h)\b|\s(celsius|centigrade|fahrenheit|c|f)\b)?`)
	aHalf    = regexp.MustCompile(`^\s+and\s+a\s+half\b`)
)

// behind reads the scale and the unit behind a number that ends at end, of
// which n words are read. It returns the end of the figure.
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

// century reads the word after an ordinal that ends at end.
func (r *figureReader) century(f *Figure, end, n int) int {
	f.bare = false
	if w := r.word(n); w == "century" || w == "centuries" {
		f.readings = append(f.readings, reading{value: 100 * (f.readings[0].value - 1), place: 100, span: 100})
		f.Loose = false
		return r.words[r.at+n].end
	}
	return end
}

// inWords reads a number in words and returns its end.
func (r *figureReader) inWords(f *Figure) (end int, ok bool) {
	first := r.word(0)
	if v := times[first]; v > 0 {
		f.readings, f.Loose = []reading{{value: v, place: 1}}, true
		return r.words[r.at].end, true
	}
	if end, ok = r.fraction(f); ok {
		return end, true
	}
	n, v, ordinal := r.count()
	if n == 0 {
		return 0, false
	}
	f.readings = []reading{{value: v, place: precisionOf(strconv.FormatFloat(v, 'f', -1, 64))}}
	end = r.words[r.at+n-1].end
	small := n == 1 && (v <= 2 && v > 0 || ordinal && v <= 5 && v > 0)
	f.Loose = small
	if ordinal {
		return r.century(f, end, n), true
	}
	if all, more := dayTimes(r.ahead(end), v, 0, false); all != nil && v >= 1 && v <= 12 {
		f.readings, f.Loose = all, false
		return end + more, true
	}
	end = r.behind(f, end, n)
	switch unit := f.readings[0].unit; {
	case f.scale > 0:
		f.Loose = false
	case v == 1: // "one day" tells no date
		f.Loose = f.Loose && unit != "%" && !slices.ContainsFunc([]string{"$", "€", "£", "¥", "₹"}, func(s string) bool { return s == unit })
	default:
		f.Loose = f.Loose && unit == ""
	}
	return end, true
}

// count reads a whole number in words such as "two hundred and fifty", up to
// but without scales such as "million" unless a further number follows. It
// returns how many words it has, 0 if there is no number.
func (r *figureReader) count() (n int, value float64, ordinal bool) {
	var total, part, last float64 // last: the value of the word before
	small := func(w string) (float64, bool, bool) {
		if v, ok := cardinals[w]; ok {
			return v, false, true
		}
		v, ok := ordinals[w]
		return v, ok, ok
	}
	i := 0
	if w := r.word(0); w == "a" || w == "an" {
		next := r.word(1)
		if next != "hundred" && next != "dozen" && scales[next] == 0 {
			return 0, 0, false
		}
		i, part, last = 1, 1, -1
	} else if _, _, ok := small(w); !ok {
		return 0, 0, false
	}
	for ; ; i++ {
		w := r.word(i)
		if i > 0 && w == "and" && last >= 100 {
			if v, _, ok := small(r.word(i + 1)); !ok || v == 0 || last == 12 {
				break
			}
			i++
			w = r.word(i)
		}
		v, ord, isSmall := small(w)
		switch x := scaleOf(w); {
		case w == "second" && i > 0 && last < 20: // "the two second prizes"
			return i, total + part, false
		case isSmall && (i == 0 || last >= 100 || last >= 20 && v < 10 && v > 0 && last < 100):
			part, last = part+v, v
		case isSmall && !ord && i > 0 && (last == 18 || last == 19 || last == 20) && part == last && v >= 10: // nineteen ninety-nine
			part, last = 100*part+v, v
		case (w == "hundred" || w == "hundredth") && part > 0 && part < 100:
			part, last, ord = 100*part, 100, w == "hundredth"
		case w == "dozen" && part > 0:
			return i + 1, total + 12*part, false
		case x > 0 && part > 0 && x < 1e6 && (total == 0 || total > x) && !strings.HasSuffix(w, "s"):
			// A thousand is part of the number if more of it follows; else it is
			// a scale, which behind reads.
			follows := r.word(i + 1)
			if follows == "and" {
				follows = r.word(i + 2)
			}
			if _, _, more := small(follows); !more {
				return i, total + part, false
			}
			total, part, last = total+part*x, 0, x
		default:
			return i, total + part, false
		}
		if ord {
			return i + 1, total + part, true
		}
	}
	return i, total + part, false
}

// fraction reads "half", "a third of", "three quarters" or "half a million".
func (r *figureReader) fraction(f *Figure) (end int, ok bool) {
	w := r.word(0)
	before := ""
	if r.at > 0 {
		before = r.words[r.at-1].word
	}
	end = r.words[r.at].end
	if w == "half" {
		next := r.word(1)
		switch x := scaleOf(r.word(2)); {
		case (next == "a" || next == "an") && (x > 0 || r.word(2) == "dozen"):
			f.readings = []reading{{value: .5, place: .1}}
			end = r.behind(f, r.words[r.at+1].end, 2)
			return end, true
		case (next == "a" || next == "an") && unitOf(r.word(2)) != "":
			f.readings = []reading{{value: .5, place: .1, unit: unitOf(r.word(2))}}
			return r.words[r.at+2].end, true
		case ordinals[before] > 0 || before == "other" || before == "better" || next != "of" && next != "the" && next != "its" && next != "their" && next != "all":
			return 0, false
		}
		f.readings = share(.5)
		return end, true
	}
	top, n := cardinals[w], 1
	if w == "a" {
		top = 1
	}
	part := fractions[r.word(n)]
	if top == 0 || part == 0 || top >= part || top == 1 && r.word(n+1) != "of" && w == "a" {
		return 0, false
	}
	if top > 1 && !strings.HasSuffix(r.word(n), "s") && r.word(n) != "halves" {
		return 0, false // "two third parties"
	}
	f.readings = share(top / part)
	return r.words[r.at+n].end, true
}

var (
	signBefore = regexp.MustCompile(`(?:\b(?:USD|EUR|GBP|INR|CHF|JPY|CNY|RMB|Rs\.?) ?|[$€£¥₹₽₩] ?)$`)
	minus      = regexp.MustCompile(`(?:(?:^|[\s(])[-−]|\bminus )$`)
)

// currencyBefore returns the currency before a number, with its unit.
func currencyBefore(before string) string {
	return signBefore.FindString(before[max(0, len(before)-16):])
}

// before reads what stands before figure f, whose first word has index i: a
// sign, and the words that say how exact it is.
func (r *figureReader) before(f *Figure, i int) {
	b := r.s[:f.Start]
	if sign := currencyBefore(b); sign != "" {
		sym, _ := utf8.DecodeRuneInString(sign)
		unit := signUnits[sym]
		if unit == "" {
			unit = unitOf(strings.TrimRight(sign, ". "))
		}
		f.setUnit(unit)
		f.signed = true
		f.Start -= len(sign)
	}
	if m := minus.FindString(r.s[max(0, f.Start-10):f.Start]); m != "" && f.readings[0].kind == FigureNumber {
		for j := range f.readings {
			f.readings[j].value = -f.readings[j].value
		}
		f.Start -= len(strings.TrimLeft(m, " \t\r\n\u00a0("))
	}
	f.Start = max(f.Start, r.lastEnd())
	for i > 0 && r.words[i-1].end > f.Start || i > 0 && r.words[i-1].end == f.Start && f.signed { // USD 5, US$5
		i--
	}
	var words []string
	for _, w := range r.words[max(0, i-5):i] {
		if w.start >= r.lastEnd() { // no word of the figure before
			words = append(words, w.word)
		}
	}
	f.about = approximations[back(words, 1)] || approximations[back(words, 2)]
	f.Limit = limitAfter(words)
	f.Rounded = f.Rounded || f.about
}

// back returns the word i places before the end of words, from 1; "" if there is
// none.
func back(words []string, i int) string {
	if i > len(words) {
		return ""
	}
	return words[len(words)-i]
}

// approximations are the words before a number that make it approximate.
var approximations = WordSet("about over nearly around almost approximately roughly some than under estimated circa ca close")

// limitAfter returns Figure.Limit of the number that follows words.
func limitAfter(words []string) int {
	at, than := 1, back(words, 1) == "than"
	if than {
		at = 2
	}
	limit := 0
	switch w := back(words, at); {
	case than && (w == "more" || w == "greater" || w == "higher"), w == "over", w == "above", w == "least" && back(words, 2) == "at":
		limit = 1
	case than && (w == "less" || w == "fewer" || w == "lower"), w == "under", w == "below", w == "most" && back(words, 2) == "at":
		limit = -1
	case w == "to" && back(words, 2) == "up", w == "as" && (back(words, 2) == "many" || back(words, 2) == "much") && back(words, 3) == "as":
		return -1
	}
	switch back(words, at+1) {
	case "far", "much", "well", "way":
		limit *= 2
	case "no", "not":
		if than {
			limit = -limit
		}
	}
	return limit
}

func (r *figureReader) lastEnd() int {
	if len(r.all) == 0 {
		return 0
	}
	return r.all[len(r.all)-1].End()
}

var (
	orMore = regexp.MustCompile(`^(?:\+|(?:\s\pL+)?\sor\s(more|above|over|fewer|less|under|so)\b)`)
	linked = regexp.MustCompile(`^\s*(?:(--?|–|—)|(to|or|through|until|and))\s*$`)
)

// add adds a figure, and joins it to the one before if both are a range.
func (r *figureReader) add(f Figure) {
	if m := orMore.FindStringSubmatch(r.ahead(f.End())); m != nil {
		switch m[1] {
		case "so":
			f.about, f.Rounded = true, true
		case "fewer", "less", "under":
			f.Limit = -1
		default:
			f.Limit = 1
		}
	}
	if len(r.all) > 0 {
		r.link(&r.all[len(r.all)-1], &f)
	}
	r.all = append(r.all, f)
}

// link gives the ends of a range such as "$10–12 million" what one has for both:
// the currency, the scale, the unit, "p.m." and the century of a year.
func (r *figureReader) link(a, b *Figure) {
	m := linked.FindStringSubmatch(r.s[a.End():b.Start])
	if m == nil {
		return
	}
	between := m[2] != "and"
	if !between {
		at := strings.Fields(r.s[max(0, a.Start-10):a.Start])
		between = len(at) > 0 && at[len(at)-1] == "between"
	}
	first := a.readings[0]
	year := first.kind == FigureNumber && first.unit == "" && IsYear(a.Raw)
	if year && m[1] != "" && len(b.Raw) == 2 && b.bare {
		full := reading{value: 100*math.Floor(first.value/100) + b.Value, place: 1}
		b.readings = append([]reading{full}, b.readings...)
		if 1 <= b.Value && b.Value <= 12 { // 2018-02
			b.readings = append(b.readings, reading{kind: FigureMonth, value: b.Value})
		}
		b.Value = full.value
		return
	}
	if !between || year {
		return
	}
	if b.Kind == FigureClock && a.bare && a.Kind == FigureNumber && 1 <= a.Value && a.Value <= 12 && math.Trunc(a.Value) == a.Value {
		half := reading{kind: FigureClock, value: 60 * math.Mod(a.Value, 12), place: 30}
		other := half
		if b.Value >= 12*60 {
			half.value += 12 * 60
		} else {
			other.value += 12 * 60
		}
		a.readings = append([]reading{half, other}, a.readings...)
		a.Kind, a.Value = FigureClock, half.value
		return
	}
	if a.Kind != FigureNumber || b.Kind != FigureNumber {
		return
	}
	if a.signed && !b.signed && a.Unit != "" {
		b.setUnit(a.Unit)
		b.Unit = b.readings[0].unit
	}
	if b.scale > 0 && a.scale == 0 && (a.bare || a.signed) {
		scaled := first
		scaled.value, scaled.place = first.value*b.scale, first.place*b.scale
		a.readings = append([]reading{scaled}, a.readings...)
		a.Value, a.Rounded, a.Loose = scaled.value, true, false
	}
	if a.Unit == "" && b.Unit != "" && a.bare {
		a.setUnit(b.Unit)
		a.Unit = b.Unit
	}
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

var (
	fractions = wordValues(`half 2 halves 2 third 3 thirds 3 quarter 4 quarters 4 fourth 4 fourths 4 fifth 5 fifths 5 sixth 6 sixths 6
eighth 8 eighths 8 tenth 10 tenths 10`)
	times  = wordValues("once 1 twice 2 thrice 3")
	vulgar = map[rune]float64{'½': 1. / 2, '⅓': 1. / 3, '⅔': 2. / 3, '¼': 1. / 4, '¾': 3. / 4, '⅛': 1. / 8}
)
