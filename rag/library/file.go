package library

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// file is an open SQLite file, with one connection for reading and one for
// writing. More readers are slower: in modernc.org's build of SQLite all
// connections of a process share one page cache, and one connection can take
// all of it from another.
type file struct {
	reader
	writer *sql.DB // nil if the file is read-only
}

// open opens the file at path. It creates the file unless opts.ReadOnly is set.
func (f *file) open(ctx context.Context, path string, opts Options) error {
	f.reader = reader{path: path, wait: opts.Wait}
	if !opts.ReadOnly {
		writer, err := connect(path, opts.Wait, nil)
		if err != nil {
			return err
		}
		if err := prepare(ctx, writer); err != nil {
			_ = writer.Close() // the first error is the one to report
			return err
		}
		f.writer = writer
	}
	if err := f.reader.open(ctx); err != nil {
		_ = f.close() // the first error is the one to report
		return err
	}
	return nil
}

func (f *file) close() error {
	err := f.reader.close()
	if f.writer != nil {
		// Close the writer last. It merges the write-ahead log into the file,
		// which a reader may not.
		err = cmp.Or(f.writer.Close(), err)
	}
	return err
}

// connect returns a pool of one connection, which opens on first use.
func connect(path string, wait time.Duration, more url.Values) (*sql.DB, error) {
	q := url.Values{
		"_txlock":    {"immediate"}, // a writer waits at the start of its transaction
		"_defensive": {"1"},
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds()),
			"page_size(8192)",   // fits five chunks with vectors of 384 dimensions; 4096 fits two
			"synchronous(FULL)", // in WAL mode a commit is on disk when it returns
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

// prepare makes the file a writable library of the newest schema version.
func prepare(ctx context.Context, writer *sql.DB) error {
	version, err := readVersion(ctx, writer)
	if err != nil {
		return err
	}
	// WAL mode is stored in the file. It lets readers read while another
	// process writes.
	if _, err := writer.ExecContext(ctx, `PRAGMA journal_mode = WAL`); err != nil {
		return err
	}
	if version == len(migrations) {
		return probe(ctx, writer)
	}
	return migrate(ctx, writer)
}

// probe returns an error if SQLite could only open the file for reading,
// because SQLite does not report that by itself. It ignores a lock by another
// process.
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
	_, err = conn.ExecContext(ctx, `PRAGMA busy_timeout = 0; UPDATE library SET generation = generation WHERE FALSE`)
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY {
		err = nil
	}
	_, reset := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, wait))
	return errors.Join(err, reset)
}
