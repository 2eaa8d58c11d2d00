package rag

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxReply is the maximum number of bytes of a model's reply that is read. An
// answer takes less than 1 kB. A longer reply is usually endless repetition.
const maxReply = 32 << 10

// parseReply splits a model's reply about n passages, numbered from 1, into
// claims. It accepts any text. It removes Markdown and HTML, lists of sources,
// and sentences that say that there is no answer. A sentence without a citation
// gets those of the next sentence in its paragraph. dangling counts the cited
// numbers that name no passage.
func parseReply(reply string, n int) (claims []Claim, dangling int) {
	for _, p := range paragraphs(plainReply(reply)) {
		text, marks, bad := cutMarks(p.text, n)
		dangling += bad
		all := p.claims(text)
		switch {
		case len(all) > 0:
			attach(all, text, marks)
		case len(claims) > 0: // a line with only citations
			for _, m := range marks {
				cite(&claims[len(claims)-1], m.passages)
			}
		}
		for _, c := range all {
			claims = append(claims, c.Claim)
		}
	}
	for i := len(claims) - 2; i >= 0; i-- {
		c, next := &claims[i], claims[i+1]
		if len(c.Cites) == 0 && (next.Break == " " || strings.HasSuffix(c.Text, ":")) {
			c.Cites = slices.Clone(next.Cites)
		}
	}
	claims = slices.DeleteFunc(claims, noAnswer)
	if len(claims) > 0 {
		claims[0].Break = ""
	}
	return claims, dangling
}

// cite adds passages to what a claim cites, each once.
func cite(c *Claim, passages []int) {
	for _, i := range passages {
		if x := (Cite{Passage: i}); !slices.Contains(c.Cites, x) {
			c.Cites = append(c.Cites, x)
		}
	}
}

var (
	// quoted matches the beginning of a passage in our own prompt, which small
	// models copy.
	quoted = regexp.MustCompile(`<passage [0-9a-f]{8}>\s*(?:Title:.*\n)?(?:Date:.*\n)?`)
	fence  = regexp.MustCompile("(?m)^[ \t]*(?:```+|~~~+)[ \t]*\\w*[ \t]*$")
	inline = regexp.MustCompile(`</?(?i:a|b|code|em|i|mark|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>`)
	tag    = regexp.MustCompile(`(?s)<!--.*?-->|</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>`)
)

// plainReply removes thoughts, tags, emphasis, control characters and invalid
// UTF-8 from a reply, and cuts it to maxReply.
func plainReply(s string) string {
	for _, name := range []string{"think>", "thinking>"} {
		if i := strings.LastIndex(s, "</"+name); i >= 0 {
			s = s[i+len("</"+name):]
		}
		s, _, _ = strings.Cut(s, "<"+name)
	}
	if len(s) > maxReply {
		s = s[:maxReply]
	}
	s = strings.ToValidUTF8(s, "")
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	s = fence.ReplaceAllString(quoted.ReplaceAllString(s, "\n"), "")
	s = tag.ReplaceAllString(inline.ReplaceAllString(s, ""), "\n")
	s = strings.NewReplacer("**", "", "__", "", "`", "").Replace(s)
	return strings.Map(printable, s)
}

// printable returns -1 for control characters, which could steer a terminal,
// and for the replacement character, which a server may write for invalid
// bytes. It returns other runes unchanged.
func printable(r rune) rune {
	if r == utf8.RuneError || r != '\n' && r != '\t' && unicode.IsControl(r) {
		return -1
	}
	return r
}

// paragraph is a paragraph or a list item of a reply.
type paragraph struct {
	brk  string // the white space and list mark before it
	text string // on one line
}

var (
	item     = regexp.MustCompile(`^(?:[-*+•–]|\d{1,3}[.)])\s+`)
	label    = regexp.MustCompile(`^(?i:(?:the )?(?:final |short )?answer(?: is)?:)\s*`)
	rule     = regexp.MustCompile(`^(?:[-*_=~]\s*){3,}$`)
	sources  = regexp.MustCompile(`^(?i:sources?|references?|citations?|footnotes?|notes?|quellen)(?: used| cited)?:?$`)
	sourceOf = regexp.MustCompile(`^\[\^[^\]\s]+\]:`) // a footnote in Markdown
)

// paragraphs splits a reply at empty lines, headings and list items. It stops
// at a list of sources.
func paragraphs(text string) []paragraph {
	var all []paragraph
	brk, fresh := "", true // fresh: the next line starts a paragraph
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		l = strings.TrimSpace(strings.TrimLeft(l, ">"))
		heading := strings.HasPrefix(l, "#")
		l = strings.TrimSpace(strings.TrimLeft(l, "#"))
		if sources.MatchString(l) {
			break
		}
		switch m := item.FindString(l); {
		case l == "", rule.MatchString(l), sourceOf.MatchString(l):
			fresh, brk = true, "\n\n"
			continue
		case m != "":
			fresh, brk, l = true, "\n- ", l[len(m):]
		case heading:
			fresh, brk = true, "\n\n"
		}
		if len(all) == 0 {
			l = label.ReplaceAllString(l, "")
		}
		if fresh {
			all = append(all, paragraph{brk, l})
		} else {
			all[len(all)-1].text += " " + l
		}
		fresh = heading
		if heading {
			brk = "\n\n"
		}
	}
	return all
}

// placed is a claim and its position in its paragraph's text.
type placed struct {
	Claim
	span
}

// claims splits the paragraph's text into sentences.
func (p paragraph) claims(text string) []placed {
	var all []placed
	for _, s := range sentences(text, span{0, len(text)}) {
		if !hasWord(s.of(text)) {
			continue
		}
		c := placed{Claim{Text: strings.Join(strings.Fields(s.of(text)), " "), Break: " "}, s}
		if len(all) == 0 {
			c.Break = p.brk
		}
		all = append(all, c)
	}
	return all
}

// mark holds the citations that a mark made, and the byte offset where the mark
// was cut out.
type mark struct {
	at       int
	passages []int // counted from 0
}

// attach gives each claim the citations within it and after it, up to the next
// claim. If a paragraph begins with a citation and does not end with one, its
// citations belong to the sentences after them.
func attach(claims []placed, text string, marks []mark) {
	before := len(marks) > 0 && marks[0].at == 0 && marks[len(marks)-1].at < len(strings.TrimSpace(text))
	for _, m := range marks {
		i := 0
		for i+1 < len(claims) && (claims[i+1].start < m.at || before && claims[i].end <= m.at) {
			i++
		}
		cite(&claims[i].Claim, m.passages)
	}
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

// cutMarks removes citation marks and the spaces before them from text. n is
// the number of passages. dangling counts the numbers that name no passage.
func cutMarks(text string, n int) (plain string, marks []mark, dangling int) {
	var b []byte
	last := 0
	for _, m := range citationMark.FindAllStringIndex(text, -1) {
		b = append(b, text[last:m[0]]...)
		for len(b) > 0 && b[len(b)-1] == ' ' {
			b = b[:len(b)-1]
		}
		passages, bad := readMark(text[m[0]:m[1]], n)
		dangling += bad
		marks = append(marks, mark{len(b), passages})
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

// hasMark reports whether text contains a citation mark.
func hasMark(text string) bool { return citationMark.MatchString(text) }

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
