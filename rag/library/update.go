package library

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"footnote/rag"
	"footnote/rag/text"
)

// Update implements [rag.Catalog]. Errors include fs.ErrPermission,
// [ErrLocked], [ErrSpace] and [ErrFull], possibly wrapped. It also returns an
// error for an invalid [rag.Entry].
func (l *Library) Update(ctx context.Context, put []rag.Entry, drop []string) error {
	return l.wrap(ctx, "update", l.update(ctx, put, drop))
}

func (l *Library) update(ctx context.Context, put []rag.Entry, drop []string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if l.opts.ReadOnly {
		return errReadOnly
	}
	if err := check(put); err != nil {
		return err
	}
	tx, err := l.file.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	c := change{tx: tx}
	if err := c.write(ctx, l.opts.Space, put, drop); err != nil {
		return err
	}
	if c.empty() {
		return nil
	}
	// No search may see the new file with the old index.
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := tx.Commit(); err != nil {
		return err
	}
	l.index.apply(c)
	return nil
}

// change is an update while it is written.
type change struct {
	tx      *sql.Tx
	now     state   // after the update
	dropped []int64 // rows of articles
	put     []written
}

// written is a stored article with its row and chunks.
type written struct {
	row    int64
	points []point
}

func (c *change) empty() bool { return len(c.dropped) == 0 && len(c.put) == 0 }

// write applies the whole change in c.tx.
func (c *change) write(ctx context.Context, space string, put []rag.Entry, drop []string) error {
	var err error
	if c.now, err = readState(ctx, c.tx); err != nil {
		return err
	}
	for _, id := range drop {
		if err := cmp.Or(c.drop(ctx, id), c.dropRelated(ctx, id)); err != nil {
			return err
		}
	}
	for _, e := range put {
		if err := c.saveVersion(ctx, e.Document); err != nil {
			return err
		}
		if err := c.drop(ctx, e.Document.ID); err != nil {
			return err
		}
	}
	if err := c.checkVectors(ctx, space, put); err != nil {
		return err
	}
	for _, e := range put {
		if err := c.insert(ctx, e); err != nil {
			return fmt.Errorf("article %s: %w", e.Document.ID, err)
		}
	}
	c.now.generation++
	_, err = c.tx.ExecContext(ctx, `UPDATE library SET generation = ?, space = ?, dimensions = ?`,
		c.now.generation, c.now.space, c.now.dimensions)
	return err
}

// drop deletes an article if it exists.
func (c *change) drop(ctx context.Context, id string) error {
	var row int64
	err := c.tx.QueryRowContext(ctx, `SELECT row FROM articles WHERE id = ?`, id).Scan(&row)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, query := range []string{
		`DELETE FROM words WHERE rowid IN (SELECT row FROM chunks WHERE article = ?)`,
		`DELETE FROM stems WHERE rowid IN (SELECT row FROM chunks WHERE article = ?)`,
		`DELETE FROM chunks WHERE article = ?`,
		`DELETE FROM articles WHERE row = ?`,
	} {
		if _, err := c.tx.ExecContext(ctx, query, row); err != nil {
			return err
		}
	}
	c.dropped = append(c.dropped, row)
	return nil
}

// checkVectors checks the space and dimensions of new vectors against those
// that stay. A library without vectors accepts any.
func (c *change) checkVectors(ctx context.Context, space string, put []rag.Entry) error {
	var stored bool
	if err := c.tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM chunks)`).Scan(&stored); err != nil {
		return err
	}
	if !stored {
		c.now.space, c.now.dimensions = "", 0
	}
	if err := c.now.accepts(space); err != nil {
		return err
	}
	for _, e := range put {
		for i, v := range e.Vectors {
			if c.now.dimensions == 0 {
				c.now.dimensions = len(v)
			}
			if len(v) != c.now.dimensions {
				return fmt.Errorf("chunk %s: vector has %d dimensions, and the library's vectors have %d", e.Chunks[i].ID, len(v), c.now.dimensions)
			}
		}
	}
	if c.now.dimensions > 0 && c.now.space == "" {
		c.now.space = space
	}
	return nil
}

// insert stores an article with its chunks, their vectors and words.
func (c *change) insert(ctx context.Context, e rag.Entry) error {
	d := e.Document
	var w written
	res, err := c.tx.ExecContext(ctx,
		`INSERT INTO articles (id, source, title, url, collection, published, author, site, language, hash, print, chunks, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		d.ID, d.Source, d.Title, d.URL, d.Collection, formatTime(d.Published), d.Author, d.Site, d.Language, d.Hash(),
		binary.LittleEndian.AppendUint64(nil, text.Fingerprint(d.Text)), len(e.Chunks), []byte(d.Text))
	if err != nil {
		return err
	}
	if w.row, err = res.LastInsertId(); err != nil {
		return err
	}
	chunk, err := c.tx.PrepareContext(ctx,
		`INSERT INTO chunks (article, id, section, start, stop, key, vector) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer chunk.Close()
	words, err := c.tx.PrepareContext(ctx, `INSERT INTO words (rowid, title, section, text) VALUES (?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	defer words.Close()
	name := d.NameWords()
	for i, ch := range e.Chunks {
		vector := unit(e.Vectors[i])
		res, err := chunk.ExecContext(ctx, w.row, ch.ID, ch.Section, ch.Start, ch.End, shortKey(ch.VectorKey()), encode(vector))
		if err != nil {
			return fmt.Errorf("chunk %s: %w", ch.ID, err)
		}
		row, err := res.LastInsertId()
		if err != nil {
			return err
		}
		ch.Title += "\n" + name // people look for what a file is called, too
		if _, err := words.ExecContext(ctx, row, ch.Title, ch.Section, ch.Text); err != nil {
			return fmt.Errorf("chunk %s: %w", ch.ID, err)
		}
		if err := c.insertStems(ctx, row, d.Language, ch); err != nil {
			return fmt.Errorf("chunk %s: %w", ch.ID, err)
		}
		w.points = append(w.points, point{row, w.row, ch.ID, ch.Collection, vector})
	}
	c.put = append(c.put, w)
	return nil
}

// shortKey returns the first 128 bits of a chunk's VectorKey, which is a
// SHA-256 in hex. It returns nil for any other text.
func shortKey(key string) []byte {
	b, err := hex.DecodeString(key)
	if err != nil || len(b) < 16 {
		return nil
	}
	return b[:16]
}

// formatTime returns t in UTC, to the nanosecond.
func formatTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// parseTime is the inverse of formatTime.
func parseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.RFC3339Nano, s)
}
