package write

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/text"
)

// maxReply is the maximum number of bytes of a model's reply that is read. An
// answer takes less than 1 kB. A longer reply is usually endless repetition.
const maxReply = 32 << 10

// ParseReply splits a model's reply about n passages, numbered from 1, into
// claims. It accepts any text. It removes Markdown and HTML, lists of sources,
// and sentences that say that there is no answer. A sentence without a citation
// gets those of the next sentence in its paragraph. dangling counts the cited
// numbers that name no passage.
func ParseReply(reply string, n int) (claims []rag.Claim, dangling int) {
	for _, p := range paragraphs(plainReply(reply)) {
		text, marks, bad := text.CutCitations(p.text, n)
		dangling += bad
		all := p.claims(text)
		switch {
		case len(all) > 0:
			attach(all, text, marks)
		case len(claims) > 0: // a line with only citations
			for _, m := range marks {
				cite(&claims[len(claims)-1], m.Passages)
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
func cite(c *rag.Claim, passages []int) {
	for _, i := range passages {
		if x := (rag.Cite{Passage: i}); !slices.Contains(c.Cites, x) {
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
	rag.Claim
	text.Span
}

// claims splits the paragraph's text into sentences.
func (p paragraph) claims(body string) []placed {
	var all []placed
	for _, s := range text.Sentences(body, text.Span{Start: 0, End: len(body)}) {
		if !text.HasWord(s.Of(body)) {
			continue
		}
		c := placed{rag.Claim{Text: strings.Join(strings.Fields(s.Of(body)), " "), Break: " "}, s}
		if len(all) == 0 {
			c.Break = p.brk
		}
		all = append(all, c)
	}
	return all
}

// attach gives each claim the citations within it and after it, up to the next
// claim. If a paragraph begins with a citation and does not end with one, its
// citations belong to the sentences after them.
func attach(claims []placed, text string, marks []text.CitationMark) {
	before := len(marks) > 0 && marks[0].At == 0 && marks[len(marks)-1].At < len(strings.TrimSpace(text))
	for _, m := range marks {
		i := 0
		for i+1 < len(claims) && (claims[i+1].Start < m.At || before && claims[i].End <= m.At) {
			i++
		}
		cite(&claims[i].Claim, m.Passages)
	}
}
