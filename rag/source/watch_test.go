package source

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWatch(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"a.txt": "Words.", "b/c.txt": "Words."})
	at := func(name string) string { return filepath.Join(root, filepath.FromSlash(name)) }
	write := func(name string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(at(name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at(name), []byte("More words."), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	w, err := watch(root)
	if err != nil {
		t.Fatal(err)
	}
	defer w.events.Close()
	changes := make(chan []string, 100)
	go w.run(ctx, func(names []string, err error) bool {
		if err != nil {
			t.Error(err)
		}
		changes <- names
		return true
	})
	// until makes a change and collects reports until every wanted name has
	// been reported. Any other name is an error.
	until := func(do func(), want ...string) {
		t.Helper()
		do()
		left := map[string]bool{}
		for _, n := range want {
			left[n] = true
		}
		for len(left) > 0 {
			select {
			case names := <-changes:
				for _, n := range names {
					if !slices.ContainsFunc(want, func(w string) bool { return n == w || strings.HasPrefix(n, w+"/") }) {
						t.Errorf("unexpected change of %s, want only %q", n, want)
					}
					delete(left, n)
				}
			case <-ctx.Done():
				t.Fatalf("no report for %v", left)
			}
		}
	}
	move := func(from, to string) {
		if err := os.Rename(at(from), at(to)); err != nil {
			t.Error(err)
		}
	}
	until(func() { write("a.txt") }, "a.txt")
	until(func() { write("b/c.txt"); write("d.txt") }, "b/c.txt", "d.txt")
	until(func() { move("d.txt", "e.txt") }, "d.txt", "e.txt")
	until(func() {
		if err := os.Remove(at("e.txt")); err != nil {
			t.Error(err)
		}
	}, "e.txt")
	until(func() { write("new/deep/f.txt") }, "new") // a new folder is watched too
	for more := true; more; {
		select {
		case <-changes:
		case <-time.After(4 * quiet):
			more = false
		}
	}
	until(func() { write("new/deep/g.txt") }, "new/deep/g.txt")
	until(func() { // the way Vim and others save
		write(".a.txt.swp")
		write("4913")
		write("a.txt~")
		write("a.tmp")
		move("a.tmp", "a.txt")
		write(".git/x.txt")
	}, "a.txt")
}

func TestBelow(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"a.txt": "Words.", "b/c.txt": "Words.", "b/.d.txt": "Words."})
	if err := os.Symlink("/etc/hostname", filepath.Join(root, "link.txt")); err != nil {
		t.Skip("symbolic links not supported:", err)
	}
	link := "link.txt: a symbolic link; name it directly to follow it"
	want := []string{"a.txt", "b/c.txt", link}
	if diff := cmp.Diff(want, read(Reader{}.Below(t.Context(), root, "a.txt", "gone.txt", "b", "link.txt"), root)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
