package discord

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"
)

// tasks run what an event starts, apart from the connection that delivered it.
type tasks struct {
	log     *slog.Logger
	metrics *Metrics

	mu    sync.Mutex
	ended bool
	group sync.WaitGroup
}

// start runs do in a goroutine, for at most a minute. A panic in do is logged.
func (t *tasks) start(ctx context.Context, do func(context.Context)) {
	t.begin(func() {
		defer t.recovered("event")
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		do(ctx)
	})
}

// begin runs do in a goroutine. After end it does nothing.
func (t *tasks) begin(do func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.ended {
		t.group.Go(do)
	}
}

// end accepts no more tasks, and waits for those that run.
func (t *tasks) end() {
	t.mu.Lock()
	t.ended = true
	t.mu.Unlock()
	t.group.Wait()
}

// recovered is to be deferred: it logs and counts a panic, and ends it.
func (t *tasks) recovered(what string) {
	if r := recover(); r != nil {
		t.panicked(r, "in", what)
	}
}

// panicked logs and counts a panic that was recovered.
func (t *tasks) panicked(r any, attributes ...any) {
	t.metrics.panics.Inc()
	t.log.Error("panic", append(attributes, "panic", fmt.Sprint(r), "stack", string(debug.Stack()))...)
}
