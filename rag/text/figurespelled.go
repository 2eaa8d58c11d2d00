package text

import (
	"slices"
	"strconv"
	"strings"

	"footnote/rag/internal/lazyregexp"
)

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
	romanForm = lazyregexp.New(`^X{0,2}(?:IX|IV|V?I{0,3})$`)
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

var (
	fractions = wordValues(`half 2 halves 2 third 3 thirds 3 quarter 4 quarters 4 fourth 4 fourths 4 fifth 5 fifths 5 sixth 6 sixths 6
eighth 8 eighths 8 tenth 10 tenths 10`)
	times  = wordValues("once 1 twice 2 thrice 3")
	vulgar = map[rune]float64{'½': 1. / 2, '⅓': 1. / 3, '⅔': 2. / 3, '¼': 1. / 4, '¾': 3. / 4, '⅛': 1. / 8}
)
