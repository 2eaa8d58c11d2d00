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

// reader is a read-only connection.
type reader struct {
	path string
	wait time.Duration

	mu sync.Mutex // guards the fields below
	db *sql.DB
	// frozen describes the file at opening, if SQLite cannot lock it because
	// the folder is not writable. Otherwise it is nil.
	frozen fs.FileInfo
}

// read runs do in a read transaction, which sees one state of the file. Only
// one such transaction runs at a time in this process.
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

// current returns the connection. If the file was opened without locks and has
// changed, it opens a new one.
func (r *reader) current(ctx context.Context) (*sql.DB, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.frozen == nil {
		return r.db, nil
	}
	now, err := r.statWithoutLocks()
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

// open connects. After an error r is unchanged.
func (r *reader) open(ctx context.Context) error {
	// mode=rw does not create a file. If the file is not writable, SQLite opens
	// it for reading.
	db, err := r.connect(ctx, url.Values{"mode": {"rw"}})
	var frozen fs.FileInfo
	if errors.Is(explain(err), fs.ErrPermission) {
		// SQLite cannot create a lock. No lock is needed as long as nobody
		// writes.
		if frozen, err = r.statWithoutLocks(); err != nil {
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

// statWithoutLocks returns a description of the file, or an error if reading
// without locks is not safe.
func (r *reader) statWithoutLocks() (fs.FileInfo, error) {
	if log, err := os.Stat(r.path + "-wal"); err == nil && log.Size() > 0 {
		return nil, fmt.Errorf("%w: it needs recovery after a crash, and its folder is not writable", fs.ErrPermission)
	}
	return os.Stat(r.path)
}

// connect opens a pool of one connection for reading, with the options in how.
func (r *reader) connect(ctx context.Context, how url.Values) (*sql.DB, error) {
	how.Set("_query_only", "1")
	db, err := connect(r.path, r.wait, how)
	if err != nil {
		return nil, err
	}
	version, err := readVersion(ctx, db)
	switch {
	case err != nil:
	case version == 0: // a crash before the first commit leaves such a file
		err = fmt.Errorf("%w: it is empty", fs.ErrNotExist)
	case version < len(migrations):
		if err = r.migrate(ctx); errors.Is(explain(err), fs.ErrPermission) {
			err = fmt.Errorf("it was made by an older version of footnote and cannot be upgraded: %w", err)
		}
	}
	if err != nil {
		_ = db.Close() // the first error is the one to report
		return nil, err
	}
	return db, nil
}

// migrate upgrades an old file to the newest schema version.
func (r *reader) migrate(ctx context.Context) error {
	writer, err := connect(r.path, r.wait, nil)
	if err != nil {
		return err
	}
	return cmp.Or(prepare(ctx, writer), writer.Close())
}
