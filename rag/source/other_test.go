package source

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

// TestOther checks which files hold no article, and which only need another
// format.
func TestOther(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	for _, name := range []string{"LICENSE", "Makefile", "logo.png", "mkdocs.yml", "package.json", "plan.doc", "requirements.txt", "run"} {
		fsys[name] = &fstest.MapFile{Data: []byte("#!/bin/sh words")}
	}
	fsys["LICENSE"] = &fstest.MapFile{Data: []byte("Words.")}
	m := NewMemory(nil, nil, time.Now)
	var got []string
	for d, err := range (Reader{Memory: m}).FS(t.Context(), fsys, "") {
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		got = append(got, d.Source)
	}
	other := ": pictures, code and settings are not read"
	want := []string{"LICENSE", "Makefile" + other, "logo.png" + other, "mkdocs.yml" + other, "package.json" + other, "plan.doc: not a kind of file that is read", "requirements.txt" + other, "run" + other}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var failures []string
	for _, f := range m.Fresh() {
		if Failed(f) {
			failures = append(failures, f.Source)
		}
	}
	if !cmp.Equal(failures, []string{"plan.doc"}) {
		t.Errorf("got failures %q, want plan.doc", failures)
	}
}

func TestConverter(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"a/plan.doc": "libreoffice --headless --convert-to docx a/plan.doc", "My plan.textile": "pandoc 'My plan.textile' -o 'My plan.textile.md'",
		"it's.png": `ocrmypdf 'it'\''s.png' 'it'\''s.png.pdf'`, "a.xyz": "", "doc": "",
	} {
		if got := Converter(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// TestStaleArchive checks that the failures in an unchanged archive are kept.
func TestStaleArchive(t *testing.T) {
	t.Parallel()
	var traces []rag.Fetched
	for _, name := range []string{"a.zip", "a.zip/bad.csv", "gone.csv"} {
		traces = append(traces, rag.Fetched{Source: "/f/" + name, Stamp: "1", Failure: "malformed"})
	}
	traces[0].Failure, traces[0].Articles = "", 1
	m := NewMemory(traces, []string{"/f/a.zip/x"}, time.Now)
	if !m.unchanged("/f/a.zip", "1") {
		t.Error("the archive has changed")
	}
	if got := m.Stale("/f"); !cmp.Equal(got, []string{"/f/gone.csv"}) {
		t.Errorf("got stale %q, want /f/gone.csv", got)
	}
}
