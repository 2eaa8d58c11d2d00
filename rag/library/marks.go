package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Claim marks a key, such as a message's id, until a moment, and tells whether
// it was free: of all who claim it in any process, one is told so. From that
// moment on it is free again. now is the time of the claim.
func (l *Library) Claim(ctx context.Context, key string, now, until time.Time) (free bool, err error) {
	if key == "" {
		return false, errors.New("claim: of no key")
	}
	if !now.Before(until) {
		return false, fmt.Errorf("claim %s: it ends at %v, before it begins", key, until)
	}
	if err := checkTexts(key); err != nil {
		return false, fmt.Errorf("claim: %w", err)
	}
	err = l.write(ctx, "claim in", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM marks WHERE until <= ?`, millis(now)); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `INSERT INTO marks VALUES (?, ?) ON CONFLICT DO NOTHING`, key, millis(until))
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		free = n == 1
		return err
	})
	return free && err == nil, err
}
