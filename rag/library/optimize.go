package library

import (
	"context"
	"database/sql"
	"errors"
)

// stepPages is how much of the lexical index is merged in one transaction, in
// pages of about 4 kB, so that no other process waits long.
const stepPages = 1000

// Optimize merges the pieces that updates leave the lexical index in, and so
// makes Frequency about twice as fast and Match a tenth. It is worth calling
// after many updates. It does nothing while the pieces are small beside what
// is merged already, and it may be cancelled at any time.
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
	worth, err := scattered(ctx, conn)
	if err != nil || !worth {
		return err
	}
	// A negative number starts a merge of all pieces into one, and positive
	// ones go on with it until there is nothing to change.
	// See https://www.sqlite.org/fts5.html#the_merge_command.
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

// scattered tells whether more than a tenth of the lexical index lies outside
// its largest piece.
func scattered(ctx context.Context, conn *sql.Conn) (bool, error) {
	var all, largest int
	err := conn.QueryRowContext(ctx,
		`SELECT sum(n), max(n) FROM (SELECT count(*) AS n FROM words_idx GROUP BY segid) HAVING count(*) > 1`).
		Scan(&all, &largest)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return all-largest > all/10, err
}

func totalChanges(ctx context.Context, conn *sql.Conn) (n int, err error) {
	err = conn.QueryRowContext(ctx, `SELECT total_changes()`).Scan(&n)
	return n, err
}
