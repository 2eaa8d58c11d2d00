package text

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mark holds the citations that a mark made, and the byte offset where the mark
// was cut out.
type Mark struct {
	At       int
	Passages []int // counted from 0
}

// citationMark matches [1], [1, 2], [1-3], [^1], [[1]], 【1】, 【4:0†source】,
// [Passage 1], and a Markdown link such as [1](https://example.com). Numbers in
// parentheses do not match, because prose is full of them.
var citationMark = func() *regexp.Regexp {
	const (
		word   = `(?i:passages?|articles?|sources?|references?|refs?\.?|documents?|docs?|and|&):?`
		number = `\^?#?\d+(?:\s*[-–—:]\s*\d+)?(?:†[^\]】\n]*)?`
		link   = `(?:\([^()\s]*\))?`
		list   = `\s*(?:` + word + `\s*)?` + number + `(?:[\s,;、，]*(?:` + word + `\s*)?` + number + `)*\s*`
	)
	return regexp.MustCompile(`\[\[` + list + `\]` + link + `\]` + link + `|[\[【［]` + list + `[\]】］]` + link)
}()

var citationNumber = regexp.MustCompile(`(\d+)(?:\s*([-–—:])\s*(\d+))?(?:†[^\]】,;]*)?`)

// CutMarks removes citation marks and the spaces before them from text. n is
// the number of passages. dangling counts the numbers that name no passage.
func CutMarks(text string, n int) (plain string, marks []Mark, dangling int) {
	var b []byte
	last := 0
	for _, m := range citationMark.FindAllStringIndex(text, -1) {
		b = append(b, text[last:m[0]]...)
		for len(b) > 0 && b[len(b)-1] == ' ' {
			b = b[:len(b)-1]
		}
		passages, bad := readMark(text[m[0]:m[1]], n)
		dangling += bad
		marks = append(marks, Mark{len(b), passages})
		last = m[1]
		if r, _ := utf8.DecodeRuneInString(text[last:]); len(b) > 0 && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
			b = append(b, ' ')
		}
	}
	plain = string(append(b, text[last:]...))
	if citationMark.MatchString(plain) { // [[1]2]: the rest must not look like a footnote
		plain = unbracket.Replace(plain)
	}
	return plain, marks, dangling
}

// unbracket replaces brackets with spaces and keeps all byte offsets.
var unbracket = strings.NewReplacer("[", " ", "]", " ", "【", "   ", "】", "   ", "［", "   ", "］", "   ")

// HasMark reports whether text contains a citation mark.
func HasMark(text string) bool { return citationMark.MatchString(text) }

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
