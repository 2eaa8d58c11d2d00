//go:build unix

package source

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPipe checks that Files does not block on a pipe.
func TestPipe(t *testing.T) {
	t.Parallel()
	root := tree(t, map[string]string{"b.txt": "Words."})
	pipe := filepath.Join(root, "a.txt")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("pipes not supported:", err)
	}
	want := []string{"a.txt: not a regular file or folder", "b.txt", "a.txt: not a regular file or folder"}
	if diff := cmp.Diff(want, read(Reader{}.Files(t.Context(), root, pipe), root)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
