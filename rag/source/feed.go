package source

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html/charset"

	"footnote/rag"
)

// loadFeed reads the text that an RSS, Atom or JSON feed contains. [Web]
// fetches the pages that the feed links to.
func loadFeed(f file, yield func(part) bool) error {
	name := rootOf(f.data)
	if name != "rss" && name != "feed" && name != "RDF" && !isJSONFeed(f.data) {
		return &Skipped{Reason: UnknownKind, Err: errors.New("not a feed")}
	}
	feed, err := readFeed(f.data)
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

func readFeed(data []byte) (feed, error) {
	in, err := gofeed.NewParser().Parse(bytes.NewReader(data))
	if err != nil {
		return feed{}, errors.New(oneLine(err.Error()))
	}
	out := feed{title: oneLine(tidy(in.Title))}
	seen := map[string]bool{}
	for _, i := range in.Items {
		if i == nil {
			continue
		}
		e := entry{
			guid: strings.TrimSpace(i.GUID), link: webAddress(i.Link), title: oneLine(tidy(plainMarkup(i.Title))), site: out.title,
			markup: i.Content,
		}
		if len(i.Description) > len(e.markup) {
			e.markup = i.Description
		}
		if len(i.Authors) > 0 && i.Authors[0] != nil {
			e.author = oneLine(tidy(i.Authors[0].Name))
		}
		for _, t := range []*time.Time{i.PublishedParsed, i.UpdatedParsed} {
			if t != nil && e.published.IsZero() {
				e.published = published(*t)
			}
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
