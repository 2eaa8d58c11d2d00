// Package library is the default store: one SQLite file is the record, and
// chromem-go searches its vectors in memory.
//
// The file holds the articles, their chunks and vectors, and an FTS5 index of
// the chunks' words. A change is one transaction. The vectors are read into
// memory by the first search, or by [Library.Load]; a search then sees what
// the file holds at that moment, whichever process wrote it.
//
// It is also the record of what people did: what they thought of answers
// ([rag.Feedback]), what was not answered ([rag.Gap]), and what a program that
// talks with them remembers over a restart ([Library.ChangeSettings],
// [Library.Claim], [rag.Quota]). A person is a hash there ([rag.Person]), whom
// [Library.Forget] drops. A library written before there were such records is
// brought up to date when it is opened, and not opened where that cannot be done.
package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"footnote/rag"
)

var (
	_ rag.Store       = (*Library)(nil)
	_ rag.VectorCache = (*Library)(nil)
)

// Options say how a library is opened. The zero value opens it for reading and
// writing and takes vectors of any one space.
type Options struct {
	Space    string        // Embedder.Name of the vectors; empty: whatever the library holds
	ReadOnly bool          // Update is refused; a file that is not there is not created
	Wait     time.Duration // how long to wait for another process to finish writing; 0: 5 s
}

// Library is an open library. Its methods may be called from several
// goroutines, and the file may be open in several processes.
type Library struct {
	path string
	opts Options
	file file

	// mu guards index. An update holds it from the commit on, and a search
	// while it reads, so that the index and the file never disagree. Whoever
	// holds it has a connection already or wants none, and waits for nothing
	// else.
	mu    sync.RWMutex
	index *index

	recent recent

	queue  queue        // of small changes
	claims atomic.Int64 // since it was opened

	salted    sync.Mutex // guards saltValue
	saltValue []byte     // nil: not read yet
}

// Open opens the library at path, and creates it and the folders above it if
// it is not there. It returns, wrapped, fs.ErrNotExist if it is not there and
// opts.ReadOnly is set, fs.ErrPermission, [ErrLocked], [ErrNewer], [ErrSpace],
// [ErrNotLibrary] or [ErrFull].
func Open(path string, opts Options) (*Library, error) {
	if opts.Wait <= 0 {
		opts.Wait = 5 * time.Second
	}
	l := &Library{path: path, opts: opts, index: newIndex()}
	if err := l.open(); err != nil {
		return nil, fmt.Errorf("open library %s: %w", path, explain(err))
	}
	return l, nil
}

func (l *Library) open() error {
	abs, err := filepath.Abs(l.path)
	if err != nil {
		return err
	}
	info, err := os.Stat(abs)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("%w: it is a folder", ErrNotLibrary)
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%w: it is not a regular file", ErrNotLibrary)
	case err == nil && 0 < info.Size() && info.Size() < 512: // SQLite's smallest page; it would write over less
		return fmt.Errorf("%w: %d bytes are none", ErrNotLibrary, info.Size())
	case errors.Is(err, fs.ErrNotExist) && !l.opts.ReadOnly:
		if err := os.MkdirAll(filepath.Dir(abs), 0o700); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	ctx := context.Background()
	if err := l.file.open(ctx, abs, l.opts); err != nil {
		return err
	}
	if err := l.checkSpace(ctx); err != nil {
		l.file.close()
		return err
	}
	return nil
}

func (l *Library) checkSpace(ctx context.Context) error {
	return l.file.read(ctx, func(tx *sql.Tx) error {
		s, err := readState(ctx, tx)
		if err != nil {
			return err
		}
		return s.accepts(l.opts.Space)
	})
}

// Close gives the file back. No other method may be running or be called later.
func (l *Library) Close() error {
	l.queue.worker.Wait() // it may still be waiting to write what was given up
	if err := l.file.close(); err != nil {
		return fmt.Errorf("close library %s: %w", l.path, explain(err))
	}
	return nil
}

// wrap says which operation on which library went wrong. An error of ctx
// stands for whatever it interrupted.
func (l *Library) wrap(ctx context.Context, operation string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%s library %s: %w", operation, l.path, explain(err))
}

// state is what the file says of itself.
type state struct {
	generation int64  // how many updates there have been
	space      string // empty: not known
	dimensions int    // 0: there is no vector
}

func readState(ctx context.Context, tx *sql.Tx) (s state, err error) {
	err = tx.QueryRowContext(ctx, `SELECT generation, space, dimensions FROM library`).
		Scan(&s.generation, &s.space, &s.dimensions)
	return s, err
}

// accepts refuses a vector space other than the one of the vectors held.
func (s state) accepts(space string) error {
	if s.dimensions == 0 || s.space == "" || space == "" || s.space == space {
		return nil
	}
	return fmt.Errorf("%w: it holds %s, and this is %s", ErrSpace, s.space, space)
}
