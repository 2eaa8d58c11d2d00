package check

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/text"
)

// source is text that may lend numbers and names to a claim. What it takes to
// compare them is read when it is first needed: most names are there as they are.
type source struct {
	text    string
	lower   string
	figures []text.Figure
	words   []string // in lower case and without accents, in order
	read    bool
}

func newSource(s string) *source { return &source{text: s, lower: strings.ToLower(s)} }

func (s *source) numbers() []text.Figure {
	if s.figures == nil {
		s.figures = append([]text.Figure{}, text.Figures(s.text)...)
	}
	return s.figures
}

func (s *source) all() []string {
	if !s.read {
		s.words, s.read = text.Words(s.text), true
	}
	return s.words
}

// has reports whether a word, in lower case, begins a word of the source.
func (s *source) has(word string) bool {
	for from := 0; word != ""; {
		i := strings.Index(s.lower[from:], word)
		if i < 0 {
			return false
		}
		if r, _ := utf8.DecodeLastRuneInString(s.lower[:from+i]); from+i == 0 || !unicode.IsLetter(r) {
			return true
		}
		from += i + len(word)
	}
	return false
}

// lacksNumbers returns the numbers of a claim that agree with none of the
// sources', as the claim writes them.
func lacksNumbers(claim []text.Figure, sources ...*source) []string {
	var missing []string
	for _, n := range claim {
		if n.Loose || slices.Contains(missing, n.Raw) {
			continue
		}
		if !slices.ContainsFunc(sources, func(s *source) bool { return slices.ContainsFunc(s.numbers(), n.Agrees) }) {
			missing = append(missing, n.Raw)
		}
	}
	return missing
}

// lacksNames returns the names of a claim that the sources do not have in any
// form.
func lacksNames(claim []text.Token, sources ...*source) []string {
	var missing []string
	for i, t := range claim {
		if !t.Name || slices.Contains(missing, t.Raw) {
			continue
		}
		raw := strings.ToLower(t.Raw)
		if slices.ContainsFunc(sources, func(s *source) bool { return s.has(raw) }) ||
			slices.ContainsFunc(sources, func(s *source) bool { return s.hasForm(t) || s.abbreviates(claim, i) }) {
			continue
		}
		missing = append(missing, t.Raw)
	}
	return missing
}

// hasForm reports whether the source has another form of a name: Belarus and
// Belarusian, Britain and British, NATO and the words of its initials.
func (s *source) hasForm(t text.Token) bool {
	return slices.ContainsFunc(s.all(), func(w string) bool { return related(t.Word, w) }) ||
		t.Raw == strings.ToUpper(t.Raw) && s.spellsOut(t.Word)
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

// spellsOut reports whether words of the source, one after the other, have the
// letters of an abbreviation as their initials.
func (s *source) spellsOut(letters string) bool {
	words := s.all()
	if len(letters) < 2 || len(letters) > 6 {
		return false
	}
	for i := 0; i+len(letters) <= len(words); i++ {
		n := 0
		for n < len(letters) && words[i+n][0] == letters[n] {
			n++
		}
		if n == len(letters) {
			return true
		}
	}
	return false
}

// abbreviates reports whether the source abbreviates the run of names around
// claim[i], as in "UN" for "United Nations".
func (s *source) abbreviates(claim []text.Token, i int) bool {
	from, to := i, i+1
	for from > 0 && claim[from-1].Name {
		from--
	}
	for to < len(claim) && claim[to].Name {
		to++
	}
	var initials strings.Builder
	for _, t := range claim[from:to] {
		r, _ := utf8.DecodeRuneInString(t.Word)
		initials.WriteRune(r)
	}
	return to-from > 1 && slices.Contains(s.all(), initials.String())
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
