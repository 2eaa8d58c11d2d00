package index_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/ragtest"
)

// story returns a text of n random words. Texts of different seeds have nothing
// in common.
func story(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 1))
	var ws []string
	for range n {
		ws = append(ws, fmt.Sprintf("w%c%c%c%c", 'a'+r.IntN(26), 'a'+r.IntN(26), 'a'+r.IntN(26), 'a'+r.IntN(26)))
	}
	return strings.Join(ws, " ") + "."
}

// edit replaces n words of a text.
func edit(text string, n int, r *rand.Rand) string {
	ws := strings.Fields(text)
	for range n {
		ws[r.IntN(len(ws))] = "changed"
	}
	return strings.Join(ws, " ")
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	long := story(1, 300)
	r := rand.New(rand.NewPCG(1, 2))
	report := func(day int) string {
		return fmt.Sprintf("The river stood at %d cm on day %d of the month. ", 100+day, day)
	}
	for _, tt := range []struct {
		name string
		text string
		want bool // whether text duplicates long or report(1)
	}{
		{"identical", long, true}, {"different white space and case", strings.ToUpper(strings.ReplaceAll(long, " ", "\n")), true},
		{"three words changed", edit(long, 3, r), true}, {"a third changed", edit(long, 100, r), false}, {"half of the text", long[:len(long)/2], false},
		{"different text", story(2, 300), false}, {"report of another day", report(2), false}, {"same report", report(1), true},
	} {
		l := openLibrary(t)
		x := index.Indexer{Store: l, Embedder: ragtest.Embedder{}, Duplicates: l}
		if _, err := x.Sync(t.Context(), articles(doc("a", long), doc("b", report(1)))); err != nil {
			t.Fatal(err)
		}
		c := doc("c", tt.text)
		got, err := x.Sync(t.Context(), articles(c))
		if err != nil {
			t.Fatal(err)
		}
		if (got.Linked == 1) != tt.want || got.Linked+got.Added != 1 {
			t.Errorf("%s: linked %d, added %d, want linked %v", tt.name, got.Linked, got.Added, tt.want)
		}
		again, err := x.Sync(t.Context(), articles(c))
		if err != nil || again.Unchanged != 1 {
			t.Errorf("%s, second sync: %+v, %v, want 1 unchanged", tt.name, again, err)
		}
	}
}

// TestLinks follows a duplicate while it is added, deleted and changed.
func TestLinks(t *testing.T) {
	t.Parallel()
	l := openLibrary(t)
	x := index.Indexer{Store: l, Embedder: ragtest.Embedder{}, Duplicates: l}
	id := func(name string) rag.Document {
		d := doc(name, story(1, 200))
		d.ID = rag.DocumentID(d.Source)
		return d
	}
	a, b := id("a"), id("b")
	sync := func(docs ...rag.Document) index.Report {
		t.Helper()
		r, err := x.Sync(t.Context(), articles(docs...))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	sources := func() []string {
		t.Helper()
		infos, err := l.List(t.Context(), rag.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, i := range infos {
			all = append(all, i.Source)
		}
		return all
	}
	if r := sync(a, b); r.Added != 1 || r.Linked != 1 || len(r.Seen) != 2 {
		t.Errorf("sync of both: %+v", r)
	}
	// When only the duplicate is left, the article is kept under its Source.
	everywhere := func(rag.Info) bool { return true }
	gone, err := x.Prune(t.Context(), sync(b).Seen, everywhere)
	if err != nil || len(gone) != 1 || gone[0].Source != "/articles/a" {
		t.Errorf("pruned %v, %v, want /articles/a", gone, err)
	}
	if diff := cmp.Diff([]string{"/articles/b"}, sources()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if r := sync(a); r.Linked != 1 {
		t.Errorf("sync after a is back: %+v, want 1 linked", r)
	}
	// A duplicate with a new text becomes an article, and b gets its own title
	// back.
	a.Text = story(3, 200)
	if r := sync(a, b); r.Added != 1 || r.Changed != 1 {
		t.Errorf("sync after a has a new text: %+v, want 1 added and 1 changed", r)
	}
	links, err := l.Links(t.Context())
	if err != nil || len(links) != 0 {
		t.Errorf("links %v, %v, want none", links, err)
	}
}

// BenchmarkDuplicates measures how many duplicates with three words changed are
// found among real articles, and how many different articles are taken for
// duplicates:
//
//	go test -run '^$' -bench Duplicates -benchtime 1x ./rag/index
func BenchmarkDuplicates(b *testing.B) {
	f, err := os.Open("../../../shared/data/realtimeqa/corpus.jsonl")
	if errors.Is(err, fs.ErrNotExist) {
		b.Skip("no articles; put a corpus.jsonl of {_id, title, text} into ../../../shared/data/realtimeqa")
	}
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var docs, copies []rag.Document
	r := rand.New(rand.NewPCG(1, 3))
	seen := map[string]bool{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var in struct{ ID, Text string }
		if err := json.Unmarshal(lines.Bytes(), &in); err != nil {
			b.Fatal(err)
		}
		if n := len(strings.Fields(in.Text)); n < 80 || seen[in.Text] {
			continue
		}
		seen[in.Text] = true
		name := strconv.Itoa(len(docs))
		docs = append(docs, doc(name, in.Text))
		copies = append(copies, doc("copy"+name, edit(in.Text, 3, r)))
	}
	var merged, found int
	for b.Loop() {
		l, err := openAt(b.TempDir())
		if err != nil {
			b.Fatal(err)
		}
		x := index.Indexer{Store: l, Embedder: ragtest.Embedder{}, Duplicates: l}
		first, err := x.Sync(b.Context(), articles(docs...))
		if err != nil {
			b.Fatal(err)
		}
		second, err := x.Sync(b.Context(), articles(copies...))
		if err != nil {
			b.Fatal(err)
		}
		merged, found = first.Linked, second.Linked
		if testing.Verbose() {
			links, _ := l.Links(b.Context())
			for _, k := range links {
				if !strings.HasPrefix(k.Source, "/articles/copy") {
					b.Log(k.Source, "is taken for a duplicate of", k.Article)
				}
			}
		}
		l.Close()
	}
	b.ReportMetric(float64(len(docs)), "articles")
	b.ReportMetric(float64(merged), "merged")
	b.ReportMetric(float64(found)/float64(len(copies)), "found")
}
