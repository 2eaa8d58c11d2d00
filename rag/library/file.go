package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// file is an open SQLite file.
type file struct {
	db   *sql.DB
	path string
	wait time.Duration
}

// connections is how many readers may be at work at once, and a writer.
// Each has a page cache of its own.
const connections = 5

func openFile(path string, opts Options) (file, error) {
	ctx := context.Background()
	db, err := sql.Open("sqlite", dsn(path, opts))
	if err != nil {
		return file{}, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	f := file{db, path, opts.Wait}
	if opts.ReadOnly {
		err = f.prepareRead(ctx)
	} else {
		err = f.prepareWrite(ctx)
	}
	if err != nil {
		return file{}, errors.Join(err, db.Close())
	}
	return f, nil
}

func (f file) close() error { return f.db.Close() }

// dsn is the driver's name for the file and the settings of each connection.
func dsn(path string, opts Options) string {
	q := url.Values{
		"_txlock":    {"immediate"}, // a writer waits at the start, not in the middle
		"_defensive": {"1"},
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", opts.Wait.Milliseconds()),
			"synchronous(FULL)", // in WAL mode a commit is on the disk when it returns
			"foreign_keys(1)",
			"trusted_schema(0)",
			"cache_size(-4096)", // KiB
			"temp_store(MEMORY)",
			"journal_size_limit(16777216)",
		},
	}
	if opts.ReadOnly {
		q.Set("_query_only", "1")
		q.Set("mode", "rw") // never creates; SQLite reads where it cannot write
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/ on Windows
	}
	return "file://" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// prepareWrite makes sure that the file is a library of the newest version
// and can be written.
func (f file) prepareWrite(ctx context.Context) error {
	version, err := readVersion(ctx, f.db)
	if err != nil {
		return err
	}
	if err := f.probe(ctx); err != nil {
		return err
	}
	// The mode is part of the file. Readers then never wait for a writer.
	if _, err := f.db.ExecContext(ctx, `PRAGMA journal_mode = WAL`); err != nil {
		return err
	}
	if version == len(migrations) {
		return nil
	}
	return migrate(ctx, f.db)
}

// probe finds a file that SQLite could open for reading only, which it does
// not tell. That another process is writing is no hindrance.
func (f file) probe(ctx context.Context) error {
	conn, err := f.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var wait int
	if err := conn.QueryRowContext(ctx, `PRAGMA busy_timeout`).Scan(&wait); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK`)
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY {
		err = nil
	}
	_, reset := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, wait))
	return errors.Join(err, reset)
}

func (f file) prepareRead(ctx context.Context) error {
	version, err := readVersion(ctx, f.db)
	switch {
	case err != nil:
		return err
	case version == 0: // what a crash before the first commit leaves
		return fmt.Errorf("%w: nothing was ever written to it", fs.ErrNotExist)
	case version < len(migrations):
		newest, err := openFile(f.path, Options{Wait: f.wait})
		if err != nil {
			return err
		}
		return newest.close()
	}
	return nil
}

// read runs do in a read transaction: it sees one state of the file.
func (f file) read(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := f.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return do(tx)
}
