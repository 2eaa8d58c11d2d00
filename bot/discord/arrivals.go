package discord

import (
	"context"
	"sync"
	"time"
)

// arrivals are the interactions that wait to be acknowledged, which has to be
// within 3 s, while an answer may take its time. Its zero value is of none.
type arrivals struct {
	mu      sync.Mutex
	waiting map[string]struct{} // by id
	gone    chan struct{}       // closed when none waits any more; nil: none does
}

func (a *arrivals) add(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting == nil {
		a.waiting = map[string]struct{}{}
	}
	if len(a.waiting) == 0 {
		a.gone = make(chan struct{})
	}
	a.waiting[id] = struct{}{}
}

func (a *arrivals) drop(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.waiting, id)
	if len(a.waiting) == 0 && a.gone != nil {
		close(a.gone)
		a.gone = nil
	}
}

// yields is how long an answer waits for arrivals: they need little of a
// processor, and get it late while the encoder has all of them.
const yields = 500 * time.Millisecond

// yield lets those that wait be acknowledged first.
func (a *arrivals) yield(ctx context.Context) {
	a.mu.Lock()
	gone := a.gone
	a.mu.Unlock()
	if gone == nil {
		return
	}
	limit := time.NewTimer(yields)
	defer limit.Stop()
	select {
	case <-gone:
	case <-limit.C:
	case <-ctx.Done():
	}
}
