package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"
)

// Level is how full the bucket of a quota was at a moment.
type Level struct {
	Key    string // names the quota, such as "channel/123"
	Who    Person // whose it is; empty: no one person's
	Tokens float64
	At     time.Time // this and Until to the millisecond, in UTC
	Until  time.Time // when the bucket is full again, and its level need not be kept
}

// SetLevels records levels, each in place of that of the same key, and drops
// those that need not be kept at the time now.
func (l *Library) SetLevels(ctx context.Context, now time.Time, levels []Level) error {
	for _, x := range levels {
		if x.Key == "" {
			return errors.New("quota: it has no key")
		}
		if math.IsNaN(x.Tokens) || math.IsInf(x.Tokens, 0) {
			return fmt.Errorf("quota %s: a level of %v", x.Key, x.Tokens)
		}
		if err := checkTexts(x.Key); err != nil {
			return fmt.Errorf("quota: %w", err)
		}
	}
	return l.write(ctx, "quotas to", func(tx *sql.Tx) error {
		put, err := tx.PrepareContext(ctx, `
			INSERT INTO quotas (key, who, tokens, at, until) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET who = excluded.who, tokens = excluded.tokens, at = excluded.at, until = excluded.until`)
		if err != nil {
			return err
		}
		defer put.Close()
		for _, x := range levels {
			if _, err := put.ExecContext(ctx, x.Key, string(x.Who), x.Tokens, millis(x.At), millis(x.Until)); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM quotas WHERE until <= ?`, millis(now))
		return err
	})
}

// Levels returns the levels that say something at the time now, by their keys.
func (l *Library) Levels(ctx context.Context, now time.Time) ([]Level, error) {
	var all []Level
	err := l.records(ctx, "read quotas of", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT key, who, tokens, at, until FROM quotas WHERE until > ? ORDER BY key`, millis(now))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var x Level
			var at, until int64
			if err := rows.Scan(&x.Key, &x.Who, &x.Tokens, &at, &until); err != nil {
				return err
			}
			x.At, x.Until = moment(at), moment(until)
			all = append(all, x)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}
