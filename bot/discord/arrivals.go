package discord

import (
	"context"
	"sync"
	"time"
)

// arrivals are the interactions that wait to be acknowledged. Discord wants
// that within 3 s, while an answer may take longer. The zero value has none.
type arrivals struct {
	mu      sync.Mutex
	waiting map[string]struct{} // by id
	none    chan struct{}       // closed when no interaction waits any more; nil if none waits
}

func (a *arrivals) add(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.waiting == nil {
		a.waiting = map[string]struct{}{}
	}
	if len(a.waiting) == 0 {
		a.none = make(chan struct{})
	}
	a.waiting[id] = struct{}{}
}

func (a *arrivals) drop(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.waiting, id)
	if len(a.waiting) == 0 && a.none != nil {
		close(a.none)
		a.none = nil
	}
}

// yieldFor is how long an answer waits for arrivals. They need little processor
// time, but get it late while the encoder uses all processors.
const yieldFor = 500 * time.Millisecond

// yield lets the interactions that wait be acknowledged first.
func (a *arrivals) yield(ctx context.Context) {
	a.mu.Lock()
	none := a.none
	a.mu.Unlock()
	if none == nil {
		return
	}
	limit := time.NewTimer(yieldFor)
	defer limit.Stop()
	select {
	case <-none:
	case <-limit.C:
	case <-ctx.Done():
	}
}
