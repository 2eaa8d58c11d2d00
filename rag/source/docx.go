package source

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"footnote/rag"
)

// loadDOCX reads the paragraphs, headings, lists and tables of a Word document,
// with its notes at the end. It does not use a library: the free ones lose the
// headings or only write documents.
func loadDOCX(f file) (rag.Document, error) {
	if bytes.HasPrefix(f.data, []byte("\xd0\xcf\x11\xe0")) { // an OLE file: the form of an encrypted Word document
		return rag.Document{}, &Skipped{Reason: Encrypted}
	}
	z, err := openZip(f.data)
	if err != nil {
		return rag.Document{}, err
	}
	body, err := member(f, z, "word/document.xml")
	if err != nil {
		return rag.Document{}, err
	}
	styles := headingStyles(f, z)
	w := &writer{}
	if err := docxText(w, body, styles); err != nil {
		return rag.Document{}, err
	}
	for _, notes := range []string{"word/footnotes.xml", "word/endnotes.xml"} {
		if data, err := member(f, z, notes); err == nil {
			w.blankLine()
			if err := docxText(w, data, styles); err != nil {
				return rag.Document{}, fmt.Errorf("%s: %w", notes, err)
			}
		}
	}
	d := rag.Document{Text: strings.TrimSpace(w.out.String()) + "\n"}
	if core, err := member(f, z, "docProps/core.xml"); err == nil {
		describeOffice(core, &d)
	}
	return d, nil
}

// paragraph is a paragraph while it is being read.
type paragraph struct {
	text  strings.Builder
	level int // of a heading; 0: not a heading
	item  bool
}

// docxText writes the text of a part of a document. It leaves out text that
// tracked changes delete.
func docxText(w *writer, data []byte, styles map[string]int) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	var p paragraph
	var row []string // of a table; nil outside of one
	var cell []string
	tables, skip, depth := 0, 0, 0
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > maxXMLDepth {
				return fmt.Errorf("elements nested more than %d deep", maxXMLDepth)
			}
			switch t.Name.Local {
			case "del", "moveFrom", "instrText", "Fallback":
				skip++
			case "p":
				p = paragraph{}
			case "pStyle":
				p.level = styles[xmlValue(t, "val")]
			case "outlineLvl":
				if n := strings.TrimSpace(xmlValue(t, "val")); len(n) == 1 && n[0] >= '0' && n[0] <= '5' {
					p.level = int(n[0]-'0') + 1
				}
			case "numPr":
				p.item = true
			case "tab":
				p.text.WriteByte(' ')
			case "br", "cr":
				p.text.WriteByte('\n')
			case "noBreakHyphen":
				p.text.WriteByte('-')
			case "tbl":
				tables++
				w.blankLine()
			case "tr":
				row = nil
			case "tc":
				cell = nil
			case "t":
				if skip == 0 {
					var s string
					if err := d.DecodeElement(&s, &t); err != nil {
						return err
					}
					depth--
					p.text.WriteString(s)
				}
			}
		case xml.EndElement:
			depth--
			switch t.Name.Local {
			case "del", "moveFrom", "instrText", "Fallback":
				skip--
			case "p":
				if tables > 0 {
					cell = append(cell, oneLine(tidy(p.text.String())))
				} else {
					w.paragraph(&p)
				}
			case "tc":
				row = append(row, oneLine(strings.Join(cell, " ")))
			case "tr":
				if hasWord(strings.Join(row, "")) {
					w.words(strings.Join(row, " | "))
				}
			case "tbl":
				tables--
				w.blankLine()
			}
		}
	}
}

// maxXMLDepth limits the nesting of XML elements.
const maxXMLDepth = 1000

func (w *writer) paragraph(p *paragraph) {
	text := strings.TrimSpace(tidy(p.text.String()))
	switch {
	case !hasWord(text):
	case p.level > 0:
		w.blankLine()
		w.line(strings.Repeat("#", p.level) + " " + oneLine(text))
		w.blankLine()
	case p.item:
		w.words("- " + oneLine(text))
	default:
		w.blankLine()
		w.words(text)
		w.blankLine()
	}
}

// headingStyles returns the heading level of each heading style.
func headingStyles(f file, z *zip.Reader) map[string]int {
	levels := map[string]int{}
	for i := 1; i <= 6; i++ {
		levels[fmt.Sprint("Heading", i)] = i
	}
	levels["Title"] = 1
	data, err := member(f, z, "word/styles.xml")
	if err != nil {
		return levels
	}
	var all struct {
		Styles []struct {
			ID   string `xml:"styleId,attr"`
			Name struct {
				Value string `xml:"val,attr"`
			} `xml:"name"`
		} `xml:"style"`
	}
	if err := xml.Unmarshal(data, &all); err != nil {
		return levels // without them only the headings are lost
	}
	for _, s := range all.Styles {
		name := strings.ToLower(s.Name.Value)
		var n int
		if _, err := fmt.Sscanf(name, "heading %d", &n); err == nil && n >= 1 && n <= 6 {
			levels[s.ID] = n
		} else if name == "title" {
			levels[s.ID] = 1
		}
	}
	return levels
}

// describeOffice sets the title, author and date from a document's properties.
func describeOffice(core []byte, d *rag.Document) {
	var p struct {
		Title   string `xml:"title"`
		Creator string `xml:"creator"`
		Created string `xml:"created"`
		Date    string `xml:"date"`
	}
	if xml.Unmarshal(core, &p) != nil {
		return
	}
	if title := oneLine(tidy(p.Title)); hasWord(title) && !fileTitle(title) {
		d.Title = title
	}
	d.Author = oneLine(tidy(p.Creator))
	for _, date := range []string{p.Date, p.Created} {
		if t, ok := parseDate(strings.TrimSpace(date)); ok && d.Published.IsZero() {
			d.Published = published(t)
		}
	}
}

func xmlValue(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
