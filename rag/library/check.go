package library

import (
	"errors"
	"fmt"
	"math"

	"footnote/rag"
)

// check returns an error for entries that could not be read back unchanged.
func check(put []rag.Entry) error {
	articles, chunks := map[string]bool{}, map[string]bool{}
	for _, e := range put {
		if articles[e.Document.ID] {
			return fmt.Errorf("article %s: appears twice in one update", e.Document.ID)
		}
		articles[e.Document.ID] = true
		if err := checkEntry(e, chunks); err != nil {
			return fmt.Errorf("article %s: %w", e.Document.ID, err)
		}
	}
	return nil
}

// checkEntry checks one entry and adds the IDs of its chunks to seen.
func checkEntry(e rag.Entry, seen map[string]bool) error {
	d := e.Document
	if d.ID == "" {
		return errors.New("it has no ID")
	}
	if y := d.Published.UTC().Year(); y < 1 || y > 9999 {
		return fmt.Errorf("publication year %d is not between 1 and 9999", y)
	}
	if len(e.Chunks) != len(e.Vectors) {
		return fmt.Errorf("it has %d chunks but %d vectors", len(e.Chunks), len(e.Vectors))
	}
	for i, c := range e.Chunks {
		if c.ID == "" {
			return errors.New("a chunk has no ID")
		}
		if seen[c.ID] {
			return fmt.Errorf("chunk %s: appears twice in one update", c.ID)
		}
		seen[c.ID] = true
		if err := checkChunk(c, d); err != nil {
			return fmt.Errorf("chunk %s: %w", c.ID, err)
		}
		if err := checkVector(e.Vectors[i]); err != nil {
			return fmt.Errorf("chunk %s: %w", c.ID, err)
		}
	}
	return nil
}

// checkChunk returns an error unless a chunk repeats the fields and the text of
// its document.
func checkChunk(c rag.Chunk, d rag.Document) error {
	if c.Doc != d.ID || c.Title != d.Title || c.URL != d.URL || c.Collection != d.Collection || !c.Published.Equal(d.Published) {
		return errors.New("its fields differ from those of the article")
	}
	if c.Start < 0 || c.End < c.Start || c.End > len(d.Text) || d.Text[c.Start:c.End] != c.Text {
		return fmt.Errorf("it differs from the article's text at [%d, %d)", c.Start, c.End)
	}
	return nil
}

// checkVector returns an error unless v is a unit vector.
func checkVector(v []float32) error {
	if n := norm(v); !(math.Abs(n-1) < 1e-3) { // written so that NaN is an error
		return fmt.Errorf("vector has length %v, not 1", n)
	}
	return nil
}
