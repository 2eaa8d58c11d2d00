package library

import (
	"context"
	"database/sql"
)

// Path returns the path of the file.
func (l *Library) Path() string { return l.path }

// Enqueue runs do in the queue of small changes.
func (l *Library) Enqueue(ctx context.Context, do func(context.Context, *sql.Tx) error) error {
	return l.enqueue(ctx, "test", do)
}

// LimitPages limits the file to n pages. SQLite then reports a full disk.
func (l *Library) LimitPages(n int) error {
	_, err := l.file.writer.Exec(`PRAGMA max_page_count = ` + key(int64(n)))
	return err
}

// Pages returns the number of pages in the file.
func (l *Library) Pages() (n int, err error) {
	err = l.file.writer.QueryRow(`PRAGMA page_count`).Scan(&n)
	return n, err
}

// Segments returns the number of segments of the lexical index.
func (l *Library) Segments() (n int, err error) {
	err = l.file.writer.QueryRow(`SELECT count(DISTINCT segid) FROM words_idx`).Scan(&n)
	return n, err
}

// Generation returns the generation of the index in memory.
func (l *Library) Generation() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.index.generation
}

// Verify checks that the data of each article is consistent, and runs the
// integrity checks of SQLite and FTS5. It returns a description of each
// problem. It opens a new connection, because the check of FTS5 reports an
// older state as corruption on a connection that searched before another one
// wrote.
func (l *Library) Verify(ctx context.Context) (wrong []string, err error) {
	db, err := connect(l.file.path, l.opts.Wait, nil)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	for _, query := range []string{
		`SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'`,
		`SELECT 'foreign key of ' || "table" || ' ' || rowid FROM pragma_foreign_key_check`,
		`SELECT a.id || ' lacks some of its chunks' FROM articles a WHERE a.chunks <> (SELECT count(*) FROM chunks c WHERE c.article = a.row)`,
		`SELECT c.id || ' is outside its article' FROM chunks c JOIN articles a ON a.row = c.article WHERE c.stop > length(a.text)`,
		`SELECT c.id || ' has a vector of the wrong length' FROM chunks c, library WHERE length(c.vector) <> 4 * library.dimensions`,
		`SELECT c.id || ' has no words' FROM chunks c WHERE c.row NOT IN (SELECT id FROM words_docsize)`,
		`SELECT 'gap ' || row || ' has no asks' FROM gaps WHERE row NOT IN (SELECT gap FROM asks)`,
		`SELECT 'asks of the deleted gap ' || gap FROM asks WHERE gap NOT IN (SELECT row FROM gaps)`,
		`SELECT id || ' has words but is not a chunk' FROM words_docsize WHERE id NOT IN (SELECT row FROM chunks)`,
	} {
		rows, err := db.QueryContext(ctx, query)
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return nil, err
			}
			wrong = append(wrong, s)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	// FTS5 runs its check as a write that changes nothing.
	if _, err := db.ExecContext(ctx, `INSERT INTO words (words) VALUES ('integrity-check')`); err != nil {
		wrong = append(wrong, "words: "+err.Error())
	}
	return wrong, nil
}
