package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"footnote/rag"
)

// SetQuotas stores quotas, each in place of the one with the same key. It
// deletes quotas whose bucket is full at the time now.
func (l *Library) SetQuotas(ctx context.Context, now time.Time, quotas []rag.Quota) error {
	for _, x := range quotas {
		if x.Key == "" {
			return errors.New("quota: the key is empty")
		}
		if math.IsNaN(x.Tokens) || math.IsInf(x.Tokens, 0) {
			return fmt.Errorf("quota %s: invalid number of tokens %v", x.Key, x.Tokens)
		}
		if err := checkTexts(x.Key); err != nil {
			return fmt.Errorf("quota: %w", err)
		}
	}
	return l.write(ctx, "write quotas to", func(tx *sql.Tx) error {
		put, err := tx.PrepareContext(ctx, `
			INSERT INTO quotas (key, who, tokens, at, until) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET who = excluded.who, tokens = excluded.tokens, at = excluded.at, until = excluded.until`)
		if err != nil {
			return err
		}
		defer put.Close()
		for _, x := range quotas {
			if _, err := put.ExecContext(ctx, x.Key, string(x.Who), x.Tokens, millis(x.At), millis(x.Until)); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM quotas WHERE until <= ?`, millis(now))
		return err
	})
}

// Quotas returns the quotas whose bucket is not full at the time now, sorted by
// key.
func (l *Library) Quotas(ctx context.Context, now time.Time) ([]rag.Quota, error) {
	var all []rag.Quota
	err := l.records(ctx, "read quotas of", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT key, who, tokens, at, until FROM quotas WHERE until > ? ORDER BY key`, millis(now))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var x rag.Quota
			var at, until int64
			if err := rows.Scan(&x.Key, &x.Who, &x.Tokens, &at, &until); err != nil {
				return err
			}
			x.At, x.Until = timeOf(at), timeOf(until)
			all = append(all, x)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}
