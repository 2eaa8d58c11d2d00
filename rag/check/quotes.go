package check

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/text"
)

// folded is a text in which quotes are looked up: without case, and with one
// form of white space, quotation marks, dashes and ellipses.
type folded struct {
	text   string
	starts []int // byte offset in the original of each byte of text, and of its end
}

// fold returns a text in the form for looking up. It leaves out invalid bytes.
func fold(s string) folded {
	f := folded{starts: make([]int, 0, len(s)+1)}
	var b strings.Builder
	space := true // no white space at the beginning
	for i, r := range s {
		out := string(unicode.ToLower(r))
		switch {
		case r == utf8.RuneError:
			continue
		case unicode.IsSpace(r):
			if space {
				continue
			}
			out = " "
		case strings.ContainsRune("“”„‟«»″", r):
			out = `"`
		case strings.ContainsRune("‘’‚‛‹›′`´", r):
			out = "'"
		case strings.ContainsRune("‐‑‒–—―−", r):
			out = "-"
		case r == '…':
			out = "..."
		}
		for range len(out) {
			f.starts = append(f.starts, i)
		}
		b.WriteString(out)
		space = out == " "
	}
	f.text = strings.TrimRight(b.String(), " ")
	f.starts = append(f.starts[:len(f.text)], len(strings.TrimRightFunc(s, unicode.IsSpace)))
	return f
}

// find returns the byte range of a quote in the original text. Parts around an
// ellipsis must follow each other. The quote's own quotation marks, and
// punctuation at its end, need not be there.
func (f folded) find(quote string) (text.Span, bool) {
	found := text.Span{Start: -1}
	from := 0
	for part := range strings.SplitSeq(fold(quote).text, "...") {
		part = strings.Trim(strings.TrimRight(strings.Trim(part, ` "'`), ".,;:!?"), ` "'`)
		if part == "" {
			continue
		}
		i := strings.Index(f.text[from:], part)
		if i < 0 {
			return text.Span{}, false
		}
		if found.Start < 0 {
			found.Start = f.starts[from+i]
		}
		from += i + len(part)
		found.End = f.starts[from]
	}
	return found, found.Start >= 0
}

// quotation matches words in double quotation marks. Single marks are too often
// apostrophes.
var quotation = regexp.MustCompile(`“([^“”]+)”|"([^"]+)"|«([^«»]+)»|„([^„“”]+)[“”]`)

// maxEmphasis is the maximum number of words in quotation marks that may be mere
// emphasis. More words are a quotation.
const maxEmphasis = 3

// unsaid returns the quotations in a sentence that no passage and no title has.
func (s *sources) unsaid(sentence string) []string {
	var all []string
	for _, m := range quotation.FindAllStringSubmatch(sentence, -1) {
		if said := cmp.Or(m[1:]...); len(text.Words(said)) > maxEmphasis && !s.has(said) {
			all = append(all, said)
		}
	}
	return all
}

// has reports whether a passage or a title has a quote.
func (s *sources) has(quote string) bool {
	for _, p := range s.passages {
		if _, ok := p.folded().find(quote); ok {
			return true
		}
		if _, ok := fold(p.Chunk.Title).find(quote); ok {
			return true
		}
	}
	return false
}
