package source

import (
	"strings"
	"testing"

	"footnote/rag"
)

const odfNames = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:draw="d" xmlns:presentation="p"`

const odtContent = `<office:document-content ` + odfNames + `><office:automatic-styles><style:style style:name="P1" style:parent-style-name="Preformatted_20_Text"/>
<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/><text:list-level-style-bullet text:level="2"/></text:list-style></office:automatic-styles>
<office:body><office:text><text:tracked-changes><text:deletion><text:p>gone</text:p></text:deletion></text:tracked-changes>
<text:p text:style-name="Title">Tea</text:p><text:h text:outline-level="2">Setting up</text:h>
<text:p>It <text:span>boils</text:span><text:s text:c="2"/>water.<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Except Sundays.</text:p></text:note-body></text:note><office:annotation><text:p>remark</text:p></office:annotation></text:p>
<text:p text:style-name="P1">if x:</text:p><text:p text:style-name="P1"><text:s text:c="2"/>boil()</text:p>
<text:list text:style-name="L1"><text:list-item><text:p>Fill it.</text:p><text:list><text:list-item><text:p>on</text:p></text:list-item></text:list></text:list-item><text:list-item><text:p>Wait.</text:p></text:list-item></text:list>
<table:table table:name="T"><table:table-row><table:table-cell><text:p>Leaf</text:p></table:table-cell><table:table-cell><text:p>Price</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>12</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row></table:table>
</office:text></office:body></office:document-content>`

var odt = zipOf("mimetype", "application/vnd.oasis.opendocument.text", "content.xml", odtContent,
	"meta.xml", `<office:document-meta `+odfNames+`><office:meta><dc:title>Tea plan</dc:title><meta:initial-creator>Ann</meta:initial-creator><meta:creation-date>2024-05-01T00:00:00.123</meta:creation-date></office:meta></office:document-meta>`)

const officeRelation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

func relationsOf(pairs ...string) string {
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i := 0; i < len(pairs); i += 3 {
		b.WriteString(`<Relationship Id="` + pairs[i] + `" Type="` + officeRelation + `/` + pairs[i+1] + `" Target="` + pairs[i+2] + `"/>`)
	}
	return b.String() + `</Relationships>`
}

var pptx = zipOf("_rels/.rels", relationsOf("r1", "officeDocument", "ppt/presentation.xml"),
	"ppt/presentation.xml", `<p:presentation xmlns:p="p" xmlns:r="`+officeRelation+`"><p:sldIdLst><p:sldId id="256" r:id="b"/><p:sldId id="257" r:id="a"/><p:sldId id="258" r:id="c"/></p:sldIdLst></p:presentation>`,
	"ppt/_rels/presentation.xml.rels", relationsOf("a", "slide", "slides/slide1.xml", "b", "slide", "/ppt/slides/slide2.xml", "c", "slide", "slides/slide3.xml"),
	"ppt/slides/slide1.xml", `<p:sld xmlns:p="p" xmlns:a="a"><p:sp><p:nvPr><p:ph idx="1"/></p:nvPr><a:p><a:r><a:t>Fill it.</a:t></a:r></a:p><a:p><a:pPr lvl="1"/><a:r><a:t>Twi</a:t></a:r><a:r><a:t>ce.</a:t></a:r></a:p></p:sp><a:tbl><a:tr><a:tc><a:p><a:r><a:t>Leaf</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>Price</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:sld>`,
	"ppt/slides/slide2.xml", `<p:sld xmlns:p="p" xmlns:a="a"><p:sp><p:nvPr><p:ph type="ctrTitle"/></p:nvPr><a:p><a:r><a:t>Tea</a:t></a:r></a:p></p:sp><p:sp><p:nvPr><p:ph type="sldNum"/></p:nvPr><a:p><a:fld><a:t>1</a:t></a:fld></a:p></p:sp></p:sld>`,
	"ppt/slides/_rels/slide2.xml.rels", relationsOf("n", "notesSlide", "../notesSlides/notesSlide1.xml"),
	"ppt/notesSlides/notesSlide1.xml", `<p:notes xmlns:p="p" xmlns:a="a"><p:sp><p:nvPr><p:ph type="body"/></p:nvPr><a:p><a:r><a:t>Say hello.</a:t></a:r></a:p></p:sp></p:notes>`,
	"ppt/slides/slide3.xml", `<p:sld xmlns:p="p" xmlns:a="a" show="0"><a:p><a:r><a:t>Hidden</a:t></a:r></a:p></p:sld>`,
	"docProps/core.xml", `<coreProperties><title>PowerPoint Presentation</title><creator>Ann</creator></coreProperties>`)

var xlsx = zipOf("_rels/.rels", relationsOf("r1", "officeDocument", "xl/workbook.xml"),
	"xl/workbook.xml", `<workbook xmlns:r="`+officeRelation+`"><sheets><sheet name="Prices" sheetId="1" r:id="a"/><sheet name="Old" state="hidden" r:id="b"/></sheets></workbook>`,
	"xl/_rels/workbook.xml.rels", relationsOf("a", "worksheet", "worksheets/sheet1.xml", "b", "worksheet", "worksheets/sheet2.xml", "s", "sharedStrings", "sharedStrings.xml", "t", "styles", "styles.xml"),
	"xl/sharedStrings.xml", `<sst><si><t>Leaf</t></si><si><r><t>Since</t></r><r><t> when</t></r></si></sst>`,
	"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd&quot; of &quot;mmm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
	"xl/worksheets/sheet1.xml", `<worksheet><sheetData><row><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>Price</t></is></c></row><row><c r="A2" t="str"><f>"Gr"&amp;"een"</f><v>Green</v></c><c r="B2" s="1"><v>45413</v></c><c r="C2"><v>12.50</v></c></row><row hidden="1"><c r="A3"><v>7</v></c></row><row><c r="C4" t="b"><v>1</v></c></row></sheetData></worksheet>`,
	"xl/worksheets/sheet2.xml", `<worksheet><sheetData><row><c><v>9</v></c></row></sheetData></worksheet>`)

func TestOffice(t *testing.T) {
	t.Parallel()
	text := "# Tea\n\n## Setting up\n\nIt boils water.\n\n    if x:\n      boil()\n\n1) Fill it.\n  - on\n2) Wait.\n\nLeaf | Price\n12 | 12\n\n- Except Sundays.\n"
	checkReads(t, []readCase{
		{"tea.odt", odt, []rag.Document{{Source: "tea.odt", Title: "Tea plan", Author: "Ann", Published: day(2024, 5, 1), Text: text}}, nil},
		{"tea.fodt", []byte(`<office:document ` + odfNames + `><office:meta><dc:title>Flat</dc:title></office:meta><office:body><office:text><text:p>Tea.</text:p></office:text></office:body></office:document>`),
			[]rag.Document{{Source: "tea.fodt", Title: "Flat", Text: "Tea.\n"}}, nil},
		{"tea.ods", zipOf("content.xml", `<office:document-content `+odfNames+`><office:body><office:spreadsheet><table:table table:name="Prices"><table:table-row table:number-rows-repeated="9"><table:table-cell><text:p>Tea</text:p></table:table-cell><table:table-cell/><table:table-cell><text:p>12</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>`),
			[]rag.Document{{Source: "tea.ods", Title: "Prices", Text: "## Prices\n\nTea | | 12\n"}}, nil},
		{"tea.odp", zipOf("content.xml", `<office:document-content `+odfNames+`><office:body><office:presentation><draw:page><draw:frame presentation:class="title"><text:p>Tea</text:p></draw:frame><presentation:notes><text:p>Say hello.</text:p></presentation:notes></draw:page></office:presentation></office:body></office:document-content>`),
			[]rag.Document{{Source: "tea.odp", Title: "Tea", Text: "## Tea\n\nNotes: Say hello.\n"}}, nil},
		{"locked.odt", zipOf("META-INF/manifest.xml", "<encryption-data/>", "content.xml", "x"), nil, []string{"locked.odt: encrypted"}},
		{"talk", pptx, []rag.Document{{Source: "talk", Title: "Tea", Author: "Ann", Text: "## Tea\n\nNotes: Say hello.\n\n- Fill it.\n  - Twice.\n\nLeaf | Price\n"}}, nil},
		{"prices.xlsx", xlsx, []rag.Document{{Source: "prices.xlsx", Title: "prices", Text: "## Prices\n\nLeaf | Since when | Price\nGreen | 2024-05-01 | 12.5\n| | yes\n"}}, nil},
		{"bad.xlsx", zipOf("a", "b"), nil, []string{"bad.xlsx: malformed: not an Office file: it names no main part"}},
		{"locked.pptx", []byte("\xd0\xcf\x11\xe0"), nil, []string{"locked.pptx: encrypted"}},
		{"deep.fodt", []byte(`<office:document ` + odfNames + `>` + strings.Repeat("<a>", 2000)), nil, []string{"deep.fodt: malformed: elements nested more than 1000 deep"}},
	})
}

// FuzzOffice checks that no part of an Office file causes a panic or text that
// is not tidy.
func FuzzOffice(f *testing.F) {
	f.Add(odtContent)
	for _, data := range [][]byte{pptx, xlsx} {
		z, err := openZip(data)
		if err != nil {
			f.Fatal(err)
		}
		for _, e := range z.File {
			part, err := zipped((Reader{}).file("a", "", data), e)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(part.data))
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkFuzzed(t, "a.odt", zipOf("content.xml", s, "styles.xml", s, "meta.xml", s))
		checkFuzzed(t, "a.pptx", zipOf("_rels/.rels", relationsOf("r", "officeDocument", "m"), "m", s, "_rels/m.rels", relationsOf("a", "slide", "m", "n", "notesSlide", "m")))
		checkFuzzed(t, "a.xlsx", zipOf("_rels/.rels", relationsOf("r", "officeDocument", "m"), "m", `<workbook xmlns:r="`+officeRelation+`"><sheets><sheet name="a" r:id="a"/></sheets></workbook>`, "_rels/m.rels", relationsOf("a", "worksheet", "x", "s", "sharedStrings", "x", "t", "styles", "x"), "x", s))
	})
}
