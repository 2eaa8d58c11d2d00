package text

import (
	"cmp"
	"math"
	"slices"
)

// FigureKind is what the value of a [Figure] means.
type FigureKind int

// The values of FigureKind.
const (
	FigureNumber FigureKind = iota // a count, measure, year, ordinal or share
	FigureClock                    // a time of day, in minutes since midnight
	FigureMonth                    // a month, from 1 to 12
)

// Figure is a number that a text states in digits or in words. A day such as
// "February 22, 2018" is three figures: a month and two numbers.
type Figure struct {
	Raw     string // as written, with its sign, scale and unit
	Start   int    // byte offset of Raw
	Kind    FigureKind
	Value   float64 // 1500000 for "$1.5m", 0.5 for "half"
	Unit    string  // "%", a currency such as "$", or a symbol such as "km"; empty if unknown
	Rounded bool    // approximate: "about 50", or stated in millions and the like
	Limit   int     // 1 for "more than", -1 for "less than"; 2 and -2 for "far more" and "far less"
	Loose   bool    // a small number in words that counts or orders things, a Roman numeral or the number of a list item

	readings []reading // all that it may mean; the first is Kind, Value and Unit
	about    bool      // a word says that it is approximate
	bare     bool      // has neither scale nor unit of its own
	signed   bool      // a currency sign stands before it
	scale    float64   // by which "million" and the like multiplied it; 0: none
}

// reading is one meaning of a figure.
type reading struct {
	kind  FigureKind
	value float64
	place float64 // value of the last significant digit
	unit  string
	span  float64 // of a decade or century: its years; value is the first
}

// End returns the byte offset after Raw.
func (f Figure) End() int { return f.Start + len(f.Raw) }

// Agrees reports whether a source that states with supports f of a claim.
// Different known units and opposite limits never agree. A rounded f agrees
// with what it may round, and a limit with a number within a factor of two
// for which it holds. If a figure has several readings, one must agree.
func (f Figure) Agrees(with Figure) bool {
	if f.Limit*with.Limit < 0 {
		return false
	}
	for _, a := range f.readings {
		if slices.ContainsFunc(with.readings, func(b reading) bool { return f.agrees(a, b, with.Limit) }) {
			return true
		}
	}
	return false
}

// Compare returns -1, 0 or 1 if the value of f is less than that of g, equal, or more.
// ok is false if they are no numbers of the same unit, or of units that can be
// converted.
func (f Figure) Compare(g Figure) (order int, ok bool) {
	x, y := f.Value, g.Value
	if f.Unit != g.Unit {
		m, n := measures[f.Unit], measures[g.Unit]
		if m.base != n.base {
			x, m.base = x*metric[m.base].factor, metric[m.base].base
			y, n.base = y*metric[n.base].factor, metric[n.base].base
		}
		if m.base == "" || m.base != n.base {
			return 0, false
		}
		x, y = x*m.factor, y*n.factor
	}
	return cmp.Compare(x, y), f.Kind == FigureNumber && g.Kind == FigureNumber
}

const (
	equalWithin  = 1e-9 // relative
	roundsWithin = .15  // relative: "about 100" does not round 120
	beyond       = 2    // "more than 500" does not describe 1,001
	farBeyond    = 10
	far          = 1.5 // "far more than 100" needs 150
)

// agrees compares one reading of f with one of a source, whose limit is given.
func (f Figure) agrees(a, b reading, limit int) bool {
	x, y := a.value, b.value
	if a.kind != b.kind {
		return false
	}
	if a.unit != "" && b.unit != "" && a.unit != b.unit {
		switch m, n := measures[a.unit], measures[b.unit]; {
		case m.base != "" && m.base == n.base:
			x, y, a.place = x*m.factor, y*n.factor, a.place*m.factor
		case !similar[a.unit+" "+b.unit] && !similar[b.unit+" "+a.unit]:
			return false
		}
	}
	d, strong := math.Abs(x-y), f.Limit > 1 || f.Limit < -1
	switch {
	case d <= equalWithin*max(math.Abs(x), math.Abs(y)):
		return !strong || limit == f.Limit
	case a.kind == FigureMonth:
		return false
	case a.kind == FigureClock:
		return f.about && min(d, 24*60-d) < a.place
	case a.span > 0 && b.span == 0:
		return x <= y && y < x+a.span
	case f.Limit > 0 && strong:
		return far*x <= y && y <= farBeyond*x
	case f.Limit > 0:
		return x < y && y <= beyond*x
	case f.Limit < 0 && strong:
		return x/farBeyond <= y && y <= x/far
	case f.Limit < 0:
		return x/beyond <= y && y < x
	case f.about:
		return d < a.place && d <= roundsWithin*math.Abs(x)
	}
	return f.Rounded && d < a.place/2*(1-equalWithin)
}

// measures maps the units that can be converted exactly to a base unit.
var measures = map[string]struct {
	base   string
	factor float64
}{
	"mm": {"m", .001}, "cm": {"m", .01}, "m": {"m", 1}, "km": {"m", 1000},
	"g": {"g", 1}, "kg": {"g", 1e3}, "t": {"g", 1e6},
	"s": {"s", 1}, "min": {"s", 60}, "h": {"s", 3600}, "d": {"s", 86400}, "w": {"s", 7 * 86400},
	"mo": {"mo", 1}, "y": {"mo", 12}, "dec": {"mo", 120}, "century": {"mo", 1200},
	"in": {"in", 1}, "ft": {"in", 12}, "yd": {"in", 36}, "mi": {"in", 63360},
	"lb": {"lb", 1}, "oz": {"lb", 1. / 16},
}

// metric maps base units to metric ones: the international inch and pound.
var metric = map[string]struct {
	base   string
	factor float64
}{"in": {"m", .0254}, "lb": {"g", 453.59237}, "m": {"m", 1}, "g": {"g", 1}}

// similar holds the pairs of units of which one may stand for the other.
var similar = map[string]bool{"pound £": true, "pound lb": true, "deg °C": true, "deg °F": true, "mi mph": true, "km km/h": true}

// Figures returns the numbers that a text states, in order and without overlap.
// "10–12 percent" is two figures with the same unit. A vague number such as
// "thousands" is none, and neither is a digit within a name such as G20.
func Figures(s string) []Figure {
	r := figureReader{s: s, words: figureWords(s)}
	for r.at < len(r.words) {
		before := r.at
		if f, ok := r.next(); ok {
			r.add(f)
		}
		r.at = max(r.at, before+1)
	}
	return r.all
}
