package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"footnote/rag"
	"footnote/rag/text"
)

// AddMiss records that the articles did not answer a question. It adds the
// question to a gap, or creates one. Two questions belong to the same gap if
// they have the same words (see [text.Normalize]) and the same filter. A gap
// that an article closed is opened again. A gap closed without an article stays
// closed. AddMiss ignores a question without words.
func (l *Library) AddMiss(ctx context.Context, m rag.Miss) error {
	normal := text.Normalize(m.Question)
	if normal == "" {
		return nil
	}
	if err := checkTexts(m.Question); err != nil {
		return fmt.Errorf("gap: %w", err)
	}
	key, err := l.hash(ctx, "question", normal)
	if err != nil {
		return err
	}
	if m.Private {
		m.Question = ""
	}
	at := millis(orNow(m.At))
	return l.enqueue(ctx, "record gap in", func(ctx context.Context, tx *sql.Tx) error {
		row, err := putGap(ctx, tx, key, m)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			INSERT INTO asks (gap, who, question, times, first, last) VALUES (?, ?, ?, 1, ?, ?)
			ON CONFLICT (gap, who) DO UPDATE SET times = times + 1, first = min(first, excluded.first), last = max(last, excluded.last),
				question = iif(question = '', excluded.question, question)`,
			row, string(m.Who), m.Question, at, at)
		return err
	})
}

// putGap updates or inserts the gap of a question, and returns its row.
func putGap(ctx context.Context, tx *sql.Tx, key string, m rag.Miss) (row int64, err error) {
	scope := scopeOf(m.Filter)
	err = tx.QueryRowContext(ctx, `
		UPDATE gaps SET verdict = ?, nearest = ?, closed = iif(closed_by = '', closed, 0), closed_by = ''
		WHERE key = ? AND scope = ? RETURNING row`,
		string(m.Verdict), m.Nearest, key, scope).Scan(&row)
	if errors.Is(err, sql.ErrNoRows) { // not an upsert, which would skip row numbers that people see
		err = tx.QueryRowContext(ctx, `INSERT INTO gaps (key, scope, verdict, nearest, closed, closed_by) VALUES (?, ?, ?, ?, 0, '') RETURNING row`,
			key, scope, string(m.Verdict), m.Nearest).Scan(&row)
	}
	return row, err
}

// Gaps returns open and closed gaps, the most asked first, and among these the
// last asked first. It returns a gap only if f selects every collection that
// its filter selects.
func (l *Library) Gaps(ctx context.Context, f rag.Filter) ([]rag.Gap, error) {
	var all []rag.Gap
	err := l.records(ctx, "read gaps of", func(tx *sql.Tx) (err error) {
		all, err = readGaps(ctx, tx, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func readGaps(ctx context.Context, tx *sql.Tx, f rag.Filter) ([]rag.Gap, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT gaps.row, verdict, scope, closed,
			coalesce(near.id, ''), coalesce(near.collection, ''), coalesce(by.id, ''), coalesce(by.collection, ''),
			coalesce((SELECT question FROM asks WHERE gap = gaps.row AND question <> '' ORDER BY first LIMIT 1), ''),
			sum(times) AS asked, min(first), max(last) AS latest
		FROM gaps JOIN asks ON gap = gaps.row
			LEFT JOIN articles near ON near.id = nearest LEFT JOIN articles by ON by.id = closed_by
		GROUP BY gaps.row ORDER BY asked DESC, latest DESC, gaps.row`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []rag.Gap
	for rows.Next() {
		var g rag.Gap
		var scope, nearIn, closedIn string
		var closed, first, last int64
		if err := rows.Scan(&g.ID, &g.Verdict, &scope, &closed, &g.Nearest, &nearIn, &g.ClosedBy, &closedIn, &g.Question, &g.Times, &first, &last); err != nil {
			return nil, err
		}
		if g.Filter.Collections, err = parseList(scope); err != nil {
			return nil, err
		}
		if !selects(f, nearIn) { // its collection has changed since
			g.Nearest = ""
		}
		if !selects(f, closedIn) {
			g.ClosedBy = ""
		}
		g.Closed, g.First, g.Last = timeOf(closed), timeOf(first), timeOf(last)
		if visible(f, g.Filter.Collections) {
			all = append(all, g)
		}
	}
	return all, rows.Err()
}

// CloseGap closes a gap. If doc is not empty, the article doc answers it, and
// CloseGap also closes the same question for every filter that selects doc. If
// doc is empty, the question needs no answer. Errors include [rag.ErrNoGap],
// and [rag.ErrNotFound] for an unknown article. A zero time means now.
func (l *Library) CloseGap(ctx context.Context, id int64, doc string, at time.Time) error {
	return l.write(ctx, "close gap of", func(tx *sql.Tx) error {
		key, err := gapKey(ctx, tx, id)
		if err != nil {
			return err
		}
		rows := []int64{id}
		if doc != "" {
			if rows, err = closable(ctx, tx, id, key, doc); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `UPDATE gaps SET closed = ?, closed_by = ? WHERE row IN (SELECT value FROM json_each(?))`,
			millis(orNow(at)), doc, list(rows))
		return err
	})
}

// OpenGap opens a closed gap. Errors include [rag.ErrNoGap].
func (l *Library) OpenGap(ctx context.Context, id int64) error {
	return l.write(ctx, "open gap of", func(tx *sql.Tx) error {
		if _, err := gapKey(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE gaps SET closed = 0, closed_by = '' WHERE row = ?`, id)
		return err
	})
}

// DropGap deletes a gap and its record of who asked. Errors include
// [rag.ErrNoGap].
func (l *Library) DropGap(ctx context.Context, id int64) error {
	return l.write(ctx, "remove gap of", func(tx *sql.Tx) error {
		if _, err := gapKey(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM gaps WHERE row = ?`, id) // cascades to its asks
		return err
	})
}

// gapKey returns the key of the gap with an ID, or rag.ErrNoGap.
func gapKey(ctx context.Context, tx *sql.Tx, id int64) (key string, err error) {
	err = tx.QueryRowContext(ctx, `SELECT key FROM gaps WHERE row = ?`, id).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("gap %d: %w", id, rag.ErrNoGap)
	}
	return key, err
}

// closable returns the row of the gap, and those of gaps with the same question
// and a filter that selects doc.
func closable(ctx context.Context, tx *sql.Tx, id int64, key, doc string) ([]int64, error) {
	var collection string
	err := tx.QueryRowContext(ctx, `SELECT collection FROM articles WHERE id = ?`, doc).Scan(&collection)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("article %s: %w", doc, rag.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT row, scope FROM gaps WHERE key = ?`, key)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []int64
	for rows.Next() {
		var row int64
		var scope string
		if err := rows.Scan(&row, &scope); err != nil {
			return nil, err
		}
		collections, err := parseList(scope)
		if err != nil {
			return nil, err
		}
		if row == id || selects(rag.Filter{Collections: collections}, collection) {
			all = append(all, row)
		}
	}
	return all, rows.Err()
}
