package source

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"footnote/rag"
)

// evernote is a note of an Evernote export.
type evernote struct {
	Title   string `xml:"title"`
	Content string `xml:"content"`
	Created string `xml:"created"`
	Author  string `xml:"note-attributes>author"`
	Address string `xml:"note-attributes>source-url"`
}

// loadEvernote yields the notes of an Evernote export.
func loadEvernote(f file, yield func(part) bool) error {
	d := xml.NewDecoder(bytes.NewReader(f.data))
	d.Strict = false // exports refer to a DTD for their entities
	d.Entity = xml.HTMLEntity
	names := map[string]bool{}
	for n := 1; ; {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "note" {
			continue
		}
		var in evernote
		if err := d.DecodeElement(&in, &e); err != nil {
			return err
		}
		name := strings.ReplaceAll(oneLine(tidy(in.Title)), "/", "_")
		if name == "" || names[name] {
			name = strconv.Itoa(n)
		}
		names[name] = true
		n++
		if !yield(part{name: name, doc: in.document()}) {
			return nil
		}
	}
}

func (in evernote) document() rag.Document {
	w := writer{}
	w.html(in.Content)
	d := rag.Document{Title: oneLine(tidy(in.Title)), Author: oneLine(tidy(in.Author)), URL: webAddress(in.Address), Text: w.out.String()}
	if t, err := time.Parse("20060102T150405Z", strings.TrimSpace(in.Created)); err == nil {
		d.Published = published(t)
	}
	return d
}
