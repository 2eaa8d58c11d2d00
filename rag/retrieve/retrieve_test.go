package retrieve

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

// TestFuse checks the order of hits from both searches, and the cosine of a chunk
// that only the lexical search found.
func TestFuse(t *testing.T) {
	t.Parallel()
	hit := func(id string, score float64, vector ...float32) rag.Hit {
		return rag.Hit{Chunk: rag.Chunk{ID: id}, Score: score, Vector: vector}
	}
	dense := []rag.Hit{hit("b", .75), hit("a", .75), hit("d", .6875), hit("c", .5)}
	lexical := []rag.Hit{hit("d", 1000), hit("vector", 0, .25, 0), hit("no vector", 0)}
	cosines := map[string]float64{}
	var order []string
	for _, x := range fuse(func(time.Time) float64 { return 0 }, []float32{1, 0}, dense, lexical) {
		order = append(order, x.Chunk.ID)
		cosines[x.Chunk.ID] = x.Dense
	}
	if diff := cmp.Diff([]string{"d", "a", "b", "c", "no vector", "vector"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	want := map[string]float64{"a": .75, "b": .75, "c": .5, "d": .6875, "vector": .25, "no vector": .5}
	if diff := cmp.Diff(want, cosines); diff != "" {
		t.Errorf("cosines (-want +got):\n%s", diff)
	}
}

// TestJoin checks which chunks become part of a passage.
func TestJoin(t *testing.T) {
	t.Parallel()
	chunk := func(doc, section string, start int, text string) rag.Chunk {
		return rag.Chunk{Doc: doc, Section: section, Start: start, End: start + len(text), Text: text}
	}
	best := chunk("a", "Ships", 100, "0123456789")
	for name, c := range map[string]struct {
		chunk rag.Chunk
		want  bool
	}{
		"overlaps":              {chunk("a", "Ships", 105, "5678901234"), true},
		"follows a line end":    {chunk("a", "Ships", 112, "2345678901"), true},
		"comes before":          {chunk("a", "Ships", 88, "0123456789"), true},
		"is farther away":       {chunk("a", "Ships", 113, "3456789012"), false},
		"is in another section": {chunk("a", "Boats", 105, "5678901234"), false},
		"is in another article": {chunk("b", "Ships", 105, "5678901234"), false},
	} {
		passages := []rag.Passage{{Chunk: best, Start: best.Start, End: best.End}}
		if got := join(passages, rag.Ranked{Chunk: c.chunk}); got != c.want {
			t.Errorf("chunk that %s: joined %v, want %v", name, got, c.want)
		}
	}
	long := []rag.Passage{{Chunk: best, Start: 80, End: 108}}
	if join(long, rag.Ranked{Chunk: chunk("a", "Ships", 105, "5678901234")}) {
		t.Error("a passage grew to more than three times its best chunk")
	}
}

// TestColumns checks that a passage within a long table has the names of its columns.
func TestColumns(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	table.WriteString("The hosts of the harbour.\n\nHost | Port\n")
	for i := range 600 {
		fmt.Fprintf(&table, "alder%d | %d\n", i, 9000+i)
	}
	doc := rag.Document{ID: "hosts", Title: "Hosts", Text: table.String()}
	store, err := library.Open(filepath.Join(t.TempDir(), "l.db"), library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if _, err := (index.Indexer{Store: store, Embedder: ragtest.Embedder{}}).Sync(t.Context(), func(yield func(rag.Document, error) bool) { yield(doc, nil) }); err != nil {
		t.Fatal(err)
	}
	for row, want := range map[string]string{"alder0 | 9000": "", "alder377 | 9377": "Host | Port", "alder599 | 9599": "Host | Port"} {
		at := strings.Index(doc.Text, row)
		passages, err := Retriever{Store: store}.Passages(t.Context(), []rag.Ranked{{Chunk: rag.Chunk{Doc: doc.ID, Start: at, End: at + len(row)}}})
		if err != nil {
			t.Fatal(err)
		}
		p := passages[0]
		if p.Columns != want || p.Columns != "" && p.Of(p.ColumnsAt, p.ColumnsAt+len(p.Columns)) != want {
			t.Errorf("%s: columns %q at %d, want %q", row, p.Columns, p.ColumnsAt, want)
		}
		last := p.Sentences[len(p.Sentences)-1]
		if got := columnsOf(&p, last); got != "Host | Port" {
			t.Errorf("%s: columns %q", row, got)
		}
	}
}

func TestWholeBlocks(t *testing.T) {
	t.Parallel()
	const doc = "# Quill\n\nTo install:\n\n1) Download it.\n2) Run it.\n3) Wait.\n\nIt is free."
	for run, want := range map[string]string{
		"2) Run it.":     "To install:\n\n1) Download it.\n2) Run it.\n3) Wait.",
		"3) Wait.\n\nIt": "To install:\n\n1) Download it.\n2) Run it.\n3) Wait.\n\nIt",
		"To install:":    "To install:\n\n1) Download it.\n2) Run it.\n3) Wait.",
		"It is free.":    "It is free.",
	} {
		at := strings.Index(doc, run)
		start, end := wholeBlocks(doc, at, at+len(run))
		if got := doc[start:end]; got != want {
			t.Errorf("%q: %q, want %q", run, got, want)
		}
	}
	long := "To install:\n\n" + strings.Repeat("- Download it.\n", maxAdded/5)
	if start, end := wholeBlocks(long, 600, 610); start != 0 || end != 612 {
		t.Errorf("a long list, of which only a line is added at the end, is extended to %d, %d", start, end)
	}
}
