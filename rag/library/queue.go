package library

import (
	"context"
	"database/sql"
	"slices"
	"sync"
)

// queue gathers small changes that come while the writer is busy into one
// transaction: a commit waits for the disk, whatever it holds, and a bot that
// is asked much would else wait for the disk with each question.
type queue struct {
	mu      sync.Mutex // guards what follows
	waiting []*job
	busy    bool // whether a goroutine is at work on them
	worker  sync.WaitGroup
}

// job is a change that waits or is being made.
type job struct {
	do   func(context.Context, *sql.Tx) error
	done chan struct{} // closed when err is what came of it
	err  error
}

// most is how many changes are made in one transaction.
const most = 500

// enqueue has do run in a write transaction, perhaps among others. Of do it
// wants that it does not panic, that it may be run again after it or another
// has failed, and that it uses the context it is given: an interrupted
// statement would undo the work of others. Once ctx is cancelled, enqueue
// returns as soon as do has been made or never will be.
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
	// What is done is done, even if ctx has been cancelled meanwhile.
	return l.wrap(context.WithoutCancel(ctx), operation, j.err)
}

func (q *queue) add(j *job, writer *sql.DB) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, j)
	if !q.busy {
		q.busy = true
		q.worker.Go(func() { q.work(writer) })
	}
}

// withdraw takes a job back, unless it has been begun.
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

// more tells whether there is work to do; if not, who is at work is to end.
func (q *queue) more() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.busy = len(q.waiting) > 0
	return q.busy
}

// take gives the jobs that waited longest.
func (q *queue) take() []*job {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(most, len(q.waiting))
	jobs := slices.Clone(q.waiting[:n])
	q.waiting = slices.Delete(q.waiting, 0, n)
	return jobs
}

// work makes changes until none wait.
func (q *queue) work(writer *sql.DB) {
	ctx := context.Background()
	for q.more() {
		// What waits for the writer can be withdrawn, so it is taken after that.
		tx, err := writer.BeginTx(ctx, nil)
		jobs := q.take()
		begun := err == nil
		if begun {
			err = commit(ctx, tx, jobs)
		}
		for _, j := range jobs {
			if j.err = err; err != nil && begun && len(jobs) > 1 { // one that fails is not to spoil the others
				j.err = alone(ctx, writer, j)
			}
			close(j.done)
		}
	}
}

// commit makes changes in one transaction, all or none.
func commit(ctx context.Context, tx *sql.Tx, jobs []*job) error {
	defer tx.Rollback()
	for _, j := range jobs {
		if err := j.do(ctx, tx); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// alone makes a change in a transaction of its own.
func alone(ctx context.Context, writer *sql.DB, j *job) error {
	tx, err := writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return commit(ctx, tx, []*job{j})
}
