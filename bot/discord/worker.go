package discord

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"footnote/bot/discord/protocol"
)

// workers answer the questions of the queue.
type workers struct {
	queue     *queue
	arrivals  *arrivals
	tasks     *tasks
	inFlight  *inFlight
	claims    *claims
	responder *responder
	send      *sender
	metrics   *Metrics
	log       *slog.Logger
	now       func() time.Time
}

// work is one worker: it answers questions until ctx ends or the queue is
// closed.
func (w *workers) work(ctx context.Context) {
	for {
		j := w.queue.get(ctx)
		if j == nil {
			return
		}
		w.arrivals.yield(ctx)
		written := make(chan struct{})
		j.written = sync.OnceFunc(func() { close(written) })
		w.tasks.begin(func() {
			defer j.written()
			w.do(ctx, j)
		})
		<-written
		w.queue.done(j)
	}
}

// do answers one question, unless it was answered before.
func (w *workers) do(ctx context.Context, j *job) {
	defer func() {
		if r := recover(); r != nil {
			w.tasks.panicked(r, "in", "answer", "question", j.id)
			w.sorry(ctx, j, errors.New("panic"))
		}
	}()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	j.mu.Lock()
	j.cancel = cancel
	j.mu.Unlock()
	j.begin()
	w.inFlight.add(j)
	defer w.inFlight.drop(j)
	switch free, err := w.claims.first(ctx, "answer", j.id); {
	case err != nil:
		w.metrics.questions.WithLabelValues("error").Inc()
		w.log.Error("cannot record a claim, so the question was not answered", "question", j.id, "cause", err)
		w.sorry(ctx, j, err)
		return
	case !free:
		w.metrics.questions.WithLabelValues("answered_before").Inc()
		return
	}
	outcome, err := w.responder.answer(ctx, j)
	switch cause := context.Cause(ctx); {
	case err == nil:
	case errors.Is(cause, errGone):
		outcome = "deleted"
		w.log.Info("question deleted while being answered", "question", j.id)
		last, stop := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
		defer stop()
		j.withdraw(last)
	case errors.Is(cause, errStopping):
		outcome = "stopping"
		last, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer stop()
		_ = j.out.show(last, message{Content: stoppingSays}) // an error can be told to nobody
	default:
		outcome = "error"
		w.log.Error("cannot answer question", "question", j.id, "channel", j.channel.id, "cause", err)
		w.sorry(ctx, j, err)
	}
	w.metrics.questions.WithLabelValues(outcome).Inc()
	w.metrics.seconds.Observe(w.now().Sub(j.asked).Seconds())
}

// sorry tells the asker that something went wrong, and what to do.
func (w *workers) sorry(ctx context.Context, j *job, err error) {
	if j.unprompted {
		return
	}
	says := "Something went wrong, and I couldn't answer. Ask again in a minute. If it keeps happening, tell the person who runs me."
	var sent *protocol.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		says = "That took too long, so I stopped. Ask again, with a simpler question if you can."
	case errors.As(err, &sent):
		w.send.undelivered(ctx, j, err)
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if err := j.out.show(ctx, message{Content: says}); err != nil {
		w.send.undelivered(ctx, j, err)
	}
}

// turnAway tells an asker whose question waits that it will not be answered.
func (w *workers) turnAway(ctx context.Context, j *job) {
	w.metrics.questions.WithLabelValues("stopping").Inc()
	if j.unprompted {
		return
	}
	j.begin()
	if err := j.out.show(ctx, message{Content: stoppingSays}); err != nil {
		w.log.Warn("cannot tell the asker to ask again", "question", j.id, "cause", err)
	}
}
