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

// loadFeed reads what the entries of an RSS, Atom or JSON feed hold themselves.
// The pages that they lead to are for [Web] to fetch.
func loadFeed(f file, yield func(part) bool) error {
	name := rootOf(f.data)
	if name != "rss" && name != "feed" && name != "RDF" && !isJSONFeed(f.data) {
		return &Skipped{Reason: UnknownKind, Err: errors.New("it is no feed")}
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

// feed is a feed as far as it is read.
type feed struct {
	title   string
	entries []entry // newest first, mostly; each guid once
}

// entry is one entry of a feed.
type entry struct {
	guid      string // names it for good
	link      string // the page; empty if there is none
	title     string
	author    string
	site      string
	published time.Time
	markup    string // what it says itself, in HTML
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

// document is what the entry says itself.
func (e entry) document() rag.Document {
	w := writer{}
	w.html(e.markup)
	d := rag.Document{Title: e.title, URL: e.link, Author: e.author, Site: e.site, Published: e.published}
	d.Text = article(w.out.String(), d)
	return d
}

// stamp tells one version of an entry from another.
func (e entry) stamp() string {
	return rag.DocumentID(strings.Join([]string{e.link, e.title, e.published.String(), e.markup}, "\n"))
}

// enoughWords is how long an entry is that holds its article itself and not
// only the beginning.
const enoughWords = 250

func (e entry) isTeaser() bool {
	return e.link != "" && len(strings.Fields(plainMarkup(e.markup))) < enoughWords
}

// plainMarkup is HTML without its tags.
func plainMarkup(s string) string {
	w := writer{}
	w.html(s)
	return strings.TrimSpace(w.out.String())
}

// rootOf is the name of the root element of XML; empty if it is none.
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

// maxFeeds is how many feeds an OPML file may list.
const maxFeeds = 10_000

// OPML gives the addresses of the feeds that an OPML file lists, in its order,
// each once.
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
		return nil, errors.New("it lists no feed")
	}
	return all, nil
}
