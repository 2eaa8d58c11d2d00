package source

import (
	"bytes"
	"errors"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-shiori/dom"
	"github.com/gogs/chardet"
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"footnote/rag"
)

// loadPage gets the article out of a web page. What belongs to the article is
// for go-trafilatura to say, helped by two more extractors where it is in doubt.
func loadPage(f file) (rag.Document, error) {
	markup, err := decodePage(f)
	if err != nil {
		return rag.Document{}, err
	}
	doc, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		return rag.Document{}, errors.New(oneLine(err.Error()))
	}
	at, _ := url.Parse(f.name) // nil if it is a file of an odd name
	p := examine(doc)
	r, err := trafilatura.ExtractDocument(doc, trafilatura.Options{
		OriginalURL: at, EnableFallback: true, ExcludeComments: true, Config: enough(),
	})
	if err != nil { // it knows one error only: that there is no text
		return rag.Document{}, &Skipped{Reason: Empty}
	}
	d := rag.Document{
		Title:     p.title(r.Metadata),
		URL:       webAddress(r.Metadata.URL, p.canonical),
		Published: published(r.Metadata.Date),
		Author:    oneLine(tidy(r.Metadata.Author)),
		Site:      oneLine(tidy(r.Metadata.Sitename)),
		Language:  languageTag(p.language),
	}
	text := rendered(dom.OuterHTML(r.ContentNode))
	if whole := rendered(p.article); plainly(whole) == plainly(text) {
		text = whole // of a short page go-trafilatura gives the words without their paragraphs
	}
	d.Text = article(text, d)
	return d, nil
}

// rendered is the text of markup.
func rendered(markup string) string {
	var w writer
	w.html(markup)
	return w.out.String()
}

// enough is how little text is still an article: less than go-trafilatura
// would have it, since a short notice is one too.
func enough() *trafilatura.Config {
	c := trafilatura.DefaultConfig()
	c.MinOutputSize = 1
	return c
}

// decodePage gives the markup as UTF-8. A byte order mark goes before what the
// server says, that before what the page says, and that before a guess.
func decodePage(f file) (string, error) {
	e, name, certain := charset.DetermineEncoding(f.data, f.media)
	switch {
	case name == "utf-8" || !certain && utf8.Valid(f.data):
		return broken(bytes.TrimPrefix(f.data, []byte("\xef\xbb\xbf"))), nil
	case !certain:
		if guess, err := chardet.NewHtmlDetector().DetectBest(f.data); err == nil && guess.Confidence > 30 {
			if known, _ := charset.Lookup(guess.Charset); known != nil {
				e = known
			}
		}
	}
	return decodeAs(e, f.data)
}

// page is what a page says of itself that go-trafilatura does not pass on, or
// takes out of the page.
type page struct {
	headings  []string // its h1
	canonical string
	language  string
	article   string // the markup of its first article element
}

func examine(doc *html.Node) page {
	var p page
	for _, n := range dom.GetElementsByTagName(doc, "h1") {
		if h := oneLine(tidy(dom.TextContent(n))); hasWord(h) {
			p.headings = append(p.headings, h)
		}
	}
	if root := dom.DocumentElement(doc); root != nil {
		p.language = dom.GetAttribute(root, "lang")
	}
	if n := dom.QuerySelector(doc, "article"); n != nil {
		p.article = dom.OuterHTML(n)
	}
	if n := dom.QuerySelector(doc, `link[rel="canonical"]`); n != nil {
		p.canonical = dom.GetAttribute(n, "href")
	}
	// A post that an article quotes is part of it, but is marked as a widget.
	for _, n := range dom.QuerySelectorAll(doc, "blockquote.twitter-tweet") {
		dom.RemoveAttribute(n, "class")
	}
	return p
}

// title is the title without the name of the site, which pages put before or
// behind it: the heading of the page, if that is a part of it.
func (p page) title(m trafilatura.Metadata) string {
	t := oneLine(tidy(m.Title))
	best := ""
	for _, h := range p.headings {
		if len(h) > len(best) && len(h) >= len(t)/3 && strings.Contains(plainly(t), plainly(h)) {
			best = h
		}
	}
	if best != "" {
		return best
	}
	for _, h := range p.headings { // what is read on the page, where the title is put otherwise for searchers
		if a, b := titleWords(h), titleWords(t); 3*shared(a, b) >= min(len(a), len(b)) && shared(a, b) > 1 {
			return h
		}
	}
	for _, bar := range []string{" | ", " – ", " — ", " - ", " :: ", " » "} {
		at := strings.LastIndex(t, bar)
		if at < 0 {
			continue
		}
		if rest := plainly(t[at+len(bar):]); rest != "" && (rest == plainly(m.Sitename) || rest == plainly(m.Hostname)) {
			return t[:at]
		}
	}
	return t
}

// titleWords is the words of a title that are long enough to mean something.
func titleWords(s string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(s) {
		if w = plainly(w); utf8.RuneCountInString(w) > 3 {
			all[w] = true
		}
	}
	return all
}

func shared(a, b map[string]bool) int {
	n := 0
	for w := range a {
		if b[w] {
			n++
		}
	}
	return n
}

// plainly is s as far as two pages of one title agree on it: its letters and
// digits, in lower case.
func plainly(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// webAddress is the first of some addresses that a reader could open.
func webAddress(all ...string) string {
	for _, s := range all {
		u, err := url.Parse(strings.TrimSpace(s))
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil {
			return u.String()
		}
	}
	return ""
}

// published is a date that a page can have: not before there was print, and
// not after the day after today.
func published(t time.Time) time.Time {
	if t.Year() < 1450 || t.After(time.Now().Add(24*time.Hour)) {
		return time.Time{}
	}
	return t.UTC()
}

// languageTag is the language of a tag such as "en-GB" or "pt_BR".
func languageTag(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	tag, _, _ = strings.Cut(tag, "_")
	if len(tag) != 2 || tag[0] < 'a' || tag[0] > 'z' || tag[1] < 'a' || tag[1] > 'z' {
		return ""
	}
	return tag
}
