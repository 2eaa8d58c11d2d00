package library_test

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/library"
	"footnote/rag/text"
)

func TestVersions(t *testing.T) {
	t.Parallel()
	l := open(t, filepath.Join(t.TempDir(), "l.db"), library.Options{})
	versions := func() []string {
		t.Helper()
		all, err := l.Versions(ctx, "a")
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, v := range all {
			if time.Since(v.Replaced) > time.Hour {
				t.Errorf("Replaced is %s, want about now", v.Replaced)
			}
			texts = append(texts, v.Text)
		}
		return texts
	}
	d := rag.Document{ID: "a", Title: "A", Text: "The first."}
	put(t, l, d)
	if got := versions(); got != nil {
		t.Errorf("versions of a new article: %q, want none", got)
	}
	d.Collection = "news" // not a new version
	put(t, l, d)
	if got := versions(); got != nil {
		t.Errorf("versions after a change of collection: %q, want none", got)
	}
	for i := range 12 {
		d.Text = fmt.Sprint("Version ", i, ".")
		put(t, l, d)
	}
	want := []string{"Version 10.", "Version 9.", "Version 8.", "Version 7.", "Version 6.", "Version 5.", "Version 4.", "Version 3.", "Version 2.", "Version 1."}
	if diff := cmp.Diff(want, versions()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if err := l.Update(ctx, nil, []string{"a"}); err != nil {
		t.Fatal(err)
	}
	if got := versions(); got != nil {
		t.Errorf("versions of a deleted article: %q, want none", got)
	}
}

func TestFetched(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "l.db")
	l := open(t, path, library.Options{})
	at := time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC)
	a := rag.Fetched{Source: "a", Stamp: "1", Target: "b", Articles: 2, At: at}
	b := rag.Fetched{Source: "b", Failure: "broken", Tries: 3, At: at, Next: at.Add(time.Hour)}
	for _, step := range []struct {
		put  []rag.Fetched
		drop []string
		want []rag.Fetched
	}{{[]rag.Fetched{b, a}, nil, []rag.Fetched{a, b}}, {nil, []string{"a", "none"}, []rag.Fetched{b}}, {nil, nil, []rag.Fetched{b}}, {[]rag.Fetched{{Source: "b", At: at}}, nil, []rag.Fetched{{Source: "b", At: at}}}} {
		if err := l.UpdateFetched(ctx, step.put, step.drop); err != nil {
			t.Fatal(err)
		}
		got, err := l.Fetched(ctx)
		if diff := cmp.Diff(step.want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	reader := open(t, path, library.Options{ReadOnly: true})
	if err := reader.UpdateFetched(ctx, []rag.Fetched{a}, nil); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("Remember in a read-only library: %v, want fs.ErrPermission", err)
	}
}

func TestRelink(t *testing.T) {
	t.Parallel()
	l := open(t, filepath.Join(t.TempDir(), "l.db"), library.Options{})
	put(t, l, rag.Document{ID: "a", Text: "Words."}, rag.Document{ID: "empty", Text: ""})
	k := rag.Link{Source: "/b", URL: "https://example.org", Hash: "1", Article: "a"}
	if err := l.Relink(ctx, []rag.Link{k, {Source: "/c", Article: "none"}}, []string{"/none"}); err != nil {
		t.Fatal(err)
	}
	links := func(want ...rag.Link) {
		t.Helper()
		got, err := l.Links(ctx)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	links(k)
	put(t, l, rag.Document{ID: "a", Text: "Other words."}) // links survive a change
	links(k)
	prints, err := l.Fingerprints(ctx)
	want := map[string]uint64{"a": text.Fingerprint("Other words."), "empty": 0}
	if diff := cmp.Diff(want, prints); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if err := l.Update(ctx, nil, []string{"a"}); err != nil {
		t.Fatal(err)
	}
	links()
}

// TestLanguages checks that articles in other languages are found by the stems
// of their language, and that this does not affect English.
func TestLanguages(t *testing.T) {
	t.Parallel()
	l := open(t, filepath.Join(t.TempDir(), "l.db"), library.Options{})
	texts := map[string]string{
		"es": "Los concejales votaron en contra de los presupuestos.", "de": "Die Stadträte stimmten gegen den Haushalt.", "ru": "Депутаты проголосовали против бюджета.",
		"fr": "Les conseillères ont adopté les budgets.", "pt": "Os vereadores aprovaram os orçamentos.", "it": "I consiglieri hanno approvato i bilanci.",
		"ja": "市議会は予算を可決した。", "pl": "Radnymi byli głosujący.", "en": "The councillors voted against the budgets.",
	}
	for code, text := range texts {
		put(t, l, rag.Document{ID: code, Language: code, Text: text})
	}
	for term, want := range map[string]string{
		"concejal": "es", "presupuesto": "es", "stadtrat": "de", "stimmte": "de", "депутат": "ru", "бюджет": "ru", "conseillère": "fr", "vereador": "pt", "bilancio": "it",
		"予算": "ja", "radnych": "pl", "councillor": "en",
	} {
		hits, err := l.Match(ctx, []string{term}, 10, rag.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if len(hits) == 0 || hits[0].Chunk.Doc != want {
			t.Errorf("Match(%s): %d hits, want the first from %s", term, len(hits), want)
		}
		counts, total, err := l.Frequency(ctx, []string{term}, rag.Filter{})
		if err != nil || total != len(texts) || term != "radnych" && counts[0] != 1 {
			t.Errorf("Frequency(%s) = %v of %d, %v", term, counts, total, err)
		}
	}
	if err := l.Update(ctx, nil, []string{"es"}); err != nil {
		t.Fatal(err)
	}
	if hits, err := l.Match(ctx, []string{"concejal"}, 10, rag.Filter{}); err != nil || len(hits) > 0 {
		t.Errorf("Match after the article was deleted: %d hits, %v, want none", len(hits), err)
	}
}
