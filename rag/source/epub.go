package source

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"net/url"
	"path"
	"slices"
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
			Titles   []string `xml:"title"`
			Creators []string `xml:"creator"`
			Dates    []struct {
				Event string `xml:"event,attr"`
				Value string `xml:",chardata"`
			} `xml:"date"`
			Language string `xml:"language"`
		} `xml:"metadata"`
		Items []struct {
			ID         string `xml:"id,attr"`
			Href       string `xml:"href,attr"`
			Media      string `xml:"media-type,attr"`
			Properties string `xml:"properties,attr"`
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
		if href, err := url.PathUnescape(i.Href); err == nil && strings.Contains(i.Media, "html") && !slices.Contains(strings.Fields(i.Properties), "nav") {
			chapters[i.ID] = path.Join(path.Dir(root), href)
		}
	}
	w := &writer{}
	var failed error
	for _, s := range book.Spine {
		name, ok := chapters[s.ID]
		if !ok {
			continue
		}
		delete(chapters, s.ID) // read each chapter once, even if the spine repeats it
		markup, err := chapter(f, z, name)
		if errors.Is(err, errExpanded) {
			return rag.Document{}, err
		}
		if err != nil { // the other chapters can be read
			failed = err
			continue
		}
		w.blankLine()
		w.html(htmlBody(markup))
	}
	if w.out.Len() == 0 && failed != nil {
		return rag.Document{}, failed
	}
	d := rag.Document{Text: w.out.String(), Language: languageTag(book.Metadata.Language)}
	if len(book.Metadata.Titles) > 0 {
		d.Title = oneLine(tidy(book.Metadata.Titles[0]))
	}
	d.Author = oneLine(tidy(strings.Join(book.Metadata.Creators, ", ")))
	for _, date := range book.Metadata.Dates {
		if t, ok := parseDate(strings.TrimSpace(date.Value)); ok && date.Event != "modification" && d.Published.IsZero() {
			d.Published = published(t)
		}
	}
	return d, nil
}

// chapter returns the markup of a file of a book.
func chapter(f file, z *zip.Reader, name string) (string, error) {
	data, err := member(f, z, name)
	if err != nil {
		return "", err
	}
	return decodePage(file{data: data})
}

// htmlBody returns a page without its head, whose title is not part of the
// text.
func htmlBody(page string) string {
	if at := strings.Index(page, "<body"); at >= 0 {
		return page[at:]
	}
	return page
}
