package source

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// html writes the text of HTML: its headings, and its paragraphs, list items
// and table rows on a line each. It leaves out comments, scripts and styles.
func (w *writer) html(raw string) {
	var line strings.Builder
	level, cells, silent := 0, 0, atom.Atom(0)
	end := func() {
		words := oneLine(tidy(line.String()))
		line.Reset()
		switch {
		case words == "":
		case level > 0 && w.nested == 0:
			w.line(strings.Repeat("#", level) + " " + words)
		default:
			w.words(words)
		}
		level, cells = 0, 0
	}
	for z := html.NewTokenizer(strings.NewReader(raw)); ; {
		kind := z.Next()
		if kind == html.ErrorToken { // the end: reading a string cannot fail
			end()
			return
		}
		t := z.Token()
		opens := kind == html.StartTagToken || kind == html.SelfClosingTagToken
		switch {
		case silent != 0:
			if kind == html.EndTagToken && t.DataAtom == silent {
				silent = 0
			}
		case kind == html.TextToken:
			line.WriteString(t.Data)
		case kind == html.StartTagToken && (t.DataAtom == atom.Script || t.DataAtom == atom.Style || t.DataAtom == atom.Template):
			silent = t.DataAtom
		case opens && t.DataAtom == atom.Img:
			line.WriteString(attribute(t, "alt"))
		case t.DataAtom == atom.Td || t.DataAtom == atom.Th:
			if opens {
				if cells++; cells > 1 {
					line.WriteString(" | ")
				}
			}
		case headingLevel(t.DataAtom) > 0:
			end()
			w.blankLine()
			if opens {
				level = headingLevel(t.DataAtom)
			}
		case t.DataAtom == atom.P || t.DataAtom == atom.Table || t.DataAtom == atom.Ul || t.DataAtom == atom.Ol || t.DataAtom == atom.Blockquote:
			end()
			w.blankLine()
		case breaks[t.DataAtom]:
			end()
			if opens && t.DataAtom == atom.Li {
				line.WriteString("- ")
			}
		}
	}
}

// blankLine puts an empty line before the next line.
func (w *writer) blankLine() { w.gap = w.gap || w.out.Len() > 0 && w.indent == "" }

// breaks are the tags that begin and end a line, without an empty line.
var breaks = map[atom.Atom]bool{
	atom.Address: true, atom.Article: true, atom.Aside: true, atom.Br: true, atom.Dd: true, atom.Details: true, atom.Div: true,
	atom.Dl: true, atom.Dt: true, atom.Figcaption: true, atom.Figure: true, atom.Footer: true, atom.Header: true, atom.Hr: true,
	atom.Li: true, atom.Main: true, atom.Nav: true, atom.Pre: true, atom.Section: true, atom.Summary: true, atom.Tr: true,
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
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// tagText returns the text that replaces a tag in running text.
func tagText(raw string) string {
	z := html.NewTokenizer(strings.NewReader(raw))
	if kind := z.Next(); kind != html.StartTagToken && kind != html.SelfClosingTagToken {
		return ""
	}
	switch t := z.Token(); t.DataAtom {
	case atom.Br:
		return "\n"
	case atom.Img:
		return tidy(attribute(t, "alt"))
	}
	return ""
}
