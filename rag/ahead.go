package rag

import (
	"context"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	aheadArticles = 64       // maximum number of articles waiting
	aheadBytes    = 16 << 20 // maximum bytes of text in them; a larger article waits alone
)

// ahead yields the items of src and reads further items in a goroutine
// meanwhile.
func ahead(src Source) Source {
	return func(yield func(Document, error) bool) {
		type item struct {
			d   Document
			err error
		}
		found := make(chan item, aheadArticles)
		room := semaphore.NewWeighted(aheadBytes)
		ctx, stop := context.WithCancel(context.Background())
		var done sync.WaitGroup
		done.Go(func() {
			defer close(found)
			for d, err := range src {
				if room.Acquire(ctx, weight(d)) != nil {
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
			room.Release(weight(i.d))
			if !yield(i.d, i.err) {
				return
			}
		}
	}
}

func weight(d Document) int64 { return min(int64(len(d.Text)), aheadBytes) }
