package library

import (
	"context"
	"database/sql"
	"fmt"

	"footnote/rag"
)

// hits reads what was found, and keeps its order.
func (l *Library) hits(ctx context.Context, tx *sql.Tx, found []scored) ([]rag.Hit, error) {
	if len(found) == 0 {
		return nil, nil
	}
	place := make(map[int64]int, len(found))
	numbers := make([]int64, len(found))
	for i, s := range found {
		place[s.row], numbers[i] = i, s.row
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT c.row, c.article, c.id, c.section, c.start, c.stop, a.id, a.title, a.url, a.collection, a.published
		FROM chunks c JOIN articles a ON a.row = c.article
		WHERE c.row IN (SELECT value FROM json_each(?))`, list(numbers))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	hits := make([]rag.Hit, len(found))
	in := map[int64][]*rag.Chunk{} // by article
	for rows.Next() {
		var row, article int64
		var c rag.Chunk
		var published string
		if err := rows.Scan(&row, &article, &c.ID, &c.Section, &c.Start, &c.End, &c.Doc, &c.Title, &c.URL, &c.Collection, &published); err != nil {
			return nil, err
		}
		if c.Published, err = parseTime(published); err != nil {
			return nil, fmt.Errorf("%w: article %s: %w", ErrNotLibrary, c.Doc, err)
		}
		i := place[row]
		hits[i] = rag.Hit{Chunk: c, Score: found[i].score, Vector: l.index.chunks[row].vector}
		in[article] = append(in[article], &hits[i].Chunk)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return hits, cut(ctx, tx, in)
}

// cut fills in the texts of chunks. It reads an article once, however many of
// its chunks are found, and keeps no more of it than those.
func cut(ctx context.Context, tx *sql.Tx, in map[int64][]*rag.Chunk) error {
	numbers := make([]int64, 0, len(in))
	for row := range in {
		numbers = append(numbers, row)
	}
	rows, err := tx.QueryContext(ctx, `SELECT row, text FROM articles WHERE row IN (SELECT value FROM json_each(?))`, list(numbers))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var row int64
		var text sql.RawBytes
		if err := rows.Scan(&row, &text); err != nil {
			return err
		}
		for _, c := range in[row] {
			if c.Start < 0 || c.Start > c.End || c.End > len(text) {
				return fmt.Errorf("%w: chunk %s is not in its article", ErrNotLibrary, c.ID)
			}
			c.Text = string(text[c.Start:c.End])
		}
	}
	return rows.Err()
}
