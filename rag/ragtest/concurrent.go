package ragtest

import (
	"fmt"
	"sync"
	"testing"

	"footnote/rag"
)

// testConcurrent has readers at work while an article changes, back and forth
// between one chunk and three: each must see one or the other, whole.
func testConcurrent(t *testing.T, s rag.Store) {
	short := rag.Document{ID: "changing", Title: "Changing", Text: "harbour one."}
	long := rag.Document{ID: "changing", Title: "Changing", Text: "harbour three, first.\n\nharbour three, second.\n\nharbour three, third."}
	put(t, s, lighthouse, orchard, short)

	const rounds = 20
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for i := range 4 {
		readers.Go(func() {
			for round := 0; ; round++ {
				select {
				case <-stop:
					return
				default:
				}
				if err := readOnce(t, s, i+round); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for i := range rounds {
		d := long
		if i%2 == 1 {
			d = short
		}
		if err := s.Update(t.Context(), entries(d), nil); err != nil {
			t.Error(err)
			break
		}
	}
	close(stop)
	readers.Wait()
	// Two writers at once: both are done, one after the other.
	var writers sync.WaitGroup
	for i := range 2 {
		writers.Go(func() {
			for j := range 5 {
				d := rag.Document{ID: fmt.Sprintf("writer%d.%d", i, j), Title: "Writer", Text: "Written at once."}
				if err := s.Update(t.Context(), entries(d), nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	if got := len(match(t, s, "written", 100, rag.Filter{})); got != 10 {
		t.Errorf("%d of the 10 articles that two wrote at once", got)
	}
}

// readOnce looks for the changing article in one of several ways.
func readOnce(t *testing.T, s rag.Store, way int) error {
	var hits []rag.Hit
	var err error
	switch way % 3 {
	case 0:
		hits, err = s.Nearest(t.Context(), Embedder{}.embed("Changing harbour"), 100, rag.Filter{})
	case 1:
		hits, err = s.Match(t.Context(), []string{"changing"}, 100, rag.Filter{})
	case 2:
		d, err := s.Document(t.Context(), "changing")
		if err == nil && d.Text == "" {
			err = fmt.Errorf("an article without its text")
		}
		return err
	}
	if err != nil {
		return err
	}
	n := 0
	for _, h := range hits {
		if h.Chunk.Doc != "changing" {
			continue
		}
		n++
		if len(h.Chunk.Text) != h.Chunk.End-h.Chunk.Start {
			return fmt.Errorf("chunk %s: %q is not [%d, %d)", h.Chunk.ID, h.Chunk.Text, h.Chunk.Start, h.Chunk.End)
		}
	}
	if n != 1 && n != 3 {
		return fmt.Errorf("%d chunks of an article that has 1 or 3", n)
	}
	return nil
}
