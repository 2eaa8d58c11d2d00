package rag

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxReply is how much of a model's reply is read, in bytes. Three sentences
// take less than one; the rest is a model that has lost its way.
const maxReply = 32 << 10

// parseReply reads what a model wrote about n passages, numbered from 1. It
// takes whatever it is given: marks of Markdown and HTML are dropped, and so
// are lists of sources and sentences that say the passages hold no answer. A
// sentence that cites nothing rests on what the next one of its paragraph
// cites. Of a citation mark every number that names no passage counts as
// dangling.
func parseReply(reply string, n int) (claims []Claim, dangling int) {
	for _, p := range paragraphs(plainReply(reply)) {
		text, marks, bad := cutMarks(p.text, n)
		dangling += bad
		all := p.claims(text)
		switch {
		case len(all) > 0:
			attach(all, text, marks)
		case len(claims) > 0: // a line of nothing but citations
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
	// quoted is how our own prompt begins a passage: small models copy it.
	quoted = regexp.MustCompile(`<passage [0-9a-f]{8}>\s*(?:Title:.*\n)?(?:Date:.*\n)?`)
	fence  = regexp.MustCompile("(?m)^[ \t]*(?:```+|~~~+)[ \t]*\\w*[ \t]*$")
	inline = regexp.MustCompile(`</?(?i:a|b|code|em|i|mark|s|small|span|strong|sub|sup|u)(?:\s[^<>]*)?>`)
	tag    = regexp.MustCompile(`(?s)<!--.*?-->|</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>`)
)

// plainReply takes from a reply what is no text: thoughts, tags, emphasis,
// control characters and broken UTF-8.
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

// printable drops what could steer a terminal, and what a server put for bytes
// that are no text.
func printable(r rune) rune {
	if r == utf8.RuneError || r != '\n' && r != '\t' && unicode.IsControl(r) {
		return -1
	}
	return r
}

// paragraph is a paragraph or a list item of a reply.
type paragraph struct {
	brk  string // what stands before it
	text string // on one line
}

var (
	item     = regexp.MustCompile(`^(?:[-*+•–]|\d{1,3}[.)])\s+`)
	label    = regexp.MustCompile(`^(?i:(?:the )?(?:final |short )?answer(?: is)?:)\s*`)
	rule     = regexp.MustCompile(`^(?:[-*_=~]\s*){3,}$`)
	sources  = regexp.MustCompile(`^(?i:sources?|references?|citations?|footnotes?|notes?|quellen)(?: used| cited)?:?$`)
	sourceOf = regexp.MustCompile(`^\[\^[^\]\s]+\]:`) // Markdown's footnotes
)

// paragraphs cuts a reply at empty lines and list items, up to its list of
// sources.
func paragraphs(text string) []paragraph {
	var all []paragraph
	brk, fresh := "", true // fresh: the next line begins a paragraph
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

// placed is a claim and where it stands in its paragraph's text.
type placed struct {
	Claim
	span
}

// claims cuts the paragraph's text into its sentences.
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

// mark is what stood at a place in a text: citations.
type mark struct {
	at       int
	passages []int // counted from 0
}

// attach gives each claim the citations within it and after it, up to the next.
// Where a paragraph begins with a citation and does not end with one, they
// stand before their sentences.
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

// citationMark finds [1], [1, 2], [1-3], [^1], [[1]], 【1】, 【4:0†source】,
// [Passage 1] and a link under such a mark. Numbers in parentheses are not
// citations: prose is full of them.
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

// cutMarks takes the citation marks out of text, with the space before them.
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
	if citationMark.MatchString(plain) { // [[1]2]: what is left must not look like a footnote
		plain = unbracket.Replace(plain)
	}
	return plain, marks, dangling
}

// unbracket leaves every other byte in its place.
var unbracket = strings.NewReplacer("[", " ", "]", " ", "【", "   ", "】", "   ", "［", "   ", "］", "   ")

// hasMark reports whether text contains a citation mark.
func hasMark(text string) bool { return citationMark.MatchString(text) }

// readMark reads the numbers of a citation mark.
func readMark(s string, n int) (passages []int, dangling int) {
	if i := strings.IndexByte(s, '('); i > 0 {
		s = s[:i] // a link
	}
	for _, m := range citationNumber.FindAllStringSubmatch(s, -1) {
		from, err := strconv.Atoi(m[1])
		to := from
		if m[3] != "" && m[2] != ":" { // 4:0 is passage 4 of a search in OpenAI's marks
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
