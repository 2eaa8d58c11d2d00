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
var ErrRefused = errors.New("the articles do not answer the question")

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
		{library.ErrLocked, "another footnote process is writing to this library; try again when it has finished"},
		{library.ErrNewer, "update footnote, or choose another file with --library"},
		{library.ErrSpace, "use the embedder that made this library (--embedder), or choose another file with --library"},
		{library.ErrNotLibrary, "restore the file from a backup, or choose another file with --library and add the articles again"},
		{library.ErrFull, "free some disk space and run the command again; stored articles are safe"},
		{rag.ErrNotFound, "run `footnote list` to see the articles"},
		{rag.ErrNoGap, "run `footnote gaps --all` to see the numbers"},
		{syscall.ENOSPC, "free some disk space and run the command again; stored articles are safe"},
		{fs.ErrPermission, "check the permissions of the file, or choose another library with --library"},
		{fs.ErrNotExist, "check the spelling of the path; run `footnote --help` to list the commands"},
	} {
		if errors.Is(err, known.cause) {
			return known.hint
		}
	}
	return ""
}
