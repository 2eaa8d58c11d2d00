package retrieve

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
	"github.com/mozillazg/go-unidecode"

	"footnote/rag"
	"footnote/rag/text"
)

// UnknownNames returns the names of a question, such as Hull or E1042, that no chunk of
// the store has, as the question writes them, if they are at least half of its names: of
// many names, one may only say who reported it. Only English questions have names, and
// only those with a word in lower case.
func (q Query) UnknownNames() []string {
	if q.Language != "" || !strings.ContainsFunc(q.Text, unicode.IsLower) {
		return nil
	}
	var names, unknown []string
	for i, t := range q.Tokens {
		if i == 0 && requests[t.Word] {
			continue
		}
		if !t.Name && !isCode(t) || slices.Contains(names, t.Raw) {
			continue
		}
		names = append(names, t.Raw)
		if q.isUnknown(t) {
			unknown = append(unknown, t.Raw)
		}
	}
	if 2*len(unknown) < len(names) {
		return nil
	}
	return unknown
}

// requests are verbs that begin a question, with a capital letter, and are no names.
var requests = text.WordSet("summarise summarize list name show compare explain describe give find enumerate outline")

// isUnknown reports whether a token is a term that no chunk of the store has.
func (q Query) isUnknown(t text.Token) bool {
	return slices.ContainsFunc(q.Terms, func(x Term) bool { return x.Word == t.Word && x.Rarity >= 1 })
}

// isCode reports whether a token stands for one thing, such as E1042 or 3.1.4. Another
// that looks like it is another thing.
func isCode(t text.Token) bool {
	return strings.ContainsFunc(t.Raw, unicode.IsDigit) && (!t.Number || strings.Count(t.Raw, ".") > 1)
}

// Respelled returns the question with its unknown words as the passages spell them:
// names without their accents, numbers written otherwise, and typing errors. It
// returns the question unchanged if there are none.
func (q Query) Respelled(passages []rag.Passage) string {
	if q.Language != "" || !slices.ContainsFunc(q.Tokens, q.isUnknown) {
		return q.Text
	}
	var words []text.Token // of the passages
	seen := map[string]bool{}
	for _, p := range passages {
		all := text.Tokens(p.Chunk.Title + "\n" + p.Chunk.Section + "\n" + p.Text)
		for i, t := range all {
			if t.Number && i+1 < len(all) && magnitudes[all[i+1].Word] {
				t.Raw += " " + all[i+1].Raw
			}
			if !seen[t.Raw] && (t.Content || t.Number) {
				seen[t.Raw] = true
				words = append(words, t)
			}
		}
	}
	respelled := q.Text
	for _, t := range q.Tokens {
		if !q.isUnknown(t) || isCode(t) || t.Number && len(t.Key) == 1 { // people write "two" for 2
			continue
		}
		if as := spellingOf(t, words); as != "" {
			respelled = strings.Replace(respelled, t.Raw, as, 1)
		}
	}
	return respelled
}

// spellingOf returns the word that is most like a token, as it is written; "" if
// there is none that is probably the same. Numbers are the same if their values are,
// and names only resemble names.
func spellingOf(t text.Token, words []text.Token) string {
	best, least := "", maxDifferent+1e-9
	for _, w := range words {
		switch {
		case t.Number != w.Number, t.Name && !w.Name:
			continue
		case t.Number:
			if t.Key == w.Key && strings.ContainsFunc(t.Key, unicode.IsDigit) { // otherwise a month
				return w.Raw
			}
			continue
		case !t.Name && text.IsCommon(t.Key): // a common word is seldom a typing error
			continue
		}
		a, b := folded(t.Word), folded(w.Word)
		n := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
		if n < minRespelled || !nearLength(a, b) {
			continue
		}
		if d := float64(levenshtein.ComputeDistance(a, b)) / float64(n); d < least {
			best, least = w.Raw, d
		}
	}
	return best
}

// magnitudes are words that belong to the number before them.
var magnitudes = text.WordSet("hundred thousand million billion trillion")

const (
	minRespelled = 4   // letters of a word that may be spelled otherwise
	maxDifferent = .25 // share of its letters that may differ
)

// nearLength reports whether two words are so equally long that spellingOf may take
// one for the other. It is much faster than to compare them.
func nearLength(a, b string) bool {
	d := len(a) - len(b)
	return 4*max(d, -d) <= max(len(a), len(b))
}

// folded returns a word in Latin letters without marks, as people type a name whose
// script or letters their keyboard lacks.
// Of transliterations that differ in i, j and y, such as Yulia and Iuliia, it makes one.
func folded(word string) string {
	return oneI.ReplaceAllString(strings.ToLower(unidecode.Unidecode(word)), "i")
}

var oneI = regexp.MustCompile(`[ijy]+`)
