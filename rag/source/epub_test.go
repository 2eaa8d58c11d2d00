package source

import (
	"strings"
	"testing"
)

// TestEPUBParts checks a book with a table of contents, a missing chapter, one in
// another encoding, and several authors and dates.
func TestEPUBParts(t *testing.T) {
	t.Parallel()
	book := func(manifest, spine string) []byte {
		return zipOf("META-INF/container.xml", `<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>`,
			"book.opf", `<package xmlns:opf="o"><metadata><title>Main</title><title>Sub</title><creator>Ann</creator><creator>Bob</creator><date opf:event="modification">2020-01-01</date><date opf:event="publication">1999-05-01</date></metadata><manifest>`+manifest+`</manifest><spine>`+spine+`</spine></package>`,
			"nav.xhtml", `<html><body><nav><ol><li>Contents</li></ol></nav></body></html>`,
			"one.xhtml", "<html><head><meta charset=\"iso-8859-2\"/></head><body><p>Prom odp\xb3ywa.</p><ol><li>first</li></ol></body></html>")
	}
	const items = `<item id="n" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/><item id="a" href="one.xhtml" media-type="application/xhtml+xml"/><item id="m" href="missing.xhtml" media-type="application/xhtml+xml"/>`
	d, err := parseOne("a.epub", book(items, `<itemref idref="n"/><itemref idref="m"/><itemref idref="a"/>`))
	if err != nil || !strings.HasPrefix(d.Text, "Prom odpływa.\n") || d.Title != "Main" || d.Author != "Ann, Bob" || d.Published.Format("2006-01-02") != "1999-05-01" {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err := parseOne("a.epub", book(items, `<itemref idref="m"/>`)); err == nil || !strings.Contains(err.Error(), "missing.xhtml: not found") {
		t.Errorf("got %v", err)
	}
}
