package ragtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

// TestStore checks the contract of [rag.Store]. open must return an empty store
// each time, and close it when t ends. If the store is a [rag.VectorCache],
// TestStore checks that too.
func TestStore(t *testing.T, open func(t *testing.T) rag.Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, rag.Store)
	}{
		{"Empty", testEmpty},
		{"WholeChunks", testWholeChunks},
		{"WholeDocuments", testWholeDocuments},
		{"NoDocument", testNoDocument},
		{"NoChunks", testNoChunks},
		{"List", testList},
		{"NearestOrder", testNearestOrder},
		{"NearestTies", testNearestTies},
		{"NearestRefuses", testNearestRefuses},
		{"MatchOrder", testMatchOrder},
		{"MatchWords", testMatchWords},
		{"MatchTies", testMatchTies},
		{"MatchAfterChanges", testMatchAfterChanges},
		{"MatchHostile", testMatchHostile},
		{"Counts", testCounts},
		{"Filters", testFilters},
		{"Frequency", testFrequency},
		{"Replace", testReplace},
		{"Drop", testDrop},
		{"DropAndPut", testDropAndPut},
		{"Refused", testRefused},
		{"Cancelled", testCancelled},
		{"CallersMemory", testCallersMemory},
		{"VectorCache", testVectorCache},
		{"Concurrent", testConcurrent},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.run(t, open(t))
		})
	}
}

// Entry returns an entry for d. Each paragraph, separated by an empty line, is
// a chunk, with a vector by the zero [Embedder]. A paragraph that begins with
// '#' is a heading, and the section of the chunks after it. An empty d.ID
// becomes the ID of its Source.
func Entry(d rag.Document) rag.Entry {
	if d.ID == "" {
		d.ID = rag.DocumentID(d.Source)
	}
	e := rag.Entry{Document: d}
	section, start := "", 0
	for _, p := range strings.Split(d.Text, "\n\n") {
		if heading, ok := strings.CutPrefix(p, "# "); ok {
			section = heading
		} else if p != "" {
			c := rag.Chunk{
				ID: fmt.Sprintf("%s#%04d", d.ID, len(e.Chunks)), Doc: d.ID,
				Title: d.Title, URL: d.URL, Collection: d.Collection, Published: d.Published,
				Section: section, Text: p, Start: start, End: start + len(p),
			}
			e.Chunks = append(e.Chunks, c)
			e.Vectors = append(e.Vectors, Embedder{}.embed(c.Context()))
		}
		start += len(p) + 2
	}
	return e
}

// entries returns an [Entry] for each article.
func entries(docs ...rag.Document) []rag.Entry {
	var all []rag.Entry
	for _, d := range docs {
		all = append(all, Entry(d))
	}
	return all
}

// put stores articles.
func put(t *testing.T, s rag.Store, docs ...rag.Document) {
	t.Helper()
	if err := s.Update(t.Context(), entries(docs...), nil); err != nil {
		t.Fatal(err)
	}
}

func nearest(t *testing.T, s rag.Store, text string, n int, f rag.Filter) []rag.Hit {
	t.Helper()
	hits, err := s.Nearest(t.Context(), Embedder{}.embed(text), n, f)
	if err != nil {
		t.Fatalf("Nearest(%.80q, %d): %v", text, n, err)
	}
	return hits
}

// match searches for any of the words of text.
func match(t *testing.T, s rag.Store, text string, n int, f rag.Filter) []rag.Hit {
	t.Helper()
	hits, err := s.Match(t.Context(), strings.Fields(text), n, f)
	if err != nil {
		t.Fatalf("Match(%.80q, %d): %v", text, n, err)
	}
	return hits
}

// ids returns the IDs of the chunks of hits.
func ids(hits []rag.Hit) []string {
	all := []string{}
	for _, h := range hits {
		all = append(all, h.Chunk.ID)
	}
	return all
}

// diff reports an error if what was got differs from what was wanted.
func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// contents is everything that a store returns, for comparison.
type contents struct {
	Infos     []rag.Info
	Documents []rag.Document
	Nearest   []rag.Hit
	Matched   []rag.Hit
	Count     []int
	Total     int
}

// read returns what a store contains.
func read(t *testing.T, s rag.Store) contents {
	t.Helper()
	var c contents
	var err error
	if c.Infos, err = s.List(t.Context(), rag.Filter{}); err != nil {
		t.Fatal(err)
	}
	for _, i := range c.Infos {
		d, err := s.Document(t.Context(), i.ID)
		if err != nil {
			t.Fatal(err)
		}
		c.Documents = append(c.Documents, d)
	}
	c.Nearest = nearest(t, s, "harbour", 1000, rag.Filter{})
	c.Matched = match(t, s, "harbour lighthouse", 1000, rag.Filter{})
	if c.Count, c.Total, err = s.Frequency(t.Context(), []string{"harbour", "lighthouse"}, rag.Filter{}); err != nil {
		t.Fatal(err)
	}
	return c
}

var (
	harbour = rag.Document{
		ID: "harbour", Source: "/articles/harbour.md", Title: "The harbour", URL: "https://example.org/harbour",
		Collection: "coast", Published: time.Date(2020, 9, 14, 23, 30, 15, 123456789, time.UTC),
		Text: "# Ships\n\nForty ships lay in the harbour when the storm came.\n\n# Salvage\n\nThe boats were dragged ashore — “all of them”, he said. 🚤",
	}
	lighthouse = rag.Document{
		ID: "lighthouse", Source: "/articles/lighthouse.md", Title: "The lighthouse", Collection: "coast",
		Text: "The lighthouse keeper painted the tower white.\n\nIn winter he read by its lamp, and wrote letters.",
	}
	orchard = rag.Document{
		ID: "orchard", Source: "/articles/fruit/orchard.md", Title: "An orchard", Collection: "inland",
		Text: "Apples and pears are picked in autumn.\n\nThe orchard lies far from any harbour.",
	}
	nowhere = rag.Document{
		ID: "nowhere", Source: "/articles/nowhere.md", Title: "Nowhere",
		Text: "This article is of no collection, and has a harbour too.",
	}
)

func testEmpty(t *testing.T, s rag.Store) {
	want := contents{Count: []int{0, 0}}
	diff(t, "contents of an empty store", want, read(t, s))
}

func testWholeChunks(t *testing.T, s rag.Store) {
	e := Entry(harbour)
	put(t, s, harbour, orchard)
	for i, c := range e.Chunks {
		for _, hits := range [][]rag.Hit{
			nearest(t, s, c.Context(), 1, rag.Filter{}),
			match(t, s, c.Text, 1, rag.Filter{}),
		} {
			if len(hits) != 1 {
				t.Fatalf("%d hits for %q, want 1", len(hits), c.Text)
			}
			diff(t, "chunk", c, hits[0].Chunk)
			if v := hits[0].Vector; v != nil && cosine(v, e.Vectors[i]) < 1-1e-5 {
				t.Errorf("chunk %s has a different vector", c.ID)
			}
		}
	}
}

func testWholeDocuments(t *testing.T, s rag.Store) {
	zone := time.FixedZone("east", 5*3600+45*60)
	odd := harbour
	odd.ID, odd.Source = "odd", "odd"
	odd.Title, odd.URL, odd.Collection = "“Ünïcödé” 'quoted' \"twice\" — 灯台 🚢", "https://example.org/?a=1&b=%20#c", "a 'collection', of \"odd\" names"
	odd.Published = time.Date(1066, 10, 14, 0, 0, 0, 0, zone)
	odd.Text = "\r\n tabs\tand e\u0301 accents\n\n\n" + harbour.Text + "\n "
	bare := rag.Document{ID: "bare"}
	midnight := rag.Document{ID: "midnight", Title: "Midnight", Published: time.Time{}.In(zone), Text: "Zero in another zone is zero."}
	want := []rag.Document{harbour, odd, bare, midnight}
	put(t, s, want...)
	for _, w := range want {
		got, err := s.Document(t.Context(), w.ID)
		if err != nil {
			t.Fatal(err)
		}
		diff(t, w.ID, w, got) // cmp compares times with Equal
		if w.Published.IsZero() != got.Published.IsZero() {
			t.Errorf("%s: Published = %v, want %v", w.ID, got.Published, w.Published)
		}
	}
}

func testNoDocument(t *testing.T, s rag.Store) {
	put(t, s, harbour)
	for _, id := range []string{"", "Harbour", "harbour#0000", "' OR 1=1 --", strings.Repeat("x", 100_000)} {
		d, err := s.Document(t.Context(), id)
		if !errors.Is(err, rag.ErrNotFound) {
			t.Errorf("Document(%.20q) = %v, %v, want ErrNotFound", id, d, err)
		}
	}
}

func testNoChunks(t *testing.T, s rag.Store) {
	empty := rag.Document{ID: "empty", Title: "Empty", Text: "# A heading only"}
	put(t, s, empty, harbour)
	infos, err := s.List(t.Context(), rag.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	want := rag.Info{ID: "empty", Title: "Empty", Hash: empty.Hash()}
	diff(t, "Info of an article without chunks", want, infos[0])
	if got := len(nearest(t, s, "heading", 10, rag.Filter{})); got != 2 {
		t.Errorf("%d hits, want 2, all from the other article", got)
	}
}

func testList(t *testing.T, s rag.Store) {
	copied := orchard
	copied.ID, copied.Source, copied.Collection = "a copy", "/articles/copy.md", "towns"
	put(t, s, lighthouse, orchard, nowhere, copied, harbour)
	info := func(d rag.Document) rag.Info {
		return rag.Info{ID: d.ID, Source: d.Source, Title: d.Title, URL: d.URL, Collection: d.Collection, Author: d.Author,
			Published: d.Published, Hash: d.Hash(), Chunks: len(Entry(d).Chunks)}
	}
	for _, test := range []struct {
		collections []string
		want        []rag.Info
	}{
		{nil, []rag.Info{info(copied), info(orchard), info(nowhere), info(harbour), info(lighthouse)}},
		{[]string{}, []rag.Info{info(copied), info(orchard), info(nowhere), info(harbour), info(lighthouse)}},
		{[]string{"coast"}, []rag.Info{info(harbour), info(lighthouse)}},
		{[]string{"towns", "inland"}, []rag.Info{info(copied), info(orchard)}},
		{[]string{""}, []rag.Info{info(nowhere)}},
		{[]string{"nothing"}, nil},
	} {
		got, err := s.List(t.Context(), rag.Filter{Collections: test.collections})
		if err != nil {
			t.Fatal(err)
		}
		diff(t, fmt.Sprintf("List(%q)", test.collections), test.want, got)
	}
}

// synthetic returns n articles of two chunks from a small vocabulary, so that
// many scores are close together. The same seed returns the same articles.
func synthetic(seed uint64, n int) []rag.Document {
	rnd := rand.New(rand.NewPCG(seed, 0))
	words := strings.Fields("anchor barge canvas deck engine ferry galley hull island jetty keel lantern mast navy oar pier quay rudder sail tide")
	var all []rag.Document
	for i := range n {
		var text strings.Builder
		for j := range 60 {
			if j == 30 {
				text.WriteString("\n\n")
			}
			text.WriteString(words[int(rnd.ExpFloat64()*4)%len(words)] + " ")
		}
		all = append(all, rag.Document{ID: fmt.Sprintf("synthetic%03d", i), Title: fmt.Sprintf("Number %d", i), Text: text.String()})
	}
	return all
}

// cosine returns the cosine of two vectors of any length.
func cosine(a, b []float32) float64 {
	var dot, aa, bb float64
	for i := range a {
		dot += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return dot / math.Sqrt(aa*bb)
}

func testNearestOrder(t *testing.T, s rag.Store) {
	docs := synthetic(1, 120)
	put(t, s, docs...)
	query := Embedder{}.embed("a ferry at the pier, and a lantern on its mast")
	want := map[string]float64{}
	for _, e := range entries(docs...) {
		for i, c := range e.Chunks {
			want[c.ID] = cosine(query, e.Vectors[i])
		}
	}
	hits, err := s.Nearest(t.Context(), query, 1000, rag.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(hits) != len(want) {
		t.Fatalf("%d hits, want all %d chunks", len(hits), len(want))
	}
	for _, h := range hits {
		if math.Abs(h.Score-want[h.Chunk.ID]) > 1e-4 {
			t.Errorf("%s has score %v, want the cosine %v", h.Chunk.ID, h.Score, want[h.Chunk.ID])
		}
	}
	checkOrder(t, hits)
	for _, n := range []int{1, 7, 100} {
		some, err := s.Nearest(t.Context(), query, n, rag.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		diff(t, fmt.Sprintf("the first %d", n), ids(hits[:n]), ids(some))
	}
}

// checkOrder checks that hits are sorted by descending score, and equal scores
// by ID.
func checkOrder(t *testing.T, hits []rag.Hit) {
	t.Helper()
	for i, h := range hits[1:] {
		if last := hits[i]; last.Score < h.Score || last.Score == h.Score && last.Chunk.ID >= h.Chunk.ID {
			t.Errorf("%s with score %v comes before %s with score %v", last.Chunk.ID, last.Score, h.Chunk.ID, h.Score)
		}
	}
}

// storeEquals stores n articles with the same words, in random order, and
// returns the IDs of their chunks in order.
func storeEquals(t *testing.T, s rag.Store, n int) []string {
	t.Helper()
	var docs []rag.Document
	var want []string
	for i := range n {
		d := rag.Document{ID: fmt.Sprintf("equal%02d", i), Title: "Equal", Text: "The same words in every one."}
		docs = append(docs, d)
		want = append(want, d.ID+"#0000")
	}
	rand.New(rand.NewPCG(2, 0)).Shuffle(n, func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	put(t, s, docs...)
	return want
}

func testNearestTies(t *testing.T, s rag.Store) {
	want := storeEquals(t, s, 40)
	for _, n := range []int{1, 3, 39, 40, 50} {
		for range 5 {
			diff(t, fmt.Sprintf("%d of 40 equals", n), want[:min(n, 40)], ids(nearest(t, s, "the same words", n, rag.Filter{})))
		}
	}
}

func testMatchTies(t *testing.T, s rag.Store) {
	want := storeEquals(t, s, 40)
	for _, n := range []int{1, 3, 39, 40, 50} {
		diff(t, fmt.Sprintf("%d of 40 equals", n), want[:min(n, 40)], ids(match(t, s, "same words", n, rag.Filter{})))
	}
}

func testNearestRefuses(t *testing.T, s rag.Store) {
	put(t, s, harbour)
	nan := Embedder{}.embed("harbour")
	nan[3] = float32(math.NaN())
	for name, v := range map[string][]float32{
		"nil vector":          nil,
		"zero vector":         make([]float32, 256),
		"NaN":                 nan,
		"too few dimensions":  Embedder{Dimensions: 255}.embed("harbour"),
		"too many dimensions": Embedder{Dimensions: 257}.embed("harbour"),
		"infinity":            append([]float32{float32(math.Inf(1))}, make([]float32, 255)...),
		"length 2":            append([]float32{2}, make([]float32, 255)...),
	} {
		if hits, err := s.Nearest(t.Context(), v, 10, rag.Filter{}); err == nil {
			t.Errorf("Nearest with %s: %d hits and no error", name, len(hits))
		}
	}
}

func testMatchOrder(t *testing.T, s rag.Store) {
	put(t, s, synthetic(3, 120)...)
	hits := match(t, s, "tide rudder sail", 1000, rag.Filter{})
	if len(hits) < 20 {
		t.Fatalf("%d hits, want at least 20", len(hits))
	}
	checkOrder(t, hits)
	for _, h := range hits {
		if h.Score < 0 || math.IsNaN(h.Score) {
			t.Errorf("%s has score %v, want at least 0", h.Chunk.ID, h.Score)
		}
		if !slices.ContainsFunc(strings.Fields(h.Chunk.Text), func(w string) bool { return w == "tide" || w == "rudder" || w == "sail" }) {
			t.Errorf("%s contains none of the words: %s", h.Chunk.ID, h.Chunk.Text)
		}
	}
	for _, n := range []int{1, 7, 15} {
		diff(t, fmt.Sprintf("the first %d", n), ids(hits[:n]), ids(match(t, s, "tide rudder sail", n, rag.Filter{})))
	}
}

func testMatchWords(t *testing.T, s rag.Store) {
	put(t, s, harbour, lighthouse, orchard)
	for text, want := range map[string][]string{
		"storm":                   {"harbour#0000"},
		"STORMS":                  {"harbour#0000"},
		"keeper, painting; towér": {"lighthouse#0000"},
		"picking":                 {"orchard#0000"},
		"storm pears":             {"harbour#0000", "orchard#0000"},
		"lighthouse":              {"lighthouse#0000", "lighthouse#0001"}, // in the title
		"salvaged":                {"harbour#0001"},                       // in the section
		"fruit":                   {"orchard#0000", "orchard#0001"},       // in the name of the folder
		"submarine":               {},
		"":                        {},
		" \t\n":                   {},
		"?!… — “”":                {},
		"🚤":                       {},
	} {
		got := ids(match(t, s, text, 10, rag.Filter{}))
		slices.Sort(got)
		diff(t, fmt.Sprintf("Match(%q)", text), want, got)
	}
	for _, c := range []struct{ terms, want []string }{
		{[]string{"forty ships"}, []string{"harbour#0000"}},
		{[]string{"FORTY  ship"}, []string{"harbour#0000"}},
		{[]string{"ships forty"}, nil},
		{[]string{"ships forty", "keepers"}, []string{"lighthouse#0000"}},
		{[]string{"picked in-autumn", "forty NEAR ships", `forty" OR "ships`}, []string{"orchard#0000"}},
		{nil, nil},
	} {
		hits, err := s.Match(t.Context(), c.terms, 10, rag.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		diff(t, fmt.Sprintf("Match(%q)", c.terms), append([]string{}, c.want...), append([]string{}, ids(hits)...))
	}
	// Of chunks with equally many words, one with the term twice comes first. A
	// rare word weighs more than a common one.
	put(t, s,
		rag.Document{ID: "a", Text: "Rain fell on the hills all day."},
		rag.Document{ID: "b", Text: "Rain fell, and rain fell again."},
		rag.Document{ID: "c", Text: "Rain fell on the hills all night."},
		rag.Document{ID: "d", Text: "Hail fell on the plains all day."})
	diff(t, "best match for a word that occurs twice", "b#0000", ids(match(t, s, "rain", 10, rag.Filter{}))[0])
	diff(t, "best match for a rare word", "d#0000", ids(match(t, s, "fell hail", 10, rag.Filter{}))[0])
}

// testMatchAfterChanges checks that deleted articles do not affect the scores
// of the others.
func testMatchAfterChanges(t *testing.T, s rag.Store) {
	docs := synthetic(4, 60)
	put(t, s, docs...)
	want := match(t, s, "tide rudder sail mast", 1000, rag.Filter{})
	wantCounts, wantTotal, err := s.Frequency(t.Context(), []string{"tide", "anchor"}, rag.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var drop []string
	other := synthetic(5, 90)
	for i := range other {
		other[i].ID += "x"
		if i%2 == 0 && i < 60 {
			other[i].ID = docs[i].ID // replaced here, restored below
		}
		drop = append(drop, other[i].ID)
	}
	put(t, s, other[:70]...)
	put(t, s, other[70:80]...)
	if err := s.Update(t.Context(), nil, drop); err != nil {
		t.Fatal(err)
	}
	put(t, s, docs...)
	got := match(t, s, "tide rudder sail mast", 1000, rag.Filter{})
	diff(t, "order after changes", ids(want), ids(got))
	for i := range min(len(want), len(got)) {
		if math.Abs(want[i].Score-got[i].Score) > 1e-9 {
			t.Fatalf("%s has score %v before the changes and %v after", want[i].Chunk.ID, want[i].Score, got[i].Score)
		}
	}
	counts, total, err := s.Frequency(t.Context(), []string{"tide", "anchor"}, rag.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "counts after changes", wantCounts, counts)
	diff(t, "total after changes", wantTotal, total)
}

func testMatchHostile(t *testing.T, s rag.Store) {
	put(t, s, harbour, lighthouse, orchard)
	for _, text := range []string{
		`"storm`, `storm"`, `" storm "`, `'storm'`, "`storm`",
		`storm*`, `*storm`, `^storm`, `-storm`, `+storm`, `~storm`, `storm~2`, `(storm`, `storm)`, `((storm))`, `{storm}`, `[storm]`,
		`NOT storm`, `storm NOT storm`, `storm AND`, `OR storm`, `AND OR NOT NEAR storm`, `NEAR(storm harbour, 2)`, `storm NEAR/3 submarine`,
		`text:storm`, `title : storm`, `{title text}: storm`, `nosuchcolumn:storm`, `rowid:storm`, `rank:storm`, `words MATCH storm`,
		`storm; DROP TABLE articles; --`, `storm' OR '1'='1`, `\storm\`, `storm\"`, `%storm%`, `storm_`, `$1 ?1 :storm @storm`,
		"storm\x00", "\x00storm", "storm\x00NOT storm", "\xff\xfe storm \xc3\x28", "storm\u202e", "\u200bstorm\u200b",
		"storm 🚢🏴‍☠️", "storm 嵐", "１storm storm", "storm" + strings.Repeat(" storm", 20_000),
		"storm " + strings.Repeat("x", 100_000), "storm " + distinct(12_000), strings.Repeat("(", 10_000) + "storm", strings.Repeat(`"`, 9_999) + " storm",
		"storm" + strings.Repeat(" OR", 30_000), "storm " + strings.Repeat("e\u0301", 30_000),
	} {
		for _, terms := range [][]string{{text, "storm"}, append(strings.Fields(text)[:min(200, len(strings.Fields(text)))], "storm")} {
			hits, err := s.Match(t.Context(), terms, 10, rag.Filter{})
			if err != nil || !slices.Contains(ids(hits), "harbour#0000") {
				t.Errorf("Match(%.60q) = %v, %v, want harbour#0000 among them", terms, ids(hits), err)
			}
		}
	}
	for _, text := range []string{`NEAR`, `OR`, `NOT`, `*`, `""`, `title:`, `"`, "\x00", "\xff", strings.Repeat("\x00", 100_000), strings.Repeat("🚢", 25_000), distinct(12_000)} {
		if got := ids(match(t, s, text, 10, rag.Filter{})); len(got) > 0 {
			t.Errorf("Match(%.60q) = %v, want nothing", text, got)
		}
	}
}

// distinct returns n different words that no article contains.
func distinct(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "zq%dx ", i)
	}
	return b.String()
}

func testCounts(t *testing.T, s rag.Store) {
	put(t, s, harbour, lighthouse, orchard)
	for n, want := range map[int]int{math.MinInt: 0, -1: 0, 0: 0, 1: 1, 5: 5, 6: 6, 7: 6, 1000: 6, math.MaxInt: 6} {
		if got := len(nearest(t, s, "harbour", n, rag.Filter{})); got != want {
			t.Errorf("Nearest with n = %d returned %d hits, want %d", n, got, want)
		}
		if got := len(match(t, s, "the and in", n, rag.Filter{})); got > want || want > 0 && got == 0 {
			t.Errorf("Match with n = %d returned %d hits", n, got)
		}
	}
}

func testFilters(t *testing.T, s rag.Store) {
	put(t, s, harbour, lighthouse, orchard, nowhere)
	for _, test := range []struct {
		collections []string
		want        []string // article IDs
	}{
		{nil, []string{"harbour", "lighthouse", "nowhere", "orchard"}},
		{[]string{}, []string{"harbour", "lighthouse", "nowhere", "orchard"}},
		{[]string{"coast"}, []string{"harbour", "lighthouse"}},
		{[]string{"inland"}, []string{"orchard"}},
		{[]string{""}, []string{"nowhere"}},
		{[]string{"inland", ""}, []string{"nowhere", "orchard"}},
		{[]string{"coast", "coast", "inland"}, []string{"harbour", "lighthouse", "orchard"}},
		{[]string{"COAST"}, nil},
		{[]string{"co"}, nil},
		{[]string{"nothing"}, nil},
		{[]string{"nothing", "inland"}, []string{"orchard"}},
	} {
		f := rag.Filter{Collections: test.collections}
		diff(t, fmt.Sprintf("Nearest in %q", test.collections), test.want, articles(nearest(t, s, "harbour", 100, f)))
		diff(t, fmt.Sprintf("Match in %q", test.collections), test.want, articles(match(t, s, "harbour lighthouse orchard", 100, f)))
	}
	// The filter must apply before the limit n.
	f := rag.Filter{Collections: []string{"inland"}}
	diff(t, "nearest hit inland", []string{"orchard"}, articles(nearest(t, s, "ships in the harbour", 1, f)))
	diff(t, "best match inland", []string{"orchard"}, articles(match(t, s, "ships harbour", 1, f)))
}

// articles returns the sorted IDs of the articles of hits.
func articles(hits []rag.Hit) []string {
	var all []string
	for _, h := range hits {
		all = append(all, h.Chunk.Doc)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func testFrequency(t *testing.T, s rag.Store) {
	put(t, s, harbour, lighthouse, orchard, nowhere)
	// The title is part of every chunk, so “harbour” is in both chunks of the
	// harbour, in one of the orchard and in the one of nowhere.
	words := []string{"harbour", "Harbours", "storm", "PAINTING", "picked", "submarine", "", "?!", `"`, "storm\x00", "NOT", "towér", "lighthouse", "harbour"}
	want := []int{4, 4, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 2, 4}
	counts, total, err := s.Frequency(t.Context(), words, rag.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "counts", want, counts)
	diff(t, "total", 7, total)
	for i, w := range words {
		if got := len(match(t, s, w, 100, rag.Filter{})); got != want[i] {
			t.Errorf("Match(%q) returned %d chunks, but Frequency %d", w, got, want[i])
		}
	}
	counts, total, err = s.Frequency(t.Context(), nil, rag.Filter{})
	if err != nil || len(counts) != 0 || total != 7 {
		t.Errorf("Frequency(nil) = %v, %d, %v", counts, total, err)
	}
	// Frequency must reveal nothing about what the filter excludes.
	for _, test := range []struct {
		collections []string
		want        []int // for harbour, lighthouse, apples
		total       int
	}{
		{[]string{"coast"}, []int{2, 2, 0}, 4},
		{[]string{"inland"}, []int{1, 0, 1}, 2},
		{[]string{"inland", "", "inland"}, []int{2, 0, 1}, 3},
		{[]string{"nothing"}, []int{0, 0, 0}, 0},
	} {
		counts, total, err := s.Frequency(t.Context(), []string{"harbour", "lighthouse", "apples"}, rag.Filter{Collections: test.collections})
		if err != nil {
			t.Fatal(err)
		}
		diff(t, fmt.Sprintf("counts in %q", test.collections), test.want, counts)
		diff(t, fmt.Sprintf("total in %q", test.collections), test.total, total)
	}
}

func testReplace(t *testing.T, s rag.Store) {
	put(t, s, harbour, lighthouse, orchard)
	changed := harbour
	changed.Title, changed.Collection, changed.URL = "The port", "inland", ""
	changed.Published = time.Time{}
	changed.Text = "A port where no ship has called for years."
	put(t, s, changed)
	got, err := s.Document(t.Context(), "harbour")
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "replaced article", changed, got)
	diff(t, "matches for its old words", []string{}, ids(match(t, s, "storm dragged", 10, rag.Filter{})))
	diff(t, "matches for its new words", []string{"harbour#0000"}, ids(match(t, s, "port called", 10, rag.Filter{})))
	diff(t, "articles in its old collection", []string{"lighthouse"}, articles(nearest(t, s, "harbour", 100, rag.Filter{Collections: []string{"coast"}})))
	diff(t, "articles in its new collection", []string{"harbour", "orchard"}, articles(nearest(t, s, "harbour", 100, rag.Filter{Collections: []string{"inland"}})))
	diff(t, "nearest chunk", Entry(changed).Chunks[0], nearest(t, s, Entry(changed).Chunks[0].Context(), 1, rag.Filter{})[0].Chunk)
	put(t, s, harbour)
	put(t, s, harbour)
	want := byNearness(t, harbour, lighthouse, orchard)
	diff(t, "order after restoring the article", want, ids(nearest(t, s, "harbour", 100, rag.Filter{})))
}

// byNearness returns the IDs of docs' chunks, sorted by their cosine to
// “harbour”.
func byNearness(t *testing.T, docs ...rag.Document) []string {
	t.Helper()
	query := Embedder{}.embed("harbour")
	type point struct {
		id    string
		score float64
	}
	var all []point
	for _, e := range entries(docs...) {
		for i, c := range e.Chunks {
			all = append(all, point{c.ID, cosine(query, e.Vectors[i])})
		}
	}
	slices.SortFunc(all, func(a, b point) int {
		if math.Abs(a.score-b.score) > 1e-6 {
			return int(math.Copysign(1, b.score-a.score))
		}
		return strings.Compare(a.id, b.id)
	})
	var want []string
	for _, p := range all {
		want = append(want, p.id)
	}
	return want
}

func testDrop(t *testing.T, s rag.Store) {
	put(t, s, harbour, lighthouse, orchard)
	before := read(t, s)
	if err := s.Update(t.Context(), nil, []string{"unknown", "", "harbour#0000"}); err != nil {
		t.Fatalf("Update with unknown IDs in drop: %v", err)
	}
	diff(t, "contents after dropping unknown IDs", before, read(t, s))
	if err := s.Update(t.Context(), nil, []string{"harbour", "unknown", "harbour"}); err != nil {
		t.Fatal(err)
	}
	if d, err := s.Document(t.Context(), "harbour"); !errors.Is(err, rag.ErrNotFound) {
		t.Errorf("Document of a deleted article = %v, %v, want ErrNotFound", d, err)
	}
	diff(t, "remaining articles", []string{"lighthouse", "orchard"}, articles(nearest(t, s, "harbour", 100, rag.Filter{})))
	diff(t, "matches after the deletion", []string{"orchard#0001"}, ids(match(t, s, "harbour storm", 100, rag.Filter{})))
	if err := s.Update(t.Context(), nil, []string{"lighthouse", "orchard"}); err != nil {
		t.Fatal(err)
	}
	diff(t, "contents after deleting everything", contents{Count: []int{0, 0}}, read(t, s))
	if err := s.Update(t.Context(), nil, nil); err != nil {
		t.Errorf("empty Update: %v", err)
	}
}

func testDropAndPut(t *testing.T, s rag.Store) {
	put(t, s, harbour, lighthouse)
	changed := harbour
	changed.Text = "A new text about a new thing."
	if err := s.Update(t.Context(), entries(changed, orchard), []string{"harbour", "lighthouse"}); err != nil {
		t.Fatal(err)
	}
	diff(t, "articles after Update", []string{"harbour", "orchard"}, articles(nearest(t, s, "harbour", 100, rag.Filter{})))
	got, err := s.Document(t.Context(), "harbour")
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "article in both drop and put", changed, got)
}

func testRefused(t *testing.T, s rag.Store) {
	put(t, s, harbour, lighthouse)
	before := read(t, s)
	for name, spoil := range map[string]func(e *rag.Entry){
		"too few vectors":                    func(e *rag.Entry) { e.Vectors = e.Vectors[:1] },
		"too many vectors":                   func(e *rag.Entry) { e.Vectors = append(e.Vectors, e.Vectors[0]) },
		"no vectors":                         func(e *rag.Entry) { e.Vectors = nil },
		"empty vector":                       func(e *rag.Entry) { e.Vectors[1] = nil },
		"zero vector":                        func(e *rag.Entry) { e.Vectors[1] = make([]float32, 256) },
		"NaN":                                func(e *rag.Entry) { e.Vectors[1][7] = float32(math.NaN()) },
		"infinity":                           func(e *rag.Entry) { e.Vectors[1][7] = float32(math.Inf(-1)) },
		"not a unit vector":                  func(e *rag.Entry) { e.Vectors[1][0] += 2 },
		"different dimensions in one vector": func(e *rag.Entry) { e.Vectors[1] = Embedder{Dimensions: 64}.embed("x") },
		"different dimensions in all vectors": func(e *rag.Entry) {
			for i := range e.Vectors {
				e.Vectors[i] = Embedder{Dimensions: 64}.embed("x")
			}
		},
		"article without ID":          func(e *rag.Entry) { *e = Entry(rag.Document{Text: "x"}); e.Document.ID = "" },
		"chunk without ID":            func(e *rag.Entry) { e.Chunks[1].ID = "" },
		"two chunks with the same ID": func(e *rag.Entry) { e.Chunks[1].ID = e.Chunks[0].ID },
		"chunk ID of another article": func(e *rag.Entry) { e.Chunks[1].ID = "harbour#0000" },
		"Doc of another article":      func(e *rag.Entry) { e.Chunks[1].Doc = "harbour" },
		"different title":             func(e *rag.Entry) { e.Chunks[1].Title = "Another" },
		"different collection":        func(e *rag.Entry) { e.Chunks[1].Collection = "Another" },
		"different text":              func(e *rag.Entry) { e.Chunks[1].Text = "Another" },
		"negative start":              func(e *rag.Entry) { e.Chunks[1].Start = -1 },
		"end after the text":          func(e *rag.Entry) { e.Chunks[1].End = 1 << 40 },
		"end before start":            func(e *rag.Entry) { e.Chunks[1].Start, e.Chunks[1].End = e.Chunks[1].End, e.Chunks[1].Start },
	} {
		bad := Entry(orchard)
		spoil(&bad)
		if err := s.Update(t.Context(), []rag.Entry{Entry(nowhere), bad}, []string{"lighthouse"}); err == nil {
			t.Errorf("Update with %s: no error", name)
		}
		diff(t, "contents after refusing "+name, before, read(t, s))
	}
	twice := []rag.Entry{Entry(orchard), Entry(nowhere), Entry(orchard)}
	if err := s.Update(t.Context(), twice, []string{"lighthouse"}); err == nil {
		t.Error("Update with an article twice: no error")
	}
	diff(t, "contents after refusing an article twice", before, read(t, s))
}

func testCancelled(t *testing.T, s rag.Store) {
	put(t, s, harbour, lighthouse)
	before := read(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, do := range map[string]func() error{
		"Update":    func() error { return s.Update(ctx, entries(orchard), []string{"harbour"}) },
		"Nearest":   func() error { _, err := s.Nearest(ctx, Embedder{}.embed("harbour"), 10, rag.Filter{}); return err },
		"Match":     func() error { _, err := s.Match(ctx, []string{"harbour"}, 10, rag.Filter{}); return err },
		"Frequency": func() error { _, _, err := s.Frequency(ctx, []string{"harbour"}, rag.Filter{}); return err },
		"List":      func() error { _, err := s.List(ctx, rag.Filter{}); return err },
		"Document":  func() error { _, err := s.Document(ctx, "harbour"); return err },
	} {
		if err := do(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a cancelled context = %v, want context.Canceled", name, err)
		}
	}
	diff(t, "contents after cancelled calls", before, read(t, s))
}

// testCallersMemory checks that the caller may reuse its slices after Update
// returns.
func testCallersMemory(t *testing.T, s rag.Store) {
	all := entries(harbour, lighthouse)
	want := entries(harbour, lighthouse)
	drop := []string{"orchard"}
	if err := s.Update(t.Context(), all, drop); err != nil {
		t.Fatal(err)
	}
	diff(t, "entries after Update", want, all)
	before := read(t, s)
	for _, e := range all {
		for _, v := range e.Vectors {
			for i := range v {
				v[i] = float32(math.NaN())
			}
		}
		clear(e.Chunks)
	}
	diff(t, "contents after the caller changed its slices", before, read(t, s))
}

func testVectorCache(t *testing.T, s rag.Store) {
	cache, ok := s.(rag.VectorCache)
	if !ok {
		t.Skip("not a rag.VectorCache")
	}
	put(t, s, harbour, lighthouse)
	changed := harbour
	changed.Text = strings.Replace(changed.Text, "Forty", "Fifty", 1)
	stored, unstored := Entry(harbour), Entry(changed)
	keys := []string{stored.Chunks[0].VectorKey(), unstored.Chunks[0].VectorKey(), unstored.Chunks[1].VectorKey(), "", "no key", stored.Chunks[0].VectorKey()}
	got, err := cache.Vectors(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 {
		t.Errorf("%d vectors, want the 2 that are stored", len(got))
	}
	for i, c := range stored.Chunks {
		if v := got[c.VectorKey()]; len(v) != 256 || cosine(v, stored.Vectors[i]) < 1-1e-5 {
			t.Errorf("Vectors returned a different vector for %s", c.ID)
		}
	}
	if got, err := cache.Vectors(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("Vectors(nil) = %v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := cache.Vectors(ctx, keys); !errors.Is(err, context.Canceled) {
		t.Errorf("Vectors with a cancelled context: %v", err)
	}
}
