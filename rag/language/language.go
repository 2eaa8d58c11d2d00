// Package language detects the language of a text and reduces its words to
// terms for a lexical search. Spanish, French, German, Portuguese, Italian and
// Russian use the stemmers and stop words of Snowball. Other languages are
// searched by n-grams of characters.
//
// The package has no terms for English, because the store's own tokenizer stems
// it.
package language

import (
	"embed"
	"strings"
	"unicode"

	"github.com/RadhiFadlillah/whatlanggo"
	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"golang.org/x/text/unicode/norm"
)

// Detect returns the ISO 639-1 code of a text's language. It returns "" if the
// result is not reliable, as for most texts of a few words. If the detector is
// in doubt, for example between Portuguese and Spanish, stop words may confirm
// its guess.
func Detect(text string) string {
	if len(text) > sampleBytes {
		text = strings.ToValidUTF8(text[:sampleBytes], "")
	}
	info := whatlanggo.Detect(text)
	code := info.Lang.Iso6391()
	if !info.IsReliable() && (code == "" || DetectQuestion(words(text), func(string) bool { return false }) != code) {
		return ""
	}
	return code
}

// sampleBytes is the number of bytes from the start of a text that Detect
// reads.
const sampleBytes = 4096

// DetectQuestion returns the ISO 639-1 code of the language of a question,
// given by its lower-case words. It knows the languages with a stemmer, and
// returns "" if the question may be English. Questions are too short for
// [Detect], so it counts stop words. A language must have at least twice as
// many as English, because words such as "a", "in" and "is" are words of
// several languages. isEnglishStop reports whether a word is an English stop
// word.
func DetectQuestion(words []string, isEnglishStop func(string) bool) string {
	best, most := "", 0
	for _, w := range words {
		if isEnglishStop(w) {
			most += 2
		}
	}
	most = max(0, most-1)
	for _, code := range stemmedCodes {
		n := 0
		for _, w := range words {
			if IsStopWord(code, w) {
				n++
			}
		}
		if n > most {
			best, most = code, n
		}
	}
	return best
}

// Terms returns the lexical index terms of a text: stems, or n-grams of
// characters if the language has no stemmer. Each term begins with a tag of its
// language, so that it matches no other language. Terms returns nil for English
// and for an empty code.
func Terms(code, text string) []string {
	if code == "en" || code == "" {
		return nil
	}
	var all []string
	lang, known := stemmers[code]
	for _, w := range words(text) {
		if known {
			all = append(all, code+lang.stemOf(w))
			continue
		}
		for _, g := range ngrams(w) {
			all = append(all, ngramTag+g)
		}
	}
	return all
}

// Variants returns the ways in which a search term of one or more words may be
// indexed: its stems in each language with a stemmer, and its n-grams if it is
// one word. It leaves out languages in which the first or last word is a stop
// word.
func Variants(term string) [][]string {
	ws := words(term)
	if len(ws) == 0 {
		return nil
	}
	var all [][]string
	for _, code := range stemmedCodes {
		lang := stemmers[code]
		if lang.stop[withoutAccents(ws[0])] || lang.stop[withoutAccents(ws[len(ws)-1])] {
			continue
		}
		stems := make([]string, len(ws))
		for i, w := range ws {
			stems[i] = code + lang.stemOf(w)
		}
		all = append(all, stems)
	}
	if len(ws) == 1 {
		for _, g := range ngrams(ws[0]) {
			all = append(all, []string{ngramTag + g})
		}
	}
	return all
}

// IsNgram reports whether a term is an n-gram of characters.
func IsNgram(term string) bool { return strings.HasPrefix(term, ngramTag) }

// ngramTag is the tag of terms in languages without a stemmer.
const ngramTag = "qq"

// Stem returns the stem of a lower-case word, without accents, in the language
// with an ISO 639-1 code. It returns the word itself for languages without a
// stemmer.
func Stem(code, word string) string {
	if s, known := stemmers[code]; known {
		return s.stemOf(word)
	}
	return word
}

// IsStopWord reports whether a lower-case word is a stop word in a language
// with a stemmer, given by its ISO 639-1 code. Accents are ignored. It returns
// false for other languages.
func IsStopWord(code, word string) bool { return stemmers[code].stop[withoutAccents(word)] }

// stemmed is a language with a stemmer.
type stemmed struct {
	stem func(*snowballstem.Env) bool
	stop map[string]bool
}

// stemOf returns the stem of a lower-case word, without accents.
func (s stemmed) stemOf(word string) string {
	env := snowballstem.NewEnv(word)
	s.stem(env)
	return withoutAccents(env.Current())
}

// stemmers holds the languages with a stemmer, by ISO 639-1 code.
var stemmers = map[string]stemmed{
	"es": {spanish.Stem, stopWords("es")},
	"fr": {french.Stem, stopWords("fr")},
	"de": {german.Stem, stopWords("de")},
	"pt": {portuguese.Stem, stopWords("pt")},
	"it": {italian.Stem, stopWords("it")},
	"ru": {russian.Stem, stopWords("ru")},
}

// stemmedCodes lists the codes of stemmers in a fixed order, because
// DetectQuestion prefers the first of two languages.
var stemmedCodes = []string{"de", "es", "fr", "it", "pt", "ru"}

// stopWords returns the stop words of a language with a stemmer, without
// accents.
func stopWords(code string) map[string]bool {
	data, err := stopFiles.ReadFile("stop/" + code + ".txt")
	if err != nil {
		panic(err) // the files are embedded in the binary
	}
	all := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "|") {
			continue
		}
		for _, w := range strings.Fields(line) {
			all[withoutAccents(w)] = true
		}
	}
	return all
}

// stopFiles holds the stop words of each language with a stemmer, in the format
// of Snowball.
//
//go:embed stop/*.txt
var stopFiles embed.FS

// words returns the runs of letters, numbers and combining marks in text, in
// lower case.
func words(text string) []string {
	return strings.FieldsFunc(norm.NFC.String(strings.ToLower(text)), func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.N, unicode.M)
	})
}

// ngrams cuts a word into overlapping n-grams: of two characters in scripts
// without spaces, and of four in others (McNamee and Mayfield, Character N-Gram
// Tokenization for European Language Text Retrieval, 2004). A shorter word is
// one n-gram.
func ngrams(word string) []string {
	r := []rune(withoutAccents(word))
	n := 4
	for _, c := range r {
		if unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) {
			n = 2
		}
	}
	if len(r) <= n {
		return []string{string(r)}
	}
	var all []string
	for i := 0; i+n <= len(r); i++ {
		all = append(all, string(r[i:i+n]))
	}
	return all
}

// withoutAccents returns s without accents.
func withoutAccents(s string) string {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] < 0x80
	}
	if ascii {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}
