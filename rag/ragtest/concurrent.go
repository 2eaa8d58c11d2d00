package ragtest

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"footnote/rag"
)

// testConcurrent reads an article in several goroutines while it alternates
// between one chunk and three. Each reader must see one of the two versions,
// complete.
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
	// Two concurrent writers must both succeed, one after the other.
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
		t.Errorf("found %d articles of two concurrent writers, want 10", got)
	}
}

// readOnce reads the changing article by one of three methods, chosen by way.
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
			err = errors.New("article has no text")
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
			return fmt.Errorf("chunk %s: text %q does not fit offsets [%d, %d)", h.Chunk.ID, h.Chunk.Text, h.Chunk.Start, h.Chunk.End)
		}
	}
	if n != 1 && n != 3 {
		return fmt.Errorf("%d chunks, want 1 or 3", n)
	}
	return nil
}
