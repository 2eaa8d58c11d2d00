package main

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
)

// TestRecordLocked checks that footnote answers while another process writes to
// the library, and tells the user that the question was not saved.
func TestRecordLocked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	article, path := filepath.Join(dir, "otters.md"), filepath.Join(dir, "l.db")
	if err := os.WriteFile(article, []byte("# Otters\n\nOtters eat fish, crabs and frogs."), 0o600); err != nil {
		t.Fatal(err)
	}
	footnote := func(args ...string) (code int, stdout, stderr string) {
		var out, err bytes.Buffer
		code = run(t.Context(), cli.Env{Args: append(args, "--library", path), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &err,
			Getenv: func(string) string { return "" }, Now: time.Now})
		return code, out.String(), err.String()
	}
	if code, _, stderr := footnote("add", article); code != exit.Answered {
		t.Fatal(stderr)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`BEGIN IMMEDIATE`); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := footnote("ask", "Who painted the Mona Lisa?")
	if code != exit.Refused || !strings.HasPrefix(stdout, "The articles do not say.") {
		t.Errorf("exit code %d, %s", code, stdout)
	}
	if want := "footnote: the question was not saved for `footnote gaps`: "; !strings.HasPrefix(stderr, want) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("stderr is %q, want %q", stderr, want)
	}
	if _, err := db.Exec(`ROLLBACK`); err != nil {
		t.Fatal(err)
	}
	if _, stdout, _ := footnote("gaps"); stdout != "" {
		t.Errorf("the question was saved although the library was locked: %s", stdout)
	}
	footnote("ask", "Who painted the Mona Lisa?")
	if _, stdout, _ := footnote("gaps"); !strings.Contains(stdout, "Mona Lisa") {
		t.Errorf("the question was not saved after the lock was released: %s", stdout)
	}
}
