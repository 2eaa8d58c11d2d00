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
	detect "footnote/rag/source/charset"
)

// loadPage extracts the article from a web page with go-trafilatura and its two
// fallback extractors.
func loadPage(f file) (rag.Document, error) {
	markup, err := decodePage(f)
	if err != nil {
		return rag.Document{}, err
	}
	doc, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		return rag.Document{}, errors.New(oneLine(err.Error()))
	}
	at, _ := url.Parse(f.name) // nil if the file name is not a URL
	p := examine(doc)
	r, err := trafilatura.ExtractDocument(doc, trafilatura.Options{
		OriginalURL: at, EnableFallback: true, ExcludeComments: true, Config: extractorConfig(),
	})
	if err != nil { // its only error is that there is no text
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
	if whole := rendered(p.article); lettersAndDigits(whole) == lettersAndDigits(text) {
		text = whole // for a short page, go-trafilatura loses the paragraphs
	}
	d.Text = cleanArticle(text, d)
	return d, nil
}

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
	headings  []string // texts of its h1 elements
	canonical string
	language  string
	article   string // markup of its first article element
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
	// An embedded post is part of the article. Without its class,
	// go-trafilatura does not remove it as a widget.
	for _, n := range dom.QuerySelectorAll(doc, "blockquote.twitter-tweet") {
		dom.RemoveAttribute(n, "class")
	}
	return p
}

// title returns the page's title without the name of the site. It is the
// heading if that is part of the title or shares enough words with it.
func (p page) title(m trafilatura.Metadata) string {
	t := oneLine(tidy(m.Title))
	best := ""
	for _, h := range p.headings {
		if len(h) > len(best) && len(h) >= len(t)/3 && strings.Contains(lettersAndDigits(t), lettersAndDigits(h)) {
			best = h
		}
	}
	if best != "" {
		return best
	}
	for _, h := range p.headings { // the title for search engines may differ from the visible heading
		if a, b := titleWords(h), titleWords(t); 3*sharedWords(a, b) >= min(len(a), len(b)) && sharedWords(a, b) > 1 {
			return h
		}
	}
	for _, bar := range []string{" | ", " – ", " — ", " - ", " :: ", " » "} {
		at := strings.LastIndex(t, bar)
		if at < 0 {
			continue
		}
		if rest := lettersAndDigits(t[at+len(bar):]); rest != "" && (rest == lettersAndDigits(m.Sitename) || rest == lettersAndDigits(m.Hostname)) {
			return t[:at]
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
