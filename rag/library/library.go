// Package library is the default store. It keeps everything in one SQLite file,
// and searches the vectors in memory with chromem-go.
//
// The file contains the articles, their chunks and vectors, and an FTS5 index
// of the chunks' words. Each change is one transaction. The first search, or
// [Library.Load], reads the vectors into memory. Each search sees the current
// state of the file, including changes by other processes.
//
// The file also records what people did: feedback on answers ([rag.Feedback]),
// unanswered questions ([rag.Gap]), and the state that a bot needs after a
// restart ([Library.ChangeSettings], [Library.Claim], [rag.Quota]). It stores
// people as hashes ([rag.Person]), and [Library.Forget] deletes a person's
// data.
//
// Open upgrades the schema of a library from an older version of footnote, or
// fails if it cannot.
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

// Options configure Open. The zero value opens a library for reading and
// writing and accepts any one vector space.
type Options struct {
	Space    string        // Embedder.Name of the vectors; empty: any
	ReadOnly bool          // Update fails, and Open does not create a missing file
	Wait     time.Duration // how long to wait for another process to finish writing; 0: 5 s
}

// Library is an open library. Its methods are safe for concurrent use, and
// several processes may open the same file.
type Library struct {
	path string
	opts Options
	file file

	// mu guards index. An update holds it from the commit until the index is
	// updated, and a search while it reads, so that the index and the file
	// always agree. To avoid deadlocks, a goroutine that holds mu must not wait
	// for a connection or anything else.
	mu    sync.RWMutex
	index *index

	chunkCache chunkCache

	queue  queue        // of small changes
	claims atomic.Int64 // number of claims since Open

	saltMu    sync.Mutex // guards saltValue
	saltValue []byte     // nil: not read yet
}

// Open opens the library at path. It creates the file and its folders if they
// do not exist. Errors include fs.ErrNotExist (if opts.ReadOnly is set),
// fs.ErrPermission, [ErrLocked], [ErrNewer], [ErrSpace], [ErrNotLibrary] and
// [ErrFull], possibly wrapped.
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
	case err == nil && 0 < info.Size() && info.Size() < 512: // SQLite's smallest page; SQLite overwrites shorter files
		return fmt.Errorf("%w: it has only %d bytes", ErrNotLibrary, info.Size())
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
		_ = l.file.close() // the first error is the one to report
		return err
	}
	return nil
}

// checkSpace returns an error if the stored vectors are not of opts.Space.
func (l *Library) checkSpace(ctx context.Context) error {
	return l.file.read(ctx, func(tx *sql.Tx) error {
		s, err := readState(ctx, tx)
		if err != nil {
			return err
		}
		return s.accepts(l.opts.Space)
	})
}

// Close closes the file. No other method may run during or after it.
func (l *Library) Close() error {
	l.queue.worker.Wait() // it may still be writing changes whose callers gave up
	if err := l.file.close(); err != nil {
		return fmt.Errorf("close library %s: %w", l.path, explain(err))
	}
	return nil
}

// wrap adds the operation and the path to an error. If ctx is cancelled, it
// returns the error of ctx instead.
func (l *Library) wrap(ctx context.Context, operation string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%s library %s: %w", operation, l.path, explain(err))
}

// state is the file's description of itself.
type state struct {
	generation int64  // number of updates so far
	space      string // empty: unknown
	dimensions int    // 0: no vectors
}

// readState returns the state that a transaction sees.
func readState(ctx context.Context, tx *sql.Tx) (s state, err error) {
	err = tx.QueryRowContext(ctx, `SELECT generation, space, dimensions FROM library`).
		Scan(&s.generation, &s.space, &s.dimensions)
	return s, err
}

// accepts returns an error if space differs from the space of the stored
// vectors.
func (s state) accepts(space string) error {
	if s.dimensions == 0 || s.space == "" || space == "" || s.space == space {
		return nil
	}
	return fmt.Errorf("%w: it has vectors of %s, and the encoder is %s", ErrSpace, s.space, space)
}
