//go:build unix

package library_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"footnote/rag"
	"footnote/rag/library"
)

// openOnce opens a library and prints the documented error, or what it found.
// It prints that again after each line of input.
func openOnce(path string, opts library.Options) error {
	if err := asNobody(); err != nil {
		return err
	}
	l, err := library.Open(path, opts)
	switch {
	case errors.Is(err, fs.ErrPermission):
		fmt.Println("permission")
		return nil
	case errors.Is(err, fs.ErrNotExist):
		fmt.Println("missing")
		return nil
	case err != nil:
		return err
	}
	defer l.Close()
	for {
		hits, err := l.Match(ctx, []string{"paragraph"}, 1000, rag.Filter{})
		if err != nil {
			return err
		}
		infos, err := l.List(ctx, rag.Filter{})
		if err != nil {
			return err
		}
		fmt.Println(len(infos), "articles,", len(hits) > len(infos))
		if _, err := os.Stdin.Read(make([]byte, 1)); err == io.EOF {
			return nil
		}
	}
}

// asNobody drops root privileges, because root may access everything.
func asNobody() error {
	if os.Getuid() != 0 {
		return nil
	}
	const nobody = 65534
	return errors.Join(syscall.Setgroups(nil), syscall.Setgid(nobody), syscall.Setuid(nobody))
}

// stranger returns a command that runs a task as a user who owns no files.
func stranger(task, path string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+task+" "+path)
	return cmd
}

// reachable makes the parent of the test's folder accessible to everybody.
func reachable(t *testing.T, path string) {
	t.Helper()
	if err := os.Chmod(filepath.Dir(filepath.Dir(path)), 0o755); err != nil {
		t.Fatal(err)
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name          string
		folder, file  fs.FileMode // 0: no file
		reads, writes string
	}{
		{"file and folder read-only", 0o555, 0o444, "12 articles, true", "permission"},
		{"folder read-only", 0o555, 0o666, "12 articles, true", "permission"},
		{"file read-only", 0o777, 0o444, "12 articles, true", "permission"},
		{"file not readable", 0o755, 0o200, "permission", "permission"},
		{"folder not accessible", 0o600, 0o644, "permission", "permission"},
		{"no file in a read-only folder", 0o555, 0, "missing", "permission"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := made(t, "")
			reachable(t, path)
			if test.file == 0 {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			} else if err := os.Chmod(path, test.file); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(filepath.Dir(path), test.folder); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(filepath.Dir(path), 0o755) })
			for task, want := range map[string]string{"open-read": test.reads, "open-write": test.writes} {
				out, err := stranger(task, path).CombinedOutput()
				if err != nil || strings.TrimSpace(string(out)) != want {
					t.Errorf("%s: %v, %s, want %s", task, err, out, want)
				}
			}
		})
	}
}

// TestStrangerFollows checks that a reader without write permission, which
// opened the library without locks, sees later changes.
func TestStrangerFollows(t *testing.T) {
	t.Parallel()
	path := made(t, "")
	reachable(t, path)
	if err := os.Chmod(filepath.Dir(path), 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Dir(path), 0o755) })
	cmd := stranger("open-read", path)
	stdin, stdout := run(t, cmd)
	if got, want := line(t, stdout), "12 articles, true"; got != want {
		t.Fatalf("before the changes: %s, want %s", got, want)
	}
	if err := os.Chmod(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	writer, err := library.Open(path, library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if os.Getuid() != 0 {
		if err := os.Chmod(filepath.Dir(path), 0o555); err != nil {
			t.Fatal(err)
		}
	}
	put(t, writer, versioned(12, 1), versioned(13, 1))
	fmt.Fprintln(stdin)
	if got, want := line(t, stdout), "14 articles, true"; got != want {
		t.Errorf("while the writer is open: %s, want %s", got, want)
	}
	put(t, writer, versioned(14, 1))
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(stdin)
	if got, want := line(t, stdout), "15 articles, true"; got != want {
		t.Errorf("after the writer closed: %s, want %s", got, want)
	}
}

// TestStrangerAfterKill checks that a reader without write permission can read
// the library after a writer was killed, or gets an error, but never an old
// state.
func TestStrangerAfterKill(t *testing.T) {
	t.Parallel()
	path := made(t, "")
	reachable(t, path)
	killed(t, path, "done", 0)
	for _, test := range []struct {
		without, want string
	}{
		{"", "articles, true"},
		{"-shm", "permission"},
		{"-wal", "articles, true"}, // deleting this file loses the updates in it
	} {
		if test.without != "" {
			if err := os.Remove(path + test.without); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(filepath.Dir(path), 0o555); err != nil {
			t.Fatal(err)
		}
		out, err := stranger("open-read", path).CombinedOutput()
		if err != nil || !strings.Contains(string(out), test.want) {
			t.Errorf("without %q: %v, %s, want %s", test.without, err, out, test.want)
		}
		if err := os.Chmod(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOldLibraryUnwritable checks that an old library cannot be read if it
// cannot be upgraded, and can be read after somebody else upgraded it.
func TestOldLibraryUnwritable(t *testing.T) {
	t.Parallel()
	path := old(t)
	reachable(t, path)
	mode := func(folder, file fs.FileMode) {
		if err := errors.Join(os.Chmod(filepath.Dir(path), folder), os.Chmod(path, file)); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Dir(path), 0o755) })
	mode(0o555, 0o444)
	reads := func(want string) {
		_, stdout := run(t, stranger("open-read", path))
		if got := line(t, stdout); got != want {
			t.Errorf("old library in a read-only folder: %s, want %s", got, want)
		}
	}
	reads("permission")
	mode(0o755, 0o644)
	l, err := library.Open(path, library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	mode(0o555, 0o444)
	reads("12 articles, true")
}
