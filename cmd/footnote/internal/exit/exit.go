// Package exit turns the error that ends a run into a message, a hint and an
// exit code.
package exit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"syscall"

	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
	"footnote/rag/library"
)

// The exit codes of footnote.
const (
	Answered = 0
	Failed   = 1
	BadUsage = 2
	Refused  = 3
)

// ErrRefused ends a run that printed an answer with the verdict "refused".
// Report prints nothing for it.
var ErrRefused = errors.New("the articles do not hold the answer")

// usageError is a command line that footnote cannot run.
type usageError struct{ message, hint string }

func (e usageError) Error() string { return e.message }
func (e usageError) Hint() string  { return e.hint }

// Usage returns an error for a wrong command line; its exit code is BadUsage.
func Usage(message, hint string) error { return usageError{message, hint} }

// hinted is an error with a hint.
type hinted struct {
	error
	hint string
}

func (e hinted) Hint() string  { return e.hint }
func (e hinted) Unwrap() error { return e.error }

// WithHint returns err with a hint that tells the user what to do.
func WithHint(err error, hint string) error { return hinted{err, hint} }

// Report prints err and its hint to w and returns the exit code. It prints
// nothing if err is nil or ErrRefused.
func Report(w io.Writer, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return Answered
	case errors.Is(err, ErrRefused):
		return Refused
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(w, "footnote: stopped")
		return Failed
	}
	fmt.Fprintf(w, "footnote: error: %s\n", words.OneLine(err.Error()))
	if h := Hint(err); h != "" {
		fmt.Fprintf(w, "footnote: hint: %s\n", h)
	}
	if errors.As(err, &usage) {
		return BadUsage
	}
	return Failed
}

// Hint returns the hint that err carries, else a hint for a cause that it
// wraps, else "".
func Hint(err error) string {
	var own interface{ Hint() string }
	if errors.As(err, &own) {
		return own.Hint()
	}
	for _, known := range []struct {
		cause error
		hint  string
	}{
		{library.ErrLocked, "another footnote is writing to this library; try again when it is done"},
		{library.ErrNewer, "use the newer footnote that wrote it, or another file by --library"},
		{library.ErrSpace, "use the embedder that it was made with (--embedder), or another file by --library"},
		{library.ErrNotLibrary, "restore it from a copy, or name another file by --library and add the articles again"},
		{library.ErrFull, "make room on the disk; what was stored before is safe, and adding again goes on from there"},
		{rag.ErrNotFound, "`footnote list` shows what the library holds"},
		{rag.ErrNoGap, "`footnote gaps --all` shows their numbers"},
		{syscall.ENOSPC, "make room on the disk; what was stored before is safe, and adding again goes on from there"},
		{fs.ErrPermission, "check who may read and write there, or name another place by --library"},
		{fs.ErrNotExist, "check the spelling; `footnote --help` lists the commands"},
	} {
		if errors.Is(err, known.cause) {
			return known.hint
		}
	}
	return ""
}
