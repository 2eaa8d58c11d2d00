package source

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/rag"
)

// zipOf returns a zip archive of pairs of names and contents, in the given
// order.
func zipOf(files ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func gzipOf(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

func docxOf(body string) []byte {
	return zipOf("word/document.xml", `<w:document xmlns:w="x"><w:body>`+body+`</w:body></w:document>`,
		"word/styles.xml", `<w:styles xmlns:w="x"><w:style w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style></w:styles>`,
		"docProps/core.xml", `<c xmlns:dc="d"><dc:title>Minutes</dc:title><dc:creator>Ann</dc:creator><created>2024-05-01T10:00:00Z</created></c>`)
}

var docx = docxOf(`<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>The budget</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">It was </w:t></w:r><w:del><w:r><w:delText>not </w:delText></w:r></w:del><w:r><w:t>passed.</w:t></w:r></w:p>
<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>one</w:t></w:r></w:p><w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>two</w:t></w:r></w:p>
<w:p><w:pPr><w:pStyle w:val="berschrift2"/></w:pPr><w:r><w:t>Votes</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>For</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>9</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`)

var epub = zipOf("mimetype", "application/epub+zip",
	"META-INF/container.xml", `<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>`,
	"OEBPS/book.opf", `<package xmlns:dc="d"><metadata><dc:title>The Book</dc:title><dc:creator>Ann</dc:creator><dc:language>en-GB</dc:language><dc:date>1999</dc:date></metadata>
<manifest><item id="b" href="two%20b.xhtml" media-type="application/xhtml+xml"/><item id="a" href="one.xhtml" media-type="application/xhtml+xml"/><item id="i" href="i.png" media-type="image/png"/></manifest>
<spine><itemref idref="a"/><itemref idref="i"/><itemref idref="b"/><itemref idref="a"/></spine></package>`,
	"OEBPS/one.xhtml", `<html><head><title>x</title></head><body><h1>One</h1><p>The first.</p></body></html>`,
	"OEBPS/two b.xhtml", `<html><body><h1>Two</h1><p>The second.</p></body></html>`)

const eml = "From: =?utf-8?q?Ann_M=C3=BCller?= <ann@example.org>\r\nSubject: =?utf-8?q?The_b=C3=BCdget?=\r\nDate: Wed, 01 May 2024 10:00:00 +0200\r\nMessage-ID: <1@example.org>\r\n" +
	"MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>It was <b>passed</b>.</p>\r\n" +
	"--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nIt was passed in K=F6ln.\r\n> Was it?\r\n-- \r\nAnn\r\n--b--\r\n"

func all(t *testing.T, r Reader, name string, data []byte) (docs []rag.Document, errs []string) {
	t.Helper()
	for d, err := range r.Bytes(t.Context(), name, "", data) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		docs = append(docs, d)
	}
	return docs, errs
}

func TestKinds(t *testing.T) {
	t.Parallel()
	day := func(y int, m time.Month, d, h int) time.Time { return time.Date(y, m, d, h, 0, 0, 0, time.UTC) }
	doc := func(source, title, text string) rag.Document {
		return rag.Document{Source: source, Title: title, Text: text}
	}
	tests := []struct {
		name string
		data []byte
		want []rag.Document
		errs []string
	}{
		{"a.docx", docx, []rag.Document{{Source: "a.docx", Title: "Minutes", Author: "Ann", Published: day(2024, 5, 1, 10),
			Text: "# The budget\n\nIt was passed.\n\n- one\n- two\n\n## Votes\n\nFor | 9\n"}}, nil},
		{"a.epub", epub, []rag.Document{{Source: "a.epub", Title: "The Book", Author: "Ann", Language: "en", Published: day(1999, 1, 1, 0),
			Text: "# One\n\nThe first.\n\n# Two\n\nThe second.\n"}}, nil},
		{"a.eml", []byte(eml), []rag.Document{{Source: "a.eml", Title: "The büdget", Author: "Ann Müller", Published: day(2024, 5, 1, 8), Text: "It was passed in Köln.\n"}}, nil},
		{"a.mbox", []byte("From ann Wed May  1 10:00:00 2024\n" + strings.ReplaceAll(eml, "\r\n", "\n") + "\nFrom bob Wed May  1 10:00:00 2024\nSubject: Two\n\nThe second.\n"),
			[]rag.Document{{Source: "a.mbox/1@example.org", Title: "The büdget", Author: "Ann Müller", Published: day(2024, 5, 1, 8), Text: "It was passed in Köln.\n"},
				doc("a.mbox/message-2", "Two", "The second.\n")}, nil},
		{"a.csv", []byte("id;Headline;Body;Pub Date;link\n7;One;\"The first;\nand more.\";2024-05-01;https://example.org/1\n;Two;The second.;;\n;;;;\n"),
			[]rag.Document{{Source: "a.csv/7", Title: "One", Text: "The first;\nand more.", URL: "https://example.org/1", Published: day(2024, 5, 1, 0)}, doc("a.csv/2", "Two", "The second.")},
			nil},
		{"a.jsonl", []byte("{\"title\": \"One\", \"text\": \"The first.\"}\n{\"title\": \"Two\", \"body\": \"<p>The second.</p><p>More.</p>\", \"meta\": {\"date\": \"2024\"}}\n"),
			[]rag.Document{doc("a.jsonl/1", "One", "The first."), doc("a.jsonl/2", "Two", "The second.\n\nMore.\n")}, nil},
		{"a.json", []byte(`[{"id": "x/y", "text": "The first."}]`), []rag.Document{doc("a.json/x_y", "The first", "The first.")}, nil},
		{"a.jsonl", []byte("{\"title\": \"One\", \"text\": \"The first.\"}\n{broken\n"), []rag.Document{doc("a.jsonl/1", "One", "The first.")},
			[]string{"a.jsonl: malformed: object 2: invalid character 'b' looking for beginning of object key string"}},
		{"a.txt.gz", gzipOf([]byte("Words.")), []rag.Document{doc("a.txt.gz", "Words", "Words.")}, nil},
		{"a.zip", zipOf("b/c.txt", "Words.", "d.png", "x", "e.zip", string(zipOf("f.md", "# Deep")), ".hidden.txt", "x", "__MACOSX/b/c.txt", "x"),
			[]rag.Document{doc("a.zip/b/c.txt", "Words", "Words."), doc("a.zip/e.zip/f.md", "Deep", "# Deep\n")}, []string{"a.zip/d.png: pictures, code and settings are not read"}},
		{"a.zip", zipOf("../evil.txt", "x", "/abs.txt", "x", "c:/x.txt", "x", "b.txt", "Words."), []rag.Document{doc("a.zip/b.txt", "Words", "Words.")},
			[]string{"a.zip/evil.txt: cannot be read: its name points outside the archive", "a.zip/abs.txt: cannot be read: its name points outside the archive", "a.zip/x.txt: cannot be read: its name points outside the archive"}},
		{"a.xml", []byte(`<rss version="2.0"><channel><title>T</title><item><title>One</title><guid>g</guid><description>The first.</description></item></channel></rss>`),
			[]rag.Document{{Source: "a.xml/g", Title: "One", Site: "T", Text: "The first.\n"}}, nil},
		{"a.xml", []byte("<notes><note>x</note></notes>"), nil, []string{"a.xml: not a kind of file that is read: not a feed"}},
		{"unnamed", []byte("<!DOCTYPE html><html><body><article><h1>Page</h1><p>" + strings.TrimSpace(strings.Repeat(lorem, 3)) + "</p></article></body></html>"),
			[]rag.Document{{Source: "unnamed", Title: "Page", Language: "en", Text: strings.TrimSpace(strings.Repeat(lorem, 3)) + "\n"}}, nil},
	}
	for i, tt := range tests {
		t.Run(fmt.Sprint(i, " ", tt.name), func(t *testing.T) {
			t.Parallel()
			docs, errs := all(t, Reader{}, tt.name, tt.data)
			if diff := cmp.Diff(tt.want, docs, cmpopts.IgnoreFields(rag.Document{}, "ID")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.errs, errs); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	data := []byte("a,b,c\nOne,The first.,Council\n")
	docs, errs := all(t, Reader{Fields: Fields{Title: "a", Text: "B", Collection: "c"}}, "x.csv", data)
	if len(errs) > 0 || len(docs) != 1 || docs[0].Title != "One" || docs[0].Text != "The first." || docs[0].Collection != "Council" {
		t.Errorf("got %+v, %q", docs, errs)
	}
	for want, f := range map[string]Fields{
		`x.csv: malformed: there is no field "z"; it has a, b, c`:       {Text: "z"},
		`x.csv: malformed: "One" is not a date; write it as 2020-09-14`: {Text: "b", Date: "a"},
	} {
		if _, errs := all(t, Reader{Fields: f}, "x.csv", data); !cmp.Equal(errs, []string{want}) {
			t.Errorf("%+v: got %q, want %q", f, errs, want)
		}
	}
}

// TestBombs checks that a file that expands beyond the limits, or nests too
// deep, is skipped without harm to the others.
func TestBombs(t *testing.T) {
	t.Parallel()
	zeros := strings.Repeat("0 ", 1<<20)
	r := Reader{MaxBytes: 1 << 20}
	deep := []byte("Words.")
	for range 6 {
		deep = zipOf("in.zip", string(deep))
	}
	gz := []byte("Words.")
	for range 6 {
		gz = gzipOf(gz)
	}
	for name, tt := range map[string]struct {
		file string
		data []byte
		why  Reason
	}{
		"gzip": {"a.txt.gz", gzipOf([]byte(zeros)), TooLarge}, "zip": {"a.zip", zipOf("a.txt", zeros), TooLarge}, "docx": {"a.docx", docxOf("<w:p><w:r><w:t>" + zeros + "</w:t></w:r></w:p>"), TooLarge},
		"epub": {"a.epub", zipOf("META-INF/container.xml", zeros), TooLarge}, "zip in zip": {"a.zip", deep, TooLarge}, "gzip in gzip": {"a.txt.gz.gz.gz.gz.gz.gz", gz, TooLarge},
		"elements": {"a.docx", docxOf(strings.Repeat("<w:p>", 5000)), Malformed}, "not a zip": {"a.zip", []byte("PK"), Malformed}, "encrypted docx": {"a.docx", []byte("\xd0\xcf\x11\xe0"), Encrypted},
		"nested page": {"a.html", []byte(strings.Repeat("<div>", 100_000) + "x"), Malformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := false
			for d, err := range r.Bytes(t.Context(), tt.file, "", tt.data) {
				var s *Skipped
				if errors.As(err, &s) && s.Reason == tt.why {
					found = true
				} else {
					t.Errorf("got %.40q, %v", d.Text, err)
				}
			}
			if !found {
				t.Errorf("want a *Skipped for %q", tt.why)
			}
		})
	}
	budget := new(atomic.Int64)
	budget.Store(100)
	f := file{read: r, budget: budget}
	for range 2 {
		if _, err := f.readPart(strings.NewReader(strings.Repeat("x", 60))); err != nil && !errors.Is(err, errExpanded) {
			t.Error(err)
		}
	}
	if budget.Load() >= 0 {
		t.Error("parts of a file exceed its budget without an error")
	}
}

// FuzzKinds checks that no file makes a loader panic, and that the text it
// returns is tidy and may be shown.
func FuzzKinds(f *testing.F) {
	for name, data := range map[string][]byte{
		"a.docx": docx, "a.epub": epub, "a.eml": []byte(eml), "a.csv": []byte("a,text\n1,b\n"), "a.jsonl": []byte(`{"text": "b"}`), "a.zip": zipOf("a.txt", "b"), "a.txt.gz": gzipOf([]byte("a")),
		"a.mbox": []byte("From a\n" + eml), "a.xml": []byte("<rss><channel><item><title>a</title></item></channel></rss>"), "a.html": []byte("<html><body><p>a"), "a": []byte("PK\x03\x04"),
		"b.xml": wxrOf(wxrItemOf("1", "publish", "post", "", "[code]a[/code]\n\nb")), "c.xml": []byte(blogger), "d.xml": []byte(takeout), "g.json": []byte(ghost),
		"s.zip":  zipOf("posts.csv", "post_id,is_published,title\n1.a,true,b\n", "posts/1.a.html", "<p>a"),
		"b.json": []byte(`{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1}]}`),
	} {
		f.Add(name, data)
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if ending(name) == "pdf" || sniff(data) == "pdf" {
			return // FuzzPDF covers it
		}
		for d, err := range (Reader{MaxBytes: 1 << 20}).Bytes(t.Context(), name, "", data) {
			var s *Skipped
			switch {
			case err != nil && !errors.As(err, &s):
				t.Errorf("got error %v, want a *Skipped", err)
			case err == nil && (!isText(d.Text) || tidy(d.Text) != d.Text || d.ID == "" || d.Title == ""):
				t.Errorf("document is not valid: %+v", d)
			case err != nil && (strings.Contains(err.Error(), "the parser crashed") || errors.Is(err, errParseTimeout)):
				t.Error(err)
			}
		}
	})
}

// FuzzLists checks that OPML and sitemap files cause no panic.
func FuzzLists(f *testing.F) {
	f.Add([]byte(`<opml><body><outline xmlUrl="http://a"/></body></opml>`))
	f.Add([]byte(`<urlset><url><loc>http://a</loc><lastmod>2020</lastmod></url></urlset>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if feeds, err := OPML(data); err == nil && len(feeds) == 0 {
			t.Error("got no feeds and no error")
		}
		readSitemap(data)
	})
}
