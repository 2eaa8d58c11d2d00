package library

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"footnote/rag"
	"footnote/rag/language"
)

var _ rag.Linker = (*Library)(nil)

// sourceSchema is the schema for earlier versions of articles, duplicates,
// sources and languages.
const sourceSchema = `
ALTER TABLE articles ADD COLUMN author   TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN site     TEXT NOT NULL DEFAULT '';
ALTER TABLE articles ADD COLUMN language TEXT NOT NULL DEFAULT ''; -- ISO 639-1
ALTER TABLE articles ADD COLUMN print    BLOB;                     -- rag.Fingerprint of the text; 8 bytes, little-endian

-- What an article said before it was changed. They go with the article.
CREATE TABLE versions (
	row       INTEGER PRIMARY KEY,
	article   TEXT    NOT NULL, -- articles.id
	replaced  TEXT    NOT NULL, -- RFC 3339 in UTC
	title     TEXT    NOT NULL,
	published TEXT    NOT NULL,
	text      BLOB    NOT NULL
) STRICT;
CREATE INDEX versions_article ON versions (article);

-- Other places of an article. They go with the article.
CREATE TABLE links (
	source  TEXT NOT NULL PRIMARY KEY,
	url     TEXT NOT NULL,
	hash    TEXT NOT NULL,
	article TEXT NOT NULL -- articles.id
) STRICT, WITHOUT ROWID;
CREATE INDEX links_article ON links (article);

CREATE TABLE traces ( -- rag.Trace
	source   TEXT    NOT NULL PRIMARY KEY,
	stamp    TEXT    NOT NULL,
	target   TEXT    NOT NULL,
	articles INTEGER NOT NULL,
	failure  TEXT    NOT NULL,
	tries    INTEGER NOT NULL,
	at       TEXT    NOT NULL,
	next     TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- The language.Terms of chunks in other languages than English, by chunks.row.
CREATE VIRTUAL TABLE stems USING fts5 (
	title, section, text,
	content = '', contentless_delete = 1, tokenize = 'unicode61'
);
`

// maxVersions is the number of earlier versions kept for an article.
const maxVersions = 10

// saveVersion stores the current version of d's article as an earlier version,
// if its text or title differs from d's.
func (c *change) saveVersion(ctx context.Context, d rag.Document) error {
	_, err := c.tx.ExecContext(ctx, `
		INSERT INTO versions (article, replaced, title, published, text)
		SELECT id, ?, title, published, text FROM articles WHERE id = ? AND (text <> ? OR title <> ?)`,
		formatTime(time.Now()), d.ID, []byte(d.Text), d.Title)
	if err != nil {
		return err
	}
	_, err = c.tx.ExecContext(ctx, `
		DELETE FROM versions WHERE article = ?1 AND row NOT IN
			(SELECT row FROM versions WHERE article = ?1 ORDER BY row DESC LIMIT ?2)`, d.ID, maxVersions)
	return err
}

// dropRelated deletes the earlier versions of an article and the links to it.
func (c *change) dropRelated(ctx context.Context, id string) error {
	for _, query := range []string{`DELETE FROM versions WHERE article = ?`, `DELETE FROM links WHERE article = ?`} {
		if _, err := c.tx.ExecContext(ctx, query, id); err != nil {
			return err
		}
	}
	return nil
}

// insertStems adds a chunk to the lexical index for languages other than
// English.
func (c *change) insertStems(ctx context.Context, row int64, code string, ch rag.Chunk) error {
	var columns [3]string
	found := false
	for i, text := range []string{ch.Title, ch.Section, ch.Text} {
		columns[i] = strings.Join(language.Terms(code, text), " ")
		found = found || columns[i] != ""
	}
	if !found {
		return nil
	}
	_, err := c.tx.ExecContext(ctx, `INSERT INTO stems (rowid, title, section, text) VALUES (?, ?, ?, ?)`, row, columns[0], columns[1], columns[2])
	return err
}

// Version is an earlier version of an article. Replaced is when a newer version
// took its place.
type Version struct {
	Replaced    time.Time
	Title, Text string
	Published   time.Time
}

// Versions returns at most 10 earlier versions of an article, newest first.
func (l *Library) Versions(ctx context.Context, id string) ([]Version, error) {
	var all []Version
	err := l.file.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT replaced, title, published, text FROM versions WHERE article = ? ORDER BY row DESC`, id)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var v Version
			var replaced, published string
			var text []byte
			if err := rows.Scan(&replaced, &v.Title, &published, &text); err != nil {
				return err
			}
			if v.Replaced, err = parseTime(replaced); err != nil {
				return fmt.Errorf("%w: %w", ErrNotLibrary, err)
			}
			if v.Published, err = parseTime(published); err != nil {
				return fmt.Errorf("%w: %w", ErrNotLibrary, err)
			}
			v.Text = string(text)
			all = append(all, v)
		}
		return rows.Err()
	})
	return all, l.wrap(ctx, "read versions in", err)
}

// Fingerprints implements [rag.Linker]. Articles stored before fingerprints
// existed have none.
func (l *Library) Fingerprints(ctx context.Context) (map[string]uint64, error) {
	all := map[string]uint64{}
	err := l.file.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id, print FROM articles WHERE length(print) = 8`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			var fingerprint sql.RawBytes
			if err := rows.Scan(&id, &fingerprint); err != nil {
				return err
			}
			all[id] = binary.LittleEndian.Uint64(fingerprint)
		}
		return rows.Err()
	})
	return all, l.wrap(ctx, "read fingerprints of", err)
}

// Links implements [rag.Linker]. It sorts by Source.
func (l *Library) Links(ctx context.Context) ([]rag.Link, error) {
	var all []rag.Link
	err := l.file.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT source, url, hash, article FROM links ORDER BY source`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var k rag.Link
			if err := rows.Scan(&k.Source, &k.URL, &k.Hash, &k.Article); err != nil {
				return err
			}
			all = append(all, k)
		}
		return rows.Err()
	})
	return all, l.wrap(ctx, "read links of", err)
}

// Relink implements [rag.Linker]. It ignores links to articles that are not
// stored.
func (l *Library) Relink(ctx context.Context, put []rag.Link, drop []string) error {
	return l.write(ctx, "update links in", func(tx *sql.Tx) error {
		for _, source := range drop {
			if _, err := tx.ExecContext(ctx, `DELETE FROM links WHERE source = ?`, source); err != nil {
				return err
			}
		}
		for _, k := range put {
			_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO links (source, url, hash, article) SELECT ?, ?, ?, id FROM articles WHERE id = ?`,
				k.Source, k.URL, k.Hash, k.Article)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Fetched returns what is remembered about all sources, sorted by Source.
func (l *Library) Fetched(ctx context.Context) ([]rag.Fetched, error) {
	var all []rag.Fetched
	err := l.file.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT source, stamp, target, articles, failure, tries, at, next FROM traces ORDER BY source`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var t rag.Fetched
			var at, next string
			if err := rows.Scan(&t.Source, &t.Stamp, &t.Target, &t.Articles, &t.Failure, &t.Tries, &at, &next); err != nil {
				return err
			}
			if t.At, err = parseTime(at); err != nil {
				return fmt.Errorf("%w: %w", ErrNotLibrary, err)
			}
			if t.Next, err = parseTime(next); err != nil {
				return fmt.Errorf("%w: %w", ErrNotLibrary, err)
			}
			all = append(all, t)
		}
		return rows.Err()
	})
	return all, l.wrap(ctx, "read sources of", err)
}

// UpdateFetched deletes what is remembered about the sources in drop, and
// stores put, each in place of what is remembered about the same Source.
func (l *Library) UpdateFetched(ctx context.Context, put []rag.Fetched, drop []string) error {
	if len(put)+len(drop) == 0 {
		return nil
	}
	return l.write(ctx, "record sources in", func(tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO traces (source, stamp, target, articles, failure, tries, at, next) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, source := range drop {
			if _, err := tx.ExecContext(ctx, `DELETE FROM traces WHERE source = ?`, source); err != nil {
				return err
			}
		}
		for _, t := range put {
			if _, err := insert.ExecContext(ctx, t.Source, t.Stamp, t.Target, t.Articles, t.Failure, t.Tries, formatTime(t.At), formatTime(t.Next)); err != nil {
				return err
			}
		}
		return nil
	})
}
