package library

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/philippgille/chromem-go"
)

// index is the part of a library that is in memory: vectors, and the IDs and
// collections of chunks. Texts stay in the file.
type index struct {
	generation int64             // generation of the file; 0: the index is empty
	dimensions int               // of the vectors; 0: none
	articles   map[int64][]int64 // chunk rows by article row
	chunks     map[int64]point
	db         *chromem.DB
	// groups maps each collection of articles to a collection of chromem-go, so
	// that a filter selects groups.
	groups map[string]*chromem.Collection
}

// point is a chunk in memory.
type point struct {
	row, article int64
	id           string
	collection   string
	vector       []float32 // shared with chromem-go
}

func newIndex() *index {
	return &index{
		articles: map[int64][]int64{},
		chunks:   map[int64]point{},
		db:       chromem.NewDB(),
		groups:   map[string]*chromem.Collection{},
	}
}

// apply applies a change that this process wrote. If the index is not at the
// generation before the change, apply does nothing, and the next search
// refreshes the index.
func (x *index) apply(c change) {
	if x.generation == 0 || x.generation != c.now.generation-1 {
		return
	}
	var points []point
	for _, w := range c.put {
		points = append(points, w.points...)
		x.articles[w.row] = nil
	}
	if err := x.replace(c.dropped, points); err != nil {
		*x = *newIndex()
		return
	}
	x.generation, x.dimensions = c.now.generation, c.now.dimensions
}

// refresh updates the index to the file's state in tx. After an error the index
// is unchanged or empty.
func (x *index) refresh(ctx context.Context, tx *sql.Tx, now state) error {
	collections, err := readCollections(ctx, tx)
	if err != nil {
		return err
	}
	var gone, added []int64
	for row := range x.articles {
		if _, ok := collections[row]; !ok {
			gone = append(gone, row)
		}
	}
	for row := range collections {
		if _, ok := x.articles[row]; !ok {
			added = append(added, row)
		}
	}
	points, err := readPoints(ctx, tx, added, len(x.articles) == 0, now.dimensions)
	if err != nil {
		return err
	}
	for i := range points {
		points[i].collection = collections[points[i].article]
	}
	for _, row := range added {
		x.articles[row] = nil
	}
	if err := x.replace(gone, points); err != nil {
		*x = *newIndex()
		return err
	}
	x.generation, x.dimensions = now.generation, now.dimensions
	// SQLite has cached the pages of the vectors, which are not needed again.
	_, err = tx.ExecContext(ctx, `PRAGMA shrink_memory`)
	return err
}

// replace removes the chunks of articles and adds points.
func (x *index) replace(articles []int64, points []point) error {
	for _, article := range articles {
		for _, row := range x.articles[article] {
			// The filters must be nil. With an empty one chromem-go deletes
			// everything.
			if err := x.groups[x.chunks[row].collection].Delete(context.Background(), nil, nil, key(row)); err != nil {
				return err
			}
			delete(x.chunks, row)
		}
		delete(x.articles, article)
	}
	for _, p := range points {
		group, err := x.group(p.collection)
		if err != nil {
			return err
		}
		if err := group.AddDocument(context.Background(), chromem.Document{ID: key(p.row), Embedding: p.vector}); err != nil {
			return err
		}
		x.chunks[p.row] = p
		x.articles[p.article] = append(x.articles[p.article], p.row)
	}
	return nil
}

// group returns the chromem-go collection for a collection of articles. It
// creates it if it does not exist.
func (x *index) group(collection string) (*chromem.Collection, error) {
	if g := x.groups[collection]; g != nil {
		return g, nil
	}
	g, err := x.db.CreateCollection("in "+collection, nil, neverEmbed) // a name must not be empty
	x.groups[collection] = g
	return g, err
}

// neverEmbed returns an error. Without it chromem-go would call OpenAI.
func neverEmbed(context.Context, string) ([]float32, error) {
	return nil, errors.New("document has no vector")
}

// key returns the ID of a chunk in chromem-go.
func key(row int64) string { return strconv.FormatInt(row, 10) }

// readCollections returns the collection of each article by row.
func readCollections(ctx context.Context, tx *sql.Tx) (map[int64]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT row, collection FROM articles`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[int64]string{}
	for rows.Next() {
		var row int64
		var collection string
		if err := rows.Scan(&row, &collection); err != nil {
			return nil, err
		}
		all[row] = collection
	}
	return all, rows.Err()
}

// readPoints reads the chunks of the given articles, or of all. It does not set
// their collections.
func readPoints(ctx context.Context, tx *sql.Tx, articles []int64, all bool, dimensions int) ([]point, error) {
	query, args := `SELECT row, article, id, vector FROM chunks`, []any(nil)
	if !all {
		query, args = query+` WHERE article IN (SELECT value FROM json_each(?))`, []any{list(articles)}
	}
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var points []point
	for rows.Next() {
		var p point
		var vector sql.RawBytes
		if err := rows.Scan(&p.row, &p.article, &p.id, &vector); err != nil {
			return nil, err
		}
		if p.vector, err = decode(vector, dimensions); err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	return points, rows.Err()
}

// list returns numbers as a JSON array, for SQLite's json_each.
func list(numbers []int64) string {
	b, err := json.Marshal(numbers)
	if err != nil || numbers == nil {
		return "[]"
	}
	return string(b)
}
