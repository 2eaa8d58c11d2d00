package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// Settings returns the JSON document of a scope, such as a server or channel
// ID, or nil if there is none. [Library.ChangeSettings] sets it.
func (l *Library) Settings(ctx context.Context, scope string) (json.RawMessage, error) {
	var document json.RawMessage
	err := l.records(ctx, "read settings of", func(tx *sql.Tx) (err error) {
		document, err = readSettings(ctx, tx, scope)
		return err
	})
	if err != nil {
		return nil, err
	}
	return document, nil
}

// SettingsScopes returns the scopes that have settings, sorted.
func (l *Library) SettingsScopes(ctx context.Context) ([]string, error) {
	var scopes []string
	err := l.records(ctx, "read settings of", func(tx *sql.Tx) error {
		var all string
		if err := tx.QueryRowContext(ctx, `SELECT json_group_array(scope ORDER BY scope) FROM settings`).Scan(&all); err != nil {
			return err
		}
		var err error
		scopes, err = parseList(all)
		return err
	})
	if err != nil {
		return nil, err
	}
	return scopes, nil
}

// ChangeSettings calls change with the document of a scope, and stores what it
// returns. A nil document means that there is none. Nobody else can write
// during the call, so change must not block or call the library. If change
// fails, ChangeSettings stores nothing and returns the error, wrapped.
func (l *Library) ChangeSettings(ctx context.Context, scope string, change func(json.RawMessage) (json.RawMessage, error)) error {
	if scope == "" {
		return errors.New("settings: the scope is empty")
	}
	return l.write(ctx, "write settings to", func(tx *sql.Tx) error {
		document, err := readSettings(ctx, tx, scope)
		if err != nil {
			return err
		}
		if document, err = change(document); err != nil {
			return fmt.Errorf("settings of %s: %w", scope, err)
		}
		if document == nil {
			_, err := tx.ExecContext(ctx, `DELETE FROM settings WHERE scope = ?`, scope)
			return err
		}
		if !json.Valid(document) {
			return fmt.Errorf("settings of %s: not JSON", scope)
		}
		if err := checkTexts(scope, string(document)); err != nil {
			return fmt.Errorf("settings of %s: %w", scope, err)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO settings VALUES (?, ?) ON CONFLICT DO UPDATE SET document = excluded.document`,
			scope, string(document))
		return err
	})
}

func readSettings(ctx context.Context, tx *sql.Tx, scope string) (json.RawMessage, error) {
	var document string
	err := tx.QueryRowContext(ctx, `SELECT document FROM settings WHERE scope = ?`, scope).Scan(&document)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return json.RawMessage(document), err
}
