// Package language knows the languages of articles: which one a text is in, and
// what of its words a lexical search goes by. Spanish, French, German,
// Portuguese, Italian and Russian have the stemmers and stop words of Snowball;
// any other language is searched by runs of characters.
//
// English is not among them: the store's own tokenizer stems it.
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

//go:embed stop/*.txt
var files embed.FS

// stemmed is a language with a stemmer.
type stemmed struct {
	stem func(*snowballstem.Env) bool
	stop map[string]bool
}

var stemmers = map[string]stemmed{
	"es": {spanish.Stem, stopWords("es")},
	"fr": {french.Stem, stopWords("fr")},
	"de": {german.Stem, stopWords("de")},
	"pt": {portuguese.Stem, stopWords("pt")},
	"it": {italian.Stem, stopWords("it")},
	"ru": {russian.Stem, stopWords("ru")},
}

// Stemmed is the languages that have a stemmer here, by their ISO 639-1 codes.
var Stemmed = []string{"de", "es", "fr", "it", "pt", "ru"}

func stopWords(code string) map[string]bool {
	data, err := files.ReadFile("stop/" + code + ".txt")
	if err != nil {
		panic(err) // the files are part of the program
	}
	all := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "|") {
			continue
		}
		for _, w := range strings.Fields(line) {
			all[plain(w)] = true
		}
	}
	return all
}

// Stop reports whether a lower-case word says nothing of the topic in a
// language; accents do not matter. No word does in a language that is not
// among Stemmed.
func Stop(code, word string) bool { return stemmers[code].stop[plain(word)] }

// plain is s without accents.
func plain(s string) string {
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

// sample is how much of a text is enough to tell its language, in bytes.
const sample = 4096

// Detect gives the language of a text as an ISO 639-1 code, empty if it cannot
// be told with confidence: for a few words it mostly cannot. Where the letters
// leave a doubt, as between Portuguese and Spanish, stop words may settle it.
func Detect(text string) string {
	if len(text) > sample {
		text = strings.ToValidUTF8(text[:sample], "")
	}
	info := whatlanggo.Detect(text)
	code := info.Lang.Iso6391()
	if !info.IsReliable() && (code == "" || Asked(words(text), func(string) bool { return false }) != code) {
		return ""
	}
	return code
}

// Asked gives the language of a question: that of Stemmed which most of its
// words are stop words of, if they are twice as many as are such of English, as
// stop tells those: "a", "in" and "is" are words of more than one. Questions are
// too short for Detect.
func Asked(words []string, stop func(string) bool) string {
	best, most := "", 0
	for _, w := range words {
		if stop(w) {
			most += 2
		}
	}
	most = max(0, most-1)
	for _, code := range Stemmed {
		n := 0
		for _, w := range words {
			if Stop(code, w) {
				n++
			}
		}
		if n > most {
			best, most = code, n
		}
	}
	return best
}

// Terms gives what a lexical index holds of a text in a language: the stems of
// its words, or, of a language without a stemmer, its words cut in runs of
// characters. Each begins with a tag of the language, so that no term of one is
// found in another. English has none.
func Terms(code, text string) []string {
	if code == "en" || code == "" {
		return nil
	}
	var all []string
	lang, known := stemmers[code]
	for _, w := range words(text) {
		if known {
			all = append(all, code+lang.of(w))
			continue
		}
		for _, g := range grams(w) {
			all = append(all, other+g)
		}
	}
	return all
}

// Variants gives each way in which a term of a search, one word or several, may
// stand in the index: its Terms in every language, but where it has none that
// matters.
func Variants(term string) [][]string {
	ws := words(term)
	if len(ws) == 0 {
		return nil
	}
	var all [][]string
	for _, code := range Stemmed {
		lang := stemmers[code]
		if lang.stop[plain(ws[0])] || lang.stop[plain(ws[len(ws)-1])] {
			continue
		}
		stems := make([]string, len(ws))
		for i, w := range ws {
			stems[i] = code + lang.of(w)
		}
		all = append(all, stems)
	}
	if len(ws) == 1 {
		for _, g := range grams(ws[0]) {
			all = append(all, []string{other + g})
		}
	}
	return all
}

// other is the tag of all languages without a stemmer.
const other = "qq"

// IsRun reports whether a term is a run of characters, and not a stem.
func IsRun(term string) bool { return strings.HasPrefix(term, other) }

// Stem gives the stem of a lower-case word in a language, without accents; the
// word itself in a language that is not among Stemmed.
func Stem(code, word string) string {
	if s, known := stemmers[code]; known {
		return s.of(word)
	}
	return word
}

func (s stemmed) of(word string) string {
	env := snowballstem.NewEnv(word)
	s.stem(env)
	return plain(env.Current())
}

// words are the runs of letters, digits and marks of a text, in lower case.
func words(text string) []string {
	return strings.FieldsFunc(norm.NFC.String(strings.ToLower(text)), func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.N, unicode.M)
	})
}

// grams cuts a word into overlapping runs: of two characters in scripts that set
// no spaces, and of four in others, which do best there (McNamee and Mayfield,
// Character N-Gram Tokenization for European Language Text Retrieval, 2004). A
// word that is shorter is one run.
func grams(word string) []string {
	r := []rune(plain(word))
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
