package library

import (
	"context"
	"database/sql"
	"slices"
	"sync"
)

// queue groups small changes that arrive while the writer is busy into one
// transaction. A commit takes as long for many changes as for one, because it
// waits for the disk.
type queue struct {
	mu      sync.Mutex // guards the fields below
	waiting []*job
	busy    bool // whether a goroutine is writing changes
	worker  sync.WaitGroup
}

// job is a change that is queued or being written.
type job struct {
	do   func(context.Context, *sql.Tx) error
	done chan struct{} // closed when err is set
	err  error
}

// maxJobs is the maximum number of changes in one transaction.
const maxJobs = 500

// enqueue runs do in a write transaction, possibly together with other changes.
// do must not panic. It may run again after it or another change fails. It must
// use the context that it is given, because an interrupted statement rolls back
// the other changes. If ctx is cancelled, enqueue returns once it is certain
// whether do is committed.
func (l *Library) enqueue(ctx context.Context, operation string, do func(context.Context, *sql.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if l.opts.ReadOnly {
		return l.wrap(ctx, operation, errReadOnly)
	}
	j := &job{do: do, done: make(chan struct{})}
	l.queue.add(j, l.file.writer)
	select {
	case <-ctx.Done():
		if l.queue.withdraw(j) {
			return ctx.Err()
		}
		<-j.done
	case <-j.done:
	}
	// Return the result of a committed change even if ctx is cancelled by now.
	return l.wrap(context.WithoutCancel(ctx), operation, j.err)
}

// add appends a job, and starts the worker if it is not running.
func (q *queue) add(j *job, writer *sql.DB) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, j)
	if !q.busy {
		q.busy = true
		q.worker.Go(func() { q.work(writer) })
	}
}

// withdraw removes a job from the queue. It returns false if the job has begun.
func (q *queue) withdraw(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.waiting, j)
	if i < 0 {
		return false
	}
	q.waiting = slices.Delete(q.waiting, i, i+1)
	return true
}

// more reports whether there are queued jobs. If it returns false, the worker
// must end.
func (q *queue) more() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy = len(q.waiting) > 0
	return q.busy
}

// take removes and returns the oldest jobs.
func (q *queue) take() []*job {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(maxJobs, len(q.waiting))
	jobs := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	return jobs
}

// work writes changes until the queue is empty.
func (q *queue) work(writer *sql.DB) {
	ctx := context.Background()
	for q.more() {
		// Jobs can be withdrawn while this waits for the writer, so take them
		// only afterwards.
		tx, err := writer.BeginTx(ctx, nil)
		jobs := q.take()
		begun := err == nil
		if begun {
			err = commit(ctx, tx, jobs)
		}
		for _, j := range jobs {
			if j.err = err; err != nil && begun && len(jobs) > 1 { // one failing job must not fail the others
				j.err = commitAlone(ctx, writer, j)
			}
			close(j.done)
		}
	}
}

// commit writes changes in one transaction.
func commit(ctx context.Context, tx *sql.Tx, jobs []*job) error {
	defer tx.Rollback()
	for _, j := range jobs {
		if err := j.do(ctx, tx); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// commitAlone writes one change in its own transaction.
func commitAlone(ctx context.Context, writer *sql.DB, j *job) error {
	tx, err := writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return commit(ctx, tx, []*job{j})
}
