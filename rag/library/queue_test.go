package library_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"footnote/rag/library"
)

// TestTogether checks that a failing change in a group leaves nothing behind,
// and that all others are committed once.
func TestTogether(t *testing.T) {
	t.Parallel()
	l := fresh(t)
	wrong := errors.New("wrong")
	var group sync.WaitGroup
	const n = 200
	for i := range n {
		group.Go(func() {
			err := l.Enqueue(ctx, func(ctx context.Context, tx *sql.Tx) error {
				if _, err := tx.ExecContext(ctx, `INSERT INTO settings VALUES (?, '1')`, strconv.Itoa(i)); err != nil {
					return err
				}
				if i%5 == 0 {
					return wrong
				}
				return nil
			})
			if want := i%5 == 0; errors.Is(err, wrong) != want || !want && err != nil {
				t.Errorf("change %d: unexpected result %v", i, err)
			}
		})
	}
	group.Wait()
	scopes, err := l.SettingsScopes(ctx)
	if err != nil || len(scopes) != n-n/5 {
		t.Errorf("%d changes committed, %v, want %d", len(scopes), err, n-n/5)
	}
}

// TestWithdraw checks that a caller whose context ends returns at once while
// another process writes, that its change is never made, and that a caller that
// waits succeeds.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "footnote.db")
	l := open(t, path, library.Options{Wait: time.Minute})
	stdin, stdout := start(t, "lock", path)
	if got := line(t, stdout); got != "locked" {
		t.Fatal(got)
	}
	brief, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
	defer cancel()
	if _, err := l.Claim(brief, "given up", noon, after(time.Hour)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Claim while another process writes: %v, want context.DeadlineExceeded", err)
	}
	patient := make(chan error, 1)
	go func() {
		free, err := l.Claim(ctx, "patient", noon, after(time.Hour))
		if !free && err == nil {
			err = errors.New("not free")
		}
		patient <- err
	}()
	time.Sleep(20 * time.Millisecond)
	stdin.Close()
	if err := <-patient; err != nil {
		t.Errorf("Claim after the other process: %v", err)
	}
	for key, want := range map[string]bool{"given up": true, "patient": false} {
		if free, err := l.Claim(ctx, key, noon, after(time.Hour)); err != nil || free != want {
			t.Errorf("Claim of %q = %v, %v, want %v", key, free, err, want)
		}
	}
}
