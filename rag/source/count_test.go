package source

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestCount counts what Files yields.
func TestCount(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{
		"a.txt": "Words.", "b.png": "", ".hidden.txt": "Words.", ".git/config.txt": "Words.", "c/d.md": "Words.", "c/.e.txt": "Words.", "c/f/g": "Words.",
	})
	if err := os.Symlink("c", filepath.Join(root, "door")); err != nil {
		t.Skip("symbolic links not supported:", err)
	}
	at := func(name string) string { return filepath.Join(root, name) }
	for name, paths := range map[string][]string{
		"a folder": {root}, "a hidden folder": {at(".git")}, "a link": {at("door")}, "files": {at("a.txt"), at("b.png"), at(".hidden.txt")}, "twice": {at("c"), at("c/f")}, "none": nil,
	} {
		got, err := Count(paths...)
		if err != nil {
			t.Fatal(err)
		}
		if want := len(read(Reader{}.Files(t.Context(), paths...), root)); got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}
	if _, err := Count(root, at("none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing path: got %v, want %v", err, fs.ErrNotExist)
	}
}
