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
	"github.com/markusmobius/go-trafilatura"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
	detect "footnote/rag/source/charset"
)

// loadPage extracts the article from a web page with go-trafilatura and its two
// fallback extractors.
func loadPage(f file) (rag.Document, error) {
	if isMediumDraft(f) && !f.read.Drafts {
		return rag.Document{}, &Skipped{Reason: Unpublished, Err: errors.New("its status is draft")}
	}
	markup, err := decodePage(f)
	if err != nil {
		return rag.Document{}, err
	}
	doc, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		return rag.Document{}, errors.New(oneLine(err.Error()))
	}
	at, _ := url.Parse(f.name) // nil if the file name is not a URL
	p := examine(doc, f.name)
	texts, ok := markTexts(doc)
	r := &trafilatura.ExtractResult{ContentNode: &html.Node{Type: html.DocumentNode}} // articleText takes the main part
	if ok {
		found, err := trafilatura.ExtractDocument(doc, trafilatura.Options{
			OriginalURL: at, EnableFallback: true, ExcludeComments: true, Config: extractorConfig(), HtmlDateMode: trafilatura.Disabled,
		})
		if err == nil { // its only error is that there is no text
			r = found
		}
	}
	m := r.Metadata
	for _, s := range []*string{&m.Title, &m.Author, &m.Sitename} {
		*s = withoutMarks(*s)
	}
	d := rag.Document{
		Title:     withoutMarks(p.titles.title(m.Title, m.Hostname)),
		URL:       webAddress(m.URL, p.canonical),
		Published: p.day,
		Author:    byPrefix.ReplaceAllString(oneLine(tidy(m.Author)), ""),
		Site:      oneLine(tidy(m.Sitename)),
		Language:  languageTag(p.language),
	}
	if lettersAndDigits(d.Site) == lettersAndDigits(d.Title) {
		d.Site = ""
	}
	d.Text = cleanArticle(articleText(doc, r.ContentNode, texts), d)
	if p.refresh && len(d.Text) < shortPage {
		return rag.Document{}, &Skipped{Reason: Empty, Err: errors.New("it only leads to another page")}
	}
	return d, nil
}

// byPrefix matches the word in front of an author.
var byPrefix = lazyregexp.New(`^(?:[Bb]y|BY)\s+`)

// rendered returns the text of markup.
func rendered(markup string) string {
	var w writer
	w.html(markup)
	return w.out.String()
}

// extractorConfig accepts shorter texts than go-trafilatura's default, because
// a short notice is an article too.
func extractorConfig() *trafilatura.Config {
	c := trafilatura.DefaultConfig()
	c.MinOutputSize = 1
	return c
}

// decodePage returns the markup as UTF-8. The encoding comes from, in this
// order: the byte order mark, the server, the page, a guess.
func decodePage(f file) (string, error) {
	e, name, certain := charset.DetermineEncoding(f.data, f.media)
	switch {
	case name == "utf-8" || !certain && utf8.Valid(f.data):
		return repairUTF8(bytes.TrimPrefix(f.data, []byte("\xef\xbb\xbf"))), nil
	case !certain:
		if guess, ok := detect.Detect(f.data); ok {
			return guess.Decode(f.data), nil
		}
	}
	return decodeAs(e, f.data)
}

// page holds the properties of a page that go-trafilatura does not return or
// removes.
type page struct {
	titles    pageTitle
	refresh   bool // whether it leads to another page
	canonical string
	language  string
	day       time.Time // of publication
}

func examine(doc *html.Node, name string) page {
	var p page
	p.titles = titlesOf(doc)
	if root := dom.DocumentElement(doc); root != nil {
		p.language = dom.GetAttribute(root, "lang")
	}
	if n := dom.QuerySelector(doc, `link[rel="canonical"], a.p-canonical`); n != nil {
		p.canonical = dom.GetAttribute(n, "href")
	}
	if n := dom.QuerySelector(doc, `meta[http-equiv="refresh" i]`); n != nil {
		p.refresh = strings.Contains(strings.ToLower(dom.GetAttribute(n, "content")), "url")
	}
	address := ""
	if n := dom.QuerySelector(doc, `meta[property="og:url"]`); n != nil {
		address = oneLine(dom.GetAttribute(n, "content"))
	}
	p.day = declaredDay(doc, p.language, name, p.canonical, address)
	// On a page that says what its main part is, go-trafilatura still takes a long menu
	// for the article if the main part is short.
	if main := dom.QuerySelector(doc, "main, [role=main]"); main != nil && hasWord(dom.TextContent(main)) {
		for _, n := range dom.QuerySelectorAll(doc, "nav, [role=navigation]") {
			if n.Parent != nil && !inMain(n) {
				n.Parent.RemoveChild(n)
			}
		}
	}
	// An embedded post is part of the article. Without its class,
	// go-trafilatura does not remove it as a widget.
	for _, n := range dom.QuerySelectorAll(doc, "blockquote.twitter-tweet") {
		dom.RemoveAttribute(n, "class")
	}
	return p
}

// lettersAndDigits returns the letters and digits of s in lower case, to
// compare titles.
func lettersAndDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// webAddress returns the first http or https address of all; empty if there is
// none.
func webAddress(all ...string) string {
	for _, s := range all {
		u, err := url.Parse(strings.TrimSpace(s))
		if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil {
			return u.String()
		}
	}
	return ""
}

// published returns t in UTC. It returns the zero time if t is before 1450,
// before there was print, or more than a day in the future.
func published(t time.Time) time.Time {
	if t.Year() < 1450 || t.After(time.Now().Add(24*time.Hour)) {
		return time.Time{}
	}
	return t.UTC()
}

// languageTag returns the two-letter language of a tag such as "en-GB" or
// "pt_BR"; empty if there is none.
func languageTag(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
	tag, _, _ = strings.Cut(tag, "_")
	if len(tag) != 2 || tag[0] < 'a' || tag[0] > 'z' || tag[1] < 'a' || tag[1] > 'z' {
		return ""
	}
	return tag
}
