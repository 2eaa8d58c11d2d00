package text

import (
	"iter"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	punkt "github.com/neurosnap/sentences"
	"github.com/neurosnap/sentences/english"

	"footnote/rag/internal/lazyregexp"
)

// Span is the byte range [Start, End) of a text.
type Span struct{ Start, End int }

// Of returns the part of text that the span covers.
func (s Span) Of(text string) string { return text[s.Start:s.End] }

// Sentences returns the sentences of text in a span, in order and without
// surrounding white space. Every rune that is not white space is in exactly one
// sentence. Sentences returns nil if there is only white space.
func Sentences(text string, at Span) []Span {
	var all []Span
	for _, b := range paragraphs(text, at) {
		from := len(all)
		for _, one := range split(text, b) {
			switch {
			case one.Start == one.End:
			case len(all) > from && !HasWord(one.Of(text)): // a closing quotation mark by itself
				all[len(all)-1].End = one.End
			default:
				all = append(all, one)
			}
		}
	}
	return all
}

// split cuts a paragraph into sentences without surrounding white space. Punkt
// decides where [endsAt] is unsure.
func split(text string, b Span) []Span {
	found := map[int]bool{}
	for _, s := range splitter().Tokenize(b.Of(text)) {
		if r, _ := utf8.DecodeLastRuneInString(text[b.Start : b.Start+s.End]); !strings.ContainsRune(spacelessStops, r) {
			found[b.Start+s.End] = true
		}
	}
	var all []Span
	from := b.Start
	for _, to := range append(spacelessEnds(text, b), b.End) {
		start := from
		for _, end := range append(boundaries(text, Span{from, to}, found), to) {
			all = append(all, Trim(text, Span{start, end}))
			start = end
		}
		from = to
	}
	return all
}

// splitter returns the Punkt sentence splitter. Its training data takes tens of
// milliseconds to parse, so it is loaded on first use.
var splitter = sync.OnceValue(func() *punkt.DefaultSentenceTokenizer {
	t, err := english.NewSentenceTokenizer(nil)
	if err != nil {
		panic(err) // the training data is embedded in the binary
	}
	return t
})

// paragraphs cuts text at line ends where a sentence cannot continue: at empty
// lines, before list items and table rows, and after a short line (a title, a
// line of verse) before a capital letter or digit. Other line ends may come
// from wrapping at a column.
func paragraphs(text string, at Span) []Span {
	var all []Span
	start, last := at.Start, ""
	for line := range Lines(text, at) {
		s := line.Of(text)
		if strings.TrimSpace(s) == "" || isBreakBetween(last, s) {
			if start < line.Start {
				all = append(all, Span{start, line.Start})
			}
			start = line.Start
		}
		last = strings.TrimSpace(s)
	}
	if start < at.End {
		all = append(all, Span{start, at.End})
	}
	return all
}

// isBreakBetween reports whether a text breaks between the line last, without
// surrounding white space, and the line after it.
func isBreakBetween(last, line string) bool {
	line = strings.TrimSpace(line)
	first, _ := utf8.DecodeRuneInString(line)
	switch {
	case last == "":
		return false
	case strings.HasPrefix(line, "- "), strings.HasPrefix(line, "* "), strings.HasPrefix(line, "• "), numberedItem.MatchString(line), strings.Contains(line, " | "):
		return true
	case utf8.RuneCountInString(last) >= minWrapped, !unicode.IsUpper(first) && !unicode.IsDigit(first):
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(last)
	return !strings.ContainsRune(",;:–—-", end)
}

// numberedItem matches the start of an item of a numbered list, as Markdown is read.
var numberedItem = lazyregexp.New(`^\d{1,3}\) \S`)

// minWrapped is the length in runes from which a line may have been wrapped at
// a column.
const minWrapped = 50

// Lines yields the lines of text in a span, with their line ends.
func Lines(text string, at Span) iter.Seq[Span] {
	return func(yield func(Span) bool) {
		for start := at.Start; start < at.End; {
			end := at.End
			if i := strings.IndexByte(text[start:at.End], '\n'); i >= 0 {
				end = start + i + 1
			}
			if !yield(Span{start, end}) {
				return
			}
			start = end
		}
	}
}

// Trim returns the span without white space at its ends. A span of only white
// space becomes empty.
func Trim(text string, s Span) Span {
	t := s.Of(text)
	s.Start += len(t) - len(strings.TrimLeftFunc(t, unicode.IsSpace))
	s.End -= len(t) - len(strings.TrimRightFunc(t, unicode.IsSpace))
	return Span{s.Start, max(s.Start, s.End)}
}

// EndsSentence reports whether s ends with the punctuation of a sentence, apart
// from closing quotation marks, brackets and emphasis.
func EndsSentence(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "]*_ "+spacelessClosing))
	return strings.ContainsRune(".!?…"+spacelessStops, r)
}

// IsQuestion reports whether s ends with a question mark, apart from closing quotation
// marks and brackets.
func IsQuestion(s string) bool { return strings.HasSuffix(strings.TrimRight(s, `"'’”) `), "?") }

// HasWord reports whether s contains a letter or a number.
func HasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}
