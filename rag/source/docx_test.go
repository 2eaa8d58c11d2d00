package source

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// word returns a Word document whose main part has an unusual name.
func word(body, styles, numbering string) []byte {
	const types = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	rel := func(name, target string) string {
		return `<Relationship Id="` + name + `" Type="` + types + name + `" Target="` + target + `"/>`
	}
	return zipOf("_rels/.rels", `<Relationships>`+rel("officeDocument", "/word/document3.xml")+`</Relationships>`,
		"word/_rels/document3.xml.rels", `<Relationships>`+rel("styles", "styles2.xml")+rel("numbering", "lists.xml")+`</Relationships>`,
		"word/document3.xml", `<w:document xmlns:w="x" xmlns:m="y"><w:body>`+body+`</w:body></w:document>`,
		"word/styles2.xml", `<w:styles xmlns:w="x">`+styles+`</w:styles>`, "word/lists.xml", `<w:numbering xmlns:w="x">`+numbering+`</w:numbering>`)
}

// para returns a paragraph with properties.
func para(properties, text string) string {
	return `<w:p><w:pPr>` + properties + `</w:pPr><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
}

func inList(list, level string) string {
	return `<w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + list + `"/></w:numPr>`
}

func tableOf(rows ...string) string {
	return `<w:tbl><w:tr>` + strings.Join(rows, `</w:tr><w:tr>`) + `</w:tr></w:tbl>`
}

func cellOf(properties, content string) string {
	return `<w:tc><w:tcPr>` + properties + `</w:tcPr>` + content + `</w:tc>`
}

const (
	testStyles = `<w:style w:type="paragraph" w:styleId="a"><w:name w:val="heading 2"/></w:style><w:style w:type="paragraph" w:styleId="b"><w:name w:val="Own"/><w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="c"><w:name w:val="HTML Preformatted"/></w:style><w:style w:type="paragraph" w:styleId="d"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="e"><w:name w:val="List Number"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>`
	testLists = `<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="8"><w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="9"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="8"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="9"/></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`
)

func TestDOCX(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, want string }{
		{"numbers, levels and a new start", para(inList("1", "0"), "one") + para(inList("1", "0"), "two") + para(inList("1", "1"), "deep") + para(inList("1", "1"), "deeper") + para(inList("1", "0"), "three") + para("", "Words.") + para(inList("1", "0"), "four") + para(inList("4", "0"), "again"),
			"1) one\n2) two\n  - a) deep\n  - b) deeper\n3) three\n\nWords.\n\n4) four\n1) again\n"},
		{"clauses and numbered headings", para(`<w:pStyle w:val="a"/>`+inList("2", "0"), "Rent") + para(inList("2", "1"), "It is due.") + para(inList("2", "1"), "It may rise.") + para(`<w:pStyle w:val="b"/>`+inList("2", "0"), "Term") + para(inList("2", "1"), "A year."),
			"## 4 Rent\n\n4.1 It is due.\n\n4.2 It may rise.\n\n## 5 Term\n\n5.1 A year.\n"},
		{"bullets, a list of a style, a paragraph without its number", para(inList("3", "0"), "one") + para(inList("3", "1"), "two") + para(`<w:pStyle w:val="e"/>`, "first") + para(`<w:pStyle w:val="e"/>`+inList("0", "0"), "Words."), "- one\n  - two\n1) first\n\nWords.\n"},
		{"code and a table of contents", para(`<w:pStyle w:val="d"/>`, "Rent 4") + para("", "Run:") + para(`<w:pStyle w:val="c"/>`, "if x {") + para(`<w:pStyle w:val="c"/>`, "") + para(`<w:pStyle w:val="c"/>`, "  stop()") + para("", "Then wait."), "Run:\n\n    if x {\n\n      stop()\n\nThen wait.\n"},
		{"code by its font", para("", "Run this command:") + `<w:p><w:r><w:rPr><w:rFonts w:ascii="Consolas"/></w:rPr><w:t>make all</w:t></w:r></w:p>` + para("", "It takes a minute."), "Run this command:\n\n    make all\n\nIt takes a minute.\n"},
		{"a table with cells over several columns and rows", tableOf(cellOf("", para("", "Port"))+cellOf(`<w:gridSpan w:val="2"/>`, para("", "Departures")), cellOf(`<w:vMerge w:val="restart"/>`, para("", "Kiel"))+cellOf("", para("", "9:00"))+cellOf("", para("", "Monday")), cellOf(`<w:vMerge/>`, para("", ""))+cellOf("", para("", "12:00"))+cellOf("", para("", "Sunday"))),
			"Port | Departures |\nKiel | 9:00 | Monday\nKiel | 12:00 | Sunday\n"},
		{"a table around text", tableOf(cellOf("", para("", "Left.")), cellOf("", para(`<w:pStyle w:val="a"/>`, "Head")+tableOf(cellOf("", para("", "a"))+cellOf("", para("", "b"))))), "Left.\n\n## Head\n\na | b\n"},
		{"a text box in a paragraph", `<w:p><w:r><w:t>Before </w:t></w:r><w:r><w:txbxContent>` + para("", "In the box.") + `</w:txbxContent></w:r><w:r><w:t>and behind.</w:t></w:r></w:p>`, "In the box.\n\nBefore and behind.\n"},
		{"hidden text, powers and fractions", `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Secret. </w:t></w:r><w:r><w:t>About 10</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>5</w:t></w:r><w:r><w:t> or </w:t></w:r><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></w:p>`, "About 10⁵ or 1/2\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := parseOne("a.docx", word(tt.body, testStyles, testLists))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, d.Text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNumeral(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{"b": numeral(2, "lowerLetter"), "AA": numeral(27, "upperLetter"), "xiv": numeral(14, "lowerRoman"), "MCMXC": numeral(1990, "upperRoman"), "5000": numeral(5000, "upperRoman"), "0": numeral(0, "lowerLetter"), "3": numeral(3, "ordinal")} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// FuzzDOCX checks that no part of a Word document makes the loader panic.
func FuzzDOCX(f *testing.F) {
	f.Add(para(inList("1", "0"), "one")+tableOf(cellOf("", para("", "a"))), testStyles, testLists)
	f.Fuzz(func(t *testing.T, body, styles, numbering string) {
		d, err := parseOne("a.docx", word(body, styles, numbering))
		var s *Skipped
		if err != nil && !errors.As(err, &s) || err != nil && strings.Contains(err.Error(), "crashed") || err == nil && (!isText(d.Text) || tidy(d.Text) != d.Text) {
			t.Errorf("got %q, %v", d.Text, err)
		}
	})
}
