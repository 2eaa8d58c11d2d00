package library

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

func TestChunkCache(t *testing.T) {
	t.Parallel()
	chunks := func(from, to int64) map[int64]*rag.Chunk {
		m := map[int64]*rag.Chunk{}
		for row := from; row < to; row++ {
			m[row] = &rag.Chunk{ID: key(row)}
		}
		return m
	}
	var r chunkCache
	for _, step := range []struct {
		name       string
		generation int64
		keep       map[int64]*rag.Chunk
		find       []int64
		unread     []int64
	}{
		{"empty cache", 1, nil, []int64{1, 2}, []int64{1, 2}},
		{"after the first chunks", 1, chunks(1, 3), []int64{2, 3, 1}, []int64{3}},
		{"after another chunk", 1, chunks(3, 4), []int64{1, 2, 3}, nil},
		{"another generation", 2, nil, []int64{1}, []int64{1}},
		{"another generation with a chunk", 2, chunks(7, 8), []int64{1, 7}, []int64{1}},
		{"full cache", 2, chunks(1000, 1000+maxCached-1), []int64{7, 1000}, nil},
		{"one chunk more than fits", 2, chunks(8, 9), []int64{7, 8, 1000}, []int64{7, 1000}},
	} {
		if step.keep != nil {
			r.keep(step.generation, step.keep)
		}
		var found []scored
		for _, row := range step.find {
			found = append(found, scored{row: row})
		}
		got := map[int64]rag.Chunk{}
		if diff := cmp.Diff(step.unread, r.take(step.generation, found, got)); diff != "" {
			t.Errorf("%s: unread (-want +got):\n%s", step.name, diff)
		}
		if len(got)+len(step.unread) != len(step.find) {
			t.Errorf("%s: of %d rows, %d are cached and %d are not", step.name, len(step.find), len(got), len(step.unread))
		}
		for row, c := range got {
			if c.ID != key(row) {
				t.Errorf("%s: row %d has chunk %q", step.name, row, c.ID)
			}
		}
	}
}
