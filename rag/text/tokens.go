package text

import (
	"strconv"
	"strings"
	"unicode"

	"footnote/rag/internal/lazyregexp"
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
	Rarity  float64 // in general English, 0 … 1; see [Rarity]
}

// Tokens returns the words of text in order; nil if it has none.
func Tokens(text string) []Token {
	var all []Token
	starts := true // at the start of a sentence or quotation, where every word is capitalised
	for i, last := 0, 0; ; {
		from, to := nextWord(text, i)
		if from == to {
			break
		}
		starts = starts || strings.ContainsAny(text[last:from], ".!?:\n“\"")
		raw := text[from:to]
		for _, w := range Words(raw) {
			t := newToken(raw, w, starts)
			if m := monthOf(text[:from], raw, text[to:]); t.Number && m != "" {
				t.Key = m
			}
			all = append(all, t)
			starts = false
		}
		i, last = to, to
	}
	for i := 1; i < len(all); i++ {
		all[i-1].join(all[i].Word)
	}
	return all
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

// newToken returns the token of a word, whatever the words around it. raw is the
// word as written; starts says that a sentence or quotation begins with it.
func newToken(raw, word string, starts bool) Token {
	t := Token{Raw: raw, Word: word, Key: Stem(word), Content: !IsStopWord(word)}
	upper := strings.ContainsFunc(raw[:min(len(raw), 4)], unicode.IsUpper)
	t.Rarity = Rarity(t.Key)
	switch value, month := numberWords[word], months[word]; {
	case '0' <= word[0] && word[0] <= '9':
		t.Key, t.Number, t.Rarity = digits(word), true, 1
	case value != "":
		t.Key, t.Number, t.Rarity = value, true, .8
	case month != "" && (upper || len(word) > 5):
		t.Key, t.Number = month, true
	default:
		t.Name = t.Content && upper && (!starts || ranks()[t.Key] == 0)
	}
	return t
}

// join gives t the meaning that it has before the next word: "May" is a month
// before a number, and "1.5" is 1500000 before "million".
func (t *Token) join(next string) {
	if m := months[t.Word]; m != "" && !t.Number && strings.Trim(next, "0123456789") == "" {
		t.Key, t.Number, t.Name = m, true, false
	}
	if x := scales[next]; x > 0 && t.Number {
		if v := parseDigits(t.Key); v > 0 {
			t.Key = strconv.FormatFloat(v*x, 'f', -1, 64)
		}
	}
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
	abbreviation = lazyregexp.New(`\b(?:U\.S\.A\.|U\.S\.|U\.K\.|U\.N\.|E\.U\.|(?:USA|US|UK|UN|EU)\b)`)
	expansions   = map[string]string{"USA": "united states", "US": "united states", "UK": "united kingdom", "UN": "united nations", "EU": "european union"}
)
