package library

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"sync"
	"time"
)

// reader is a connection that only reads.
type reader struct {
	path string
	wait time.Duration

	mu sync.Mutex // guards what follows
	db *sql.DB
	// frozen is the file as it was opened where SQLite can make no locks,
	// because the folder cannot be written; nil anywhere else.
	frozen fs.FileInfo
}

// read runs do in a read transaction: it sees one state of the file, and it is
// the only one of this process meanwhile.
func (r *reader) read(ctx context.Context, do func(*sql.Tx) error) error {
	db, err := r.current(ctx)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return do(tx)
}

// current is the connection; a new one if the file was opened without locks
// and has changed.
func (r *reader) current(ctx context.Context) (*sql.DB, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.frozen == nil {
		return r.db, nil
	}
	now, err := r.quiet()
	if err == nil && os.SameFile(now, r.frozen) && now.Size() == r.frozen.Size() && now.ModTime().Equal(r.frozen.ModTime()) {
		return r.db, nil
	}
	old := r.db
	if err := r.open(ctx); err != nil {
		return nil, err
	}
	return r.db, old.Close()
}

func (r *reader) close() error {
	if r.db == nil {
		return nil
	}
	return r.db.Close()
}

// open connects, and leaves r as it was if that fails.
func (r *reader) open(ctx context.Context) error {
	// mode=rw makes no file; where SQLite may not write, it only reads.
	db, err := r.connect(ctx, url.Values{"mode": {"rw"}})
	var frozen fs.FileInfo
	if errors.Is(explain(err), fs.ErrPermission) {
		// There is no place for a lock. As long as nobody writes none is needed.
		if frozen, err = r.quiet(); err != nil {
			return err
		}
		db, err = r.connect(ctx, url.Values{"mode": {"ro"}, "immutable": {"1"}})
	}
	if err != nil {
		return err
	}
	r.db, r.frozen = db, frozen
	return nil
}

// quiet describes the file, or says why it may not be read without locks.
func (r *reader) quiet() (fs.FileInfo, error) {
	if log, err := os.Stat(r.path + "-wal"); err == nil && log.Size() > 0 {
		return nil, fmt.Errorf("%w: a killed process left it to be mended, and its folder cannot be written", fs.ErrPermission)
	}
	return os.Stat(r.path)
}

func (r *reader) connect(ctx context.Context, how url.Values) (*sql.DB, error) {
	how.Set("_query_only", "1")
	db, err := connect(r.path, r.wait, how)
	if err != nil {
		return nil, err
	}
	version, err := readVersion(ctx, db)
	switch {
	case err != nil:
	case version == 0: // what a crash before the first commit leaves
		err = fmt.Errorf("%w: nothing was ever written to it", fs.ErrNotExist)
	case version < len(migrations):
		if err = r.migrate(ctx); errors.Is(explain(err), fs.ErrPermission) {
			err = fmt.Errorf("an older footnote made it, and it cannot be brought up to date: %w", err)
		}
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// migrate brings an old file to the newest version, which takes a writer.
func (r *reader) migrate(ctx context.Context) error {
	writer, err := connect(r.path, r.wait, nil)
	if err != nil {
		return err
	}
	return cmp.Or(prepare(ctx, writer), writer.Close())
}
