package index_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

// counting is an embedder that records the texts it was given.
type counting struct {
	ragtest.Embedder
	texts []string
	err   error
}

func (c *counting) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	if c.err != nil {
		return nil, c.err
	}
	c.texts = append(c.texts, texts...)
	return c.Embedder.EmbedDocuments(ctx, texts)
}

func openAt(dir string) (*library.Library, error) {
	return library.Open(filepath.Join(dir, "l.db"), library.Options{})
}

func openLibrary(t *testing.T) *library.Library {
	t.Helper()
	l, err := library.Open(filepath.Join(t.TempDir(), "l.db"), library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// articles yields the documents, and an error for a document without text.
func articles(docs ...rag.Document) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		for _, d := range docs {
			var err error
			if d.Text == "" {
				d, err = rag.Document{}, fmt.Errorf("%s: empty", d.ID)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

func doc(id, text string) rag.Document {
	return rag.Document{ID: id, Source: "/articles/" + id, Title: "Article " + id, Text: text}
}

// paragraphs returns a text with one section for each name.
func paragraphs(names ...string) string {
	var b strings.Builder
	for _, n := range names {
		fmt.Fprintf(&b, "# About %s\n\nThe %s is described here in a sentence of its own.\n\n", n, n)
	}
	return b.String()
}

func TestSync(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	store, e := openLibrary(t), &counting{}
	x := index.Indexer{Store: store, Embedder: e, Batch: 2}
	steps := []struct {
		name     string
		docs     []rag.Document
		want     index.Report // except Seen
		embedded []string     // one word of each embedded text
		stored   []string     // article IDs afterwards
	}{
		{"new articles", []rag.Document{doc("a", paragraphs("otter", "heron")), doc("b", paragraphs("newt")), doc("c", "")},
			index.Report{Added: 2, Chunks: 3, Skipped: []error{errors.New("c: empty")}}, []string{"otter", "heron", "newt"}, []string{"a", "b"}},
		{"nothing changed", []rag.Document{doc("a", paragraphs("otter", "heron")), doc("b", paragraphs("newt"))},
			index.Report{Unchanged: 2}, nil, []string{"a", "b"}},
		{"one section changed", []rag.Document{doc("a", paragraphs("otter", "egret"))},
			index.Report{Changed: 1, Chunks: 2}, []string{"egret"}, []string{"a", "b"}},
		{"same article twice in a batch, the second is kept", []rag.Document{doc("d", paragraphs("toad")), doc("d", paragraphs("frog"))},
			index.Report{Added: 1, Changed: 1, Chunks: 2}, []string{"toad", "frog"}, []string{"a", "b", "d"}},
	}
	for _, s := range steps {
		e.texts = nil
		got, err := x.Sync(ctx, articles(s.docs...))
		if err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
		if len(got.Seen)+len(got.Skipped) != len(s.docs) {
			t.Errorf("%s: %d seen and %d skipped, want %d in all", s.name, len(got.Seen), len(got.Skipped), len(s.docs))
		}
		got.Seen = nil
		if diff := cmp.Diff(s.want, got, cmp.Comparer(func(a, b error) bool { return a.Error() == b.Error() })); diff != "" {
			t.Errorf("%s: report (-want +got):\n%s", s.name, diff)
		}
		var embedded []string
		for _, text := range e.texts {
			_, body, _ := strings.Cut(text, "\n")
			embedded = append(embedded, strings.Fields(body)[1])
		}
		if diff := cmp.Diff(s.embedded, embedded); diff != "" {
			t.Errorf("%s: embedded texts (-want +got):\n%s", s.name, diff)
		}
		if diff := cmp.Diff(s.stored, ids(t, store)); diff != "" {
			t.Errorf("%s: stored articles (-want +got):\n%s", s.name, diff)
		}
	}
	t.Run("failing embedder changes nothing", func(t *testing.T) {
		e.err = errors.New("no power")
		if _, err := x.Sync(ctx, articles(doc("e", paragraphs("crow")))); !errors.Is(err, e.err) {
			t.Errorf("error %v, want %v", err, e.err)
		}
		if diff := cmp.Diff([]string{"a", "b", "d"}, ids(t, store)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("prune", func(t *testing.T) {
		gone, err := x.Prune(ctx, []rag.Info{{ID: "a"}}, func(i rag.Info) bool { return i.ID != "d" })
		if err != nil || len(gone) != 1 || gone[0].ID != "b" {
			t.Errorf("pruned %v, %v; want b", gone, err)
		}
		if diff := cmp.Diff([]string{"a", "d"}, ids(t, store)); diff != "" {
			t.Error(diff)
		}
	})
}

func ids(t *testing.T, store rag.Store) []string {
	t.Helper()
	infos, err := store.List(t.Context(), rag.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, i := range infos {
		all = append(all, i.ID)
	}
	return all
}

// TestUnchanged checks that unchanged articles count as seen.
func TestUnchanged(t *testing.T) {
	t.Parallel()
	l := openLibrary(t)
	x := index.Indexer{Store: l, Embedder: ragtest.Embedder{}, Duplicates: l}
	if _, err := x.Sync(t.Context(), articles(doc("a", "Words."), doc("z/1", "More words."), doc("z/2", "Other words."), doc("zz", "Last words."))); err != nil {
		t.Fatal(err)
	}
	unchanged := func(source string) rag.Source {
		return func(yield func(rag.Document, error) bool) { yield(rag.Document{Source: source}, rag.ErrUnchanged) }
	}
	for source, want := range map[string]int{"/articles/a": 1, "/articles/z": 2, "/articles/none": 0, "/articles": 4} {
		r, err := x.Sync(t.Context(), unchanged(source))
		if err != nil || r.Unchanged != want || len(r.Seen) != want || len(r.Skipped) > 0 {
			t.Errorf("%s: %+v, %v, want %d unchanged", source, r, err, want)
		}
	}
}
