package text

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

func monthNumber(word string) float64 {
	at := strings.Index("jan.feb.mar.apr.may.jun.jul.aug.sep.oct.nov.dec.", months[word])
	return float64(at/4 + 1)
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
	isoDate   = lazyregexp.New(`^(\d{4})[-/.](\d\d)[-/.](\d\d)(?:\D|$)`)
	shortDate = lazyregexp.New(`^(\d{1,2})([/.])(\d{1,2})[/.](\d{4}|\d\d)(?:\D|$)`)
	slash     = lazyregexp.New(`^([1-9]\d?)/(\d{1,2})(?:[^\d/]|$)`)
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
	clockForm  = lazyregexp.New(`^(\d{1,2})(?:([:.h])(\d\d)(?::\d\d)?)?(?:\D|$)`)
	halfOfDay  = lazyregexp.New(`^[\s\x{a0}\x{202f}-]?(?i:([ap])(?:\.\s?m\b\.?|m\b\.?))|^\s(?:o['’]clock\s)?(?:in the|at)\s(morning|afternoon|evening|night)\b`)
	oclock     = lazyregexp.New(`^\s?(?:o['’]clock\b|Uhr\b)`)
	twelveNoon = lazyregexp.New(`^\s(noon|midday|midnight)\b`)
	military   = lazyregexp.New(`^([01]\d|2[0-3])([0-5]\d)\s?(?:GMT|UTC|BST|EST|EDT|ET|CET|CEST|hrs|local time)\b`)
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

func noon(word string) reading {
	if word == "midnight" {
		return reading{kind: FigureClock, place: 30}
	}
	return reading{kind: FigureClock, value: 12 * 60, place: 30}
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

var decadeSuffix = lazyregexp.New(`^['’]s\b`)

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
