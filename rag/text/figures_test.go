package text

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stated holds what a test compares of a figure.
type stated struct {
	Raw     string
	Kind    FigureKind
	Value   float64
	Unit    string
	Rounded bool
	Limit   int
	Loose   bool
}

func statedIn(s string) []stated {
	var all []stated
	for _, f := range Figures(s) {
		all = append(all, stated{f.Raw, f.Kind, math.Round(f.Value*1e6) / 1e6, f.Unit, f.Rounded, f.Limit, f.Loose})
	}
	return all
}

func TestFigures(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]stated{
		"":                                nil,
		"Nothing is said of numbers.":     nil,
		"thousands of people fled":        nil,
		"the G20 met, with H1N1 and B-2x": {{Raw: "2x", Value: 2}},
		"774 people":                      {{Raw: "774", Value: 774}},
		"1,500 and 1 500 and 1'500 and 1’500 and 1\u00a0500": {
			{Raw: "1,500", Value: 1500}, {Raw: "1 500", Value: 1500}, {Raw: "1'500", Value: 1500}, {Raw: "1’500", Value: 1500}, {Raw: "1\u00a0500", Value: 1500}},
		"1,00,000 rupees, 1.500.000 euros":           {{Raw: "1,00,000 rupees", Value: 1e5, Unit: "₹"}, {Raw: "1.500.000 euros", Value: 1.5e6, Unit: "€"}},
		"twenty-five":                                {{Raw: "twenty-five", Value: 25}},
		"two hundred and fifty cows":                 {{Raw: "two hundred and fifty", Value: 250}},
		"three million":                              {{Raw: "three million", Value: 3e6, Rounded: true}},
		"a dozen eggs, two dozen, a hundred men":     {{Raw: "a dozen", Value: 12}, {Raw: "two dozen", Value: 24}, {Raw: "a hundred", Value: 100}},
		"half a million":                             {{Raw: "half a million", Value: 5e5, Rounded: true}},
		"two and a half million":                     {{Raw: "two and a half million", Value: 2.5e6, Rounded: true}},
		"a million and a half":                       {{Raw: "a million and a half", Value: 1.5e6, Rounded: true}},
		"two thousand and eighteen":                  {{Raw: "two thousand and eighteen", Value: 2018}},
		"nineteen ninety-nine":                       {{Raw: "nineteen ninety-nine", Value: 1999}},
		"$1.5 billion":                               {{Raw: "$1.5 billion", Value: 1.5e9, Unit: "$", Rounded: true}},
		"US$1.5m, 10k, 2bn":                          {{Raw: "$1.5m", Value: 1.5e6, Unit: "$", Rounded: true}, {Raw: "10k", Value: 1e4, Rounded: true}, {Raw: "2bn", Value: 2e9, Rounded: true}},
		"1.5 million US dollars":                     {{Raw: "1.5 million US dollars", Value: 1.5e6, Unit: "$", Rounded: true}},
		"a $1.5-billion loan":                        {{Raw: "$1.5-billion", Value: 1.5e9, Unit: "$", Rounded: true}},
		"USD 5 or 100 €":                             {{Raw: "USD 5", Value: 5, Unit: "$"}, {Raw: "100 €", Value: 100, Unit: "€"}},
		"at 2 p.m.":                                  {{Raw: "2 p.m.", Kind: FigureClock, Value: 840}},
		"2pm, 14:00, 2:00 p.m., 2 PM":                {{Raw: "2pm", Kind: FigureClock, Value: 840}, {Raw: "14:00", Kind: FigureClock, Value: 840}, {Raw: "2:00 p.m.", Kind: FigureClock, Value: 840}, {Raw: "2 PM", Kind: FigureClock, Value: 840}},
		"12.07 a.m., 12:07 a.m. and 00:07":           {{Raw: "12.07 a.m.", Kind: FigureClock, Value: 7}, {Raw: "12:07 a.m.", Kind: FigureClock, Value: 7}, {Raw: "00:07", Kind: FigureClock, Value: 7}},
		"noon, midnight, 12 noon":                    {{Raw: "noon", Kind: FigureClock, Value: 720}, {Raw: "midnight", Kind: FigureClock}, {Raw: "12 noon", Kind: FigureClock, Value: 720}},
		"nine o'clock in the evening at 1400 GMT":    {{Raw: "nine o'clock in the evening", Kind: FigureClock, Value: 1260}, {Raw: "1400", Kind: FigureClock, Value: 840}},
		"50%, 50 %, 50 percent, 50 per cent, 3 pct":  {{Raw: "50%", Value: 50, Unit: "%"}, {Raw: "50 %", Value: 50, Unit: "%"}, {Raw: "50 percent", Value: 50, Unit: "%"}, {Raw: "50 per cent", Value: 50, Unit: "%"}, {Raw: "3 pct", Value: 3, Unit: "%"}},
		"the 3rd, third and twenty-third":            {{Raw: "3rd", Value: 3}, {Raw: "third", Value: 3, Loose: true}, {Raw: "twenty-third", Value: 23}},
		"in the 1990s and the 80s":                   {{Raw: "1990s", Value: 1990}, {Raw: "80s", Value: 1980}},
		"the 19th century":                           {{Raw: "19th century", Value: 19}},
		"10–12":                                      {{Raw: "10", Value: 10}, {Raw: "12", Value: 12}},
		"10-12 percent":                              {{Raw: "10", Value: 10, Unit: "%"}, {Raw: "12 percent", Value: 12, Unit: "%"}},
		"$10–12 million":                             {{Raw: "$10", Value: 1e7, Unit: "$", Rounded: true}, {Raw: "12 million", Value: 1.2e7, Unit: "$", Rounded: true}},
		"between 9 and 10 p.m.":                      {{Raw: "9", Kind: FigureClock, Value: 1260}, {Raw: "10 p.m.", Kind: FigureClock, Value: 1320}},
		"from 2012–15":                               {{Raw: "2012", Value: 2012}, {Raw: "15", Value: 2015}},
		"February 22, 2018":                          {{Raw: "February", Kind: FigureMonth, Value: 2}, {Raw: "22", Value: 22}, {Raw: "2018", Value: 2018}},
		"2018-02-22":                                 {{Raw: "2018", Value: 2018}, {Raw: "02", Kind: FigureMonth, Value: 2}, {Raw: "22", Value: 22}},
		"on 22 Feb. 2018":                            {{Raw: "22", Value: 22}, {Raw: "Feb", Kind: FigureMonth, Value: 2}, {Raw: "2018", Value: 2018}},
		"22.02.2018":                                 {{Raw: "22", Value: 22}, {Raw: "02", Value: 2}, {Raw: "2018", Value: 2018}},
		"Theresa May may march; in May; the March":   {{Raw: "May", Kind: FigureMonth, Value: 5}},
		"his 26-year rule":                           {{Raw: "26-year", Value: 26, Unit: "y"}},
		"a 69-minute window":                         {{Raw: "69-minute", Value: 69, Unit: "min"}},
		"5km, 390 feet, 20 square miles":             {{Raw: "5km", Value: 5, Unit: "km"}, {Raw: "390 feet", Value: 390, Unit: "ft"}, {Raw: "20 square miles", Value: 20, Unit: "square mi"}},
		"60 miles per hour, 60 mph":                  {{Raw: "60 miles per hour", Value: 60, Unit: "mph"}, {Raw: "60 mph", Value: 60, Unit: "mph"}},
		"-5°C and 5 degrees":                         {{Raw: "-5°C", Value: -5, Unit: "°C"}, {Raw: "5 degrees", Value: 5, Unit: "deg"}},
		"about 1,500":                                {{Raw: "1,500", Value: 1500, Rounded: true}},
		"nearly 50 %":                                {{Raw: "50 %", Value: 50, Unit: "%", Rounded: true}},
		"500 or so":                                  {{Raw: "500", Value: 500, Rounded: true}},
		"more than $500":                             {{Raw: "$500", Value: 500, Unit: "$", Rounded: true, Limit: 1}},
		"at least 12, under 300, at most 7":          {{Raw: "12", Value: 12, Limit: 1}, {Raw: "300", Value: 300, Rounded: true, Limit: -1}, {Raw: "7", Value: 7, Limit: -1}},
		"no more than 300":                           {{Raw: "300", Value: 300, Rounded: true, Limit: -1}},
		"500+ and 20 or more, up to 10":              {{Raw: "500", Value: 500, Limit: 1}, {Raw: "20", Value: 20, Limit: 1}, {Raw: "10", Value: 10, Limit: -1}},
		"far more than 100":                          {{Raw: "100", Value: 100, Rounded: true, Limit: 2}},
		"one man, two dogs, the first, three cats":   {{Raw: "one", Value: 1, Loose: true}, {Raw: "two", Value: 2, Loose: true}, {Raw: "first", Value: 1, Loose: true}, {Raw: "three", Value: 3}},
		"two years, one percent, two million":        {{Raw: "two years", Value: 2, Unit: "y"}, {Raw: "one percent", Value: 1, Unit: "%"}, {Raw: "two million", Value: 2e6, Rounded: true}},
		"half of them, a third of us, two-thirds":    {{Raw: "half", Value: .5}, {Raw: "a third", Value: .333333}, {Raw: "two-thirds", Value: .666667}},
		"the second half, a quarter to, 3/4 cup":     {{Raw: "second", Value: 2, Loose: true}, {Raw: "3/4", Value: .75}},
		"World War II and Xi":                        {{Raw: "II", Value: 2, Loose: true}},
		"2½ and 2 1/2 hours":                         {{Raw: "2½", Value: 2.5}, {Raw: "2 1/2 hours", Value: 2.5, Unit: "h"}},
		"sections 1,2,3 of v1.2.3":                   {{Raw: "1", Value: 1}, {Raw: "2", Value: 2}, {Raw: "3", Value: 3}, {Raw: "2", Value: 2}, {Raw: "3", Value: 3}},
		"1. The 2. first\n2) a couple of the 2000's": {{Raw: "1", Value: 1, Loose: true}, {Raw: "2", Value: 2}, {Raw: "first", Value: 1, Loose: true}, {Raw: "2", Value: 2, Loose: true}, {Raw: "2000's", Value: 2000}},
		"four second-half goals, a 30-second gap":    {{Raw: "four", Value: 4}, {Raw: "second", Value: 2, Loose: true}, {Raw: "30-second", Value: 30, Unit: "s"}},
		"half an hour, 3 dozen, 2 hundred men":       {{Raw: "half an hour", Value: .5, Unit: "h"}, {Raw: "3 dozen", Value: 36, Rounded: true}, {Raw: "2 hundred", Value: 200, Rounded: true}},
		"5 cubic metres, 5 km², 60 km per hour":      {{Raw: "5 cubic metres", Value: 5, Unit: "cubic m"}, {Raw: "5 km²", Value: 5, Unit: "square km"}, {Raw: "60 km per hour", Value: 60, Unit: "km/h"}},
		"5°, 70 degrees Fahrenheit, 5 degrees C":     {{Raw: "5°", Value: 5, Unit: "deg"}, {Raw: "70 degrees Fahrenheit", Value: 70, Unit: "°F"}, {Raw: "5 degrees C", Value: 5, Unit: "°C"}},
		"two third parties, Henry IV, 50 or fewer":   {{Raw: "two", Value: 2, Loose: true}, {Raw: "third", Value: 3, Loose: true}, {Raw: "IV", Value: 4, Loose: true}, {Raw: "50", Value: 50, Limit: -1}},
		"in April, in June, far fewer than 100":      {{Raw: "April", Kind: FigureMonth, Value: 4}, {Raw: "June", Kind: FigureMonth, Value: 6}, {Raw: "100", Value: 100, Rounded: true, Limit: -2}},
		"between 9 and 10 a.m.":                      {{Raw: "9", Kind: FigureClock, Value: 540}, {Raw: "10 a.m.", Kind: FigureClock, Value: 600}},
		"2003.06.11":                                 {{Raw: "2003", Value: 2003}, {Raw: "06", Kind: FigureMonth, Value: 6}, {Raw: "11", Value: 11}},
		"2018年2月22日":                                 {{Raw: "2018", Value: 2018}, {Raw: "2", Kind: FigureMonth, Value: 2}, {Raw: "22", Value: 22}},
	} {
		if diff := cmp.Diff(want, statedIn(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestFigureCompare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b  string
		order int
		ok    bool
	}{
		{"3,530 km", "2850 km", 1, true},
		{"215 miles", "2,850 km", -1, true},
		{"200 miles", "300 km", 1, true},
		{"900 metres", "1 km", -1, true},
		{"2 kg", "5 lb", -1, true},
		{"30 euros", "45 euros", -1, true},
		{"12", "twelve", 0, true},
		{"30 euros", "45 dollars", 0, false},
		{"3 km", "3", 0, false},
		{"3 km", "3 kg", 0, false},
		{"2 p.m.", "3 p.m.", -1, false},
	} {
		order, ok := Figures(c.a)[0].Compare(Figures(c.b)[0])
		if ok != c.ok || ok && order != c.order {
			t.Errorf("%s and %s: %d, %v; want %d, %v", c.a, c.b, order, ok, c.order, c.ok)
		}
	}
}

func TestFigureAgrees(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ claim, source string }{
		{"774 people", "774 protesters"},
		{"25 people", "twenty-five people"},
		{"twenty five people", "25 people"},
		{"1500", "1,500"},
		{"1,500", "1 500"},
		{"1,500", "1’500"},
		{"1,500", "1.500 Euro"},
		{"1.5 million", "1,5 Millionen"},
		{"250", "two hundred and fifty"},
		{"3,000,000", "three million"},
		{"$1.5m", "$1.5 billion loan, or $1.5 million"},
		{"1.5 billion dollars", "$1.5bn"},
		{"$1.5 billion", "a $1.5-billion mortgage"},
		{"12 eggs", "a dozen eggs"},
		{"500,000", "half a million"},
		{"10,000", "10k"},
		{"2 p.m.", "14:00"},
		{"14:00", "2pm"},
		{"2:00 p.m.", "2 o'clock"},
		{"2:30", "2.30pm"},
		{"12:07 a.m.", "12.07 a.m. ET"},
		{"00:07", "12.07 a.m."},
		{"noon", "12 p.m."},
		{"midnight", "00:00"},
		{"nine in the morning", "9 a.m."},
		{"14:00", "1400 GMT"},
		{"around 2 p.m.", "1:45 p.m."},
		{"50 percent", "50%"},
		{"50 per cent", "fifty percent"},
		{"50%", "half of the voters"},
		{"two-thirds of them", "67% of them or two thirds"},
		{"nearly half of them", "49%"},
		{"the 3rd", "the third"},
		{"third place", "3rd"},
		{"21st", "twenty-first"},
		{"in the 1990s", "in 1994"},
		{"the '90s", "1990s"},
		{"the 19th century", "in 1850"},
		{"the 19th century", "the nineteenth century"},
		{"12 percent", "10–12 percent"},
		{"10 percent", "10–12 percent"},
		{"$10 million", "$10–12 million"},
		{"10 million to 12 million", "10 to 12 million"},
		{"9 p.m.", "between 9 and 10 p.m."},
		{"2015", "2012–15"},
		{"2011", "2007 -- 11"},
		{"February 22, 2018", "2018-02-22"},
		{"22 February 2018", "February 22nd, 2018"},
		{"2 March", "02/03/2018"},
		{"9 November", "9.11.2018"},
		{"Feb. 22", "22 February"},
		{"26 years", "26-year rule"},
		{"26 years old", "26-year-old"},
		{"69 minutes", "69-minute window"},
		{"20 years", "two decades"},
		{"1 km", "1,000 metres"},
		{"90 minutes", "1.5 hours"},
		{"2 tonnes", "2,000 kg"},
		{"60 miles an hour", "60 mph"},
		{"20 sq miles", "20 square miles"},
		{"-5 °C", "minus 5 degrees Celsius"},
		{"150 pounds", "150 lb"},
		{"150 pounds", "£150"},
		{"about 1,500", "1,487"},
		{"about 1,500", "1,512"},
		{"nearly 50 %", "49.6 %"},
		{"some 30 people", "28 people"},
		{"1.5 billion", "1,487,300,000"},
		{"roughly a million", "1,030,000"},
		{"more than 500", "774"},
		{"more than 500", "more than 500"},
		{"more than 500", "at least 700"},
		{"over 700", "774"},
		{"at least 700", "774"},
		{"500+", "774"},
		{"fewer than 800", "774"},
		{"under 50 percent", "49.6%"},
		{"up to 10", "10"},
		{"no more than 300", "at most 300"},
		{"far more than 100", "far more than 100"},
		{"far more than 100", "774"},
		{"far fewer than 774", "100"},
		{"World War 2", "World War II"},
		{"2.5 hours", "two and a half hours"},
		{"1999", "nineteen ninety-nine"},
		{"100,000", "one hundred thousand"},
		{"120,000", "a hundred and twenty thousand"},
		{"1.5 billion", "1,5 Milliarden"},
		{"2 million", "2 millones"},
		{"10m people", "10 million people"},
		{"100m", "100 metres"},
		{"$5", "five dollars"},
		{"₹500", "Rs. 500"},
	} {
		if bad := unsupported(tt.claim, tt.source); bad != "" {
			t.Errorf("%q: %q disagrees with %q, want agreement", tt.claim, bad, tt.source)
		}
	}
	for _, tt := range []struct{ claim, source string }{
		{"774", "775"},
		{"25", "fifty-two"},
		{"1,500", "15,000"},
		{"1,500", "1,487"},
		{"$1.5 billion", "$1.5 million"},
		{"$2.5 billion", "$1.5 billion"},
		{"$1.5 billion", "€1.5 billion"},
		{"390 metres", "390 feet"},
		{"5 km", "5 miles"},
		{"26 percent", "26 years"},
		{"26 days", "26 years"},
		{"20 square miles", "20 miles"},
		{"2 p.m.", "2 a.m."},
		{"2 p.m.", "2 people"},
		{"14:00", "2 a.m."},
		{"12:07 p.m.", "12.07 a.m."},
		{"noon", "midnight"},
		{"around 2 p.m.", "4 p.m."},
		{"March 22", "February 22"},
		{"February 23", "February 22"},
		{"2019", "2018-02-22"},
		{"1994", "the 1990s"},
		{"the 1980s", "1994"},
		{"the 18th century", "in 1850"},
		{"11 percent", "10–12 percent"},
		{"$11 million", "$10–12 million"},
		{"the 4th of five", "3rd of five"},
		{"23 titles", "20 titles"},
		{"about 1,500", "1,900"},
		{"nearly 50%", "35%"},
		{"$7 million", "$7.5 million"},
		{"more than 500", "450"},
		{"more than 300", "fewer than 300"},
		{"at least 300", "at most 300"},
		{"more than 500", "5,000"},
		{"fewer than 700", "774"},
		{"under 50 percent", "50.4%"},
		{"far more than 100", "more than 100"},
		{"no more than 300", "more than 300"},
		{"two million", "two billion"},
		{"two years", "three years"},
		{"three options", "four options"},
		{"a quarter of them", "a third of them"},
		{"50 %", "60 %, or 50 dollars"},
		{"-5 degrees", "5 degrees"},
		{"5 °C", "5 °F"},
		{"5 degrees Celsius", "5 degrees Fahrenheit"},
		{"63 hot dogs", "36 hot dogs"},
		{"25% over the next 50 years", "50% over the next 25 years"},
		{"May 2013", "October 16, 2012"},
		{"$150 million", "$150"},
	} {
		if bad := unsupported(tt.claim, tt.source); bad == "" {
			t.Errorf("%q agrees with %q, want disagreement", tt.claim, tt.source)
		}
	}
}

// unsupported returns the first figure of a claim that agrees with none of a
// source; "" if there is none.
func unsupported(claim, source string) string {
	all := Figures(source)
next:
	for _, f := range Figures(claim) {
		for _, with := range all {
			if f.Agrees(with) {
				continue next
			}
		}
		if !f.Loose {
			return f.Raw
		}
	}
	return ""
}

// FuzzFigures checks that any text has figures in order, at their offsets, that
// agree with themselves.
func FuzzFigures(f *testing.F) {
	for _, s := range []string{
		"On February 22, 2018, at 12.07 a.m. ET, nearly $10–12 million (49.6 %) went to 1’500 of the 1990s' two-thirds.",
		"9/11 2018-02-22 22.02.2018 3/4 14h30 1400GMT 5'10\" -5°C World War II two and a half million or more 2018年2月22日 ½",
		"1,2,3 1.2.3 1 500 a hundred and a dozen nineteen ninety-nine half a million 99999999999999999999999999999 billion",
		"\xff1\xff,5\x00 00/00/00 0/0 99:99 1e9 1.500.000,5", strings.Repeat("9", 400) + " billion",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, f := range Figures(s) {
			if f.Raw == "" || f.Start < last || f.End() > len(s) || s[f.Start:f.End()] != f.Raw {
				t.Fatalf("%q: %q at %d after %d", s, f.Raw, f.Start, last)
			}
			last = f.End()
			if math.IsNaN(f.Value) || math.IsInf(f.Value, 0) || !f.Agrees(f) {
				t.Fatalf("%q: %q has value %g and agrees with itself: %t", s, f.Raw, f.Value, f.Agrees(f))
			}
		}
	})
}
