package text

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// Token is a word of a text, with what is needed to compare a claim with its
// source.
type Token struct {
	Raw     string  // as written
	Word    string  // in lower case, without accents
	Key     string  // equal for equal meanings: the stem, a number's digits, or a month's abbreviation
	Content bool    // not a stop word
	Name    bool    // capitalised, and not just because a sentence begins there
	Number  bool    // a number in digits or letters, or a month of a date
	Exact   bool    // of a number: the source must contain it
	Rarity  float64 // in general English, 0 … 1; see [Rarity]

	value     float64 // of a number in digits, multiplied by a following "million" and the like
	precision float64 // value of the last significant digit of value
	unit      string  // of a number: what it counts or measures; empty if unknown
	rounded   bool    // of a number: approximate
	bound     int     // of a number: 1 for "more than", -1 for "less than"; 2 and -2 for "far more" and "far less"
}

// Tokens returns the words of text in order; nil if it has none.
func Tokens(text string) []Token {
	all := plainTokens(text)
	for i := range all {
		all[i].addUnit(all[i+1:])
		if all[i].Number {
			all[i].rounded, all[i].bound = isApproximate(all, i), boundOf(all[:i])
		}
	}
	return all
}

// plainTokens returns the tokens of text before [Tokens] looks at the words
// around numbers.
func plainTokens(text string) []Token {
	var all []Token
	starts := true // at the start of a sentence or quotation, where every word is capitalised
	for i, last := 0, 0; ; {
		from, to := nextWord(text, i)
		if from == to {
			return all
		}
		starts = starts || strings.ContainsAny(text[last:from], ".!?:\n“\"")
		raw := text[from:to]
		for _, w := range Words(raw) {
			t := newToken(raw, w, starts)
			if t.Number {
				t.unit = symbolBeside(text[:from], text[to:])
				if m := monthOf(text[:from], raw, text[to:]); m != "" {
					t.Key, t.value = m, 0
				}
			}
			all = append(all, t)
			starts = false
		}
		i, last = to, to
	}
}

// nextWord returns the offsets of the first word of text from i on: a run of
// letters, numbers and combining marks. A comma or a point between two digits
// belongs to the word, as in 1,500 and 3.5. If there is no word, both offsets
// are len(text).
func nextWord(text string, i int) (from, to int) {
	from = -1
	digit := false
	for j, r := range text[i:] {
		in := unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
		if !in && digit && (r == ',' || r == '.') && j+1 < len(text[i:]) {
			next := text[i+j+1]
			in = '0' <= next && next <= '9'
		}
		digit = unicode.IsDigit(r)
		switch {
		case in && from < 0:
			from = i + j
		case !in && from >= 0:
			return from, i + j
		}
	}
	if from < 0 {
		return len(text), len(text)
	}
	return from, len(text)
}

// newToken returns the token of a word, without unit and bound. raw is the word
// as written; starts says that a sentence or quotation begins with it.
func newToken(raw, word string, starts bool) Token {
	t := Token{Raw: raw, Word: word, Key: Stem(word), Content: !IsStopWord(word)}
	upper := strings.ContainsFunc(raw[:min(len(raw), 4)], unicode.IsUpper)
	t.Rarity = Rarity(t.Key)
	switch value, month := numberWords[word], months[word]; {
	case '0' <= word[0] && word[0] <= '9':
		t.Key, t.Number, t.Exact, t.Rarity = digits(word), true, true, 1
		t.value, _ = strconv.ParseFloat(t.Key, 64)
		t.precision = precisionOf(t.Key)
	case value != "":
		t.Key, t.Number, t.Exact, t.Rarity = value, true, !inferable[word], .8
		t.value, t.precision = parseDigits(value), 1
	case month != "" && (upper || len(word) > 5):
		t.Key, t.Number, t.Exact = month, true, true
	default:
		t.Name = t.Content && upper && (!starts || ranks()[t.Key] == 0)
	}
	return t
}

// NeedsQuestion reports whether an answer says nothing without the question: it
// has only names, numbers and at most one other content word.
func NeedsQuestion(answer string) bool {
	others := 0
	for _, t := range Tokens(answer) {
		if t.Content && !t.Name && !t.Number {
			others++
		}
	}
	return others <= 1 && !RefersBack(answer) // "It sank." says something
}

// KeySet returns the keys of a text's tokens, and the stems of the names that
// it abbreviates: a text may say "U.S." where a claim says "United States".
func KeySet(text string, tokens []Token) map[string]bool {
	set := make(map[string]bool, len(tokens))
	for _, t := range tokens {
		set[t.Key] = true
	}
	for _, short := range abbreviation.FindAllString(text, -1) {
		for _, word := range strings.Fields(expansions[strings.ReplaceAll(short, ".", "")]) {
			set[Stem(word)] = true
		}
	}
	return set
}

// abbreviation matches a name that a text may abbreviate and a claim spell out.
// expansions maps it, without full stops, to the full name.
var (
	abbreviation = regexp.MustCompile(`\b(?:U\.S\.A\.|U\.S\.|U\.K\.|U\.N\.|E\.U\.|(?:USA|US|UK|UN|EU)\b)`)
	expansions   = map[string]string{"USA": "united states", "US": "united states", "UK": "united kingdom", "UN": "united nations", "EU": "european union"}
)
