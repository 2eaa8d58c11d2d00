package index

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"

	"footnote/rag"
)

// prefetch yields the items of src and reads further items in a goroutine
// meanwhile.
func prefetch(src rag.Source) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		type item struct {
			d   rag.Document
			err error
		}
		found := make(chan item, prefetchArticles)
		room := semaphore.NewWeighted(prefetchBytes)
		ctx, stop := context.WithCancel(context.Background())
		var done sync.WaitGroup
		done.Go(func() {
			defer close(found)
			for d, err := range src {
				if room.Acquire(ctx, textWeight(d)) != nil {
					return
				}
				select {
				case found <- item{d, err}:
				case <-ctx.Done():
					return
				}
			}
		})
		defer done.Wait()
		defer stop()
		for i := range found {
			room.Release(textWeight(i.d))
			if !yield(i.d, i.err) {
				return
			}
		}
	}
}

const (
	prefetchArticles = 64       // maximum number of articles waiting
	prefetchBytes    = 16 << 20 // maximum bytes of text in them; a larger article waits alone
)

// textWeight returns the bytes of a document's text, at most prefetchBytes.
func textWeight(d rag.Document) int64 { return min(int64(len(d.Text)), prefetchBytes) }
