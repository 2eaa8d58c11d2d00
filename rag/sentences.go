package rag

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	punkt "github.com/neurosnap/sentences"
	"github.com/neurosnap/sentences/english"
)

// span is a run of bytes [start, end) of an article's text.
type span struct{ start, end int }

func (s span) of(text string) string { return text[s.start:s.end] }

// splitter is the Punkt sentence splitter; its training data takes some 30 ms
// to read, so it is read when first needed.
var splitter = sync.OnceValue(func() *punkt.DefaultSentenceTokenizer {
	t, err := english.NewSentenceTokenizer(nil)
	if err != nil {
		panic(err) // the training data is part of the binary
	}
	return t
})

// sentences returns the sentences of text[at.start:at.end] in order, without
// the white space around them. Every rune that is not white space lies in
// exactly one of them.
func sentences(text string, at span) []span {
	var all []span
	for _, b := range blocks(text, at) {
		from := len(all)
		for _, s := range splitter().Tokenize(b.of(text)) {
			for _, one := range unjoin(text, span{b.start + s.Start, b.start + s.End}) {
				switch {
				case one.start == one.end:
				case len(all) > from && !hasWord(one.of(text)): // a closing quotation mark that stands alone
					all[len(all)-1].end = one.end
				default:
					all = append(all, one)
				}
			}
		}
	}
	return all
}

// spacedClose is the end of a sentence whose closing quotation marks have white
// space between them, as in “‘Why?’ ”, over which Punkt reads on.
var spacedClose = regexp.MustCompile(`[.?!…]['"’”»)\]]*\s+['"’”»)\]]+\s+`)

// numberEnd is a number with a stop behind it, over which Punkt reads on as if it
// were an ordinal: the word before, the number, the space behind, the word after.
var numberEnd = regexp.MustCompile(`(?:(\p{L}+)\.?\s+)?\b(\d(?:[\d.,]*\d)?)\s?\.['"’”»)\]]*(\s)\s*['"“‘«(\[]*(\p{Lu}\p{L}*)`)

// endsAt reports whether a sentence ends at a number. It does at a year and at
// 1,500 or 3.5. Another may be an ordinal, as many languages write them, but for
// a day behind its month and before a word such as "The".
func endsAt(before, number, after string) bool {
	return len(number) == 4 || strings.ContainsAny(number, ".,") || months[strings.ToLower(before)] != "" || stopWords[strings.ToLower(after)]
}

// unjoin cuts what Punkt took for one sentence, and trims the parts.
func unjoin(text string, s span) []span {
	s = trim(text, s)
	ends := []int{s.end}
	for _, at := range spacedClose.FindAllStringIndex(s.of(text), -1) {
		ends = append(ends, s.start+at[1])
	}
	for from := s.start; ; {
		at := numberEnd.FindStringSubmatchIndex(text[from:s.end])
		if at == nil {
			break
		}
		group := func(i int) string { return text[from+max(0, at[2*i]) : from+max(0, at[2*i+1])] }
		if from+at[4] > s.start && endsAt(group(1), group(2), group(4)) { // "1. The first" is an item of a list
			ends = append(ends, from+at[6])
		}
		from += at[6]
	}
	slices.Sort(ends)
	var all []span
	start := s.start
	for _, end := range ends {
		all = append(all, trim(text, span{start, end}))
		start = end
	}
	return all
}

// blocks cuts text at the line ends where a sentence cannot go on: at empty
// lines, before list items and table rows, after a short line that is followed
// by a capital (a title, a line of verse). Other line ends may be those of
// text wrapped at a column.
func blocks(text string, at span) []span {
	var all []span
	start, last := at.start, ""
	for line := range lines(text, at) {
		s := line.of(text)
		if strings.TrimSpace(s) == "" || breaksBefore(last, s) {
			if start < line.start {
				all = append(all, span{start, line.start})
			}
			start = line.start
		}
		last = strings.TrimSpace(s)
	}
	if start < at.end {
		all = append(all, span{start, at.end})
	}
	return all
}

// wrapped is the length in runes below which a line is not taken for one that
// was wrapped at a column.
const wrapped = 50

func breaksBefore(last, line string) bool {
	line = strings.TrimSpace(line)
	first, _ := utf8.DecodeRuneInString(line)
	switch {
	case last == "":
		return false
	case strings.HasPrefix(line, "- "), strings.HasPrefix(line, "* "), strings.HasPrefix(line, "• "), strings.Contains(line, " | "):
		return true
	case utf8.RuneCountInString(last) >= wrapped, !unicode.IsUpper(first) && !unicode.IsDigit(first):
		return false
	}
	end, _ := utf8.DecodeLastRuneInString(last)
	return !strings.ContainsRune(",;:–—-", end)
}

// lines yields the lines of text[at.start:at.end] with their line ends.
func lines(text string, at span) func(func(span) bool) {
	return func(yield func(span) bool) {
		for start := at.start; start < at.end; {
			end := at.end
			if i := strings.IndexByte(text[start:at.end], '\n'); i >= 0 {
				end = start + i + 1
			}
			if !yield(span{start, end}) {
				return
			}
			start = end
		}
	}
}

func trim(text string, s span) span {
	t := s.of(text)
	s.start += len(t) - len(strings.TrimLeftFunc(t, unicode.IsSpace))
	s.end -= len(t) - len(strings.TrimRightFunc(t, unicode.IsSpace))
	return span{s.start, max(s.start, s.end)}
}

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}
