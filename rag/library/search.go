package library

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"footnote/rag"
)

// Weights of the columns in BM25: an occurrence of a word counts this often.
const (
	titleWeight   = 1.0
	sectionWeight = 1.0
	textWeight    = 1.0
)

// maxTerms is the maximum number of different terms that Match searches for. It
// limits the time, because each term needs a pass over the chunks that contain
// its words.
const maxTerms = 256

// Load reads the vectors into memory, so that the first search is fast.
func (l *Library) Load(ctx context.Context) error {
	return l.wrap(ctx, "load", l.search(ctx, func(*sql.Tx) error { return nil }))
}

// Nearest implements [rag.Searcher]. It scans every vector of the selected
// collections before it takes the connection to the file, so that other
// searches can use the connection meanwhile. It repeats the scan if the index
// was not at the file's current state.
func (l *Library) Nearest(ctx context.Context, vector []float32, n int, f rag.Filter) ([]rag.Hit, error) {
	if err := checkVector(vector); err != nil {
		return nil, fmt.Errorf("nearest: %w", err)
	}
	found, generation, foundErr := l.scan(ctx, vector, n, f)
	var hits []rag.Hit
	err := l.search(ctx, func(tx *sql.Tx) (err error) {
		if l.index.generation != generation {
			found, foundErr = l.index.nearest(ctx, vector, n, f)
		}
		if foundErr != nil {
			return foundErr
		}
		hits, err = l.hits(ctx, tx, found)
		return err
	})
	return hits, l.wrap(ctx, "search vectors in", err)
}

// scan searches the index in its current state, and returns its generation.
func (l *Library) scan(ctx context.Context, vector []float32, n int, f rag.Filter) (found []scored, generation int64, err error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	found, err = l.index.nearest(ctx, vector, n, f)
	return found, l.index.generation, err
}

// Match implements [rag.Searcher] with FTS5, for the first maxTerms different
// terms. A score is the negative of FTS5's bm25, with k1 = 1.2 and b = 0.75.
// See https://www.sqlite.org/fts5.html#the_bm25_function.
func (l *Library) Match(ctx context.Context, terms []string, n int, f rag.Filter) ([]rag.Hit, error) {
	var hits []rag.Hit
	err := l.search(ctx, func(tx *sql.Tx) error {
		found, err := l.index.match(ctx, tx, terms, n, f)
		if err != nil {
			return err
		}
		hits, err = l.hits(ctx, tx, found)
		return err
	})
	return hits, l.wrap(ctx, "search words in", err)
}

// Frequency implements [rag.Searcher]. A word that FTS5 splits into several is
// counted as a phrase.
func (l *Library) Frequency(ctx context.Context, words []string, f rag.Filter) (counts []int, total int, err error) {
	if len(f.Collections) == 0 {
		counts, total, err = l.frequency(ctx, words)
	} else {
		err = l.search(ctx, func(tx *sql.Tx) (err error) {
			counts, total, err = l.index.frequency(ctx, tx, words, f)
			return err
		})
	}
	if err != nil {
		return nil, 0, l.wrap(ctx, "count words in", err)
	}
	return counts, total, nil
}

// frequency counts in the whole file, without the index in memory.
func (l *Library) frequency(ctx context.Context, words []string) (counts []int, total int, err error) {
	counts = make([]int, len(words))
	err = l.file.read(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM chunks`).Scan(&total); err != nil {
			return err
		}
		return countIn(ctx, tx, "count(*)", words, counts, func(count *sql.Stmt, query string) (n int, err error) {
			err = count.QueryRowContext(ctx, query).Scan(&n)
			return n, err
		})
	})
	return counts, total, err
}

// search runs do with the index and a transaction of the same generation.
func (l *Library) search(ctx context.Context, do func(*sql.Tx) error) error {
	current := false
	err := l.file.read(ctx, func(tx *sql.Tx) error {
		l.mu.RLock()
		defer l.mu.RUnlock()
		now, err := readState(ctx, tx) // the transaction sees one state from here on
		if current = err == nil && now.generation == l.index.generation; current {
			return do(tx)
		}
		return err
	})
	if err != nil || current {
		return err
	}
	return l.file.read(ctx, func(tx *sql.Tx) error {
		l.mu.Lock()
		defer l.mu.Unlock()
		now, err := readState(ctx, tx)
		if err != nil {
			return err
		}
		if now.generation != l.index.generation {
			if err := now.accepts(l.opts.Space); err != nil {
				return err
			}
			if err := l.index.refresh(ctx, tx, now); err != nil {
				return err
			}
		}
		return do(tx)
	})
}

// scored is the row of a chunk with its score.
type scored struct {
	row   int64
	score float64
}

// nearest returns the n best chunks that f selects.
func (x *index) nearest(ctx context.Context, vector []float32, n int, f rag.Filter) ([]scored, error) {
	if n <= 0 || len(x.chunks) == 0 {
		return nil, nil
	}
	if len(vector) != x.dimensions {
		return nil, fmt.Errorf("vector has %d dimensions, and the library's vectors have %d", len(vector), x.dimensions)
	}
	var found []scored
	for collection, group := range x.groups {
		if !selects(f, collection) || group.Count() == 0 {
			continue
		}
		best, err := x.nearestIn(ctx, collection, vector, n)
		if err != nil {
			return nil, err
		}
		found = append(found, best...)
	}
	x.sort(found)
	return found[:min(n, len(found))], ctx.Err()
}

// nearestIn returns at least the n best of a group, with all chunks that have
// the same score as the last. chromem-go returns equal scores in random order.
func (x *index) nearestIn(ctx context.Context, collection string, vector []float32, n int) ([]scored, error) {
	group := x.groups[collection]
	count := group.Count()
	n = min(n, count)
	for ask := min(n+8, count); ; ask = min(2*ask, count) {
		results, err := group.QueryEmbedding(ctx, vector, ask, nil, nil)
		if err := cmp.Or(ctx.Err(), err); err != nil {
			return nil, err // if cancelled, chromem-go returns fewer results and no error
		}
		if ask < count && results[ask-1].Similarity == results[n-1].Similarity {
			continue
		}
		found := make([]scored, len(results))
		for i, r := range results {
			if found[i].row, err = strconv.ParseInt(r.ID, 10, 64); err != nil {
				return nil, err
			}
			found[i].score = float64(r.Similarity)
		}
		return found, nil
	}
}

// match returns the n best chunks that f selects and that contain a term.
func (x *index) match(ctx context.Context, tx *sql.Tx, terms []string, n int, f rag.Filter) ([]scored, error) {
	query := anyOf(terms)
	if query == "" || n <= 0 {
		return nil, nil
	}
	found, err := x.matchIn(ctx, tx, "words", query, n, f)
	if err != nil {
		return nil, err
	}
	if found, err = x.matchStems(ctx, tx, terms, n, f, found); err != nil {
		return nil, err
	}
	x.sort(found)
	return found[:min(n, len(found))], nil
}

// matchIn returns at least the n best matches in one lexical index.
func (x *index) matchIn(ctx context.Context, tx *sql.Tx, table, query string, n int, f rag.Filter) ([]scored, error) {
	// With a plain ? as the MATCH operand, SQLite would plan the query a second
	// time for its value.
	rows, err := tx.QueryContext(ctx,
		`SELECT rowid, -bm25(`+table+`, ?, ?, ?) AS score FROM `+table+` WHERE `+table+` MATCH ? || '' ORDER BY score DESC`,
		titleWeight, sectionWeight, textWeight, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []scored
	for rows.Next() {
		var s scored
		if err := rows.Scan(&s.row, &s.score); err != nil {
			return nil, err
		}
		if len(found) >= n && s.score < found[n-1].score {
			break
		}
		if selects(f, x.chunks[s.row].collection) {
			found = append(found, s)
		}
	}
	return found, rows.Err()
}

// frequency counts the chunks that f selects.
func (x *index) frequency(ctx context.Context, tx *sql.Tx, words []string, f rag.Filter) (counts []int, total int, err error) {
	for collection, group := range x.groups {
		if selects(f, collection) {
			total += group.Count()
		}
	}
	counts = make([]int, len(words))
	return counts, total, countIn(ctx, tx, "rowid", words, counts, func(find *sql.Stmt, query string) (int, error) {
		return x.count(ctx, find, query, f)
	})
}

// count returns how many rows of find belong to chunks that f selects.
func (x *index) count(ctx context.Context, find *sql.Stmt, query string, f rag.Filter) (n int, err error) {
	rows, err := find.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var row int64
		if err := rows.Scan(&row); err != nil {
			return 0, err
		}
		if selects(f, x.chunks[row].collection) {
			n++
		}
	}
	return n, rows.Err()
}

// sort sorts found by descending score, and equal scores by chunk ID.
func (x *index) sort(found []scored) {
	slices.SortFunc(found, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(x.chunks[a.row].id, x.chunks[b.row].id))
	})
}

// selects reports whether f selects a collection.
func selects(f rag.Filter, collection string) bool {
	return len(f.Collections) == 0 || slices.Contains(f.Collections, collection)
}

// anyOf returns the FTS5 query for any of the terms, or "" if no term has a
// word.
func anyOf(terms []string) string {
	var query []string
	seen := map[string]bool{}
	for _, t := range terms {
		p := phrase(t)
		if p == "" || seen[strings.ToLower(p)] {
			continue
		}
		seen[strings.ToLower(p)] = true
		query = append(query, p)
		if len(query) == maxTerms {
			break
		}
	}
	return strings.Join(query, " OR ")
}

// maxPhrase is the maximum number of words of a term that are searched for.
const maxPhrase = 16

// phrase returns the FTS5 query for the words of text as a phrase. Within
// quotation marks only the mark itself is syntax, and no word contains it.
func phrase(text string) string {
	words := strings.FieldsFunc(text, isGap)
	if len(words) == 0 {
		return ""
	}
	return `"` + strings.Join(words[:min(maxPhrase, len(words))], " ") + `"`
}

// isGap reports whether FTS5's unicode61 tokenizer treats r as a separator. The
// tokenizer knows an older version of Unicode. If it separates a word at a
// letter that is newer, the word becomes a phrase or matches nothing.
func isGap(r rune) bool {
	return !unicode.In(r, unicode.L, unicode.N, unicode.M, unicode.Co)
}
