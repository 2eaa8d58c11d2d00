package rag

import (
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/porter"
	"golang.org/x/text/unicode/norm"

	"footnote/rag/language"
)

// words returns the words of text in order, lower case and without accents:
// runs of letters, digits and marks, as SQLite's unicode61 tokenizer cuts them,
// but that a number such as 1,500 or 3.5 is one word.
func words(text string) []string {
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

// Normalize gives the words of a question in order, lower case and without
// accents or punctuation, one space between: equal for two questions of the
// same words, empty for one without any.
func Normalize(question string) string { return strings.Join(words(question), " ") }

// stem gives the stem of a lower-case word, by the algorithm of SQLite's
// porter tokenizer; of a number, its digits without commas.
func stem(word string) string {
	env := snowballstem.NewEnv(strings.ReplaceAll(word, ",", ""))
	porter.Stem(env)
	return env.Current()
}

// stemIn gives the stem of a word in a language; English has none.
func stemIn(code, word string) string {
	if code == "" {
		return stem(word)
	}
	return language.Stem(code, word)
}

// content returns the words of text that carry meaning: all but stop words.
func content(text string) []string {
	var all []string
	ws := words(text)
	code := languageOf(ws)
	for _, w := range ws {
		if !isStop(code, w) {
			all = append(all, w)
		}
	}
	return all
}

// languageOf gives the language of a question or a sentence by its words: empty
// for English, and where there is a doubt.
func languageOf(ws []string) string {
	return language.Asked(ws, func(w string) bool { return stopWords[w] })
}

// isStop reports whether a word is a stop word in a language or in English.
func isStop(code, w string) bool { return stopWords[w] || code != "" && language.Stop(code, w) }

// Stems returns the stems of the words of text that carry meaning, in order,
// as questions and articles are compared by.
func Stems(text string) []string {
	all := content(text)
	for i := range all {
		all[i] = stem(all[i])
	}
	return all
}

// isStopWord reports whether a lower-case word is an English stop word.
func isStopWord(w string) bool { return stopWords[w] }

// stopWords are the English words that say nothing of the topic: articles,
// pronouns, auxiliaries, prepositions, conjunctions, question words and what
// apostrophes leave behind.
var stopWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`
a about above after again against all also am an and any are aren as at be because been before being below between both but by
can cannot could couldn d did didn do does doesn doing don down during each few for from further had hadn has hasn have haven
having he her here hers herself him himself his how i if in into is isn it its itself just ll m me more most my myself no nor
not now of off on once only or other our ours ourselves out over own re s same shall she should shouldn so some such t than
that the their theirs them themselves then there these they this those through to too under until up upon us ve very was wasn
we were weren what when where which while who whom whose why will with would wouldn you your yours yourself yourselves`) {
		m[w] = true
	}
	return m
}()

// maxGap is how many stop words may stand between two words of a phrase.
const maxGap = 3

// searchTerms gives what to search a question's words by: each content word,
// and each two that follow one another, as a phrase with the stop words between
// them, so that "University of Chicago" is worth more than its words.
func searchTerms(text string) []string {
	var terms, phrases []string
	var run []string // the last content word and the stop words after it
	ws := words(text)
	code := languageOf(ws)
	for _, w := range ws {
		if isStop(code, w) {
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
