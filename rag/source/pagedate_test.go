package source

import (
	"strings"
	"testing"
)

func TestPageDates(t *testing.T) {
	t.Parallel()
	words := "<p>" + strings.Repeat("The lighthouse keeper walked down to the shore again. ", 8) + "</p>"
	ld := func(json string) string { return `<script type="application/ld+json">` + json + `</script>` }
	tests := []struct {
		name, file, page string
		want             string // "" for no date
	}{
		{"a year in the text", "a.html", `<h1>Guide</h1>` + words + `<p>The light was built in 1998.</p>`, ""},
		{"a copyright", "a.html", `<h1>Guide</h1>` + words + `<footer>© 2019 The Keepers, <time datetime="2019-01-01">2019</time></footer>`, ""},
		{"a number", "a.html", `<h1>Guide</h1>` + words + `<pre>serve --port 2000</pre>`, ""},
		{"a visible date without markup", "a.html", `<h1>Guide</h1><p>On 4 May 2021 it was lit.</p>` + words, ""},
		{"Open Graph", "a.html", `<meta property="article:published_time" content="2021-05-04T23:30:00-05:00"><h1>Guide</h1>` + words, "2021-05-04"},
		{"Dublin Core", "a.html", `<meta name="DC.date.issued" content="2021-05-04"><h1>Guide</h1>` + words, "2021-05-04"},
		{"a citation", "a.html", `<meta name="citation_publication_date" content="2021/05/04"><h1>Guide</h1>` + words, "2021-05-04"},
		{"sailthru", "a.html", `<meta name="sailthru.date" content="2021-05-04 05:00:01"><h1>Guide</h1>` + words, "2021-05-04"},
		{"a date of change in front", "a.html", `<meta property="article:modified_time" content="2022-01-01"><meta name="parsely-pub-date" content="2021-05-04T10:00:00Z"><h1>Guide</h1>` + words, "2021-05-04"},
		{"only a date of change", "a.html", `<meta property="og:updated_time" content="2022-01-01T00:00:00Z"><h1>Guide</h1>` + words, "2022-01-01"},
		{"a video's date", "a.html", `<meta property="video:release_date" content="2022-01-01T00:00:00Z"><h1>Guide</h1>` + words, ""},
		{"an offer's end", "a.html", `<meta property="article:expiration_time" content="2022-01-01T00:00:00Z"><h1>Guide</h1>` + words, ""},
		{"JSON-LD", "a.html", ld(`{"@type":"NewsArticle","dateModified":"2022-01-01","datePublished":"2021-05-04T10:00:00+0200"}`) + words, "2021-05-04"},
		{"a graph", "a.html", ld(`{"@graph":[{"@type":"WebSite","datePublished":"2001-01-01"},{"@type":"WebPage","datePublished":"2011-01-01"},{"@type":["Thing","BlogPosting"],"datePublished":"2021-05-04"}]}`) + words, "2021-05-04"},
		{"a list with a line break in a string", "a.html", ld("[{\"@type\":\"Article\",\"headline\":\"a\nb\",\"datePublished\":\"2021-05-04\"}]") + words, "2021-05-04"},
		{"a comment's date", "a.html", ld(`{"@type":"Article","comment":{"datePublished":"2022-01-01"},"dateCreated":"Tue May 04 2021 03:05:46 GMT+0000"}`) + words, "2021-05-04"},
		{"an empty date", "a.html", ld(`{"@type":"Article","datePublished":"0001-01-01T00:00:00Z"}`) + words, ""},
		{"malformed JSON-LD", "a.html", ld(`{"@type":"Article","datePublished":`) + words, ""},
		{"microdata", "a.html", `<h1>Guide</h1><span itemprop="datePublished" content="2021-05-04">yesterday</span>` + words, "2021-05-04"},
		{"microdata as text", "a.html", `<h1>Guide</h1><span itemprop="datePublished">Posted: Tue 6:45 PM, May 4, 2021</span>` + words, "2021-05-04"},
		{"a class", "a.html", `<h1>Guide</h1><div class="article_date">May 4, 2021 - 11:28 AMT</div>` + words, "2021-05-04"},
		{"a byline", "a.html", `<article><h1>Guide</h1><p>By Ann, <time datetime="2021-05-04T10:00">4 May</time></p>` + words + `</article>`, "2021-05-04"},
		{"a sentence", "a.html", `<article><h1>Guide</h1>` + words + `<p>The fair is on <time datetime="2021-05-04">4 May</time>.</p></article>`, ""},
		{"a comment", "a.html", `<article><h1>Guide</h1>` + words + `</article><div class="comment-list"><div class="comment"><time datetime="2021-05-04">4 May</time></div></div>`, ""},
		{"another article", "a.html", `<article><h1>Guide</h1>` + words + `</article><article><time datetime="2021-05-04">4 May</time><h2>Other</h2></article>`, ""},
		{"a date of change in a byline", "a.html", `<article><h1>Guide</h1><p>Updated <time datetime="2021-05-04T10:00">4 May</time></p>` + words + `</article>`, ""},
		{"the URL", "https://example.org/2021/05/04/guide", `<h1>Guide</h1>` + words, "2021-05-04"},
		{"the URL of a page whose time is in UTC", "https://example.org/2021/05/04/guide", `<meta name="date" content="2021-05-05T03:00:00Z"><h1>Guide</h1>` + words, "2021-05-04"},
		{"the canonical URL", "a.html", `<link rel="canonical" href="https://example.org/2021/05/04/guide"><h1>Guide</h1>` + words, "2021-05-04"},
		{"numbers, German", "a.html", `<html lang="de"><meta name="date" content="05.04.2021"><h1>Guide</h1>` + words, "2021-04-05"},
		{"numbers, American", "a.html", `<html lang="en-US"><meta name="date" content="05/04/2021"><h1>Guide</h1>` + words, "2021-05-04"},
		{"numbers, English", "a.html", `<html lang="en"><meta name="date" content="05/04/2021"><h1>Guide</h1>` + words, ""},
		{"numbers, a day beyond 12", "a.html", `<html lang="en"><meta name="date" content="05/14/2021"><h1>Guide</h1>` + words, "2021-05-14"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := parseOne(tt.file, []byte("<!DOCTYPE html>"+tt.page))
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if !d.Published.IsZero() {
				got = d.Published.Format("2006-01-02")
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
