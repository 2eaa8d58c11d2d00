package source

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html/charset"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

// loadFeed reads the text that an RSS, Atom or JSON feed contains. [Web]
// fetches the pages that the feed links to.
func loadFeed(f file, yield func(part) bool) error {
	name := rootOf(f.data)
	if name != "rss" && name != "feed" && name != "RDF" && !isJSONFeed(f.data) {
		return &Skipped{Reason: UnknownKind, Err: errors.New("not a feed")}
	}
	if isExport(f.data) {
		return loadExport(f, yield)
	}
	feed, err := readFeed(f.data, f.name)
	if err != nil {
		return err
	}
	for _, e := range feed.entries {
		if !yield(part{name: e.guid, doc: e.document()}) {
			return nil
		}
	}
	return nil
}

// feed is a feed with the fields that are used.
type feed struct {
	title   string
	entries []entry // in the feed's order; each guid once
}

// entry is one entry of a feed.
type entry struct {
	guid      string // permanent identifier
	link      string // address of the page; empty if there is none
	title     string
	author    string
	site      string
	published time.Time
	markup    string // the text in the feed, as HTML
}

// readFeed reads a feed. address is its URL or file name.
func readFeed(data []byte, address string) (feed, error) {
	if err := checkDepth(data); err != nil {
		return feed{}, err
	}
	in, err := gofeed.NewParser().Parse(bytes.NewReader(data))
	if err != nil {
		return feed{}, errors.New(oneLine(err.Error()))
	}
	out := feed{title: oneLine(tidy(in.Title))}
	base := baseOf(in, address)
	seen := map[string]bool{}
	for _, i := range in.Items {
		if i == nil {
			continue
		}
		e := entry{
			guid: strings.TrimSpace(i.GUID), link: webAddress(resolved(base, i.Link)), title: oneLine(tidy(plainMarkup(i.Title))), site: out.title,
			markup: i.Content,
		}
		if len(i.Description) > len(e.markup) {
			e.markup = i.Description
		}
		if len(i.Authors) > 0 && i.Authors[0] != nil {
			e.author = oneLine(tidy(i.Authors[0].Name))
		}
		e.published = feedDate(i.Published, i.PublishedParsed, in.Language)
		if e.published.IsZero() {
			e.published = feedDate(i.Updated, i.UpdatedParsed, in.Language)
		}
		if e.guid == "" {
			e.guid = e.link
		}
		if e.guid == "" {
			e.guid = rag.DocumentID(e.title + "\n" + e.markup)
		}
		if !seen[e.guid] {
			seen[e.guid] = true
			out.entries = append(out.entries, e)
		}
	}
	return out, nil
}

// baseOf returns the URL against which relative links of a feed are resolved: the
// feed's own, or that of its site if the feed is a file or on another host. It is
// nil if there is none.
func baseOf(in *gofeed.Feed, address string) *url.URL {
	own, err := url.Parse(webAddress(address, in.FeedLink))
	if err != nil || own.Host == "" {
		own = nil
	}
	site, err := url.Parse(webAddress(resolved(own, in.Link)))
	if err != nil || site.Host == "" || own != nil && own.Host == site.Host {
		return own
	}
	return site
}

// resolved returns a link relative to base as an absolute one.
func resolved(base *url.URL, link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || base == nil || link == "" {
		return link
	}
	return base.ResolveReference(u).String()
}

// feedDate returns the time that an entry states as s. A date in numbers, such as
// "05/01/2024", is read by the language of the feed, or else not at all. parsed is what
// the parser of feeds read, which guesses there; nil: nothing.
func feedDate(s string, parsed *time.Time, language string) time.Time {
	if day, clock24, offset, ok := parseStamp(s, language); ok {
		return published(day.Add(clock24 - offset))
	}
	if parsed == nil || inNumbers.MatchString(strings.TrimSpace(s)) {
		return time.Time{}
	}
	return published(*parsed)
}

// inNumbers matches a date in numbers, the year last.
var inNumbers = lazyregexp.New(`^(?:\pL+\s+)?\d{1,2}[./-]\d{1,2}[./-]\d`)

// document returns the text of the entry in the feed as an article.
func (e entry) document() rag.Document {
	w := writer{}
	w.html(e.markup)
	d := rag.Document{Title: e.title, URL: e.link, Author: e.author, Site: e.site, Published: e.published}
	d.Text = cleanArticle(w.out.String(), d)
	return d
}

// stamp identifies a version of an entry.
func (e entry) stamp() string {
	return rag.DocumentID(strings.Join([]string{e.link, e.title, e.published.String(), e.markup}, "\n"))
}

// fullEntryWords is the number of words from which an entry counts as the whole
// article, not only its beginning.
const fullEntryWords = 250

func (e entry) isTeaser() bool {
	return e.link != "" && len(strings.Fields(plainMarkup(e.markup))) < fullEntryWords
}

// plainMarkup returns the text of HTML.
func plainMarkup(s string) string {
	w := writer{}
	w.html(s)
	return strings.TrimSpace(w.out.String())
}

// rootOf returns the name of the root element of XML. It is empty if data is
// not XML.
func rootOf(data []byte) string {
	d := xml.NewDecoder(io.LimitReader(bytes.NewReader(data), 64<<10))
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel
	for {
		t, err := d.Token()
		if err != nil {
			return ""
		}
		if e, ok := t.(xml.StartElement); ok {
			return e.Name.Local
		}
	}
}

func isJSONFeed(data []byte) bool {
	head := bytes.TrimLeft(data[:min(len(data), 4096)], "\ufeff \t\r\n")
	return bytes.HasPrefix(head, []byte("{")) && bytes.Contains(head, []byte("https://jsonfeed.org/version/"))
}

// maxFeeds limits the feeds of one OPML file.
const maxFeeds = 10_000

// OPML returns the feed addresses in an OPML file, in its order, each once.
func OPML(data []byte) ([]string, error) {
	if rootOf(data) != "opml" {
		return nil, errors.New("not an OPML file")
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel
	var all []string
	seen := map[string]bool{}
	for len(all) < maxFeeds {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "outline" {
			continue
		}
		for _, a := range e.Attr {
			if address := webAddress(a.Value); strings.EqualFold(a.Name.Local, "xmlUrl") && address != "" && !seen[address] {
				seen[address] = true
				all = append(all, address)
			}
		}
	}
	if len(all) == 0 {
		return nil, errors.New("it lists no feeds")
	}
	return all, nil
}
