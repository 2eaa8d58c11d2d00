package source

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"html"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// truth is the expected text of a page.
type truth struct{ text, url string }

// pages reads the pages of a question set: their markup and expected text.
func pages(tb testing.TB, dir string) (markup map[string][]byte, want map[string]truth) {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "ground-truth.json"))
	if errors.Is(err, fs.ErrNotExist) {
		tb.Skip("set FOOTNOTE_PAGES to a folder of html/ID.html.gz and a ground-truth.json of {ID: {articleBody, url}}")
	}
	if err != nil {
		tb.Fatal(err)
	}
	var all map[string]struct{ ArticleBody, URL string }
	if err := json.Unmarshal(b, &all); err != nil {
		tb.Fatal(err)
	}
	markup, want = map[string][]byte{}, map[string]truth{}
	for id, t := range all {
		data, err := os.ReadFile(filepath.Join(dir, "html", id+".html.gz"))
		if err != nil {
			tb.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			tb.Fatal(err)
		}
		if markup[id], err = io.ReadAll(z); err != nil {
			tb.Fatal(err)
		}
		want[id] = truth{t.ArticleBody, t.URL}
	}
	return markup, want
}

func pagesDir() string {
	if dir := os.Getenv("FOOTNOTE_PAGES"); dir != "" {
		return dir
	}
	return "../../../shared/data/pages"
}

var token = regexp.MustCompile(`[\pL\pN_]+`)

// tokenF1 returns the F1 of the bags of words of two texts.
func tokenF1(want, got string) float64 {
	bag := map[string]int{}
	w, g := token.FindAllString(want, -1), token.FindAllString(got, -1)
	for _, t := range w {
		bag[t]++
	}
	both := 0
	for _, t := range g {
		if bag[t] > 0 {
			bag[t]--
			both++
		}
	}
	if both == 0 {
		return 0
	}
	return 2 * float64(both) / float64(len(w)+len(g))
}

// stated returns the titles and the dates that a page states for programs or
// readers: its h1, og:title and headline; its datePublished, the meta tags for
// it and the date in its address.
func stated(markup, address string) (titles, dates map[string]bool) {
	titles, dates = map[string]bool{}, map[string]bool{}
	for _, form := range statedTitle {
		for _, m := range form.FindAllStringSubmatch(markup, -1) {
			titles[lettersAndDigits(html.UnescapeString(anyTag.ReplaceAllString(m[1], "")))] = true
		}
	}
	for _, form := range statedDate {
		for _, m := range form.FindAllStringSubmatch(markup+" "+address, -1) {
			if date := strings.ReplaceAll(m[1], "/", "-"); date > "1900" {
				dates[date] = true
			}
		}
	}
	return titles, dates
}

var (
	anyTag      = regexp.MustCompile(`<[^>]*>`)
	statedTitle = []*regexp.Regexp{
		regexp.MustCompile(`(?is)<h1[^>]*>(.*?)</h1>`),
		regexp.MustCompile(`(?is)<meta[^>]*og:title["'][^>]*content="([^"]*)"`),
		regexp.MustCompile(`"headline"\s*:\s*"((?:[^"\\]|\\.)*)"`),
	}
	statedDate = []*regexp.Regexp{
		regexp.MustCompile(`"datePublished"\s*:\s*"(\d{4}-\d\d-\d\d)`),
		regexp.MustCompile(`(?is)<meta[^>]*(?:published_time|pubdate|publish-date|date)["'][^>]*content="(\d{4}-\d\d-\d\d)`),
		regexp.MustCompile(`https?://[^\s"]*/(\d{4}[/-]\d\d[/-]\d\d)/[^\s"]*$`),
	}
)

// BenchmarkPages measures how well the stored text of real pages matches the
// expected text, and how many pages get a title and date that they state:
//
//	go test -run '^$' -bench Pages -benchtime 1x -v ./rag/source
func BenchmarkPages(b *testing.B) {
	markup, want := pages(b, pagesDir())
	var f1, titles, dated, dates float64
	for b.Loop() {
		f1, titles, dated, dates = 0, 0, 0, 0
		for _, id := range slices.Sorted(maps.Keys(markup)) {
			d, err := parseOne(id+".html", markup[id])
			if err != nil {
				b.Log(id[:8], err)
			}
			one := tokenF1(want[id].text, d.Text)
			f1 += one
			t, days := stated(string(markup[id]), want[id].url)
			day := d.Published.Format("2006-01-02")
			if t[lettersAndDigits(d.Title)] {
				titles++
			} else {
				b.Logf("%s has the title %q", id[:8], d.Title)
			}
			switch {
			case len(days) == 0:
			case days[day]:
				dated, dates = dated+1, dates+1
			default:
				dated++
				b.Logf("%s is of %s, not %s", id[:8], day, slices.Sorted(maps.Keys(days)))
			}
			if testing.Verbose() {
				b.Logf("%s %.3f %s %q by %q, %q, %s", id[:8], one, day, d.Title, d.Author, d.Site, d.Language)
			}
		}
	}
	n := float64(len(markup))
	b.ReportMetric(f1/n, "F1")
	b.ReportMetric(titles/n, "titles")
	b.ReportMetric(dates/dated, "dates")
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/n/float64(b.N), "ms/page")
}
