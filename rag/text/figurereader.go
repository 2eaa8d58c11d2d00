package text

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

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

var (
	signBefore = lazyregexp.New(`(?:\b(?:USD|EUR|GBP|INR|CHF|JPY|CNY|RMB|Rs\.?) ?|[$€£¥₹₽₩] ?)$`)
	minus      = lazyregexp.New(`(?:(?:^|[\s(])[-−]|\bminus )$`)
)

// currencyBefore returns the currency before a number, with its unit.
func currencyBefore(before string) string {
	return signBefore.FindString(before[max(0, len(before)-16):])
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
	orMore = lazyregexp.New(`^(?:\+|(?:\s\pL+)?\sor\s(more|above|over|fewer|less|under|so)\b)`)
	linked = lazyregexp.New(`^\s*(?:(--?|–|—)|(to|or|through|until|and))\s*$`)
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
