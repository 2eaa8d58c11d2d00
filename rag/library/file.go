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

// file is an open SQLite file, with one connection to read and one to write.
// More readers would be slower: SQLite as modernc.org builds it keeps one page
// cache for all connections of a process, in which one can starve another for
// good (measured: none of 4,731 pages found in it, and twice the time).
type file struct {
	reader
	writer *sql.DB // nil if the file is for reading only
}

// open opens the file at path, and makes it unless it is for reading only.
func (f *file) open(ctx context.Context, path string, opts Options) error {
	f.reader = reader{path: path, wait: opts.Wait}
	if !opts.ReadOnly {
		writer, err := connect(path, opts.Wait, nil)
		if err != nil {
			return err
		}
		if err := prepare(ctx, writer); err != nil {
			writer.Close()
			return err
		}
		f.writer = writer
	}
	if err := f.reader.open(ctx); err != nil {
		f.close()
		return err
	}
	return nil
}

func (f *file) close() error {
	err := f.reader.close()
	if f.writer != nil {
		// The last to close folds the log into the file, which a reader may not.
		err = cmp.Or(f.writer.Close(), err)
	}
	return err
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

// prepare makes sure that the file is a library of the newest version
// and can be written.
func prepare(ctx context.Context, writer *sql.DB) error {
	version, err := readVersion(ctx, writer)
	if err != nil {
		return err
	}
	// The mode is part of the file. Readers then never wait for a writer.
	if _, err := writer.ExecContext(ctx, `PRAGMA journal_mode = WAL`); err != nil {
		return err
	}
	if version == len(migrations) {
		return probe(ctx, writer)
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
	_, err = conn.ExecContext(ctx, `PRAGMA busy_timeout = 0; UPDATE library SET generation = generation WHERE FALSE`)
	var e *sqlite.Error
	if errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY {
		err = nil
	}
	_, reset := conn.ExecContext(ctx, fmt.Sprintf(`PRAGMA busy_timeout = %d`, wait))
	return errors.Join(err, reset)
}
