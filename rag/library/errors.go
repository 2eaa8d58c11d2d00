package library

import (
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors that a caller may match. Each leaves the library unchanged.
var (
	// ErrLocked means that another process was writing for longer than
	// Options.Wait. Retry later.
	ErrLocked = errors.New("another process is writing to it")
	// ErrNewer means that a newer version of footnote made the file. Use that
	// version.
	ErrNewer = errors.New("it was made by a newer version of footnote")
	// ErrSpace means that the vectors are from another encoder. Use that
	// encoder, or add the articles to a new library.
	ErrSpace = errors.New("its vectors were made by another encoder")
	// ErrNotLibrary means that the file is something else, or damaged. Use
	// another path or a backup, or add the articles to a new library.
	ErrNotLibrary = errors.New("not a footnote library, or a damaged one")
	// ErrFull means that the disk is full.
	ErrFull = errors.New("the disk is full")
)

var errReadOnly = fmt.Errorf("%w: it was opened read-only", fs.ErrPermission)

// explain replaces SQLite's errors by the documented ones, where one exists.
func explain(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_IOERR_SHMSIZE: // no room for the index of the write-ahead log
		return ErrFull
	case sqlite3.SQLITE_READONLY_DIRECTORY:
		return fmt.Errorf("%w: its folder is not writable", fs.ErrPermission)
	case sqlite3.SQLITE_READONLY_DBMOVED:
		return fmt.Errorf("%w: it was moved or deleted while open", fs.ErrNotExist)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return ErrLocked
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%w (%w)", ErrNotLibrary, err)
	case sqlite3.SQLITE_FULL:
		return ErrFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%w: it is not writable", fs.ErrPermission)
	case sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("%w: cannot open it or write files next to it", fs.ErrPermission)
	}
	return err
}
