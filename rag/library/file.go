package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// file is an open SQLite file, with one connection to read and one to write.
// More readers would be slower: SQLite as modernc.org builds it keeps one page
// cache for all connections of a process, in which one can starve another for
// good (measured: no page of 4,731 found in it, and twice the time).
type file struct {
	reader, writer *sql.DB // writer is nil if the file is for reading only
}

func openFile(path string, opts Options) (file, error) {
	if opts.ReadOnly {
		return openReader(path, opts.Wait)
	}
	return openWriter(path, opts.Wait)
}

func openWriter(path string, wait time.Duration) (file, error) {
	writer, err := connect(path, wait, nil)
	if err != nil {
		return file{}, err
	}
	if err := prepare(context.Background(), writer); err != nil {
		return file{}, errors.Join(err, writer.Close())
	}
	f, err := openReader(path, wait)
	if err != nil {
		return file{}, errors.Join(err, writer.Close())
	}
	f.writer = writer
	return f, nil
}

func openReader(path string, wait time.Duration) (file, error) {
	reader, err := connect(path, wait, url.Values{"_query_only": {"1"}, "mode": {"rw"}}) // rw creates nothing
	if err != nil {
		return file{}, err
	}
	version, err := readVersion(context.Background(), reader)
	switch {
	case err != nil:
	case version == 0: // what a crash before the first commit leaves
		err = fmt.Errorf("%w: nothing was ever written to it", fs.ErrNotExist)
	case version < len(migrations):
		err = migrateFor(path, wait)
	}
	if err != nil {
		return file{}, errors.Join(err, reader.Close())
	}
	return file{reader: reader}, nil
}

// migrateFor brings an old file to the newest version for a reader.
func migrateFor(path string, wait time.Duration) error {
	writer, err := connect(path, wait, nil)
	if err != nil {
		return err
	}
	return errors.Join(prepare(context.Background(), writer), writer.Close())
}

// connect makes a pool of one connection, which is opened when first used.
func connect(path string, wait time.Duration, more url.Values) (*sql.DB, error) {
	q := url.Values{
		"_txlock":    {"immediate"}, // a writer waits at the start, not in the middle
		"_defensive": {"1"},
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds()),
			"page_size(8192)",   // holds five chunks with vectors of 384 dimensions; 4096, two
			"synchronous(FULL)", // in WAL mode a commit is on the disk when it returns
			"foreign_keys(1)",
			"trusted_schema(0)",
			"cache_size(-8192)", // KiB
			"temp_store(MEMORY)",
			"journal_size_limit(16777216)",
		},
	}
	maps.Copy(q, more)
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/ on Windows
	}
	db, err := sql.Open("sqlite", "file://"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

func (f file) close() error {
	if f.writer == nil {
		return f.reader.Close()
	}
	// The writer is the last to go, as the last one folds the log into the file.
	return errors.Join(f.reader.Close(), f.writer.Close())
}

// prepare makes sure that the file is a library of the newest version
// and can be written.
func prepare(ctx context.Context, writer *sql.DB) error {
	version, err := readVersion(ctx, writer)
	if err != nil {
		return err
	}
	if err := probe(ctx, writer); err != nil {
		return err
	}
	// The mode is part of the file. Readers then never wait for a writer.
	if _, err := writer.ExecContext(ctx, `PRAGMA journal_mode = WAL`); err != nil {
		return err
	}
	if version == len(migrations) {
		return nil
	}
	return migrate(ctx, writer)
}

// probe finds a file that SQLite could open for reading only, which it does
// not tell. That another process is writing is no hindrance.
func probe(ctx context.Context, writer *sql.DB) error {
	conn, err := writer.Conn(ctx)
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

// read runs do in a read transaction: it sees one state of the file, and it is
// the only reader of this process meanwhile.
func (f file) read(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := f.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return do(tx)
}
