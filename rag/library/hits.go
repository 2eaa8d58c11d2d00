package library

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"footnote/rag"
)

// hits returns the hits for the chunks in found, in the same order.
func (l *Library) hits(ctx context.Context, tx *sql.Tx, found []scored) ([]rag.Hit, error) {
	chunks := make(map[int64]rag.Chunk, len(found))
	if unread := l.chunkCache.take(l.index.generation, found, chunks); len(unread) > 0 {
		read, err := readChunks(ctx, tx, unread)
		if err != nil {
			return nil, err
		}
		l.chunkCache.keep(l.index.generation, read)
		for row, c := range read {
			chunks[row] = *c
		}
	}
	var hits []rag.Hit
	for _, s := range found {
		hits = append(hits, rag.Hit{Chunk: chunks[s.row], Score: s.score, Vector: l.index.chunks[s.row].vector})
	}
	return hits, nil
}

// chunkCache caches chunks of one generation of the file, because questions
// about one topic find the same chunks. The zero value is an empty cache.
type chunkCache struct {
	mu         sync.Mutex
	generation int64
	chunks     map[int64]rag.Chunk // by row
}

// maxCached is the maximum number of cached chunks, of one or two kB each.
const maxCached = 4096

// take copies the cached chunks among found to into, and returns the rows of
// the others.
func (r *chunkCache) take(generation int64, found []scored, into map[int64]rag.Chunk) (unread []int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range found {
		if c, ok := r.chunks[s.row]; ok && r.generation == generation {
			into[s.row] = c
		} else {
			unread = append(unread, s.row)
		}
	}
	return unread
}

// keep adds chunks to the cache. It clears the cache first if its generation
// differs or it would grow too large.
func (r *chunkCache) keep(generation int64, read map[int64]*rag.Chunk) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.generation != generation || len(r.chunks)+len(read) > maxCached {
		r.generation, r.chunks = generation, map[int64]rag.Chunk{}
	}
	for row, c := range read {
		r.chunks[row] = *c
	}
}

// readChunks returns the chunks of the given rows.
func readChunks(ctx context.Context, tx *sql.Tx, numbers []int64) (map[int64]*rag.Chunk, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT c.row, c.article, c.id, c.section, c.start, c.stop, a.id, a.title, a.url, a.collection, a.published
		FROM chunks c JOIN articles a ON a.row = c.article
		WHERE c.row IN (SELECT value FROM json_each(?))`, list(numbers))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	chunks := make(map[int64]*rag.Chunk, len(numbers))
	in := map[int64][]*rag.Chunk{} // by article row
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
		chunks[row] = &c
		in[article] = append(in[article], &c)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return chunks, readTexts(ctx, tx, in)
}

// readTexts reads the texts of chunks. It reads each article once, and keeps
// only the text of its chunks.
func readTexts(ctx context.Context, tx *sql.Tx, in map[int64][]*rag.Chunk) error {
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
