package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/seeds"
)

var _ rag.Source = Reader{}.Files(context.Background())

// read returns what a source yields, in order: the names of articles below
// root, and the errors.
func read(src rag.Source, root string) []string {
	root = filepath.ToSlash(root) + "/"
	var all []string
	for d, err := range src {
		if err != nil {
			all = append(all, strings.ReplaceAll(err.Error(), root, ""))
			continue
		}
		all = append(all, strings.TrimPrefix(d.Source, root))
	}
	return all
}

// tree writes files to a new folder and returns its path.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFiles(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{
		"b.txt": "Words.", "a/z.md": "Words.", "a/b/c.markdown": "Words.", "a.text": "Words.", "README": "Words.",
		".hidden.txt": "Words.", ".git/config.txt": "Words.", "a/photo.PNG": "x", "empty.md": "", "big.txt": strings.Repeat("word ", 30),
		"binary": "\x7fELF\x00\x00", "empty-folder/.keep": "",
	})
	r := Reader{MaxBytes: 100}
	at := func(name string) string { return filepath.Join(root, name) }
	tests := []struct {
		name  string
		paths []string
		want  []string
	}{
		{"a folder", []string{root}, []string{
			"README", "a/b/c.markdown", "a/photo.PNG: pictures, code and settings are not read", "a/z.md", "a.text", "b.txt",
			"big.txt: too large: more than 100 bytes", "binary: not text", "empty.md: no words in it"}},
		{"in the given order", []string{at("b.txt"), at("a/b"), at("a.text")}, []string{"b.txt", "a/b/c.markdown", "a.text"}},
		{"hidden, named", []string{at(".git"), at(".hidden.txt")}, []string{".git/config.txt", ".hidden.txt"}},
		{"a missing path", []string{at("none.txt"), at("b.txt")}, []string{"none.txt: file does not exist", "b.txt"}},
		{"unknown kind, named", []string{at("a/photo.PNG")}, []string{"a/photo.PNG: pictures, code and settings are not read"}},
		{"an empty path", []string{""}, []string{`"": file does not exist`}},
		{"below a file", []string{at("b.txt/c")}, []string{"b.txt/c: cannot be read: not a directory"}},
		{"nothing to read", []string{at("empty-folder")}, nil},
		{"not a clean path", []string{root + "/a/../a//b/."}, []string{"a/b/c.markdown"}},
		{"no paths", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, read(r.Files(t.Context(), tt.paths...), root)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for _, err := range r.Files(t.Context(), at("none.txt")) {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("missing path: got %v, want fs.ErrNotExist", err)
		}
	}
}

// TestFilesRelative checks the names for a relative path: articles get absolute
// ones, skipped files keep the relative one.
func TestFilesRelative(t *testing.T) {
	root := tree(t, map[string]string{"in/a.txt": "Words.", "in/b.png": ""})
	t.Chdir(root)
	var got []string
	for d, err := range (Reader{}).Files(t.Context(), "in") {
		var s *Skipped
		if errors.As(err, &s) {
			got = append(got, s.Path, s.Source)
		} else {
			got = append(got, d.Source, d.ID)
		}
	}
	slash := filepath.ToSlash(root)
	want := []string{slash + "/in/a.txt", rag.DocumentID(slash + "/in/a.txt"), filepath.Join("in", "b.png"), slash + "/in/b.png"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"in/a.txt": "Words.", "out/secret.txt": "Words."})
	for name, to := range map[string]string{
		"in/up": "..", "in/loop": "loop", "in/out": "../out", "in/secret.txt": "../out/secret.txt", "in/gone.txt": "nowhere", "door": "in",
	} {
		if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
			t.Skip("symbolic links not supported:", err)
		}
	}
	link := ": a symbolic link; name it directly to follow it"
	tests := []struct {
		name string
		path string
		want []string
	}{
		{"in a folder", "in", []string{"in/a.txt", "in/gone.txt" + link, "in/loop" + link, "in/out" + link, "in/secret.txt" + link, "in/up" + link}},
		{"a named file", "in/secret.txt", []string{"in/secret.txt"}},
		{"a named folder", "in/out", []string{"in/out/secret.txt"}},
		{"to nothing", "in/gone.txt", []string{"in/gone.txt: file does not exist"}},
		{"to itself", "in/loop", []string{"in/loop: cannot be read: too many levels of symbolic links"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, read(Reader{}.Files(t.Context(), filepath.Join(root, tt.path)), root)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root can read every file; run as another user")
	}
	root := tree(t, map[string]string{"a.txt": "Words.", "b/c.txt": "Words.", "d.txt": "Words."})
	for _, name := range []string{"a.txt", "b"} {
		if err := os.Chmod(filepath.Join(root, name), 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(root, "b"), 0o700) })
	want := []string{"a.txt: cannot be read: permission denied", "b: cannot be read: permission denied", "d.txt"}
	if diff := cmp.Diff(want, read(Reader{}.Files(t.Context(), root), root)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want = []string{"b: cannot be read: permission denied"}
	if diff := cmp.Diff(want, read(Reader{}.Files(t.Context(), filepath.Join(root, "b")), root)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// refusing is a file system that denies access to some names.
type refusing struct {
	fs.FS
	denied string
}

func (r refusing) Open(name string) (fs.File, error) {
	if strings.HasPrefix(name, r.denied) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return r.FS.Open(name)
}

func TestFS(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"a.txt": {Data: []byte("Words.")}, "b/c.txt": {Data: []byte("Words.")}, "d/e.txt": {Data: []byte("Words.")}, "f.txt": {Data: []byte("Words.")},
		"g.txt": {Mode: fs.ModeNamedPipe}, "h.txt": {Mode: fs.ModeSymlink, Data: []byte("a.txt")}, "i\xff.txt": {Data: []byte("Words.")},
	}
	tests := []struct {
		denied string
		want   []string
	}{
		{"b", []string{"a.txt", "b: cannot be read: permission denied", "d/e.txt", "f.txt"}},
		{"d/e", []string{"a.txt", "b/c.txt", "d/e.txt: cannot be read: permission denied", "f.txt"}},
		{".", []string{"in: cannot be read: permission denied"}},
	}
	rest := []string{"g.txt: not a regular file or folder", "h.txt: a symbolic link; name it directly to follow it", `"i\xff.txt": cannot be read: the file name is not UTF-8`}
	for _, tt := range tests {
		if tt.denied != "." {
			tt.want = append(tt.want, rest...)
		}
		if diff := cmp.Diff(tt.want, read(Reader{}.FS(t.Context(), refusing{fsys, tt.denied}, "in"), "in")); diff != "" {
			t.Errorf("access to %s denied (-want +got):\n%s", tt.denied, diff)
		}
	}
}

// TestSeeds reads the sample articles as the program does.
func TestSeeds(t *testing.T) {
	t.Parallel()
	n := 0
	for d, err := range (Reader{}).FS(t.Context(), seeds.Articles(), "seeds") {
		if err != nil {
			t.Fatal(err)
		}
		n++
		data, err := fs.ReadFile(seeds.Articles(), strings.TrimPrefix(d.Source, "seeds/"))
		if err != nil {
			t.Fatal(err)
		}
		want := rag.Document{ID: rag.DocumentID(d.Source), Source: d.Source, Title: "Besieged by protesters at residence, the embattled strongman…", Language: "en", Text: string(data)}
		if diff := cmp.Diff(want, d); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	if n != 1 {
		t.Errorf("got %d articles, want 1", n)
	}
}

func TestCollection(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"a.txt": {Data: []byte("Words.")}, "b.txt": {Data: []byte("---\ncollection: its own\n---\nWords.")}}
	var got []string
	for d, err := range (Reader{Collection: "news"}).FS(t.Context(), fsys, "") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, d.Source, d.Collection)
	}
	if diff := cmp.Diff([]string{"a.txt", "news", "b.txt", "its own"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestEnd ends a sequence early, by its consumer and by its context.
func TestEnd(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"a.txt": "Words.", "b.png": "", "c.txt": "Words.", "d/e.txt": "Words."})
	all := []string{"a.txt", "b.png: pictures, code and settings are not read", "c.txt", "d/e.txt", "a.txt"}
	paths := []string{root, filepath.Join(root, "a.txt")}
	for n := range len(all) {
		var got []string
		for d, err := range (Reader{}).Files(t.Context(), paths...) {
			got = append(got, fmt.Sprint(d.Source, err))
			if len(got) == n+1 {
				break
			}
		}
		if len(got) != n+1 {
			t.Errorf("got %d items, want %d", len(got), n+1)
		}

		ctx, cancel := context.WithCancel(t.Context())
		want := append(append([]string{}, all[:n+1]...), context.Canceled.Error())
		got = nil
		src := Reader{}.Files(ctx, paths...)
		for d, err := range src {
			got = append(got, read(func(yield func(rag.Document, error) bool) { yield(d, err) }, root)...)
			if len(got) == n+1 {
				cancel()
			}
		}
		cancel()
		if n == len(all)-1 {
			want = want[:n+1] // the sequence is over before its context ends
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("cancelled after %d (-want +got):\n%s", n+1, diff)
		}
	}
}
