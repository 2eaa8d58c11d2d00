package source

import (
	"encoding/xml"
	"net/url"
	"path"
	"strings"

	"footnote/rag"
)

// loadEPUB reads a book as one article, its chapters in the order of its spine.
func loadEPUB(f file) (rag.Document, error) {
	z, err := openZip(f.data)
	if err != nil {
		return rag.Document{}, err
	}
	for _, e := range z.File {
		if e.Name == "META-INF/rights.xml" || e.Name == "META-INF/sinf.xml" {
			return rag.Document{}, &Skipped{Reason: Encrypted}
		}
	}
	var container struct {
		Roots []struct {
			Path string `xml:"full-path,attr"`
		} `xml:"rootfiles>rootfile"`
	}
	data, err := member(f, z, "META-INF/container.xml")
	if err == nil {
		err = xml.Unmarshal(data, &container)
	}
	if err != nil {
		return rag.Document{}, err
	}
	var book struct {
		Metadata struct {
			Title    string `xml:"title"`
			Creator  string `xml:"creator"`
			Date     string `xml:"date"`
			Language string `xml:"language"`
		} `xml:"metadata"`
		Items []struct {
			ID    string `xml:"id,attr"`
			Href  string `xml:"href,attr"`
			Media string `xml:"media-type,attr"`
		} `xml:"manifest>item"`
		Spine []struct {
			ID string `xml:"idref,attr"`
		} `xml:"spine>itemref"`
	}
	root := ""
	if len(container.Roots) > 0 {
		root = container.Roots[0].Path
	}
	if data, err = member(f, z, root); err == nil {
		err = xml.Unmarshal(data, &book)
	}
	if err != nil {
		return rag.Document{}, err
	}
	chapters := map[string]string{}
	for _, i := range book.Items {
		if href, err := url.PathUnescape(i.Href); err == nil && strings.Contains(i.Media, "html") {
			chapters[i.ID] = path.Join(path.Dir(root), href)
		}
	}
	w := &writer{}
	for _, s := range book.Spine {
		name, ok := chapters[s.ID]
		if !ok {
			continue
		}
		delete(chapters, s.ID) // read each chapter once, even if the spine repeats it
		data, err := member(f, z, name)
		if err != nil {
			return rag.Document{}, err
		}
		w.blankLine()
		w.html(htmlBody(string(data)))
	}
	d := rag.Document{Text: w.out.String(), Title: oneLine(tidy(book.Metadata.Title)), Author: oneLine(tidy(book.Metadata.Creator)), Language: languageTag(book.Metadata.Language)}
	if t, ok := parseDate(strings.TrimSpace(book.Metadata.Date)); ok {
		d.Published = published(t)
	}
	return d, nil
}

// htmlBody returns a page without its head, whose title is not part of the
// text.
func htmlBody(page string) string {
	if at := strings.Index(page, "<body"); at >= 0 {
		return page[at:]
	}
	return page
}
