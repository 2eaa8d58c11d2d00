package source

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"footnote/rag/internal/lazyregexp"
)

// html writes the text of HTML in the form of [markdownText]. It leaves out
// comments, scripts, styles, and the anchors and numbers that a program put
// beside headings and lines of code.
func (w *writer) html(raw string) {
	h := htmlWriter{writer: w, plain: plainCells(raw), outer: w.indent}
	for z := html.NewTokenizer(strings.NewReader(raw)); ; {
		kind := z.Next()
		if kind == html.ErrorToken { // the end: reading a string cannot fail
			h.end()
			if h.listed {
				w.indent, w.marker = h.outer, ""
			}
			return
		}
		h.token(kind, z.Token())
	}
}

// htmlWriter writes the tokens of HTML. Its markup may be incomplete, as that
// between two empty lines of Markdown is.
type htmlWriter struct {
	*writer
	line    bytes.Buffer
	level   int // of the heading that is open; 0: none
	cells   int // of the table row that is open
	cell    int // cells of the markup so far
	inCell  bool
	plain   []bool // whether each cell of the markup has only words
	outer   string // indent outside of its lists
	lists   []htmlList
	last    htmlList  // the list that ended last
	ended   int       // the length of the text then
	listed  bool      // whether the markup has list items
	code    int       // depth of open pre elements
	skip    atom.Atom // element that is left out until its end; 0: none
	skipped int       // depth of elements of that name in it
	anchor  int       // where the text of an open link to a place in the page begins, plus 1; 0: none
}

// htmlList is a list that is open.
type htmlList struct {
	indent  string // of its items' markers
	ordered bool
	number  int // of the next item
	step    int
}

// maxListIndent limits the depth to which nested lists are indented.
const maxListIndent = 10

func (h *htmlWriter) token(kind html.TokenType, t html.Token) {
	opens := kind == html.StartTagToken || kind == html.SelfClosingTagToken
	tag := t.DataAtom
	switch {
	case h.skip != 0:
		h.skipTo(kind, tag)
	case kind == html.TextToken:
		h.line.WriteString(t.Data)
	case kind == html.CommentToken || kind == html.DoctypeToken:
	case kind == html.StartTagToken && isSkipped(t):
		h.skip, h.skipped = tag, 1
	case h.code > 0 && tag != atom.Pre:
		h.codeTag(opens, t)
	case tag == atom.Pre && h.inPlainCell():
		h.line.WriteByte(' ')
	case tag == atom.Pre && opens:
		h.end()
		h.blankLine()
		h.code++
	case tag == atom.Pre:
		if h.code == 1 {
			h.endCode()
		}
		h.code = max(h.code-1, 0)
	case opens && tag == atom.Img:
		h.line.WriteString(attribute(t, "alt"))
	case tag == atom.A:
		h.link(opens, attribute(t, "href"))
	case tag == atom.Td || tag == atom.Th:
		h.tableCell(opens)
	case h.inPlainCell() && tag != atom.Tr && tag != atom.Table:
		if breaks[tag] || blocks[tag] {
			h.line.WriteByte(' ')
		}
	case headingLevel(tag) > 0:
		h.end()
		h.blankLine()
		if opens {
			h.level = headingLevel(tag)
		}
	case tag == atom.Ul || tag == atom.Ol || tag == atom.Menu:
		h.list(opens, t)
	case tag == atom.Li:
		h.item(opens, t)
	case blocks[tag]:
		h.end()
		h.blankLine()
	case breaks[tag]:
		h.end()
	}
}

// end ends a line of running text.
func (h *htmlWriter) end() {
	if h.code > 0 {
		h.endCode()
		h.code = 0
	}
	words := oneLine(tidy(h.line.String()))
	h.line.Reset()
	h.anchor = 0
	switch {
	case words == "":
	case h.level > 0 && h.nested == 0 && h.indent == "" && h.marker == "":
		h.writer.line(strings.Repeat("#", h.level) + " " + words)
	default:
		h.words(words)
	}
	h.level, h.cells, h.inCell = 0, 0, false
}

// codeTag writes what a tag in a pre element stands for. Some programs make an
// element of each line.
func (h *htmlWriter) codeTag(opens bool, t html.Token) {
	switch tag := t.DataAtom; {
	case tag == atom.Br || tag == atom.Img && opens:
		h.line.WriteString(tagBreak(t))
	case (breaks[tag] || blocks[tag]) && h.line.Len() > 0 && h.line.Bytes()[h.line.Len()-1] != '\n':
		h.line.WriteByte('\n')
	}
}

// endCode writes the lines of a pre element. Those that are only line numbers,
// in front of the code of a table, are left out.
func (h *htmlWriter) endCode() {
	text := strings.Trim(tidy(h.line.String()), "\n")
	h.line.Reset()
	if text != "" && !lineNumbers.MatchString(text) {
		h.codeLines(text)
		h.blankLine()
	}
}

var lineNumbers = lazyregexp.New(`^\s*1\s*\n(?:\s*\d{1,5}\s*(?:\n|$))+$`)

// link leaves out a link that marks a place in the page for readers to copy, such
// as "¶" behind a heading, or that leads to a note.
func (h *htmlWriter) link(opens bool, href string) {
	switch {
	case opens && strings.Contains(href, "#"):
		h.anchor = h.line.Len() + 1
	case opens:
		h.anchor = 0
	case h.anchor > 0:
		if text := string(h.line.Bytes()[h.anchor-1:]); !hasWord(text) || noteMark.MatchString(text) {
			h.line.Truncate(h.anchor - 1)
		}
		h.anchor = 0
	}
}

// noteMark matches the text of a link to a note, which would look like a
// footnote of an answer.
var noteMark = lazyregexp.New(`^\s*\[(?:\d{1,3}|[a-z])\]\s*$`)

func (h *htmlWriter) inPlainCell() bool {
	return h.inCell && h.cell <= len(h.plain) && h.plain[h.cell-1]
}

func (h *htmlWriter) tableCell(opens bool) {
	h.inCell = opens
	if !opens {
		return
	}
	h.cell++
	if h.cells++; h.cells > 1 {
		h.line.WriteString(" | ")
	}
}

func (h *htmlWriter) list(opens bool, t html.Token) {
	h.end()
	if opens {
		l := htmlList{indent: h.indent, ordered: t.DataAtom == atom.Ol, number: 1, step: 1}
		if h.marker != "" { // the list is all that its item has
			h.marker = ""
		}
		if n, err := strconv.Atoi(attribute(t, "start")); err == nil {
			l.number = n
		}
		if _, ok := attributeValue(t, "reversed"); ok {
			l.step = -1
		}
		h.blankLine()
		if h.out.Len() == h.ended && h.last.ordered == l.ordered && (!l.ordered || h.last.number == l.number) {
			h.gap = false // a program that makes a list of each item
		}
		h.lists = append(h.lists, l)
		return
	}
	if n := len(h.lists); n > 0 {
		h.last, h.ended = h.lists[n-1], h.out.Len()
		h.indent, h.marker = h.last.indent, ""
		h.lists = h.lists[:n-1]
	}
	h.blankLine()
}

func (h *htmlWriter) item(opens bool, t html.Token) {
	h.end()
	h.listed = true
	l := &htmlList{indent: h.outer}
	if n := len(h.lists); n > 0 {
		l = &h.lists[n-1]
	}
	h.indent, h.marker = l.indent, ""
	if !opens {
		return
	}
	marker := "- "
	if l.ordered {
		if n, err := strconv.Atoi(attribute(t, "value")); err == nil {
			l.number = n
		}
		marker = fmt.Sprintf("%d) ", l.number)
		l.number += l.step
	}
	h.marker = l.indent + marker
	if len(h.lists) < maxListIndent {
		h.indent = l.indent + "  "
	}
}

// isSkipped reports whether an element has no text for readers: a script, the
// number of a line of code or of a heading.
func isSkipped(t html.Token) bool {
	switch t.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Button, atom.Svg:
		return true
	case atom.Span, atom.Td, atom.Div, atom.Code, atom.A:
		return furniture.MatchString(attribute(t, "class"))
	}
	return false
}

// furniture matches the classes of the numbers and anchors beside headings and
// lines of code.
var furniture = lazyregexp.New(`(?:^|\s)(?:section-number|header-section-number|sectnum|secno|lineno|linenos|linenodiv|line-numbers?|ln|lnt|gutter|line-numbers-rows|hljs-ln-numbers|` +
	`headerlink|permalink|hash-link|header-anchor|heading-anchor|anchor-link|anchorjs-link|out-of-band|srclink)(?:\s|$)`)

// skipTo looks for the end of the element that is left out.
func (h *htmlWriter) skipTo(kind html.TokenType, tag atom.Atom) {
	switch {
	case tag != h.skip:
	case kind == html.StartTagToken:
		h.skipped++
	case kind == html.EndTagToken:
		if h.skipped--; h.skipped == 0 {
			h.skip = 0
		}
	}
}

// plainCells reports for each table cell of the markup whether it has only
// words, so that its row is one line. The cells of a table that arranges a page
// have more.
func plainCells(raw string) []bool {
	if !strings.Contains(raw, "<t") && !strings.Contains(raw, "<T") {
		return nil
	}
	const maxCell = 400 // bytes
	const table = -1
	var plain []bool
	open := []int{table} // the open tables, and the open cell of each
	size := 0            // of the text in the innermost cell
	code := false        // in a pre element
	closeCell := func() {
		if n := len(open); open[n-1] != table {
			open = open[:n-1]
		}
	}
	for z := html.NewTokenizer(strings.NewReader(raw)); ; {
		kind := z.Next()
		if kind == html.ErrorToken {
			return plain
		}
		cell := open[len(open)-1]
		if kind == html.TextToken && cell != table {
			text := bytes.TrimSpace(z.Raw())
			size += len(text)
			if size > maxCell || code && bytes.IndexByte(text, '\n') >= 0 {
				plain[cell] = false
			}
		}
		if kind != html.StartTagToken && kind != html.EndTagToken {
			continue
		}
		name, _ := z.TagName()
		switch tag := atom.Lookup(name); {
		case tag == atom.Td || tag == atom.Th:
			closeCell()
			if kind == html.StartTagToken {
				open, plain, size = append(open, len(plain)), append(plain, true), 0
			}
		case tag == atom.Tr:
			closeCell()
		case tag == atom.Pre:
			code = kind == html.StartTagToken
		case headingLevel(tag) > 0 && cell != table:
			plain[cell] = false
		case tag == atom.Table && kind == html.StartTagToken && len(open) < maxNesting:
			if cell != table {
				plain[cell] = false
			}
			open = append(open, table)
		case tag == atom.Table && kind == html.EndTagToken && len(open) > 1:
			closeCell()
			open = open[:max(len(open)-1, 1)]
		}
	}
}

// blankLine puts an empty line before the next line.
func (w *writer) blankLine() { w.gap = w.gap || w.out.Len() > 0 && w.indent == "" && w.marker == "" }

// blocks are the tags that begin and end a paragraph.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Table: true, atom.Blockquote: true, atom.Hgroup: true, atom.Dl: true,
}

// breaks are the tags that begin and end a line, without an empty line.
var breaks = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Br: true, atom.Caption: true, atom.Dd: true, atom.Details: true, atom.Dialog: true,
	atom.Div: true, atom.Dt: true, atom.Fieldset: true, atom.Figcaption: true, atom.Figure: true, atom.Footer: true, atom.Form: true, atom.Header: true,
	atom.Hr: true, atom.Legend: true, atom.Li: true, atom.Main: true, atom.Nav: true, atom.Option: true, atom.Section: true, atom.Summary: true, atom.Tr: true,
}

// headingLevel returns 1 to 6 for h1 to h6, 0 for other tags.
func headingLevel(a atom.Atom) int {
	for i, h := range []atom.Atom{atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6} {
		if a == h {
			return i + 1
		}
	}
	return 0
}

func attribute(t html.Token, name string) string {
	value, _ := attributeValue(t, name)
	return value
}

func attributeValue(t html.Token, name string) (value string, ok bool) {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// tagBreak returns the text that replaces a br or img element.
func tagBreak(t html.Token) string {
	if t.DataAtom == atom.Br {
		return "\n"
	}
	return tidy(attribute(t, "alt"))
}

// tagText returns the text that replaces a tag in running text.
func tagText(raw string) string {
	z := html.NewTokenizer(strings.NewReader(raw))
	if kind := z.Next(); kind != html.StartTagToken && kind != html.SelfClosingTagToken {
		return ""
	}
	if t := z.Token(); t.DataAtom == atom.Br || t.DataAtom == atom.Img {
		return tagBreak(t)
	}
	return ""
}
