package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"

	"footnote/rag"
	"footnote/rag/library"
)

const (
	exitAnswered = 0
	exitFailed   = 1
	exitUsage    = 2
	exitRefused  = 3
)

// errRefused ends a run whose answer was that the articles do not say.
var errRefused = errors.New("the articles do not hold the answer")

// usageError is a command line that cannot be carried out.
type usageError struct{ msg, hint string }

func (e usageError) Error() string { return e.msg }
func (e usageError) Hint() string  { return e.hint }

// hinted is an error with what mends it.
type hinted struct {
	error
	hint string
}

func (e hinted) Hint() string  { return e.hint }
func (e hinted) Unwrap() error { return e.error }

// report writes an error as a person reads it, and gives the exit code.
func report(w io.Writer, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitAnswered
	case errors.Is(err, errRefused):
		return exitRefused
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(w, "footnote: stopped")
		return exitFailed
	}
	fmt.Fprintf(w, "footnote: error: %s\n", oneLine(err.Error()))
	if h := hint(err); h != "" {
		fmt.Fprintf(w, "footnote: hint: %s\n", h)
	}
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}

// hint says what mends an error: the error's own word, or what is known of its
// cause.
func hint(err error) string {
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

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
