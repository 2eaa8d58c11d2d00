package library_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

// lock takes the write lock and keeps it until its input ends.
func lock(path string) error {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	fmt.Println("locked")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// readOnce opens a library read-only and prints how much it finds.
func readOnce(path string) error {
	l, err := library.Open(path, library.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	defer l.Close()
	hits, err := l.Match(ctx, []string{"paragraph"}, 100, rag.Filter{})
	if err != nil {
		return err
	}
	near, err := l.Nearest(ctx, ragtest.Entry(versioned(0, 0)).Vectors[0], 100, rag.Filter{})
	if err != nil {
		return err
	}
	fmt.Println(len(hits), len(near))
	return nil
}

// addOnce adds an article with an ID that no other process uses.
func addOnce(path string) error {
	l, err := library.Open(path, library.Options{})
	if err != nil {
		return err
	}
	defer l.Close()
	d := versioned(0, 0)
	d.ID = strconv.Itoa(os.Getpid())
	return l.Update(ctx, []rag.Entry{ragtest.Entry(d)}, nil)
}

// start runs a task in a child process and returns its input and output.
func start(t *testing.T, task, path string) (io.WriteCloser, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+task+" "+path)
	return run(t, cmd)
}

func run(t *testing.T, cmd *exec.Cmd) (io.WriteCloser, *bufio.Reader) {
	t.Helper()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = cmd.Wait() // tests read what the process prints
	})
	return stdin, bufio.NewReader(stdout)
}

func line(t *testing.T, r *bufio.Reader) string {
	t.Helper()
	s, err := r.ReadString('\n')
	if err != nil {
		t.Fatalf("%q, %v", s, err)
	}
	return s[:len(s)-1]
}

func TestLocked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "footnote.db")
	l := open(t, path, library.Options{Wait: 50 * time.Millisecond})
	put(t, l, versioned(1, 1))
	stdin, stdout := start(t, "lock", path)
	if got := line(t, stdout); got != "locked" {
		t.Fatal(got)
	}
	entry := ragtest.Entry(versioned(2, 1))
	if err := l.Update(ctx, []rag.Entry{entry}, nil); !errors.Is(err, library.ErrLocked) {
		t.Errorf("Update while another process writes: %v, want ErrLocked", err)
	}
	if err := l.AddMiss(ctx, rag.Miss{Question: "Why?", Verdict: rag.Refused}); !errors.Is(err, library.ErrLocked) {
		t.Errorf("AddMiss while another process writes: %v, want ErrLocked", err)
	}
	// A lock delays neither readers nor Open.
	if hits, err := l.Match(ctx, []string{"paragraph"}, 1, rag.Filter{}); err != nil || len(hits) != 1 {
		t.Errorf("Match while another process writes: %v, %v", hits, err)
	}
	for _, opts := range []library.Options{{}, {ReadOnly: true}} {
		open(t, path, opts)
	}
	// A cancelled context ends the wait.
	patient := open(t, path, library.Options{Wait: time.Minute})
	brief, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
	defer cancel()
	if err := patient.Update(brief, []rag.Entry{entry}, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Update while another process writes: %v, want context.DeadlineExceeded", err)
	}
	// A writer that waits long enough succeeds.
	done := make(chan error)
	go func() { done <- patient.Update(ctx, []rag.Entry{entry}, nil) }()
	time.Sleep(20 * time.Millisecond)
	stdin.Close()
	if err := <-done; err != nil {
		t.Errorf("Update after the other process: %v", err)
	}
}

// TestFollows checks that an open library sees what another process writes.
func TestFollows(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "footnote.db")
	writer := open(t, path, library.Options{})
	put(t, writer, versioned(1, 1), versioned(2, 1))
	for name, reader := range map[string]*library.Library{
		"reader":         open(t, path, library.Options{ReadOnly: true}),
		"another writer": open(t, path, library.Options{}),
	} {
		for round := range 5 {
			same(t, name, writer, reader)
			put(t, writer, versioned(2, 2+round), versioned(3+round, 1))
			if err := writer.Update(ctx, nil, []string{fmt.Sprintf("article%02d", 2+round)}); err != nil {
				t.Fatal(err)
			}
		}
		same(t, name, writer, reader)
	}
	// A separate process sees it too.
	_, stdout := start(t, "read", path)
	hits, err := writer.Match(ctx, []string{"paragraph"}, 100, rag.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := line(t, stdout), fmt.Sprint(len(hits), len(hits)); got != want {
		t.Errorf("another process found %s chunks, want %s", got, want)
	}
}

// same checks that two open libraries find the same chunks.
func same(t *testing.T, name string, a, b *library.Library) {
	t.Helper()
	for i := range 2 {
		vector := ragtest.Entry(versioned(i, 1)).Vectors[0]
		want, err := a.Nearest(ctx, vector, 1000, rag.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.Nearest(ctx, vector, 1000, rag.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(want, got) { // faster than cmp.Diff
			t.Fatalf("%s does not see the changes (-want +got):\n%s", name, cmp.Diff(want, got))
		}
	}
}

// TestMadeAtOnce creates one library from several processes at the same time.
func TestMadeAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a", "b", "footnote.db")
	var group sync.WaitGroup
	const n = 6
	for range n {
		group.Go(func() {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), childEnv+"=add "+path)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	group.Wait()
	l := open(t, path, library.Options{ReadOnly: true})
	infos, err := l.List(ctx, rag.Filter{})
	if err != nil || len(infos) != n {
		t.Errorf("%d articles, %v, want %d", len(infos), err, n)
	}
}
