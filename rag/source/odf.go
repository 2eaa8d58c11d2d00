package source

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"footnote/rag"
)

// loadODF reads an OpenDocument text, presentation or spreadsheet, in a zip
// archive or as one XML file.
func loadODF(f file) (rag.Document, error) {
	content, styles, meta, err := odfParts(f)
	if err != nil {
		return rag.Document{}, err
	}
	o := odf{w: &writer{}, limit: int(f.read.limit()), paragraphs: map[string]string{}, numbered: map[string]bool{}}
	for _, part := range [][]byte{styles, content} {
		if part == nil {
			continue
		}
		o.x = newXMLReader(part)
		if err := o.blocks(); err != nil && !errors.Is(err, io.EOF) {
			return rag.Document{}, err
		}
	}
	o.flushCode()
	o.w.blankLine()
	for _, note := range o.notes {
		o.w.entry("- ", func() { o.w.words(note) })
	}
	d := rag.Document{Text: o.w.out.String()}
	var properties struct {
		Meta struct {
			Title   string `xml:"title"`
			Initial string `xml:"initial-creator"`
			Creator string `xml:"creator"`
			Created string `xml:"creation-date"`
			Date    string `xml:"date"`
		} `xml:"meta"`
	}
	if meta != nil && xml.Unmarshal(meta, &properties) == nil {
		m := properties.Meta
		if title := oneLine(tidy(m.Title)); hasWord(title) && !fileTitle(title) {
			d.Title = title
		}
		if d.Author = oneLine(tidy(m.Initial)); d.Author == "" {
			d.Author = oneLine(tidy(m.Creator))
		}
		for _, date := range []string{m.Created, m.Date} {
			day, _, _ := strings.Cut(date, ".") // of a second
			if t, ok := parseDate(strings.TrimSpace(day)); ok && d.Published.IsZero() {
				d.Published = published(t)
			}
		}
	}
	return d, nil
}

// odfParts returns the parts of an OpenDocument file. styles and meta are nil if
// they are missing.
func odfParts(f file) (content, styles, meta []byte, err error) {
	if !bytes.HasPrefix(f.data, []byte("PK")) {
		if rootOf(f.data) != "document" {
			return nil, nil, nil, errors.New("not an OpenDocument file")
		}
		return f.data, nil, f.data, nil
	}
	z, err := openZip(f.data)
	if err != nil {
		return nil, nil, nil, err
	}
	if manifest, err := member(f, z, "META-INF/manifest.xml"); err == nil && bytes.Contains(manifest, []byte("encryption-data")) {
		return nil, nil, nil, &Skipped{Reason: Encrypted}
	}
	if content, err = member(f, z, "content.xml"); err != nil {
		return nil, nil, nil, err
	}
	return content, optional(f, z, "styles.xml"), optional(f, z, "meta.xml"), nil
}

// optional returns a member of an archive; nil if it cannot be read.
func optional(f file, z *zip.Reader, name string) []byte {
	data, err := member(f, z, name)
	if err != nil {
		return nil
	}
	return data
}

// odf is an OpenDocument file while it is being read.
type odf struct {
	w          *writer
	limit      int // bytes of text
	x          *xmlReader
	paragraphs map[string]string // the kind of each style: "title", "code" or ""
	numbered   map[string]bool   // by the list style and its level, as in "L1 2"
	code       []string
	notes      []string
	body       bool // whether the content was reached, not the styles
	sheets     bool // whether a table is a sheet of a spreadsheet
}

// blocks reads up to the end of an element.
func (o *odf) blocks() error {
	for {
		t, err := o.x.next()
		if err != nil {
			return err
		}
		if _, end := t.(xml.EndElement); end {
			return nil
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := o.block(e); err != nil {
				return err
			}
		}
	}
}

func (o *odf) block(e xml.StartElement) error {
	name := e.Name.Local
	if name != "p" {
		o.flushCode()
	}
	switch name {
	case "style":
		o.style(e)
		return o.x.skip()
	case "list-style":
		return o.listStyle(xmlValue(e, "name"))
	case "body":
		o.body = true
	case "spreadsheet":
		o.sheets = true
	case "tracked-changes", "annotation", "forms", "table-of-content", "alphabetical-index", "illustration-index", "bibliography", "master-styles", "scripts", "event-listeners", "shapes":
		return o.x.skip()
	case "h":
		text, err := o.inline()
		level, _ := strconv.Atoi(xmlValue(e, "outline-level")) // 0 counts as 1
		o.w.section(level, text)
		return err
	case "p":
		return o.paragraph(e)
	case "list":
		return o.list(xmlValue(e, "style-name"), 1)
	case "page": // of a presentation
		o.w.blankLine()
	case "frame":
		if class := xmlValue(e, "class"); class == "title" {
			text, err := o.inline()
			o.w.section(2, text)
			return err
		}
	case "notes":
		var err error
		o.w.labelled("Notes: ", func() { err = o.blocks() })
		return err
	case "table":
		o.w.blankLine()
		if o.sheets {
			o.w.section(2, tidy(xmlValue(e, "name")))
		}
		err := o.table()
		o.w.blankLine()
		return err
	}
	return o.blocks()
}

func (o *odf) style(e xml.StartElement) {
	kind := ""
	for _, name := range []string{xmlValue(e, "name"), xmlValue(e, "parent-style-name")} {
		switch plain := strings.ToLower(strings.NewReplacer("_20_", " ", "_", " ").Replace(name)); {
		case plain == "title":
			kind = "title"
		case strings.HasPrefix(plain, "preformatted") || strings.HasPrefix(plain, "source") || plain == "code":
			kind = "code"
		case o.paragraphs[name] != "":
			kind = o.paragraphs[name]
		}
	}
	o.paragraphs[xmlValue(e, "name")] = kind
}

// listStyle reads which levels of a list style are numbered.
func (o *odf) listStyle(name string) error {
	for level := o.x.depth; o.x.depth >= level; {
		t, err := o.x.next()
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "list-level-style-number" && xmlValue(e, "num-format") != "" {
			o.numbered[name+" "+xmlValue(e, "level")] = true
		}
	}
	return nil
}

func (o *odf) paragraph(e xml.StartElement) error {
	text, err := o.inline()
	if err != nil || !o.body {
		return err
	}
	name := xmlValue(e, "style-name")
	kind := o.paragraphs[name]
	if strings.HasPrefix(name, "Preformatted") || strings.HasPrefix(name, "Source") {
		kind = "code"
	}
	if kind == "code" {
		o.code = append(o.code, strings.Split(text, "\n")...)
		return nil
	}
	o.flushCode()
	if kind == "title" || name == "Title" {
		o.w.section(1, text)
	} else if hasWord(text) {
		o.w.prose(text)
	}
	return nil
}

// flushCode writes the paragraphs of code that were read.
func (o *odf) flushCode() {
	if o.code != nil {
		o.w.verbatim(o.code)
		o.code = nil
	}
}

// list reads a list of a style. Lists in it have the same style if they have
// none of their own.
func (o *odf) list(style string, level int) error {
	o.w.blankLine()
	number := 1
	for {
		t, err := o.x.next()
		if err != nil {
			return err
		}
		if _, end := t.(xml.EndElement); end {
			o.w.blankLine()
			return nil
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		marker := "- "
		if e.Name.Local == "list-item" && o.numbered[style+" "+strconv.Itoa(level)] {
			if start, err := strconv.Atoi(xmlValue(e, "start-value")); err == nil {
				number = start
			}
			marker = strconv.Itoa(number) + ") "
			number++
		}
		o.w.entry(marker, func() { err = o.item(style, level) })
		if err != nil {
			return err
		}
	}
}

func (o *odf) item(style string, level int) error {
	defer o.flushCode()
	for {
		t, err := o.x.next()
		if err != nil {
			return err
		}
		if _, end := t.(xml.EndElement); end {
			return nil
		}
		e, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case e.Name.Local == "list":
			own := xmlValue(e, "style-name")
			if own == "" {
				own = style
			}
			err = o.list(own, level+1)
		default:
			err = o.block(e)
		}
		if err != nil {
			return err
		}
	}
}

// maxSheetColumns limits the columns of a table that are read.
const maxSheetColumns = 100

// table reads the rows of a table. A cell or row that stands for many is read
// once, since the rest of a sheet is one empty cell that repeats.
func (o *odf) table() error {
	var row []string
	for level := o.x.depth; o.x.depth >= level; {
		t, err := o.x.next()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "table-row":
				row = nil
			case "table-cell", "covered-table-cell":
				text, err := o.inline()
				if err != nil {
					return err
				}
				repeat, err := strconv.Atoi(xmlValue(t, "number-columns-repeated"))
				if err != nil || len(text) > 100 {
					repeat = 1
				}
				for ; repeat > 0 && len(row) < maxSheetColumns; repeat-- {
					row = append(row, oneLine(text))
				}
			case "annotation", "shapes", "forms", "event-listeners":
				if err := o.x.skip(); err != nil {
					return err
				}
			}
		case xml.EndElement:
			if t.Name.Local == "table-row" {
				for len(row) > 0 && row[len(row)-1] == "" {
					row = row[:len(row)-1]
				}
				o.w.cells(row)
				if o.w.out.Len() > o.limit { // cells may stand for many
					return &Skipped{Reason: TooLarge, Err: fmt.Errorf("it has more than %s of text", bytesOf(int64(o.limit)))}
				}
			}
		}
	}
	return nil
}

// inline returns the text of an element up to its end.
func (o *odf) inline() (string, error) {
	var b strings.Builder
	for level := o.x.depth; o.x.depth >= level; {
		t, err := o.x.next()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			b.WriteString(strings.ReplaceAll(string(t), "\n", " "))
		case xml.EndElement:
			if t.Name.Local == "p" && o.x.depth >= level {
				b.WriteByte('\n')
			}
		case xml.StartElement:
			switch t.Name.Local {
			case "s":
				n, err := strconv.Atoi(xmlValue(t, "c"))
				if err != nil {
					n = 1
				}
				b.WriteString(strings.Repeat(" ", max(0, min(n, 200))))
			case "tab":
				b.WriteByte('\t')
			case "line-break":
				b.WriteByte('\n')
			case "note-citation", "annotation", "tracked-changes", "title", "desc", "ruby-text", "image", "event-listeners", "object", "page-number", "page-count":
				if err := o.x.skip(); err != nil {
					return "", err
				}
			case "note-body":
				note, err := o.inline()
				if err != nil {
					return "", err
				}
				o.notes = append(o.notes, oneLine(note))
			}
		}
	}
	return strings.TrimRight(tidy(b.String()), " \n"), nil
}
