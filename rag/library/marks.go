package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// claimsBetween is how many claims there are from one time that those which
// have ended are dropped to the next.
const claimsBetween = 256

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
	err = l.enqueue(ctx, "claim in", func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `INSERT INTO marks VALUES (?, ?) ON CONFLICT DO UPDATE SET until = excluded.until WHERE until <= ?`,
			key, millis(until), millis(now))
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if free = n == 1; err != nil || l.claims.Add(1)%claimsBetween != 1 {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM marks WHERE until <= ?`, millis(now))
		return err
	})
	return free && err == nil, err
}
