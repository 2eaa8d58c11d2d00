package library

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"footnote/rag"
)

// Person returns the hash of a person's ID, such as
// "discord/80351110224678912". The hash depends on a random salt, which differs
// between libraries. The first call writes the salt, and returns
// fs.ErrPermission, possibly wrapped, if it cannot. The empty ID has the empty
// Person. Anyone with the file and an ID can compute that person's hash.
func (l *Library) Person(ctx context.Context, id string) (rag.Person, error) {
	if id == "" {
		return "", nil
	}
	hash, err := l.hash(ctx, "person", id)
	return rag.Person(hash), err
}

// hash returns 128 bits of the HMAC-SHA256 with the library's salt, in hex.
func (l *Library) hash(ctx context.Context, kind, text string) (string, error) {
	salt, err := l.salt(ctx)
	if err != nil {
		return "", err
	}
	h := hmac.New(sha256.New, salt)
	fmt.Fprintf(h, "%s\x00%s", kind, text)
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// salt returns the library's salt. It creates the salt if there is none.
func (l *Library) salt(ctx context.Context) ([]byte, error) {
	l.saltMu.Lock()
	defer l.saltMu.Unlock()
	if l.saltValue != nil {
		return l.saltValue, nil
	}
	var salt []byte
	err := l.records(ctx, "read salt of", func(tx *sql.Tx) (err error) {
		salt, err = readSalt(ctx, tx)
		return err
	})
	if err == nil && salt == nil {
		err = l.write(ctx, "write salt to", func(tx *sql.Tx) error {
			if salt, err = readSalt(ctx, tx); err != nil || salt != nil {
				return err // another process wrote it first
			}
			salt = make([]byte, 32)
			rand.Read(salt) // never fails
			_, err := tx.ExecContext(ctx, `INSERT INTO salt VALUES (?)`, salt)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	l.saltValue = salt
	return salt, nil
}

// readSalt returns nil if there is no salt yet.
func readSalt(ctx context.Context, tx *sql.Tx) (salt []byte, err error) {
	err = tx.QueryRowContext(ctx, `SELECT value FROM salt`).Scan(&salt)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return salt, err
}

// Forget deletes everything recorded about a person: feedback, quotas,
// and unanswered questions that nobody else asked. It returns how many pieces
// of feedback and questions it deleted.
func (l *Library) Forget(ctx context.Context, who rag.Person) (n int, err error) {
	if who == "" {
		return 0, errors.New("forget: no person given")
	}
	err = l.write(ctx, "forget in", func(tx *sql.Tx) error {
		for _, q := range []struct {
			query  string
			counts bool
		}{
			{`DELETE FROM feedback WHERE who = ?`, true},
			{`DELETE FROM asks WHERE who = ?`, true},
			{`DELETE FROM quotas WHERE who = ?`, false},
		} {
			res, err := tx.ExecContext(ctx, q.query, string(who))
			if err != nil {
				return err
			}
			if gone, err := res.RowsAffected(); err != nil {
				return err
			} else if q.counts {
				n += int(gone)
			}
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM gaps WHERE row NOT IN (SELECT gap FROM asks)`)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
