//go:build unix

package source

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPipe has a pipe among the files, which must not be waited for.
func TestPipe(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"b.txt": "Words."})
	pipe := filepath.Join(root, "a.txt")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	want := []string{"a.txt: neither a file nor a folder", "b.txt", "a.txt: neither a file nor a folder"}
	if diff := cmp.Diff(want, read(Reader{}.Files(t.Context(), root, pipe), root)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
