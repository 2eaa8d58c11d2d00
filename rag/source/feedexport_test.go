package source

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/rag"
)

func wxrOf(items string) []byte {
	return []byte(`<?xml version="1.0"?><rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Lamps</title><wp:wxr_version>1.2</wp:wxr_version><wp:author><wp:author_login>bo</wp:author_login><wp:author_display_name>Bo Lund</wp:author_display_name></wp:author>` + items + `</channel></rss>`)
}

// wxrItemOf returns an item of the given state, type and password.
func wxrItemOf(guid, status, kind, password, content string) string {
	return `<item><title>Oil &amp; wick</title><link>https://example.org/` + guid + `</link><dc:creator>bo</dc:creator><guid>` + guid + `</guid><content:encoded><![CDATA[` + content +
		`]]></content:encoded><excerpt:encoded><![CDATA[Short.]]></excerpt:encoded><wp:post_date_gmt>2021-05-04 10:00:00</wp:post_date_gmt><wp:status>` + status + `</wp:status><wp:post_type>` + kind +
		`</wp:post_type><wp:post_password>` + password + `</wp:post_password><wp:comment><wp:comment_content>Nice!</wp:comment_content></wp:comment></item>`
}

const blogger = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:app="http://purl.org/atom/app#"><id>tag:blogger.com,1999:blog-1.archive</id>
<entry><id>s</id><category scheme="http://schemas.google.com/g/2005#kind" term="http://schemas.google.com/blogger/2008/kind#settings"/><title>BLOG_NAME</title><content>secret</content></entry>
<entry><id>a</id><category scheme="http://schemas.google.com/g/2005#kind" term="http://schemas.google.com/blogger/2008/kind#post"/><published>2021-05-04T10:00:00.000Z</published><title>Oil</title><content type="html">&lt;p&gt;Whale oil.&lt;/p&gt;</content><link rel="alternate" href="https://example.org/oil"/><author><name>Bo</name></author></entry>
<entry><id>b</id><app:control><app:draft>yes</app:draft></app:control><category scheme="http://schemas.google.com/g/2005#kind" term="http://schemas.google.com/blogger/2008/kind#post"/><title>Wick</title><content>Cotton.</content></entry>
<entry><id>c</id><category scheme="http://schemas.google.com/g/2005#kind" term="http://schemas.google.com/blogger/2008/kind#comment"/><content>Nice!</content></entry></feed>`

const takeout = `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:blogger="http://schemas.google.com/blogger/2018"><id>tag:blogger.com,1999:blog-1</id>
<entry><id>a</id><blogger:type>POST</blogger:type><blogger:status>LIVE</blogger:status><title>Oil</title><content type="html">Whale oil.</content></entry>
<entry><id>b</id><blogger:type>POST</blogger:type><blogger:status>DRAFT</blogger:status><title>Wick</title><content>Cotton.</content></entry>
<entry><id>c</id><blogger:type>PAGE</blogger:type><blogger:status>SOFT_TRASHED</blogger:status><title>Old</title><content>Old.</content></entry>
<entry><id>d</id><blogger:type>COMMENT</blogger:type><blogger:status>LIVE</blogger:status><content>Nice!</content></entry></feed>`

func TestExports(t *testing.T) {
	t.Parallel()
	states := wxrOf(wxrItemOf("1", "publish", "post", "", "Whale oil.") + wxrItemOf("2", "draft", "post", "", "Cotton.") + wxrItemOf("3", "private", "page", "", "Secret.") +
		wxrItemOf("4", "publish", "post", "key", "Secret.") + wxrItemOf("5", "inherit", "attachment", "", "") + wxrItemOf("6", "publish", "nav_menu_item", "", "Home") +
		wxrItemOf("7", "future", "post", "", "Soon.") + wxrItemOf("8", "trash", "post", "", "Gone."))
	day := time.Date(2021, 5, 4, 10, 0, 0, 0, time.UTC)
	wordpress := func(id, text string) rag.Document {
		return rag.Document{Source: "a.xml/" + id, Title: "Oil & wick", URL: "https://example.org/" + id, Author: "Bo Lund", Site: "Lamps", Published: day, Text: text}
	}
	tests := []struct {
		name   string
		reader Reader
		data   []byte
		want   []rag.Document
		errs   []string
	}{
		{"WordPress", Reader{}, states, []rag.Document{wordpress("1", "Whale oil.\n")}, []string{
			"a.xml/2: not published: its status is draft", "a.xml/3: not published: its status is private", "a.xml/4: not published: it has a password",
			"a.xml/5: not a kind of file that is read: type attachment of WordPress", "a.xml/6: not a kind of file that is read: type nav_menu_item of WordPress",
			"a.xml/7: not published: its status is future", "a.xml/8: not published: its status is trash"}},
		{"WordPress with drafts", Reader{Drafts: true}, states, []rag.Document{wordpress("1", "Whale oil.\n"), wordpress("2", "Cotton.\n"), wordpress("7", "Soon.\n")}, []string{
			"a.xml/3: not published: its status is private", "a.xml/4: not published: it has a password",
			"a.xml/5: not a kind of file that is read: type attachment of WordPress", "a.xml/6: not a kind of file that is read: type nav_menu_item of WordPress",
			"a.xml/8: not published: its status is trash"}},
		{"a cut WordPress export", Reader{}, wxrOf(wxrItemOf("1", "publish", "post", "", "Whale oil.") + "<item><title><![CDATA["), []rag.Document{wordpress("1", "Whale oil.\n")}, []string{
			"a.xml: malformed: XML syntax error on line 2: unexpected EOF in CDATA section"}},
		{"Blogger", Reader{}, []byte(blogger), []rag.Document{{Source: "a.xml/a", Title: "Oil", URL: "https://example.org/oil", Author: "Bo", Published: day, Text: "Whale oil.\n"}}, []string{
			"a.xml/s: not a kind of file that is read: kind settings of Blogger", "a.xml/b: not published: its status is draft", "a.xml/c: not a kind of file that is read: kind comment of Blogger"}},
		{"Blogger since 2024", Reader{}, []byte(takeout), []rag.Document{{Source: "a.xml/a", Title: "Oil", Text: "Whale oil.\n"}}, []string{
			"a.xml/b: not published: its status is draft", "a.xml/c: not published: its status is soft_trashed", "a.xml/d: not a kind of file that is read: kind comment of Blogger"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, errs := all(t, tt.reader, "a.xml", tt.data)
			if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(rag.Document{}, "ID", "Language")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.errs, errs); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWordPressMarkup(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, content, want string }{
		{"paragraphs", "Whale <b>oil</b>.\r\n\r\nCotton wick.", "Whale oil.\n\nCotton wick.\n"},
		{"paragraphs between tags", "<b>Oil</b>\n\n<i>Wick</i>", "Oil\n\nWick\n"},
		{"lines", "12 Pier Road\nHarbour", "12 Pier Road\nHarbour\n"},
		{"lines of blocks", "<!-- wp:paragraph -->\n<p>Whale oil\nburns.</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:list --><ul>\n\n<li>a</li>\n\n<li>b</li></ul><!-- /wp:list -->", "Whale oil burns.\n\n- a\n- b\n"},
		{"code", "<pre>a\n\nb</pre>", "    a\n\n    b\n"},
		{"shortcodes", `[caption id="x" width=3]<img src="a.jpg" alt="lamp"> A lamp[/caption] [gallery ids="1"] It burned [sic] long. [/vc_row]`, "lamp A lamp It burned [sic] long.\n"},
		{"a shortcode for code", "[code language=\"sh\"]\nlamp stop\nlamp start\n[/code]", "    lamp stop\n    lamp start\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := plainMarkup(wordpressMarkup(tt.content)) + "\n"; got != tt.want && "    "+got != tt.want { // plainMarkup trims
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFeedLinksAndDates(t *testing.T) {
	t.Parallel()
	item := func(link, date string) string {
		return `<item><title>Oil</title><link>` + link + `</link><guid>1</guid><description>Whale oil.</description><pubDate>` + date + `</pubDate></item>`
	}
	tests := []struct {
		name, address, data, link, day string
	}{
		{"a file", "a.xml", `<rss><channel><link>https://example.org/blog/</link>` + item("/oil", "2021-05-04"), "https://example.org/oil", "2021-05-04"},
		{"a URL", "https://example.org/blog/feed", `<rss><channel>` + item("oil", "Tue, 04 May 2021 23:00:00 +0200"), "https://example.org/blog/oil", "2021-05-04"},
		{"a feed on another host", "https://feeds.example.com/1", `<rss><channel><link>https://example.org/</link>` + item("oil", ""), "https://example.org/oil", ""},
		{"a base", "https://example.com/", `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.org/b/"><entry><id>1</id><title>Oil</title><link href="oil"/><updated>2021-05-04T10:00:00Z</updated></entry>`, "https://example.org/b/oil", "2021-05-04"},
		{"an absolute link", "https://example.com/", `<rss><channel>` + item("https://example.org/oil", ""), "https://example.org/oil", ""},
		{"no base", "a.xml", `<rss><channel>` + item("/oil", ""), "", ""},
		{"no link", "https://example.com/", `<rss><channel>` + item("", ""), "", ""},
		{"an ambiguous date", "a.xml", `<rss><channel>` + item("", "05/04/2021"), "", ""},
		{"an American date", "a.xml", `<rss><channel><language>en-us</language>` + item("", "05/04/2021 10:00"), "", "2021-05-04"},
		{"a British date", "a.xml", `<rss><channel><language>en-GB</language>` + item("", "05/04/2021"), "", "2021-04-05"},
		{"a French date", "a.xml", `<rss><channel><language>fr</language>` + item("", "05/04/2021"), "", "2021-04-05"},
		{"a German date", "a.xml", `<rss><channel>` + item("", "5.4.2021"), "", "2021-04-05"},
		{"a day beyond 12", "a.xml", `<rss><channel>` + item("", "05/14/2021"), "", "2021-05-14"},
		{"a year of two digits", "a.xml", `<rss><channel><language>en-us</language>` + item("", "05/04/21"), "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			end := "</channel></rss>"
			if tt.data[1] == 'f' {
				end = "</feed>"
			}
			f, err := readFeed([]byte(tt.data+end), tt.address)
			if err != nil || len(f.entries) != 1 {
				t.Fatalf("got %d entries, %v, want 1", len(f.entries), err)
			}
			day := ""
			if at := f.entries[0].published; !at.IsZero() {
				day = at.Format("2006-01-02")
			}
			if f.entries[0].link != tt.link || day != tt.day {
				t.Errorf("got %q of %q, want %q of %q", f.entries[0].link, day, tt.link, tt.day)
			}
		})
	}
}
