package library

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"footnote/rag"
)

// List implements [rag.Catalog].
func (l *Library) List(ctx context.Context, f rag.Filter) ([]rag.Info, error) {
	infos, err := l.list(ctx, f)
	if err != nil {
		return nil, l.wrap(ctx, "list articles in", err)
	}
	return infos, nil
}

func (l *Library) list(ctx context.Context, f rag.Filter) ([]rag.Info, error) {
	var all []rag.Info
	err := l.file.read(ctx, func(tx *sql.Tx) (err error) {
		all, err = readInfos(ctx, tx, f)
		return err
	})
	return all, err
}

func readInfos(ctx context.Context, tx *sql.Tx, f rag.Filter) ([]rag.Info, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT id, source, title, url, collection, author, published, hash, chunks
		FROM articles ORDER BY title, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []rag.Info
	for rows.Next() {
		var i rag.Info
		var published string
		if err := rows.Scan(&i.ID, &i.Source, &i.Title, &i.URL, &i.Collection, &i.Author, &published, &i.Hash, &i.Chunks); err != nil {
			return nil, err
		}
		if i.Published, err = parseTime(published); err != nil {
			return nil, fmt.Errorf("%w: article %s: %w", ErrNotLibrary, i.ID, err)
		}
		if selects(f, i.Collection) {
			all = append(all, i)
		}
	}
	return all, rows.Err()
}

// Document implements [rag.Catalog]. Published is in UTC.
func (l *Library) Document(ctx context.Context, id string) (rag.Document, error) {
	d, err := l.document(ctx, id)
	return d, l.wrap(ctx, "read from", err)
}

func (l *Library) document(ctx context.Context, id string) (rag.Document, error) {
	d := rag.Document{ID: id}
	var published string
	var text []byte
	err := l.file.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `
			SELECT source, title, url, collection, published, author, site, language, text
			FROM articles WHERE id = ?`, id).
			Scan(&d.Source, &d.Title, &d.URL, &d.Collection, &published, &d.Author, &d.Site, &d.Language, &text)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return rag.Document{}, fmt.Errorf("article %s: %w", id, rag.ErrNotFound)
	}
	if err != nil {
		return rag.Document{}, err
	}
	d.Text = string(text)
	if d.Published, err = parseTime(published); err != nil {
		return rag.Document{}, fmt.Errorf("%w: article %s: %w", ErrNotLibrary, id, err)
	}
	return d, nil
}

// Vectors implements [rag.VectorCache]. It reads from the file, not from
// memory.
func (l *Library) Vectors(ctx context.Context, keys []string) (map[string][]float32, error) {
	vectors, err := l.vectors(ctx, keys)
	return vectors, l.wrap(ctx, "read vectors of", err)
}

func (l *Library) vectors(ctx context.Context, keys []string) (map[string][]float32, error) {
	all := map[string][]float32{}
	err := l.file.read(ctx, func(tx *sql.Tx) error {
		now, err := readState(ctx, tx)
		if err != nil {
			return err
		}
		find, err := tx.PrepareContext(ctx, `SELECT vector FROM chunks WHERE key = ? LIMIT 1`)
		if err != nil {
			return err
		}
		defer find.Close()
		for _, key := range keys {
			var vector []byte
			err := find.QueryRowContext(ctx, shortKey(key)).Scan(&vector)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			if all[key], err = decode(vector, now.dimensions); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}
