package source

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"footnote/rag"
)

const ghost = `{"db": [{"meta": {"version": "5.0"}, "data": {"posts": [
{"id": "1", "title": "Oil", "html": "<p>Whale oil.</p>", "mobiledoc": null, "status": "published", "visibility": "public", "published_at": "2021-05-04T10:00:00.000Z"},
{"id": "2", "title": "Wick", "html": "<p>Cotton.</p>", "status": "draft", "visibility": "public", "published_at": null},
{"id": "3", "title": "Price", "html": "<p>Nine.</p>", "status": "published", "visibility": "paid"}],
"users": [{"id": "u", "name": "Bo Lund"}], "posts_authors": [{"post_id": "1", "author_id": "u"}]}}]}`

func mediumPage(footer string) string {
	return `<!DOCTYPE html><html><head><title>Oil</title></head><body><article class="h-entry"><header><h1 class="p-name">Oil</h1></header><section data-field="body" class="e-content"><p>Whale oil.</p></section>` +
		`<footer>` + footer + `<p>Exported from <a href="https://medium.com">Medium</a> on December 1, 2022.</p></footer></article></body></html>`
}

func TestBlogExports(t *testing.T) {
	t.Parallel()
	day := time.Date(2021, 5, 4, 0, 0, 0, 0, time.UTC)
	medium := zipOf("posts/2021-05-04_Oil-1.html", mediumPage(`<p>By <a class="p-author h-card">Bo Lund</a> on <a href="https://medium.com/p/1"><time class="dt-published" datetime="2021-05-04T10:00:00.000Z">May 4, 2021</time></a>.</p><p><a href="https://medium.com/@bo/oil-1" class="p-canonical">Canonical link</a></p>`),
		"posts/draft_Wick-2.html", mediumPage(""))
	substack := zipOf("posts.csv", "post_id,post_date,is_published,email_sent_at,type,audience,title,subtitle\n"+
		"1.oil,2021-05-04T00:00:00.000Z,true,,newsletter,everyone,\"Oil, again\",\n2.wick,,false,,newsletter,everyone,Wick,\n3.price,2021-05-04T00:00:00.000Z,true,,newsletter,only_paid,Price,\n",
		"posts/1.oil.html", "<p>Whale oil.</p>", "posts/2.wick.html", "<p>Cotton.</p>", "posts/3.price.html", "<p>Nine.</p>", "email_list.bo.csv", "email,active\na@example.org,true\n", "posts/1.opens.csv", "email\na@example.org\n")
	tests := []struct {
		name, file string
		reader     Reader
		data       []byte
		want       []rag.Document
		errs       []string
	}{
		{"Ghost", "a.json", Reader{}, []byte(ghost), []rag.Document{{Source: "a.json/1", Title: "Oil", Author: "Bo Lund", Published: day.Add(10 * time.Hour), Text: "Whale oil.\n"}},
			[]string{"a.json/2: not published: its status is draft", "a.json/3: not published: its visibility is paid"}},
		{"Medium", "a.zip", Reader{}, medium, []rag.Document{{Source: "a.zip/posts/2021-05-04_Oil-1.html", URL: "https://medium.com/@bo/oil-1", Title: "Oil", Author: "Bo Lund", Published: day, Text: "Whale oil.\n"}},
			[]string{"a.zip/posts/draft_Wick-2.html: not published: its status is draft"}},
		{"Substack", "a.zip", Reader{}, substack, []rag.Document{{Source: "a.zip/posts/1.oil.html", Title: "Oil, again", Published: day, Text: "Whale oil.\n"}},
			[]string{"a.zip/posts/2.wick.html: not published: its status is draft", "a.zip/posts/3.price.html: not published: its audience is only_paid"}},
		{"Substack with drafts", "a.zip", Reader{Drafts: true}, substack, []rag.Document{{Source: "a.zip/posts/1.oil.html", Title: "Oil, again", Published: day, Text: "Whale oil.\n"}, {Source: "a.zip/posts/2.wick.html", Title: "Wick", Text: "Cotton.\n"}},
			[]string{"a.zip/posts/3.price.html: not published: its audience is only_paid"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, errs := all(t, tt.reader, tt.file, tt.data)
			if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(rag.Document{}, "ID", "Language")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.errs, errs); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}
