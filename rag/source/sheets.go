package source

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

// loadXLSX reads the visible sheets of an Excel workbook: a heading for each,
// and its rows. It does not use excelize, which would add many megabytes to the
// program for what is a few elements of XML.
func loadXLSX(f file) (rag.Document, error) {
	z, main, err := openOffice(f)
	if err != nil {
		return rag.Document{}, err
	}
	data, err := member(f, z, main)
	if err != nil {
		return rag.Document{}, err
	}
	var workbook struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string     `xml:"name,attr"`
			State string     `xml:"state,attr"`
			ID    []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := xml.Unmarshal(data, &workbook); err != nil {
		return rag.Document{}, err
	}
	parts := relations(f, z, main)
	b := book{w: &writer{}, limit: int(f.read.limit()), from1904: workbook.Properties.Date1904 == "1" || workbook.Properties.Date1904 == "true"}
	for _, r := range parts {
		switch r.kind {
		case "sharedStrings":
			err = b.readStrings(optional(f, z, r.target))
		case "styles":
			b.readStyles(f, z, r.target)
		}
		if err != nil {
			return rag.Document{}, err
		}
	}
	visible := 0
	for _, s := range workbook.Sheets {
		r := parts[relationID(s.ID)]
		if s.State == "hidden" || s.State == "veryHidden" || r.kind != "worksheet" {
			continue
		}
		data, err := member(f, z, r.target)
		if err != nil {
			return rag.Document{}, err
		}
		if visible++; visible > 1 || len(workbook.Sheets) > 1 {
			b.w.section(2, tidy(s.Name))
		}
		if err := b.sheet(data); err != nil {
			return rag.Document{}, fmt.Errorf("%s: %w", oneLine(tidy(s.Name)), err)
		}
	}
	d := rag.Document{Text: b.w.out.String(), Title: nameTitle(f.name)}
	if core := optional(f, z, "docProps/core.xml"); core != nil {
		describeOffice(core, &d)
	}
	return d, nil
}

// book is a workbook while it is being read.
type book struct {
	w        *writer
	limit    int // bytes of text
	strings  []string
	dates    map[int]bool // the styles of cells that show a date
	from1904 bool
}

// readStrings reads the strings that cells share.
func (b *book) readStrings(data []byte) error {
	x := newXMLReader(data)
	var text strings.Builder
	for {
		t, err := x.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "rPh" { // the pronunciation
				if err := x.skip(); err != nil {
					return err
				}
			}
		case xml.CharData:
			if x.element() == "t" {
				text.Write(t)
			}
		case xml.EndElement:
			if t.Name.Local == "si" {
				b.strings = append(b.strings, oneLine(tidy(text.String())))
				text.Reset()
			}
		}
	}
}

var (
	quotedFormat = lazyregexp.New(`"[^"]*"|\[[^\]]*\]|\\.`)
	dateFormat   = lazyregexp.New(`(?i)[dyhs]|mmm`)
)

// readStyles finds the styles of cells that show a date.
func (b *book) readStyles(f file, z *zip.Reader, name string) {
	var in struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Styles []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	data := optional(f, z, name)
	if data == nil || xml.Unmarshal(data, &in) != nil {
		return // without styles, dates stay numbers
	}
	date := map[int]bool{}
	for id := 14; id <= 22; id++ {
		date[id] = true
	}
	for _, n := range in.Formats {
		date[n.ID] = dateFormat.MatchString(quotedFormat.ReplaceAllString(n.Code, ""))
	}
	b.dates = map[int]bool{}
	for i, s := range in.Styles {
		b.dates[i] = date[s.Format]
	}
}

// sheet writes the rows of a sheet.
func (b *book) sheet(data []byte) error {
	x := newXMLReader(data)
	var row []string
	var text strings.Builder
	column, kind, style, hidden := 0, "", 0, false
	size := 0 // bytes of the row
	b.w.blankLine()
	defer b.w.blankLine()
	for {
		t, err := x.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "row":
				row, column, size = nil, 0, 0
				hidden = xmlValue(t, "hidden") == "1"
			case "c":
				text.Reset()
				if n := columnOf(xmlValue(t, "r")); n > 0 {
					column = n - 1
				}
				kind = xmlValue(t, "t")
				style, _ = strconv.Atoi(xmlValue(t, "s")) // missing: 0
			case "rPh":
				if err := x.skip(); err != nil {
					return err
				}
			}
		case xml.CharData:
			if name := x.element(); name == "v" || name == "t" {
				text.Write(t)
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "c":
				value := b.value(text.String(), kind, style)
				if column < maxSheetColumns && value != "" {
					for len(row) <= column {
						row = append(row, "")
					}
					row[column] = value
					size += len(value)
				}
				column++
				if b.w.out.Len()+size > b.limit { // a short cell may show a long string that many share
					return &Skipped{Reason: TooLarge, Err: fmt.Errorf("it has more than %s of text", bytesOf(int64(b.limit)))}
				}
			case "row":
				if !hidden {
					b.w.cells(row)
				}
			}
		}
	}
}

// columnOf returns the number of the column of a cell such as "B7", from 1; 0
// if the name is not valid.
func columnOf(cell string) int {
	n := 0
	for _, r := range cell {
		if r < 'A' || r > 'Z' {
			break
		}
		if n = n*26 + int(r-'A') + 1; n > 1<<20 {
			return n
		}
	}
	return n
}

// value returns what a cell shows.
func (b *book) value(s, kind string, style int) string {
	switch kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && n >= 0 && n < len(b.strings) {
			return b.strings[n]
		}
		return ""
	case "b":
		return map[string]string{"1": "yes", "0": "no"}[s]
	case "e":
		return ""
	case "str", "inlineStr", "d":
		return oneLine(tidy(s))
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return oneLine(tidy(s))
	}
	if b.dates[style] {
		return b.date(n)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// date returns the date of a serial number, which counts days.
func (b *book) date(n float64) string {
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if b.from1904 {
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if n < 0 || n > 2958466 { // the year 9999
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	t := start.Add(time.Duration(int64(n)) * 24 * time.Hour).Add(time.Duration((n - float64(int64(n))) * float64(24*time.Hour))).Round(time.Minute)
	switch {
	case n < 1:
		return t.Format("15:04")
	case t.Hour() == 0 && t.Minute() == 0:
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04")
}
