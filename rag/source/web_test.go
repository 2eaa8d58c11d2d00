package source

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/source/fetch"
)

// site is a test server. It maps paths to bodies.
type site struct {
	*httptest.Server
	pages map[string]string // "TYPE\nBODY"; HOST stands for the server's address
	asked atomic.Int32      // number of bodies sent
}

func newSite(t *testing.T, pages map[string]string) *site {
	t.Helper()
	s := &site{pages: pages}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := s.pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		media, body, _ := strings.Cut(strings.ReplaceAll(page, "HOST", s.URL), "\n")
		if to, moved := strings.CutPrefix(media, "to "); moved {
			http.Redirect(w, r, to, http.StatusMovedPermanently)
			return
		}
		tag := `"` + rag.DocumentID(body) + `"`
		w.Header().Set("ETag", tag)
		w.Header().Set("Content-Type", media)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		s.asked.Add(1)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *site) web(m *Memory) Web {
	return Web{Reader: Reader{Memory: m}, Client: &fetch.Client{AllowPrivate: true, Pace: -1, Timeout: 2 * time.Second}}
}

// read returns what URLs yield: the addresses of articles and the errors.
func (s *site) read(src rag.Source) []string {
	var all []string
	for d, err := range src {
		switch {
		case errors.Is(err, rag.ErrUnchanged):
			all = append(all, "unchanged "+strings.ReplaceAll(d.Source, s.URL, ""))
		case err != nil:
			all = append(all, strings.ReplaceAll(err.Error(), s.URL, ""))
		default:
			all = append(all, strings.ReplaceAll(d.Source, s.URL, "")+" "+d.Title)
		}
	}
	return all
}

const lorem = "The council passed the budget on Wednesday evening after nine hours of debate, and seven members voted against it. "

// html returns a page with an article in it.
func htmlPage(title, head string) string {
	return "text/html\n<html><head><title>" + title + "</title>" + head + "</head><body><nav><a href=/>Home</a></nav><article><h1>" + title + "</h1><p>" +
		strings.Repeat(title+": "+lorem, 5) + "</p></article></body></html>"
}

func TestWeb(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{
		"/a": htmlPage("Page A", ""), "/old": "to /a", "/b": htmlPage("Page B", `<link rel="canonical" href="/real-b"><link rel="canonical" href="HOST/real-b">`),
		"/real-b":   htmlPage("Page B", ""),
		"/thief":    htmlPage("Thief", `<link rel="canonical" href="https://example.org/a">`),
		"/careless": htmlPage("Careless", `<link rel="canonical" href="HOST/">`),
		"/text":     "text/plain; charset=windows-1252\nWords in caf\xe9s.", "/note.md": "text/markdown\n# A note\n\nWords.", "/picture": "image/png\nPNG", "/empty": "text/html\n",
		"/pdf": "application/pdf\n" + string(makePDF(column(20, 300, "Words of a PDF."))),
	})
	for path, want := range map[string]string{
		"/a": "/a Page A", "/a?utm_source=x": "/a Page A", "/old": "/a Page A", "/thief": "/thief Thief", "/careless": "/careless Careless",
		"/text": "/text Words in cafés", "/note.md": "/note.md A note", "/picture": "/picture: pictures, code and settings are not read", "/empty": "/empty: no words in it",
		"/missing": "/missing: cannot be fetched: 404 Not Found", "/pdf": "/pdf A report", "/b": "/real-b Page B",
	} {
		got := s.read(s.web(nil).Articles(t.Context(), s.URL+path))
		if diff := cmp.Diff([]string{want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
	for _, bad := range []string{"ftp://example.org/a", "http://", "nonsense"} {
		for _, err := range s.web(nil).Articles(t.Context(), bad) {
			if !errors.Is(err, fetch.ErrURL) {
				t.Errorf("%s: got %v, want %v", bad, err, fetch.ErrURL)
			}
		}
	}
	public := Web{Client: &fetch.Client{Pace: -1}}
	for _, err := range public.Articles(t.Context(), s.URL+"/a") {
		if !errors.Is(err, fetch.ErrAddress) {
			t.Errorf("loopback: got %v, want %v", err, fetch.ErrAddress)
		}
	}
}

// keep adds the Source of each article to inventory, as a store would.
func keep(src rag.Source, inventory *[]string) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		for d, err := range src {
			if err == nil {
				*inventory = append(*inventory, d.Source)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

func TestWebAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/a": htmlPage("Page A", ""), "/old": "to /a"})
	now := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	var inventory []string
	m := NewMemory(nil, nil, clock)
	urls := []string{s.URL + "/a", s.URL + "/old", s.URL + "/gone"}
	read := func(want ...string) {
		t.Helper()
		got := s.read(keep(s.web(m).Articles(t.Context(), urls...), &inventory))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		m = NewMemory(m.Fresh(), inventory, clock)
	}
	read("/a Page A", "/a Page A", "/gone: cannot be fetched: 404 Not Found")
	sent := s.asked.Load()
	read("unchanged /a", "unchanged /a", "/gone: cannot be fetched: 404 Not Found")
	if s.asked.Load() != sent {
		t.Error("an unchanged page was sent again")
	}
	s.pages["/a"] = htmlPage("Page A, corrected", "")
	read("/a Page A, corrected", "/a Page A, corrected", "/gone: cannot be fetched: 404 Not Found")
	inventory = nil
	m = NewMemory(m.Fresh(), inventory, clock)
	read("/a Page A, corrected", "/a Page A, corrected", "/gone: cannot be fetched: 404 Not Found")
}

func TestFeeds(t *testing.T) {
	t.Parallel()
	rss := `application/rss+xml
<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Gazette</title>
<item><title>Teaser</title><link>HOST/teaser</link><guid>1</guid><description>The beginning…</description><pubDate>Wed, 01 May 2024 10:00:00 GMT</pubDate></item>
<item><title>Whole</title><link>HOST/whole</link><guid>2</guid><content:encoded><![CDATA[<p>` + strings.Repeat(lorem, 20) + `</p>]]></content:encoded></item>
<item><title>No page</title><guid>3</guid><description>` + lorem + `</description></item>
<item><title>Gone</title><link>HOST/gone</link><guid>4</guid><description>All that is left of it.</description></item>
<item><title>Twice</title><link>HOST/whole</link><guid>2</guid></item>
</channel></rss>`
	s := newSite(t, map[string]string{
		"/feed": rss, "/teaser": htmlPage("Teaser", ""),
		"/atom": `application/atom+xml
<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><id>x</id><title>One</title><link href="HOST/one"/><content type="html">&lt;p&gt;` + strings.Repeat(lorem, 20) + `&lt;/p&gt;</content></entry></feed>`,
		"/json": `application/feed+json
{"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": [{"id": "1", "url": "HOST/two", "title": "Two", "content_html": "<p>` + strings.Repeat(lorem, 20) + `</p>"}]}`,
		"/opml":  `text/xml` + "\n" + `<opml version="2.0"><body><outline text="a"><outline xmlUrl="HOST/atom"/></outline><outline xmlUrl="HOST/json"/><outline xmlUrl="HOST/atom"/></body></opml>`,
		"/empty": "application/rss+xml\n<rss version='2.0'><channel></channel></rss>", "/broken": "application/rss+xml\n<rss version='2.0'><channel><item>",
	})
	var inventory []string
	m := NewMemory(nil, nil, time.Now)
	got := s.read(keep(s.web(m).Articles(t.Context(), s.URL+"/feed"), &inventory))
	want := []string{"/teaser Teaser", "/whole Whole", "/feed 3 No page", "/gone Gone"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	m = NewMemory(m.Fresh(), inventory, time.Now)
	got = s.read(s.web(m).Articles(t.Context(), s.URL+"/feed"))
	want = []string{"unchanged /teaser", "unchanged /whole", "unchanged /feed 3", "/gone Gone"} // the page is asked for again
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("again (-want +got):\n%s", diff)
	}
	// An entry that changes and moves is the same article, because its guid is
	// the same.
	s.pages["/feed"] = strings.Replace(strings.Replace(rss, "HOST/whole", "HOST/moved", 1), "<title>Whole", "<title>Corrected", 1)
	got = s.read(s.web(m).Articles(t.Context(), s.URL+"/feed"))
	want = []string{"unchanged /teaser", "/whole Corrected", "unchanged /feed 3", "/gone Gone"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
	for path, want := range map[string][]string{
		"/atom": {"/one One"}, "/json": {"/two Two"}, "/opml": {"/one One", "/two Two"},
		"/empty": {"/empty: no words in it: the feed has no entries"},
	} {
		if diff := cmp.Diff(want, s.read(s.web(nil).Articles(t.Context(), s.URL+path))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func TestCrawl(t *testing.T) {
	t.Parallel()
	links := func(to ...string) string {
		return `<div><a href="` + strings.Join(to, `">x</a> <a href="`) + `">x</a></div>`
	}
	page := func(title string, to ...string) string {
		return strings.Replace(htmlPage(title, ""), "</body>", links(to...)+"</body>", 1)
	}
	t.Run("links", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, map[string]string{
			"/news/":  page("News", "a", "/news/b", "/other", "https://example.org/", "photo.jpg", "/news/secret", "mailto:a@b.c", "/news/private/x"),
			"/news/a": page("A", "/news/b", "/news/"), "/news/b": page("B", "/news/a", "/news/lost"), "/other": page("Other"),
			"/news/secret": strings.Replace(page("Secret"), "</head>", `<meta name="robots" content="noindex"></head>`, 1),
			"/robots.txt":  "text/plain\nUser-agent: *\nDisallow: /news/private/", "/news/private/x": page("Private"),
		})
		w := s.web(nil)
		w.Crawl = true
		want := []string{"/news/ News", "/news/a A", "/news/b B", "/news/private/x: the site's robots.txt disallows it", "/news/lost: cannot be fetched: 404 Not Found"}
		if diff := cmp.Diff(want, s.read(w.Articles(t.Context(), s.URL+"/news/"))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
	t.Run("sitemap", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, map[string]string{
			"/robots.txt": "text/plain\nSitemap: HOST/maps.xml",
			"/maps.xml":   "text/xml\n<sitemapindex><sitemap><loc>HOST/map.xml</loc></sitemap><sitemap><loc>HOST/maps.xml</loc></sitemap></sitemapindex>",
			"/map.xml":    "text/xml\n<urlset><url><loc>HOST/news/a</loc><lastmod>2024-05-01</lastmod></url><url><loc>HOST/other</loc></url><url><loc>HOST/news/b</loc></url><url><loc>HOST/news/a</loc></url></urlset>",
			"/news/a":     page("A", "/news/unlisted"), "/news/b": page("B"), "/news/unlisted": page("Unlisted"), "/other": page("Other"),
		})
		var inventory []string
		m := NewMemory(nil, nil, time.Now)
		w := s.web(m)
		w.Crawl = true
		if diff := cmp.Diff([]string{"/news/a A", "/news/b B"}, s.read(keep(w.Articles(t.Context(), s.URL+"/news/"), &inventory))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		w.Memory = NewMemory(m.Fresh(), inventory, time.Now)
		if diff := cmp.Diff([]string{"unchanged /news/a", "unchanged /news/b"}, s.read(w.Articles(t.Context(), s.URL+"/news/"))); diff != "" {
			t.Errorf("again (-want +got):\n%s", diff)
		}
	})
	t.Run("endless pages", func(t *testing.T) {
		t.Parallel()
		n := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/robots.txt" || r.URL.Path == "/sitemap.xml" {
				http.NotFound(w, r)
				return
			}
			n++
			_, body, _ := strings.Cut(page(fmt.Sprint("Page ", n), fmt.Sprint("/", n)), "\n")
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, body)
		}))
		t.Cleanup(server.Close)
		w := (&site{Server: server}).web(nil)
		w.Crawl, w.Pages = true, 5
		if got := (&site{Server: server}).read(w.Articles(t.Context(), server.URL)); len(got) != 5 {
			t.Errorf("got %d pages, want 5: %q", len(got), got)
		}
	})
}

// TestCharsets checks where the charset of a page comes from: the server, else
// the page, else a guess from its bytes.
func TestCharsets(t *testing.T) {
	t.Parallel()
	const russian = "\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0! \xdd\xf2\xee \xf1\xf2\xe0\xf2\xfc\xff \xee \xe1\xfe\xe4\xe6\xe5\xf2\xe5 \xe3\xee\xf0\xee\xe4\xe0. " // windows-1251
	body := func(head string) string {
		return "<html><head>" + head + "</head><body><article><p>" + strings.Repeat(russian, 8) + "</p></article></body></html>"
	}
	s := newSite(t, map[string]string{
		"/header": "text/html; charset=windows-1251\n" + body(""),
		"/meta":   "text/html\n" + body(`<meta charset="windows-1251">`),
		"/equiv":  "text/html\n" + body(`<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">`),
		"/guess":  "text/html\n" + body(""),
	})
	for path := range s.pages {
		for d, err := range s.web(nil).Articles(t.Context(), s.URL+path) {
			if err != nil || !strings.HasPrefix(d.Text, "Привет, мир! Это статья о бюджете города.") {
				t.Errorf("%s: got %.60q, %v", path, d.Text, err)
			}
		}
	}
}

func TestBackOff(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	m := NewMemory(nil, nil, func() time.Time { return now })
	var waits []time.Duration
	for range 14 {
		m.failed("a", "", errors.New("broken"), 0)
		waits = append(waits, m.trace("a").Next.Sub(now))
		if m.retryError("a", "") == nil {
			t.Fatal("may be tried again at once")
		}
		now = m.trace("a").Next
		if err := m.retryError("a", ""); err != nil {
			t.Fatalf("when the retry is due: %v", err)
		}
	}
	if waits[0] != time.Minute || waits[1] != 2*time.Minute || waits[10] != 1024*time.Minute || waits[13] != 24*time.Hour {
		t.Errorf("got waits %v", waits)
	}
	m.failed("b", "", errors.New("busy"), 48*time.Hour)
	if wait := m.trace("b").Next.Sub(now); wait != 48*time.Hour {
		t.Errorf("Retry-After of two days: got a wait of %s", wait)
	}
	m.read("a", "", "", 1)
	if got := m.trace("a"); got.Failure != "" || got.Tries != 0 {
		t.Errorf("after success: %+v", got)
	}
}

func TestWebCancelled(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"/a": htmlPage("A", "")})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var last error
	for _, err := range s.web(nil).Articles(ctx, s.URL+"/a", s.URL+"/a") {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("got %v, want %v", last, context.Canceled)
	}
}
