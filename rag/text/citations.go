package text

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CitationMark is a citation mark, such as [1, 2], that was cut out of a text.
type CitationMark struct {
	At       int   // byte offset in the remaining text
	Passages []int // indices of the cited passages, from 0; nil if the mark names none
}

// CutCitations removes citation marks and the spaces before them from text. It
// returns the rest, the marks in order, and how many numbers in them name none
// of the n passages.
func CutCitations(text string, n int) (plain string, marks []CitationMark, dangling int) {
	var b []byte
	last := 0
	for _, m := range citationPattern.FindAllStringIndex(text, -1) {
		b = append(b, text[last:m[0]]...)
		for len(b) > 0 && b[len(b)-1] == ' ' {
			b = b[:len(b)-1]
		}
		passages, bad := readMark(text[m[0]:m[1]], n)
		dangling += bad
		marks = append(marks, CitationMark{len(b), passages})
		last = m[1]
		if r, _ := utf8.DecodeRuneInString(text[last:]); len(b) > 0 && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
			b = append(b, ' ')
		}
	}
	plain = string(append(b, text[last:]...))
	if citationPattern.MatchString(plain) { // [[1]2]: the rest must not look like a footnote
		plain = unbracket.Replace(plain)
	}
	return plain, marks, dangling
}

// HasCitation reports whether text contains a citation mark.
func HasCitation(text string) bool { return citationPattern.MatchString(text) }

// readMark returns the passages that a mark names, counted from 0. dangling
// counts the numbers that name none of the n passages.
func readMark(s string, n int) (passages []int, dangling int) {
	if i := strings.IndexByte(s, '('); i > 0 {
		s = s[:i] // a link
	}
	for _, m := range citationNumber.FindAllStringSubmatch(s, -1) {
		from, err := strconv.Atoi(m[1])
		to := from
		if m[3] != "" && m[2] != ":" { // OpenAI's mark 4:0 names passage 4
			to, _ = strconv.Atoi(m[3])
		}
		if err != nil || from < 1 || to > n || to < from {
			dangling++
		}
		if err != nil {
			continue
		}
		for i := max(from, 1); i <= min(to, n); i++ {
			passages = append(passages, i-1)
		}
	}
	return passages, dangling
}

// citationPattern matches [1], [1, 2], [1-3], [^1], [[1]], 【1】, 【4:0†source】,
// [Passage 1], and a Markdown link such as [1](https://example.com). Numbers in
// parentheses do not match, because prose is full of them.
var citationPattern = func() *regexp.Regexp {
	const (
		word   = `(?i:passages?|articles?|sources?|references?|refs?\.?|documents?|docs?|and|&):?`
		number = `\^?#?\d+(?:\s*[-–—:]\s*\d+)?(?:†[^\]】\n]*)?`
		link   = `(?:\([^()\s]*\))?`
		list   = `\s*(?:` + word + `\s*)?` + number + `(?:[\s,;、，]*(?:` + word + `\s*)?` + number + `)*\s*`
	)
	return regexp.MustCompile(`\[\[` + list + `\]` + link + `\]` + link + `|[\[【［]` + list + `[\]】］]` + link)
}()

// citationNumber matches a number or a range of numbers in a citation mark. Its
// groups are the first number, the separator and the last number.
var citationNumber = regexp.MustCompile(`(\d+)(?:\s*([-–—:])\s*(\d+))?(?:†[^\]】,;]*)?`)

// unbracket replaces brackets with spaces and keeps all byte offsets.
var unbracket = strings.NewReplacer("[", " ", "]", " ", "【", "   ", "】", "   ", "［", "   ", "］", "   ")
