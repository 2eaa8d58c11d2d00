package library

import (
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors that a caller may match. Each leaves the library as it was.
var (
	// ErrLocked: another process is writing, and did not finish in Options.Wait.
	// Trying again later mends it.
	ErrLocked = errors.New("another process is writing to it")
	// ErrNewer: a newer footnote made the file. A newer footnote mends it.
	ErrNewer = errors.New("it was made by a newer version of footnote")
	// ErrSpace: its vectors are of another encoder. That encoder, or adding the
	// articles to a new library, mends it.
	ErrSpace = errors.New("its vectors were made by another encoder")
	// ErrNotLibrary: the file is something else, or is damaged. Another path, a
	// copy, or adding the articles to a new library mends it.
	ErrNotLibrary = errors.New("not a footnote library, or a damaged one")
	// ErrFull: the disk is full. Space on it mends it.
	ErrFull = errors.New("the disk is full")
)

var errReadOnly = fmt.Errorf("%w: it was opened for reading only", fs.ErrPermission)

// explain puts a documented error in the place of SQLite's where there is one.
func explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_IOERR_SHMSIZE: // no room for the index of the log
		return ErrFull
	case sqlite3.SQLITE_READONLY_DIRECTORY:
		return fmt.Errorf("%w: its folder cannot be written", fs.ErrPermission)
	case sqlite3.SQLITE_READONLY_DBMOVED:
		return fmt.Errorf("%w: it was moved or removed while it was open", fs.ErrNotExist)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrLocked
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%w (%w)", ErrNotLibrary, err)
	case sqlite3.SQLITE_FULL:
		return ErrFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%w: it cannot be written", fs.ErrPermission)
	case sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("%w: it cannot be opened, or nothing written beside it", fs.ErrPermission)
	}
	return err
}
