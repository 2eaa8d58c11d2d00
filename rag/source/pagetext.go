package source

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-shiori/dom"
	"golang.org/x/net/html"
)

// marks are private characters at the ends of a page's texts. go-trafilatura
// returns which texts belong to the article, but loses lines of code, numbers of
// lists, cells and the places of paragraphs. The marks in its result say which
// texts those are, so that the article can be written from the page itself.
const (
	firstMark = 0xf0000
	lastMark  = firstMark + maxTexts
)

// maxTexts is the number of texts up to which go-trafilatura reads a page. Its
// time grows with the square of the texts: it needs some seconds for so many.
const maxTexts = 20_000

// markTexts puts a mark behind each text of a page and returns the texts in the
// order of their marks. ok is false if the page has more than maxTexts.
func markTexts(doc *html.Node) (texts []*html.Node, ok bool) {
	for n := range doc.Descendants() {
		if n.Type != html.TextNode || n.Parent != nil && textless[n.Parent.Data] {
			continue
		}
		if strings.ContainsFunc(n.Data, isMark) {
			n.Data = withoutMarks(n.Data)
		}
		if body := strings.TrimRightFunc(n.Data, unicode.IsSpace); body != "" {
			if len(texts) == maxTexts {
				return texts, false
			}
			n.Data = body + string(rune(firstMark+len(texts))) + n.Data[len(body):]
			texts = append(texts, n)
		}
	}
	return texts, true
}

// textless are the elements whose text is not text of the page.
var textless = map[string]bool{"script": true, "style": true, "template": true, "noscript": true, "textarea": true, "title": true, "iframe": true, "noembed": true, "noframes": true, "xmp": true, "plaintext": true}

func isMark(r rune) bool { return firstMark <= r && r <= lastMark }

func withoutMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if isMark(r) {
			return -1
		}
		return r
	}, s)
}

// articleText returns the text of the extracted part of a page, written from the
// page. texts are the page's, in the order of their marks.
func articleText(doc, extracted *html.Node, texts []*html.Node) string {
	kept := map[*html.Node]bool{}
	all, marked := 0, 0
	for n := range extracted.Descendants() {
		if n.Type != html.TextNode {
			continue
		}
		size := 0
		for _, r := range n.Data {
			switch {
			case isMark(r):
				if at := int(r - firstMark); at < len(texts) && !kept[texts[at]] {
					kept[texts[at]] = true
					marked += size
				}
				all, size = all+size, 0
			case !unicode.IsSpace(r):
				size++
			}
		}
		all += size
	}
	if 2*marked < all { // it is from the page's data, not from its texts
		return rendered(withoutMarks(dom.OuterHTML(extracted)))
	}
	c := completer{kept: kept}
	furniture, frame := furnitureTexts(doc), 0
	for t := range kept {
		if furniture[t] {
			frame += utf8.RuneCountInString(oneLine(t.Data))
		}
	}
	if 2*frame < marked || marked < 4*shortPage { // otherwise it only looks like furniture
		maps.DeleteFunc(kept, func(t *html.Node, _ bool) bool { return furniture[t] })
		marked -= frame
	}
	if marked < shortPage {
		c.keepAll(doc)
	}
	c.complete(doc)
	c.keepHeadings(doc)
	c.prune(doc)
	body := dom.QuerySelector(doc, "body")
	if body == nil {
		return ""
	}
	return rendered(withoutMarks(dom.OuterHTML(body)))
}

// shortPage is the number of letters below which go-trafilatura gives
// up and returns the texts of the whole page.
const shortPage = 250

// keepAll keeps the texts of the main part of a page, or of all that is not a
// menu, if there are any. A page that has only a heading and a list of links
// keeps both.
func (c completer) keepAll(doc *html.Node) {
	root := dom.QuerySelector(doc, "main, [role=main]")
	if all := dom.GetElementsByTagName(doc, "article"); root == nil && len(all) == 1 {
		root = all[0]
	}
	isOther := isFurniture
	if root == nil {
		root = dom.QuerySelector(doc, "body")
		isOther = func(n *html.Node) bool { return isFurniture(n) || isMenu(n) }
	}
	whole := textsOf(root, isOther)
	if !slices.ContainsFunc(whole, func(t *html.Node) bool { return hasWord(t.Data) && headingOf(t) == 0 }) {
		whole = textsOf(root, isFurniture)
	}
	if !slices.ContainsFunc(whole, func(t *html.Node) bool { return hasWord(t.Data) }) {
		return
	}
	clear(c.kept)
	for _, t := range whole {
		c.kept[t] = true
	}
}

// textsOf returns the texts in root, without those of elements that skip
// reports.
func textsOf(root *html.Node, skip func(*html.Node) bool) []*html.Node {
	var all []*html.Node
	var gather func(n *html.Node)
	gather = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode && n.Parent != nil && !textless[n.Parent.Data]:
			all = append(all, n)
		case n.Type == html.ElementNode && skip(n):
			return
		}
		for ch := n.FirstChild; ch != nil; ch = ch.NextSibling {
			gather(ch)
		}
	}
	if root != nil {
		gather(root)
	}
	return all
}

// headingOf returns the level of the heading around a text, 0 if there is none.
func headingOf(n *html.Node) int {
	for p := n.Parent; p != nil; p = p.Parent {
		if level := headingLevel(p.DataAtom); level > 0 {
			return level
		}
	}
	return 0
}

// isFurniture reports whether an element is a part that every page of a site has.
func isFurniture(n *html.Node) bool {
	switch n.Data {
	case "nav", "footer", "aside", "button", "select", "dialog", "svg", "input":
		return true
	}
	switch dom.GetAttribute(n, "role") {
	case "navigation", "banner", "contentinfo", "search", "complementary", "dialog":
		return true
	}
	if dom.HasAttribute(n, "hidden") && dom.GetAttribute(n, "role") != "tabpanel" {
		return true
	}
	return n.Data != "body" && n.Data != "html" && siteFrames.MatchString(dom.ClassName(n)+" "+dom.ID(n))
}

// furnitureTexts returns the texts that are in a part that every page of a site
// has.
func furnitureTexts(doc *html.Node) map[*html.Node]bool {
	all := map[*html.Node]bool{}
	var visit func(n *html.Node, inside bool)
	visit = func(n *html.Node, inside bool) {
		switch {
		case n.Type == html.TextNode:
			if inside {
				all[n] = true
			}
		case n.Data == "main" || n.Data == "article":
			inside = false
		case n.Type == html.ElementNode && !inside:
			inside = isFurniture(n)
		}
		for ch := n.FirstChild; ch != nil; ch = ch.NextSibling {
			visit(ch, inside)
		}
	}
	visit(doc, false)
	return all
}

// isMenu reports whether a list or another block consists of several links.
func isMenu(n *html.Node) bool {
	switch n.Data {
	case "ul", "ol", "div", "p", "table", "header":
	default:
		return false
	}
	links := dom.GetElementsByTagName(n, "a")
	size := 0
	for _, a := range links {
		size += len(lettersAndDigits(dom.TextContent(a)))
	}
	return len(links) > 1 && 3*size > 2*len(lettersAndDigits(dom.TextContent(n)))
}

// completer adds the texts that the extractor left out of the middle of a
// paragraph, list, table or block of code.
type completer struct {
	kept map[*html.Node]bool
}

// wholes are the elements that are kept or left out as a whole, if at least
// this share of their letters is kept.
var wholes = map[string]float64{"pre": 0.01, "table": 0.6, "ul": 0.6, "ol": 0.5, "dl": 0.6, "p": 0.1, "li": 0.05, "dt": 0.05, "dd": 0.05, "h1": 0.1, "h2": 0.1, "h3": 0.1, "h4": 0.1, "h5": 0.1, "h6": 0.1, "figcaption": 0.5}

// complete returns the number of letters in n, and of those that are kept.
func (c completer) complete(n *html.Node) (all, kept int) {
	if n.Type == html.TextNode {
		if n.Parent != nil && textless[n.Parent.Data] {
			return 0, 0
		}
		all = utf8.RuneCountInString(oneLine(n.Data))
		if c.kept[n] {
			kept = all
		}
		return all, kept
	}
	for ch := n.FirstChild; ch != nil; ch = ch.NextSibling {
		a, k := c.complete(ch)
		all, kept = all+a, kept+k
	}
	if share := wholes[n.Data]; n.Type == html.ElementNode && share > 0 && kept > 0 && kept < all && float64(kept) >= share*float64(all) {
		for t := range n.Descendants() {
			if t.Type == html.TextNode {
				c.kept[t] = true
			}
		}
		kept = all
	}
	return all, kept
}

// keepHeadings keeps the headings right in front of texts that are kept.
func (c completer) keepHeadings(doc *html.Node) {
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || headingLevel(n.DataAtom) < 2 {
			continue
		}
		next := dom.NextElementSibling(n)
		if next == nil || headingLevel(next.DataAtom) > 0 || !c.keepsAny(next) {
			continue
		}
		for t := range n.Descendants() {
			if t.Type == html.TextNode {
				c.kept[t] = true
			}
		}
	}
}

// keepsAny reports whether a text in n is kept.
func (c completer) keepsAny(n *html.Node) bool {
	for t := range n.Descendants() {
		if c.kept[t] {
			return true
		}
	}
	return false
}

// prune removes the texts that are not kept, and their elements if those are
// empty then.
func (c completer) prune(n *html.Node) (any bool) {
	if n.Type == html.TextNode {
		return c.kept[n] || strings.TrimSpace(n.Data) == ""
	}
	var next *html.Node
	for ch := n.FirstChild; ch != nil; ch = next {
		next = ch.NextSibling
		switch {
		case ch.Type == html.TextNode && !c.prune(ch):
			n.RemoveChild(ch)
		case ch.Type == html.TextNode:
			any = any || c.kept[ch]
		case ch.Type != html.ElementNode:
			n.RemoveChild(ch)
		case c.prune(ch):
			any = true
		case strings.TrimSpace(dom.TextContent(ch)) != dom.TextContent(ch): // space between words
			space := &html.Node{Type: html.TextNode, Data: " "}
			n.InsertBefore(space, ch)
			n.RemoveChild(ch)
		case ch.Data != "br" && ch.Data != "hr" && ch.Data != "td" && ch.Data != "th" && ch.Data != "wbr":
			n.RemoveChild(ch)
		}
	}
	return any
}
