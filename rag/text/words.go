package text

import (
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/porter"
	"golang.org/x/text/unicode/norm"

	"footnote/rag/internal/lazyregexp"
	"footnote/rag/language"
)

// Analysis holds a text cut into words. The zero value is of an empty text.
type Analysis struct {
	Words    []string // all words, in order
	Language string   // ISO 639-1 code; "" for English and when the guess is uncertain
	Content  []string // Words without the stop words of English and Language
}

// Analyse cuts a text into words and guesses its language.
func Analyse(text string) Analysis {
	a := Analysis{Words: Words(text)}
	a.Language = languageOf(a.Words)
	for _, w := range a.Words {
		if !isStopIn(a.Language, w) {
			a.Content = append(a.Content, w)
		}
	}
	return a
}

// SearchTerms returns the terms to search for: each content word, and each pair
// of consecutive content words as a phrase with the stop words between them.
// The phrases make an article with "University of Chicago" rank above one with
// the two words apart.
func (a Analysis) SearchTerms() []string {
	var terms, phrases []string
	var run []string // the last content word and the stop words after it
	for _, w := range a.Words {
		if isStopIn(a.Language, w) {
			if len(run) > 0 {
				run = append(run, w)
			}
			continue
		}
		if len(run) > 0 && len(run) <= 1+maxGap {
			phrases = append(phrases, strings.Join(append(run, w), " "))
		}
		terms, run = append(terms, w), []string{w}
	}
	return append(terms, phrases...)
}

// maxGap is the maximum number of stop words between two words of a phrase.
const maxGap = 3

// Words returns the words of text in order, in lower case and without accents.
// It cuts text as SQLite's unicode61 tokenizer does, except that a number such
// as 1,500 or 3.5 is one word.
func Words(text string) []string {
	var all []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			all = append(all, b.String())
			b.Reset()
		}
	}
	rs := []rune(norm.NFD.String(strings.ToLower(text)))
	for i, r := range rs {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.Is(unicode.Co, r):
			b.WriteRune(r)
		case (r == ',' || r == '.') && i > 0 && i+1 < len(rs) && unicode.IsDigit(rs[i-1]) && unicode.IsDigit(rs[i+1]):
			b.WriteRune(r)
		default:
			flush()
		}
	}
	flush()
	return all
}

// Normalize returns the words of text, in lower case and without accents or
// punctuation, joined by spaces. Two questions with the same words have equal
// results. The result is empty if text has no words.
func Normalize(text string) string { return strings.Join(Words(text), " ") }

// ContentWords returns the words of text, in order, except stop words.
func ContentWords(text string) []string { return Analyse(text).Content }

// Stems returns the English stems of the words of text except stop words, in
// order. Questions and articles are compared by these stems.
func Stems(text string) []string {
	all := ContentWords(text)
	for i := range all {
		all[i] = Stem(all[i])
	}
	return all
}

// StemSet returns the stems of the content words of texts, in English and in
// the language that each text seems to be in.
func StemSet(texts ...string) map[string]bool {
	set := map[string]bool{}
	for _, t := range texts {
		ws := Words(t)
		code := languageOf(ws)
		for _, w := range ws {
			if !IsStopWord(w) {
				set[Stem(w)] = true
			}
			if code != "" && !isStopIn(code, w) {
				set[StemIn(code, w)] = true
			}
		}
	}
	return set
}

// Stem returns the stem of a lower-case word, by the algorithm of SQLite's
// porter tokenizer. For a number it returns the digits without commas.
func Stem(word string) string {
	env := snowballstem.NewEnv(strings.ReplaceAll(word, ",", ""))
	porter.Stem(env)
	return env.Current()
}

// StemIn returns the stem of a word in the language with the given ISO 639-1
// code. An empty code means English.
func StemIn(code, word string) string {
	if code == "" {
		return Stem(word)
	}
	return language.Stem(code, word)
}

// IsStopWord reports whether a lower-case word is an English stop word.
func IsStopWord(w string) bool { return stopWords[w] }

// isStopIn reports whether w is a stop word in English or in the given
// language.
func isStopIn(code, w string) bool { return stopWords[w] || code != "" && language.IsStopWord(code, w) }

// languageOf guesses the language of a text from its words. It returns an ISO
// 639-1 code, or "" for English and when the guess is uncertain.
func languageOf(ws []string) string {
	return language.DetectQuestion(ws, func(w string) bool { return stopWords[w] })
}

// stopWords holds the English words that say nothing about the topic: articles,
// pronouns, auxiliaries, prepositions, conjunctions and question words. They
// include what is left of contractions, such as "didn" and "t".
var stopWords = WordSet(`a about above after again against all also am an and any are aren as at be because been before being below between both but by
can cannot could couldn d did didn do does doesn doing don down during each few for from further had hadn has hasn have haven
having he her here hers herself him himself his how i if in into is isn it its itself just ll m me more most my myself no nor
not now of off on once only or other our ours ourselves out over own re s same shall she should shouldn so some such t than
that the their theirs them themselves then there these they this those through to too under until up upon us ve very was wasn
we were weren what when where which while who whom whose why will with would wouldn you your yours yourself yourselves`)

// RefersBack reports whether a sentence begins with a word such as "He", which
// refers to the sentence before it.
func RefersBack(sentence string) bool { return backReference.MatchString(sentence) }

var backReference = lazyregexp.New(`^[“"‘'(]*(He|She|It|They|His|Her|Hers|Its|Their|This|That|These|Those|Both|Such)\b`)

// EqualIgnoringSpace reports whether two texts are equal except for white
// space.
func EqualIgnoringSpace(a, b string) bool { return slices.Equal(strings.Fields(a), strings.Fields(b)) }

// WordSet returns the set of the words in a list that is separated by white
// space.
func WordSet(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// MayBeEnglish reports whether nothing shows that a text is in another language:
// most of its letters are Latin, its stop words are not of another language, and
// the detector, which needs some words, does not name one.
func MayBeEnglish(s string) bool {
	latin, other := 0, 0
	for i, r := range s {
		if i > detectBytes {
			break
		}
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.IsLetter(r):
			other++
		}
	}
	ws := Words(s[:min(len(s), detectBytes)])
	if other > latin || isProse(languageOf(ws), ws) {
		return false
	}
	if len(ws) < detectWords {
		return true
	}
	code := language.Detect(s)
	return code == "" || code == "en"
}

// isProse reports whether words have as many stop words of a language as its prose
// has. A table of names has one or two by chance. There are none of the empty code.
func isProse(code string, ws []string) bool {
	n := 0
	for _, w := range ws {
		if code != "" && language.IsStopWord(code, w) {
			n++
		}
	}
	return n > 0 && n*proseWords >= len(ws)
}

const (
	detectBytes = 1024 // of a text that MayBeEnglish looks at for letters and stop words
	detectWords = 12   // fewer are too short for the detector
	proseWords  = 8    // words of prose for each stop word, at most
)
