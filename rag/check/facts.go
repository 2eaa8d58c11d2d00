package check

import (
	"slices"
	"strings"
	"unicode"

	"footnote/rag"
	"footnote/rag/text"
)

// facts are the numbers and names that a source may lend to a claim.
type facts struct {
	figures []text.Figure
	words   map[string]bool // keys of all words
	lower   []string        // all words in lower case, in order
}

func factsOf(texts ...string) facts {
	f := facts{words: map[string]bool{}}
	for _, s := range texts {
		f.figures = append(f.figures, text.Figures(s)...)
		all := text.Tokens(s)
		for k := range text.KeySet(s, all) {
			f.words[k] = true
		}
		for _, t := range all {
			f.lower = append(f.lower, t.Word)
		}
		f.lower = append(f.lower, "")
	}
	return f
}

// and returns the facts of both.
func (f facts) and(g facts) facts {
	words := make(map[string]bool, len(f.words)+len(g.words))
	for _, m := range []map[string]bool{f.words, g.words} {
		for k := range m {
			words[k] = true
		}
	}
	return facts{slices.Concat(f.figures, g.figures), words, slices.Concat(f.lower, g.lower)}
}

// lacksNumbers returns the numbers of a claim that agree with none of the
// source's, as the claim writes them.
func (f facts) lacksNumbers(claim []text.Figure) []string {
	var missing []string
	for _, n := range claim {
		if !n.Loose && !slices.ContainsFunc(f.figures, n.Agrees) && !slices.Contains(missing, n.Raw) {
			missing = append(missing, n.Raw)
		}
	}
	return missing
}

// lacksNames returns the names of a claim that the source does not have in any
// form.
func (f facts) lacksNames(claim []text.Token) []string {
	var missing []string
	for i, t := range claim {
		if t.Name && !f.hasName(t) && !f.hasInitials(claim, i) && !slices.Contains(missing, t.Raw) {
			missing = append(missing, t.Raw)
		}
	}
	return missing
}

// hasName reports whether the source has a name, or a word of the same origin:
// Belarus and Belarusian, Britain and British, NATO and the words of its
// initials.
func (f facts) hasName(t text.Token) bool {
	if f.words[t.Key] {
		return true
	}
	word := t.Word
	for w := range f.words {
		if related(word, w) {
			return true
		}
	}
	return t.Raw == strings.ToUpper(t.Raw) && f.spelledOut(word)
}

// related reports whether two words probably come from one name: the longer of
// them begins as the shorter does, but for the ending.
func related(a, b string) bool {
	if d := demonyms[a]; d != "" && strings.HasPrefix(b, d) {
		return true
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n >= 4 && n >= min(len(a), len(b))-2
}

// demonyms are adjectives that do not begin as the name of their country does,
// with the beginning of that name.
var demonyms = map[string]string{
	"french": "franc", "dutch": "netherland", "spanish": "spain", "danish": "denmark", "swiss": "switzerland", "greek": "greece",
	"welsh": "wale", "irish": "ireland", "turkish": "turk", "polish": "poland", "finnish": "finland", "british": "brit",
	"american": "america", "chinese": "china", "thai": "thailand", "cuban": "cuba", "iraqi": "iraq", "iranian": "iran",
}

// spelledOut reports whether words of the source, one after the other, have the
// letters of an abbreviation as their initials.
func (f facts) spelledOut(letters string) bool {
	if len(letters) < 2 || len(letters) > 6 {
		return false
	}
	for i := range f.lower {
		n := 0
		for _, w := range f.lower[i:] {
			if w == "" || n == len(letters) || w[0] != letters[n] {
				break
			}
			n++
		}
		if n == len(letters) {
			return true
		}
	}
	return false
}

// hasInitials reports whether the source abbreviates the run of names around
// claim[i], as in "UN" for "United Nations".
func (f facts) hasInitials(claim []text.Token, i int) bool {
	from, to := i, i+1
	for from > 0 && claim[from-1].Name {
		from--
	}
	for to < len(claim) && claim[to].Name {
		to++
	}
	var initials strings.Builder
	for _, t := range claim[from:to] {
		for _, r := range t.Word {
			if unicode.IsLetter(r) {
				initials.WriteRune(r)
			}
			break
		}
	}
	return to-from > 1 && slices.Contains(f.lower, initials.String())
}

// head returns what a passage's title and date lend to claims: names and dates,
// never what is claimed of them.
func head(p rag.Passage) string {
	h := p.Chunk.Title + "\n" + p.Chunk.Section
	if !p.Chunk.Published.IsZero() {
		h += "\n" + p.Chunk.Published.UTC().Format("January 2, 2006")
	}
	return h
}
