package check

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/text"
)

// sources holds what claims are checked against: the question and the passages.
type sources struct {
	question *source
	passages []*passage
}

func newSources(question string, passages []rag.Passage) *sources {
	s := &sources{question: newSource(question)}
	for _, p := range passages {
		if p.Sentences == nil {
			for _, at := range text.Sentences(p.Text, text.Span{End: len(p.Text)}) {
				p.Sentences = append(p.Sentences, rag.ScoredSentence{Start: p.Start + at.Start, End: p.Start + at.End})
			}
		}
		s.passages = append(s.passages, &passage{Passage: p})
	}
	return s
}

// everything returns the question and all passages.
func (s *sources) everything() []*source {
	all := []*source{s.question}
	for _, p := range s.passages {
		all = append(all, p.source())
	}
	return all
}

// passage is a passage that is cut into sentences, with what was read of it so
// far. The fields are nil until they are needed.
type passage struct {
	rag.Passage
	whole      *source
	foldedText *folded
	keySets    []map[string]bool // of the words of each sentence
}

// head returns what a passage's title and date lend to claims: names and dates,
// never what is claimed of them.
func (p *passage) head() string {
	h := p.Chunk.Title + "\n" + p.Chunk.Section
	if !p.Chunk.Published.IsZero() {
		h += "\n" + p.Chunk.Published.UTC().Format("January 2, 2006")
	}
	return h
}

// text returns the text of a cite of the passage.
func (p *passage) text(x rag.Cite) string { return p.Of(x.Start, x.End) }

// source returns the passage with its title and date.
func (p *passage) source() *source {
	if p.whole == nil {
		p.whole = newSource(p.head() + "\n" + p.Text)
	}
	return p.whole
}

func (p *passage) folded() *folded {
	if p.foldedText == nil {
		f := fold(p.Text)
		p.foldedText = &f
	}
	return p.foldedText
}

// keys returns the keys of the words of each sentence.
func (p *passage) keys() []map[string]bool {
	if p.keySets == nil {
		for _, s := range p.Sentences {
			one := p.SentenceText(s)
			p.keySets = append(p.keySets, text.KeySet(one, text.Tokens(one)))
		}
	}
	return p.keySets
}

// source is text that may lend numbers and names to a claim. What it takes to
// compare them is read when it is first needed, because most names are there as
// they are.
type source struct {
	text, lower string
	figures     []text.Figure
	words       []string // in lower case and without accents, in order
	hasFigures  bool     // figures is read
	hasWords    bool     // words is read
}

func newSource(s string) *source { return &source{text: s, lower: strings.ToLower(s)} }

func (s *source) allFigures() []text.Figure {
	if !s.hasFigures {
		s.figures, s.hasFigures = text.Figures(s.text), true
	}
	return s.figures
}

func (s *source) allWords() []string {
	if !s.hasWords {
		s.words, s.hasWords = text.Words(s.text), true
	}
	return s.words
}

// missingNumbers returns the numbers of a claim that agree with none of the
// sources', as the claim writes them.
func missingNumbers(claim string, sources []*source) []string {
	var missing []string
	for _, n := range text.Figures(claim) {
		if n.Loose || slices.Contains(missing, n.Raw) {
			continue
		}
		if !slices.ContainsFunc(sources, func(s *source) bool { return slices.ContainsFunc(s.allFigures(), n.Agrees) }) {
			missing = append(missing, n.Raw)
		}
	}
	return missing
}

// missingNames returns the names of a claim that the sources do not have in any
// form.
func missingNames(claim []text.Token, sources []*source) []string {
	var missing []string
	for i, t := range claim {
		if !t.Name || slices.Contains(missing, t.Raw) {
			continue
		}
		raw := strings.ToLower(t.Raw)
		if !slices.ContainsFunc(sources, func(s *source) bool { return s.has(raw) }) &&
			!slices.ContainsFunc(sources, func(s *source) bool { return s.hasForm(t) || s.abbreviates(claim, i) }) {
			missing = append(missing, t.Raw)
		}
	}
	return missing
}

// has reports whether a word, in lower case, begins a word of the source.
func (s *source) has(word string) bool {
	for from := 0; word != ""; {
		i := strings.Index(s.lower[from:], word)
		if i < 0 {
			return false
		}
		if r, _ := utf8.DecodeLastRuneInString(s.lower[:from+i]); !unicode.IsLetter(r) {
			return true
		}
		from += i + len(word)
	}
	return false
}

// hasForm reports whether the source has another form of a name: Belarus and
// Belarusian, Britain and British, NATO and the words of its initials.
func (s *source) hasForm(t text.Token) bool {
	return slices.ContainsFunc(s.allWords(), func(w string) bool { return related(t.Word, w) }) ||
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

// demonyms maps adjectives that do not begin as the name of their country does
// to the beginning of that name.
var demonyms = map[string]string{
	"french": "franc", "dutch": "netherland", "spanish": "spain", "danish": "denmark", "swiss": "switzerland", "greek": "greece",
	"welsh": "wale", "irish": "ireland", "turkish": "turk", "polish": "poland", "finnish": "finland", "british": "brit",
	"american": "america", "chinese": "china", "thai": "thailand", "cuban": "cuba", "iraqi": "iraq", "iranian": "iran",
}

// spellsOut reports whether words of the source, one after the other, have the
// letters of an abbreviation as their initials.
func (s *source) spellsOut(abbreviation string) bool {
	letters, words := []rune(abbreviation), s.allWords()
	if len(letters) < 2 || len(letters) > 6 {
		return false
	}
	for i := 0; i+len(letters) <= len(words); i++ {
		if initials(words[i:i+len(letters)]) == abbreviation {
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
	var words []string
	for _, t := range claim[from:to] {
		words = append(words, t.Word)
	}
	return len(words) > 1 && slices.Contains(s.allWords(), initials(words))
}

// initials returns the first letters of words, none of which is empty.
func initials(words []string) string {
	var b strings.Builder
	for _, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		b.WriteRune(r)
	}
	return b.String()
}
