package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"footnote/rag"
)

// longestText is the maximum length in bytes of a recorded text.
const longestText = 64 << 10

// write runs do in its own write transaction.
func (l *Library) write(ctx context.Context, operation string, do func(*sql.Tx) error) error {
	return l.wrap(ctx, operation, func() error {
		if err := ctx.Err(); err != nil {
			return err
		}
		if l.opts.ReadOnly {
			return errReadOnly
		}
		tx, err := l.file.writer.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if err := do(tx); err != nil {
			return err
		}
		return tx.Commit()
	}())
}

// records runs do in a read transaction.
func (l *Library) records(ctx context.Context, operation string, do func(*sql.Tx) error) error {
	return l.wrap(ctx, operation, l.file.read(ctx, do))
}

// checkTexts returns an error if a text is too long to have been typed.
func checkTexts(texts ...string) error {
	for _, s := range texts {
		if len(s) > longestText {
			return fmt.Errorf("text has %d bytes, more than the maximum of %d", len(s), longestText)
		}
	}
	return nil
}

// scopeOf encodes the collections of a filter for the database.
func scopeOf(f rag.Filter) string {
	names := slices.Compact(slices.Sorted(slices.Values(f.Collections)))
	return jsonList(names)
}

// visible reports whether a record made with the collections in scope may be
// shown to a reader with filter f. f must select all of them, because the
// record may reveal something about any of them.
func visible(f rag.Filter, scope []string) bool {
	if len(f.Collections) == 0 {
		return true
	}
	return len(scope) > 0 && !slices.ContainsFunc(scope, func(c string) bool { return !selects(f, c) })
}

// jsonList returns names as a JSON array, and [] for nil.
func jsonList(names []string) string {
	b, err := json.Marshal(append([]string{}, names...))
	if err != nil {
		panic(err) // strings can always be encoded
	}
	return string(b)
}

// parseList returns the names in a JSON array; nil if it is empty.
func parseList(s string) (names []string, err error) {
	if err := json.Unmarshal([]byte(s), &names); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotLibrary, err)
	}
	if len(names) == 0 {
		return nil, nil
	}
	return names, nil
}

// millis returns t in milliseconds since 1970, and 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// timeOf returns the time in UTC that millis returned ms for.
func timeOf(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

// orNow returns t, or the current time if t is zero.
func orNow(t time.Time) time.Time {
	if t.IsZero() {
		return time.Now()
	}
	return t
}
