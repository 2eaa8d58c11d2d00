package source

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-shiori/dom"
	"golang.org/x/net/html"

	"footnote/rag/internal/lazyregexp"
)

// pageTitle holds the titles that a page gives itself.
type pageTitle struct {
	element  string   // its title element
	declared string   // its title for programs, or else its title element
	headings []string // texts of its h1 elements, those of the article first
	own      string   // the only h1 of its article, or of the page; empty if there is none
	site     []string // names of the site: what it declares, and h1 elements of menus and headers
}

func titlesOf(doc *html.Node) pageTitle {
	var p pageTitle
	if n := dom.QuerySelector(doc, "head title"); n != nil {
		p.element = oneLine(tidy(dom.TextContent(n)))
	}
	p.declared = p.element
	if n := dom.QuerySelector(doc, `meta[property="og:title"]`); n != nil {
		p.declared = oneLine(tidy(dom.GetAttribute(n, "content")))
	}
	for _, n := range dom.QuerySelectorAll(doc, `meta[property="og:site_name"], meta[name="application-name"]`) {
		p.site = append(p.site, oneLine(tidy(dom.GetAttribute(n, "content"))))
	}
	var other []string
	for _, n := range dom.GetElementsByTagName(doc, "h1") {
		h := headingText(n)
		switch {
		case !hasWord(h):
		case inMain(n):
			p.headings = append(p.headings, h)
		case partOf(h, p.element) == lastPart || framed(n) && partOf(h, p.element) == noPart && partOf(h, p.declared) == noPart:
			p.site = append(p.site, h)
		default:
			other = append(other, h)
		}
	}
	mainHeadings := len(p.headings)
	p.headings = append(p.headings, other...)
	switch {
	case mainHeadings == 1 || len(p.headings) == 1:
		p.own = p.headings[0]
	case len(p.headings) > 0:
	default: // old documentation begins with an h2
		if n := dom.QuerySelector(doc, "h2.title, main h2, article h2, [role=main] h2, .header h2"); n != nil && !framed(n) && strings.Contains(lettersAndDigits(p.element), lettersAndDigits(lastWord(headingText(n)))) {
			p.own = headingText(n)
		}
	}
	return p
}

// headingText returns the text of a heading without anchors and numbers.
func headingText(n *html.Node) string { return oneLine(tidy(plainMarkup(dom.InnerHTML(n)))) }

// lastWord returns the last word of s without what follows in "<" or "(".
func lastWord(s string) string {
	s, _, _ = strings.Cut(s, "<")
	words := strings.Fields(s)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// siteFrames matches the classes and ids of the parts of a page that are not its
// article.
var siteFrames = lazyregexp.New(`(?i)(?:^|[\s_-])(?:menu|menubar|menu-bar|menu-title|navbar|topbar|nav|sidebar|sidenav|brand|branding|logo|site-title|site-name|site-header|masthead|banner|breadcrumbs?|drawer|toc|comments|comment-list|commentlist|respond|disqus_thread|related|related-posts|widget-area|sharedaddy)(?:$|[\s_-])`)

// framed reports whether a heading is in a menu or another part that every page
// of the site has.
func framed(n *html.Node) bool {
	for p := n; p != nil && p.Data != "body"; p = p.Parent {
		switch {
		case p.Data == "main" || p.Data == "article" || dom.GetAttribute(p, "role") == "main":
			return false
		case p.Data == "nav" || p.Data == "aside" || p.Data == "footer" || p.Data == "dialog" || dom.GetAttribute(p, "role") == "navigation" || dom.GetAttribute(p, "role") == "banner":
			return true
		case siteFrames.MatchString(dom.ClassName(p) + " " + dom.ID(p)):
			return true
		}
	}
	return false
}

// inMain reports whether n is in the main part of the page.
func inMain(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "main" || p.Data == "article" || dom.GetAttribute(p, "role") == "main" {
			return true
		}
	}
	return false
}

// title returns the page's title without the name of the site. found is what an
// extractor found. It counts if it is the beginning of a title that the page declares:
// a small heading or the end of the title element is more often something else.
func (p pageTitle) title(found, host string) string {
	t := oneLine(tidy(found))
	begins := func(declared string) bool { part := partOf(t, declared); return part != noPart && part != lastPart }
	if hasWord(p.element) && !begins(p.element) && !begins(p.declared) {
		t = p.element
	}
	if t == "" || slices.ContainsFunc(p.site, func(s string) bool { return lettersAndDigits(s) == lettersAndDigits(t) }) {
		t = p.element
	}
	if p.own != "" && (partOf(p.own, t) != noPart || partOf(p.own, p.element) != noPart) {
		return p.own
	}
	best := ""
	for _, h := range p.headings {
		if len(h) > len(best) && len(h) >= len(t)/3 && strings.Contains(lettersAndDigits(t), lettersAndDigits(h)) {
			best = h
		}
	}
	if best != "" {
		return best
	}
	for _, h := range p.headings[:min(len(p.headings), 3)] { // the title for search engines may differ from the visible heading
		if a, b := titleWords(h), titleWords(t); 3*sharedWords(a, b) >= min(len(a), len(b)) && sharedWords(a, b) > 1 {
			return h
		}
	}
	if p.own != "" && (t == p.element || t == "") {
		return p.own
	}
	return withoutSite(t, append(slices.Clone(p.site), host))
}

// titleBars separate the title of a page from the name of its site.
var titleBars = lazyregexp.New(`\s+(?:[|–—·•‹›«»:/-]|::|-{2,})\s+|\s*[|»]\s*|: `)

// titlePart says which part of a title a heading is.
type titlePart int

const (
	noPart titlePart = iota
	wholePart
	firstPart
	lastPart // behind a bar, where the name of the site stands
	restPart // behind a colon
)

// partOf returns which part of the title t is the heading h.
func partOf(h, t string) titlePart {
	h = lettersAndDigits(h)
	switch {
	case h == "":
		return noPart
	case lettersAndDigits(t) == h:
		return wholePart
	}
	for _, at := range titleBars.FindAllStringIndex(t, -1) {
		switch {
		case lettersAndDigits(t[:at[0]]) == h:
			return firstPart
		case lettersAndDigits(t[at[1]:]) != h:
		case t[at[0]] == ':':
			return restPart
		default:
			return lastPart
		}
	}
	return noPart
}

// withoutSite returns a title without the name of the site at its end or
// beginning.
func withoutSite(t string, names []string) string {
	for _, at := range titleBars.FindAllStringIndex(t, -1) {
		for _, name := range names {
			name = lettersAndDigits(name)
			switch {
			case name == "":
			case lettersAndDigits(t[at[1]:]) == name && hasWord(t[:at[0]]):
				return t[:at[0]]
			case lettersAndDigits(t[:at[0]]) == name && hasWord(t[at[1]:]):
				return t[at[1]:]
			}
		}
	}
	return t
}

// titleWords returns the words of a title with more than three letters or
// digits.
func titleWords(s string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(s) {
		if w = lettersAndDigits(w); utf8.RuneCountInString(w) > 3 {
			all[w] = true
		}
	}
	return all
}

func sharedWords(a, b map[string]bool) int {
	n := 0
	for w := range a {
		if b[w] {
			n++
		}
	}
	return n
}
