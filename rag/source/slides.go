package source

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"footnote/rag"
)

// loadPPTX reads the slides of a PowerPoint presentation in their order, each
// with its notes. Hidden slides are left out.
func loadPPTX(f file) (rag.Document, error) {
	z, main, err := openOffice(f)
	if err != nil {
		return rag.Document{}, err
	}
	data, err := member(f, z, main)
	if err != nil {
		return rag.Document{}, err
	}
	var presentation struct {
		Slides []struct {
			ID []xml.Attr `xml:",any,attr"`
		} `xml:"sldIdLst>sldId"`
	}
	if err := xml.Unmarshal(data, &presentation); err != nil {
		return rag.Document{}, err
	}
	parts := relations(f, z, main)
	w := &writer{}
	for i, s := range presentation.Slides {
		id := relationID(s.ID)
		r := parts[id]
		delete(parts, id) // read each slide once, even if the list repeats it
		data, err := member(f, z, r.target)
		if err != nil {
			continue // a missing slide does not spoil the others
		}
		title, err := w.slide(data, i+1)
		if err != nil {
			return rag.Document{}, fmt.Errorf("slide %d: %w", i+1, err)
		}
		if !title {
			continue
		}
		for _, r := range relations(f, z, r.target) {
			if r.kind != "notesSlide" {
				continue
			}
			if data, err := member(f, z, r.target); err == nil {
				w.labelled("Notes: ", func() { _, err = w.slide(data, 0) })
			}
		}
	}
	d := rag.Document{Text: w.out.String()}
	if core := optional(f, z, "docProps/core.xml"); core != nil {
		describeOffice(core, &d)
	}
	if lower := strings.ToLower(d.Title); lower == "powerpoint presentation" || lower == "presentation" {
		d.Title = ""
	}
	return d, nil
}

// openOffice opens an Office file, and returns the name of its main part.
func openOffice(f file) (*zip.Reader, string, error) {
	if bytes.HasPrefix(f.data, []byte("\xd0\xcf\x11\xe0")) { // an OLE file: the form of an encrypted document
		return nil, "", &Skipped{Reason: Encrypted}
	}
	z, err := openZip(f.data)
	if err != nil {
		return nil, "", err
	}
	for _, r := range relations(f, z, "") {
		if r.kind == "officeDocument" {
			return z, r.target, nil
		}
	}
	return nil, "", errors.New("not an Office file: it names no main part")
}

// relation is a part of an Office file that another part names.
type relation struct {
	kind   string // the end of its type, such as "slide"
	target string // its name in the archive
}

// relations returns the parts that the named part refers to, by their IDs.
func relations(f file, z *zip.Reader, name string) map[string]relation {
	dir, base := path.Split(name)
	var in struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
			Mode   string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	all := map[string]relation{}
	data := optional(f, z, dir+"_rels/"+base+".rels")
	if data == nil || xml.Unmarshal(data, &in) != nil {
		return all
	}
	for _, r := range in.All {
		target := path.Join(dir, r.Target)
		if strings.HasPrefix(r.Target, "/") {
			target = strings.TrimPrefix(path.Clean(r.Target), "/")
		}
		if r.Mode != "External" {
			all[r.ID] = relation{path.Base(r.Type), target}
		}
	}
	return all
}

// relationID returns the r:id of an element.
func relationID(attributes []xml.Attr) string {
	for _, a := range attributes {
		if a.Name.Local == "id" && strings.Contains(a.Name.Space, "relationships") {
			return a.Value
		}
	}
	return ""
}

// slide writes the text of a slide. number is 0 for its notes. shown is false if
// the slide is hidden.
func (w *writer) slide(data []byte, number int) (shown bool, err error) {
	x := newXMLReader(data)
	var text strings.Builder
	var row []string
	placeholder, level, cells := "", 0, 0 // cells: how deep the text is in table cells
	titled := number == 0
	w.blankLine()
	for {
		t, err := x.next()
		if errors.Is(err, io.EOF) {
			w.blankLine()
			return true, nil
		}
		if err != nil {
			return true, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "sld":
				if show := xmlValue(t, "show"); show == "0" || show == "false" {
					return false, nil
				}
			case "sp":
				placeholder = ""
			case "ph":
				if placeholder = xmlValue(t, "type"); placeholder == "" {
					placeholder = "body"
				}
			case "p":
				text.Reset()
				level = 0
			case "pPr":
				level, _ = strconv.Atoi(xmlValue(t, "lvl")) // missing: 0
			case "br":
				text.WriteByte('\n')
			case "tab":
				text.WriteByte(' ')
			case "tbl":
				w.blankLine()
			case "tr":
				row = nil
			case "tc":
				cells++
				row = append(row, "")
			case "Fallback", "fld":
				if t.Name.Local == "Fallback" || placeholder == "sldNum" {
					if err := x.skip(); err != nil {
						return true, err
					}
				}
			}
		case xml.CharData:
			if x.element() == "t" {
				text.Write(t)
			}
		case xml.EndElement:
			words := strings.TrimSpace(tidy(text.String()))
			switch t.Name.Local {
			case "tbl":
				w.blankLine()
			case "tc":
				cells--
			case "tr":
				w.cells(row)
			case "p":
				text.Reset()
				switch {
				case !hasWord(words) || placeholder == "sldNum" || placeholder == "dt" || placeholder == "ftr" || placeholder == "hdr":
				case cells > 0 && len(row) > 0:
					row[len(row)-1] = joinText(row[len(row)-1], oneLine(words))
				case !titled && (placeholder == "title" || placeholder == "ctrTitle"):
					w.section(2, words)
					titled = true
				case placeholder == "body" && number > 0:
					w.line(strings.Repeat("  ", max(0, min(level, 8))) + "- " + oneLine(words))
				default:
					w.prose(words)
				}
			}
		}
	}
}
