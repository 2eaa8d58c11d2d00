package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// claimsBetween is the number of claims after which expired claims are deleted.
const claimsBetween = 256

// Claim reserves a key, such as a message ID, from now until a later time. free
// reports whether the key was free. If several processes claim a key, only one
// gets free == true.
func (l *Library) Claim(ctx context.Context, key string, now, until time.Time) (free bool, err error) {
	if key == "" {
		return false, errors.New("claim: the key is empty")
	}
	if !now.Before(until) {
		return false, fmt.Errorf("claim %s: end time %v is not in the future", key, until)
	}
	if err := checkTexts(key); err != nil {
		return false, fmt.Errorf("claim: %w", err)
	}
	err = l.enqueue(ctx, "record claim in", func(ctx context.Context, tx *sql.Tx) error {
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
