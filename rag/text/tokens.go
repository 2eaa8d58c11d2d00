package text

import (
	_ "embed"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

// abbreviated matches names that a text may abbreviate and a claim spell out.
var (
	abbreviated = regexp.MustCompile(`\b(?:U\.S\.A\.|U\.S\.|U\.K\.|U\.N\.|E\.U\.|(?:USA|US|UK|UN|EU)\b)`)
	standsFor   = map[string]string{"USA": "united states", "US": "united states", "UK": "united kingdom", "UN": "united nations", "EU": "european union"}
)

var (
	approximate = WordSet("about over nearly around almost approximately roughly some than under")
)

// IsBare reports whether an answer has only names, numbers and at most one other
// ContentWords word. Such an answer says nothing without the question.
func IsBare(answer string) bool {
	others := 0
	for _, t := range Tokens(answer) {
		if t.Content && !t.Name && !t.Number {
			others++
		}
	}
	return others <= 1 && !LeansBack(answer) // "It sank." is not bare
}

// Token is a word of a text with the properties that the check compares.
type Token struct {
	Raw, Word string // as written; in lower case without accents
	Key       string // equal for equal meanings: the stem, a number's digits, or a month's abbreviation
	Content   bool   // not a stop word
	Name      bool   // capitalised and not just because a sentence begins there
	Number    bool
	Exact     bool    // parseNumber: the source must contain it
	value     float64 // parseNumber in digits, multiplied by a following "million" and the like
	places    float64 // value of the last significant digit of value
	unit      string  // parseNumber: what it counts or measures; empty if unknown
	rounded   bool    // parseNumber: approximate
	limit     int     // parseNumber: 1 for "more than", -1 for "less than"; 2 and -2 for "far more" and "far less"
	Rarity    float64 // 0 … 1, in general English
}

// Tokens returns the words of text in order.
func Tokens(text string) []Token {
	all := plainTokens(text)
	for i := range all {
		all[i].measure(all[i+1:])
		if all[i].Number {
			all[i].rounded, all[i].limit = rounds(all, i), limit(all[:i])
		}
	}
	return all
}

// rounds reports whether the number all[i] is approximate: it follows a word
// such as "about" or precedes a scale such as "million".
func rounds(all []Token, i int) bool {
	return i+1 < len(all) && scales[all[i+1].Word] > 0 ||
		slices.ContainsFunc(all[max(0, i-2):i], func(t Token) bool { return approximate[t.Word] })
}

// limit returns token.limit of the number that follows the tokens before.
func limit(before []Token) int {
	word := func(back int) string {
		if back > len(before) {
			return ""
		}
		return before[len(before)-back].Word
	}
	at, than := 1, word(1) == "than"
	if than {
		at = 2
	}
	b := 0
	switch w := word(at); {
	case than && (w == "more" || w == "greater" || w == "higher"), w == "over", w == "above", w == "least" && word(2) == "at":
		b = 1
	case than && (w == "less" || w == "fewer" || w == "lower"), w == "under", w == "below", w == "most" && word(2) == "at":
		b = -1
	}
	if f := word(at + 1); f == "far" || f == "much" || f == "well" || f == "way" {
		b *= 2
	}
	return b
}

// measure sets the unit and scale of a number from the words after it. It also
// turns a month's name before a number into a number, as in "May 3".
func (t *Token) measure(after []Token) {
	next := func(i int) string {
		if i < len(after) {
			return after[i].Word
		}
		return ""
	}
	if m := months[t.Word]; m != "" && !t.Number && strings.Trim(next(0), "0123456789") == "" && next(0) != "" {
		t.Key, t.Number, t.Name = m, true, false
	}
	if !t.Number {
		return
	}
	i := 0
	if x := scales[next(0)]; x > 0 && t.value > 0 {
		t.value, t.places, i = t.value*x, t.places*x, 1
		t.Key = strconv.FormatFloat(t.value, 'f', -1, 64)
	}
	if u := units[next(i)]; u != "" {
		t.unit = u
	}
}

var scales = map[string]float64{"thousand": 1e3, "million": 1e6, "mln": 1e6, "billion": 1e9, "bn": 1e9, "trillion": 1e12}

// units maps the words for a unit to one symbol for it.
var units = pairs(`percent % pct % percentage % dollar $ dollars $ usd $ euro € euros € eur € pound £ pounds £ gbp £ yen ¥ yuan yuan rouble rub roubles rub
rubles rub km km kilometre km kilometres km kilometer km kilometers km mile mi miles mi metre m metres m meter m meters m foot ft feet ft
kg kg kilogram kg kilograms kg kilo kg kilos kg tonne t tonnes t tons t second s seconds s minute min minutes min hour h hours h day d days d
week w weeks w month mo months mo year y years y decade dec decades dec degree deg degrees deg`)

// IsUnit reports whether a lower-case word is a unit of measure or a currency.
func IsUnit(word string) bool { return units[word] != "" }

func plainTokens(text string) []Token {
	var all []Token
	fresh := true // after the start of a sentence or quotation, where every word is capitalised
	for i, last := 0, 0; ; {
		from, to := nextWord(text, i)
		if from == to {
			return all
		}
		fresh = fresh || strings.ContainsAny(text[last:from], ".!?:\n“\"")
		raw := text[from:to]
		for _, w := range Words(raw) {
			t := newToken(raw, w, fresh)
			if t.Number {
				t.unit = sign(text[:from], text[to:])
				if m := monthOf(text[:from], raw, text[to:]); m != "" {
					t.Key, t.value = m, 0
				}
			}
			all = append(all, t)
			fresh = false
		}
		i, last = to, to
	}
}

// sign returns the currency or percent sign next to a number, or "" if there is
// none.
func sign(before, behind string) string {
	r, _ := utf8.DecodeLastRuneInString(before)
	if strings.ContainsRune("$€£¥", r) {
		return string(r)
	}
	if strings.HasPrefix(behind, "%") || strings.HasPrefix(behind, " %") {
		return "%"
	}
	return ""
}

var (
	yearBefore = regexp.MustCompile(`(?:^|\D)\d{4}-$`)
	dayBehind  = regexp.MustCompile(`^-\d\d(?:\D|$)`)
)

// monthOf returns the abbreviation of the month that two digits stand for in a
// date such as 2018-02-22, or "" if they are not a month.
func monthOf(before, digits, behind string) string {
	if len(digits) != 2 || !yearBefore.MatchString(before[max(0, len(before)-6):]) || !dayBehind.MatchString(behind) {
		return ""
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || n > 12 {
		return ""
	}
	return months[strings.ToLower(time.Month(n).String())]
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

func newToken(raw, word string, fresh bool) Token {
	t := Token{Raw: raw, Word: word, Key: Stem(word), Content: !IsStopWord(word)}
	upper := strings.ContainsFunc(raw[:min(len(raw), 4)], unicode.IsUpper)
	t.Rarity = Rarity(t.Key)
	switch value, month := numberWords[word], months[word]; {
	case '0' <= word[0] && word[0] <= '9':
		t.Key, t.Number, t.Exact, t.Rarity = digits(word), true, true, 1
		t.value, _ = strconv.ParseFloat(t.Key, 64)
		t.places = place(t.Key)
	case value != "":
		t.Key, t.Number, t.Exact, t.Rarity = value, true, !loose[word], .8
		t.value, t.places = parseNumber(value), 1
	case month != "" && (upper || len(word) > 5):
		t.Key, t.Number, t.Exact = month, true, true
	default:
		t.Name = t.Content && upper && (!fresh || commonness()[t.Key] == 0)
	}
	return t
}

// NumberOf returns the number that a word stands for, in digits or in letters; 0
// if it is none.
func NumberOf(word string) float64 {
	if v := numberWords[strings.ToLower(word)]; v != "" {
		return parseNumber(v)
	}
	return parseNumber(digits(word))
}

// loose are number words that a sentence may use without the source stating
// them, for example when it counts or orders things that the source lists.
var loose = map[string]bool{"two": true, "twice": true, "second": true, "third": true, "fourth": true, "fifth": true}

func parseNumber(digits string) float64 {
	v, _ := strconv.ParseFloat(digits, 64)
	return v
}

// place returns the value of the last significant digit of a number: 0.1 for
// 1.5, 1000 for 12000.
func place(digits string) float64 {
	if i := strings.IndexByte(digits, '.'); i >= 0 {
		return math.Pow10(i + 1 - len(digits))
	}
	return math.Pow10(len(digits) - len(strings.TrimRight(digits, "0")))
}

// Agrees reports whether the number t of a claim agrees with the number with of
// a source. A rounded number agrees if it equals the other to the precision of
// its digits.
func (t Token) Agrees(with Token) bool {
	if t.unit != "" && with.unit != "" && t.unit != with.unit || t.limit*with.limit < 0 || max(t.limit, -t.limit) > max(with.limit, -with.limit, 1) {
		return false
	}
	return t.Key == with.Key || t.rounded && t.value >= 10 && with.value > 0 && math.Abs(t.value-with.value) < t.places
}

// digits returns the normalised digits of a number: 1,500 becomes 1500, 5.0
// becomes 5, 3rd becomes 3, 1990s becomes 1990 and 5.68m becomes 5.68.
func digits(word string) string {
	s := strings.TrimRightFunc(strings.ReplaceAll(word, ",", ""), unicode.IsLetter)
	if n := strings.TrimLeft(s, "0"); n != "" && n[0] != '.' {
		s = n
	}
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

var numberWords = pairs(`two 2 three 3 four 4 five 5 six 6 seven 7 eight 8 nine 9 ten 10 eleven 11 twelve 12 thirteen 13 fourteen 14
fifteen 15 sixteen 16 seventeen 17 eighteen 18 nineteen 19 twenty 20 thirty 30 forty 40 fifty 50 sixty 60 seventy 70 eighty 80 ninety 90
second 2 third 3 fourth 4 fifth 5 sixth 6 seventh 7 eighth 8 ninth 9 tenth 10 twice 2 dozen 12`)

// months maps the names of months to an abbreviation. It ends in a full stop so
// that it never equals a stem.
var months = pairs(`january jan. february feb. march mar. april apr. may may. june jun. july jul. august aug. september sep. october oct.
november nov. december dec. jan jan. feb feb. mar mar. apr apr. jun jun. jul jul. aug aug. sep sep. sept sep. oct oct. nov nov. dec dec.`)

func pairs(s string) map[string]string {
	f := strings.Fields(s)
	m := make(map[string]string, len(f)/2)
	for i := 0; i+1 < len(f); i += 2 {
		m[f[i]] = f[i+1]
	}
	return m
}

// commonWords are the 6,000 commonest English words of two letters or more, by
// decreasing frequency. They are from the encoder's WordPiece vocabulary,
// rag/encoder/vocab.txt from line 1,997, which is sorted by frequency.
//
//go:embed common.txt
var commonWords string

// commonness returns the rank of each of the commonest stems. The rank of the
// commonest is 1.
var commonness = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for i, w := range strings.Fields(commonWords) {
		if s := Stem(w); m[s] == 0 {
			m[s] = i + 1
		}
	}
	return m
})

// IsCommon reports whether a stem is among the 6,000 commonest English words.
func IsCommon(stem string) bool { return commonness()[stem] > 0 }

// Rarity returns the logarithm of a stem's rank among the commonest,
// scaled to 0 … 1. By Zipf's law this is proportional to the logarithm of its
// inverse frequency. It returns 1 for a stem that is not among them.
func Rarity(stem string) float64 {
	rank := commonness()[stem]
	if rank == 0 {
		return 1
	}
	return math.Log(float64(rank)+50) / math.Log(12000)
}

// KeySet returns the keys of a text's tokens, and the stems of the names that it
// abbreviates: a text may say "U.S." where a claim says "United States".
func KeySet(text string, all []Token) map[string]bool {
	set := make(map[string]bool, len(all))
	for _, t := range all {
		set[t.Key] = true
	}
	for _, short := range abbreviated.FindAllString(text, -1) {
		for _, word := range strings.Fields(standsFor[strings.ReplaceAll(short, ".", "")]) {
			set[Stem(word)] = true
		}
	}
	return set
}
