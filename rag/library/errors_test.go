package library_test

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"footnote/rag"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

// made creates a library of 12 articles and returns its path.
func made(t *testing.T, space string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "footnote.db")
	l, err := library.Open(path, library.Options{Space: space})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 12 {
		put(t, l, versioned(i, 1))
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func script(t *testing.T, path, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestOpenRefuses checks that Open fails on a file that is not a library, and
// does not change it.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	random := make([]byte, 50_000)
	rnd := rand.New(rand.NewPCG(1, 1))
	for i := range random {
		random[i] = byte(rnd.Uint32())
	}
	spoil := func(change func(t *testing.T, path string)) func(*testing.T) string {
		return func(t *testing.T) string {
			path := made(t, "a space")
			change(t, path)
			return path
		}
	}
	fresh := func(b []byte) func(*testing.T) string {
		return spoil(func(t *testing.T, path string) { write(t, path, b) })
	}
	cut := func(n int) func(*testing.T) string {
		return spoil(func(t *testing.T, path string) { write(t, path, read(t, path)[:n]) })
	}
	for _, test := range []struct {
		name string
		make func(*testing.T) string
		want error
		says string
	}{
		{"random bytes", fresh(random), library.ErrNotLibrary, ""},
		{"text file", fresh([]byte("# An article\n\nNot a library.\n")), library.ErrNotLibrary, ""},
		{"one byte", fresh([]byte("S")), library.ErrNotLibrary, ""},
		{"zeros", fresh(make([]byte, 8192)), library.ErrNotLibrary, ""},
		{"cut in the header", cut(60), library.ErrNotLibrary, ""},
		{"cut after the header", cut(100), library.ErrNotLibrary, ""},
		{"cut in the first page", cut(5000), library.ErrNotLibrary, ""},
		{"cut after the first page", cut(8192), library.ErrNotLibrary, ""},
		{"cut in the middle", cut(70_000), library.ErrNotLibrary, ""},
		{"folder", func(t *testing.T) string { return t.TempDir() }, library.ErrNotLibrary, "folder"},
		{"another program's database", func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "other.db")
			script(t, path, `CREATE TABLE accounts (name TEXT)`)
			return path
		}, library.ErrNotLibrary, "another program"},
		{"another program's empty database", func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "other.db")
			script(t, path, `PRAGMA application_id = 1`)
			return path
		}, library.ErrNotLibrary, "another program"},
		{"newer version", spoil(func(t *testing.T, path string) { script(t, path, `PRAGMA user_version = 99`) }), library.ErrNewer, "version 99"},
		{"vectors of another encoder", spoil(func(*testing.T, string) {}), library.ErrSpace, "a space, and the encoder is another"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := test.make(t)
			before, _ := os.ReadFile(path)
			for _, opts := range []library.Options{{Space: "another"}, {Space: "another", ReadOnly: true}} {
				l, err := library.Open(path, opts)
				if err == nil {
					l.Close()
				}
				if !errors.Is(err, test.want) || !strings.Contains(fmt.Sprint(err), test.says) {
					t.Errorf("Open with %+v: %v, want %v and %q", opts, err, test.want, test.says)
				}
				if strings.Contains(fmt.Sprint(err), "\n") {
					t.Errorf("Open with %+v: error has more than one line: %v", opts, err)
				}
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("Open changed the file")
			}
		})
	}
}

func TestOpenMissing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "no", "such", "folder", "footnote.db")
	if _, err := library.Open(path, library.Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open of a missing library, read-only: %v, want fs.ErrNotExist", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open created a folder, read-only: %v", err)
	}
	open(t, path, library.Options{})
	open(t, path, library.Options{ReadOnly: true})
}

// TestOpenEmptyFile opens an empty file, as a crash right at the start leaves
// it.
func TestOpenEmptyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "footnote.db")
	write(t, path, nil)
	if _, err := library.Open(path, library.Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open of an empty file, read-only: %v, want fs.ErrNotExist", err)
	}
	l := open(t, path, library.Options{})
	put(t, l, versioned(1, 1))
}

func TestOddPaths(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"with space.db", "what?.db", "a#b.db", "100%25.db", "x;y&mode=memory.db", "‘ünï’ 灯台 🚢.db", "file:x.db", "'\".db", "-.db"} {
		path := filepath.Join(t.TempDir(), name)
		l, err := library.Open(path, library.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		put(t, l, versioned(1, 1))
		if err := l.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 || entries[0].Name() != name {
			t.Errorf("%s: folder contains %v, %v; want only the library", name, entries, err)
		}
	}
}

func TestReopen(t *testing.T) {
	t.Parallel()
	path := made(t, "a space")
	for _, opts := range []library.Options{{}, {Space: "a space"}, {ReadOnly: true}, {Space: "a space", ReadOnly: true}} {
		l := open(t, path, opts)
		infos, err := l.List(ctx, rag.Filter{})
		if err != nil || len(infos) != 12 {
			t.Errorf("%+v: %d articles, %v, want 12", opts, len(infos), err)
		}
		want := ragtest.Entry(versioned(3, 1))
		hits, err := l.Nearest(ctx, want.Vectors[0], 1, rag.Filter{})
		if err != nil || len(hits) != 1 || hits[0].Chunk != want.Chunks[0] {
			t.Errorf("%+v: %v, %v", opts, hits, err)
		}
		err = l.Update(ctx, nil, []string{"article11"})
		if opts.ReadOnly != errors.Is(err, fs.ErrPermission) || !opts.ReadOnly && err != nil {
			t.Errorf("%+v: Update: %v", opts, err)
		}
		if !opts.ReadOnly {
			put(t, l, versioned(11, 1))
		}
	}
}

// TestSpaceOfEmptied checks that a library accepts vectors of another space
// after all articles are deleted.
func TestSpaceOfEmptied(t *testing.T) {
	t.Parallel()
	path := made(t, "a space")
	old := open(t, path, library.Options{Space: "a space"})
	infos, err := old.List(ctx, rag.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, i := range infos {
		all = append(all, i.ID)
	}
	if err := old.Update(ctx, nil, all); err != nil {
		t.Fatal(err)
	}
	l := open(t, path, library.Options{Space: "another"})
	e := ragtest.Entry(rag.Document{ID: "new", Text: "Of another space."})
	e.Vectors[0] = []float32{1, 0, 0}
	if err := l.Update(ctx, []rag.Entry{e}, nil); err != nil {
		t.Fatal(err)
	}
	if hits, err := l.Nearest(ctx, []float32{0, 1, 0}, 10, rag.Filter{}); err != nil || len(hits) != 1 {
		t.Errorf("Nearest in the new space: %v, %v, want one hit", hits, err)
	}
	// A library that is still open in the old space returns an error.
	if err := old.Update(ctx, []rag.Entry{ragtest.Entry(versioned(1, 1))}, nil); !errors.Is(err, library.ErrSpace) {
		t.Errorf("Update in the old space: %v, want ErrSpace", err)
	}
	if _, err := old.Nearest(ctx, ragtest.Entry(versioned(1, 1)).Vectors[0], 1, rag.Filter{}); !errors.Is(err, library.ErrSpace) {
		t.Errorf("Nearest in the old space: %v, want ErrSpace", err)
	}
}

// TestFull checks that an update on a full disk changes nothing, and that
// updates succeed again once there is space.
func TestFull(t *testing.T) {
	t.Parallel()
	l := open(t, filepath.Join(t.TempDir(), "footnote.db"), library.Options{})
	put(t, l, versioned(1, 1), versioned(2, 1))
	pages, err := l.Pages()
	if err != nil {
		t.Fatal(err)
	}
	var many []rag.Entry
	for i := range 60 {
		many = append(many, ragtest.Entry(versioned(i, 7)))
	}
	for more := range 8 {
		if err := l.LimitPages(pages + 1 + 3*more); err != nil {
			t.Fatal(err)
		}
		if err := l.Update(ctx, many, []string{"article01"}); !errors.Is(err, library.ErrFull) {
			t.Fatalf("Update on a full disk: %v, want ErrFull", err)
		}
		whole(t, l, 2, 1)
	}
	var full error
	for n := 0; full == nil && n < 1000; n++ { // until no page has space left
		full = l.AddFeedback(ctx, rag.Feedback{Answer: strconv.Itoa(n), Reason: strings.Repeat("x", 8000)})
	}
	if !errors.Is(full, library.ErrFull) {
		t.Errorf("AddFeedback on a full disk: %v, want ErrFull", full)
	}
	whole(t, l, 2, 1)
	if err := l.LimitPages(1 << 30); err != nil {
		t.Fatal(err)
	}
	if err := l.Update(ctx, many, nil); err != nil {
		t.Fatal(err)
	}
	whole(t, l, 60, 7)
}

// whole checks that l contains exactly n articles, all in the given version.
func whole(t *testing.T, l *library.Library, n, version int) {
	t.Helper()
	wrong, err := l.Verify(ctx)
	if err != nil || len(wrong) > 0 {
		t.Errorf("Verify: %v, %v", wrong, err)
	}
	infos, err := l.List(ctx, rag.Filter{})
	if err != nil || len(infos) != n {
		t.Errorf("%d articles, %v, want %d", len(infos), err, n)
	}
	chunks := 0
	for _, i := range infos {
		chunks += i.Chunks
		if want := fmt.Sprintf("Version %d", version); i.Title != want {
			t.Errorf("%s is %q, want %q", i.ID, i.Title, want)
		}
	}
	hits, err := l.Nearest(ctx, ragtest.Entry(versioned(1, 1)).Vectors[0], 10_000, rag.Filter{})
	if err != nil || len(hits) != chunks {
		t.Errorf("Nearest returned %d chunks, %v, want %d", len(hits), err, chunks)
	}
	hits, err = l.Match(ctx, []string{"paragraph"}, 10_000, rag.Filter{})
	if err != nil || len(hits) != chunks {
		t.Errorf("Match returned %d chunks, %v, want %d", len(hits), err, chunks)
	}
}

// TestDamaged checks that changed bytes in the file cause errors at most.
func TestDamaged(t *testing.T) {
	t.Parallel()
	sound := read(t, made(t, ""))
	rnd := rand.New(rand.NewPCG(5, 5))
	found := 0
	for range 30 {
		b := bytes.Clone(sound)
		for range 1 + rnd.IntN(40) {
			at := rnd.IntN(len(b))
			for i := range min(rnd.IntN(64), len(b)-at) {
				b[at+i] = byte(rnd.Uint32())
			}
		}
		path := filepath.Join(t.TempDir(), "footnote.db")
		write(t, path, b)
		if err := useAll(path); err != nil {
			found++
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error has more than one line: %v", err)
			}
		}
	}
	t.Logf("%d of 30 damaged files caused an error", found)
}

func useAll(path string) error {
	l, err := library.Open(path, library.Options{})
	if err != nil {
		return err
	}
	defer l.Close()
	infos, err := l.List(ctx, rag.Filter{})
	var all []error
	for _, i := range infos {
		_, err := l.Document(ctx, i.ID)
		all = append(all, err)
	}
	e := ragtest.Entry(versioned(3, 2))
	_, near := l.Nearest(ctx, e.Vectors[0], 100, rag.Filter{})
	_, match := l.Match(ctx, strings.Fields("paragraph words"), 100, rag.Filter{})
	_, _, frequency := l.Frequency(ctx, []string{"paragraph"}, rag.Filter{})
	_, vectors := l.Vectors(ctx, []string{e.Chunks[0].VectorKey()})
	update := l.Update(ctx, []rag.Entry{e}, []string{"article05"})
	optimize := l.Optimize(ctx)
	all = append(all, recordOnce(l)...)
	for _, err := range append(all, err, near, match, frequency, vectors, update, optimize) {
		if err != nil {
			return err
		}
	}
	return nil
}

// recordOnce writes and reads records of all kinds.
func recordOnce(l *library.Library) []error {
	ann, person := l.Person(ctx, "ann")
	miss := l.AddMiss(ctx, rag.Miss{Question: "Why?", Verdict: rag.Refused, Who: ann})
	feedback := l.AddFeedback(ctx, rag.Feedback{Answer: "m", Who: ann})
	settings := l.ChangeSettings(ctx, "s", func(json.RawMessage) (json.RawMessage, error) { return json.RawMessage("1"), nil })
	_, claim := l.Claim(ctx, "k", noon, after(time.Hour))
	quotas := l.SetQuotas(ctx, noon, []rag.Quota{{Key: "k", Until: after(time.Hour)}})
	_, gaps := l.Gaps(ctx, rag.Filter{})
	_, opinions := l.Feedback(ctx, rag.Filter{})
	_, document := l.Settings(ctx, "s")
	_, levels := l.Quotas(ctx, noon)
	_, forget := l.Forget(ctx, cmp.Or(ann, "nobody"))
	return []error{person, miss, feedback, settings, claim, quotas, gaps, opinions, document, levels, forget}
}

// TestCancelledLoad checks that the next search fills the index after a
// cancelled Load.
func TestCancelledLoad(t *testing.T) {
	t.Parallel()
	l := open(t, made(t, ""), library.Options{})
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if err := l.Load(cancelled); !errors.Is(err, context.Canceled) {
		t.Errorf("Load with a cancelled context: %v, want context.Canceled", err)
	}
	if g := l.Generation(); g != 0 {
		t.Errorf("generation is %d after a cancelled Load, want 0", g)
	}
	if err := l.Load(ctx); err != nil {
		t.Fatal(err)
	}
	whole(t, l, 12, 1)
}
