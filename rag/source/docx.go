package source

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"path"
	"strings"

	"footnote/rag"
)

// loadDOCX reads the paragraphs, headings, lists, tables and code of a Word
// document, with its notes at the end. It does not use a library: the free ones lose
// the headings or only write documents.
func loadDOCX(f file) (rag.Document, error) {
	if bytes.HasPrefix(f.data, []byte("\xd0\xcf\x11\xe0")) { // an OLE file: the form of an encrypted Word document
		return rag.Document{}, &Skipped{Reason: Encrypted}
	}
	z, err := openZip(f.data)
	if err != nil {
		return rag.Document{}, err
	}
	whole := officeParts(f, z, "")
	main, ok := whole["officeDocument"]
	if !ok {
		main = "word/document.xml"
	}
	body, err := member(f, z, main)
	if err != nil {
		return rag.Document{}, err
	}
	parts := officeParts(f, z, main)
	r := docxReader{styles: docxStyles(f, z, parts["styles"]), numbering: docxNumbering(f, z, parts["numbering"])}
	blocks, err := r.blocks(body)
	if err != nil {
		return rag.Document{}, err
	}
	for _, notes := range []string{"footnotes", "endnotes"} {
		if data, err := member(f, z, parts[notes]); err == nil {
			more, err := r.blocks(data)
			if err != nil {
				return rag.Document{}, fmt.Errorf("%s: %w", parts[notes], err)
			}
			blocks = append(blocks, more...)
		}
	}
	w := &writer{}
	w.docx(blocks)
	d := rag.Document{Text: strings.TrimSpace(w.out.String()) + "\n"}
	core := whole["core-properties"]
	if core == "" {
		core = "docProps/core.xml"
	}
	if data, err := member(f, z, core); err == nil {
		describeOffice(data, &d)
	}
	return d, nil
}

// officeParts returns the names of the files to which a part of an Office document
// refers, by the last element of the type of reference. The empty part is the whole
// document. The files of a Word document that has lost its references have their
// usual names.
func officeParts(f file, z *zip.Reader, part string) map[string]string {
	all := map[string]string{}
	if part != "" {
		for _, name := range []string{"styles", "numbering", "footnotes", "endnotes"} {
			all[name] = path.Join(path.Dir(part), name+".xml")
		}
	}
	data, err := member(f, z, path.Join(path.Dir(part), "_rels", path.Base("/"+part)+".rels"))
	if part == "" {
		data, err = member(f, z, "_rels/.rels")
	}
	var list struct {
		Relationships []struct {
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
			Mode   string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	if err != nil || xml.Unmarshal(data, &list) != nil {
		return all
	}
	for _, r := range list.Relationships {
		if r.Mode == "External" {
			continue
		}
		name := path.Join("/", path.Dir(part), r.Target)
		if strings.HasPrefix(r.Target, "/") {
			name = path.Clean(r.Target)
		}
		all[path.Base(r.Type)] = strings.TrimPrefix(name, "/")
	}
	return all
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
