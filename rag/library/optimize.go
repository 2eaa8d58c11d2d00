package library

import (
	"context"
	"database/sql"
	"errors"
)

// stepPages is the number of index pages merged in one transaction, of about 4
// kB each. It is small so that other processes do not wait long.
const stepPages = 1000

// Optimize merges the segments of the lexical index that updates create. This
// makes Frequency and Match faster. Call it after many updates. It does nothing
// if one segment contains most of the index already. It may be cancelled at any
// time.
func (l *Library) Optimize(ctx context.Context) error {
	return l.wrap(ctx, "optimize", l.optimize(ctx))
}

func (l *Library) optimize(ctx context.Context) error {
	if l.opts.ReadOnly {
		return errReadOnly
	}
	conn, err := l.file.writer.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	worth, err := fragmented(ctx, conn)
	if err != nil || !worth {
		return err
	}
	// A negative number starts a merge of all segments into one. Positive
	// numbers continue it until nothing changes. See
	// https://www.sqlite.org/fts5.html#the_merge_command.
	for pages := -stepPages; ; pages = stepPages {
		before, err := totalChanges(ctx, conn)
		if err != nil {
			return err
		}
		if _, err := conn.ExecContext(ctx, `INSERT INTO words (words, rank) VALUES ('merge', ?)`, pages); err != nil {
			return err
		}
		after, err := totalChanges(ctx, conn)
		if err != nil {
			return err
		}
		if after-before < 2 {
			return nil
		}
	}
}

// fragmented reports whether more than a tenth of the lexical index is outside
// its largest segment.
func fragmented(ctx context.Context, conn *sql.Conn) (bool, error) {
	var all, largest int
	err := conn.QueryRowContext(ctx,
		`SELECT sum(n), max(n) FROM (SELECT count(*) AS n FROM words_idx GROUP BY segid) HAVING count(*) > 1`).
		Scan(&all, &largest)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return all-largest > all/10, err
}

// totalChanges returns how many rows a connection has changed since it opened.
func totalChanges(ctx context.Context, conn *sql.Conn) (n int, err error) {
	err = conn.QueryRowContext(ctx, `SELECT total_changes()`).Scan(&n)
	return n, err
}
