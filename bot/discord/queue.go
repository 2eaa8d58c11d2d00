package discord

import (
	"context"
	"errors"
	"sync"
)

var (
	errQueueFull   = errors.New("the queue is full")
	errQueueClosed = errors.New("the queue is closed")
)

// queue holds the questions that wait. It gives workers a question of each
// server in turn. One worker is always left for another server, so there must
// be at least two workers.
type queue struct {
	most, workers int

	mu      sync.Mutex
	changes chan struct{} // closed and replaced when something changes
	order   []string      // servers with waiting questions, the next one first
	waiting map[string][]*job
	running map[string]int // number of jobs, by server
	n       int            // jobs that wait
	closed  bool
}

func newQueue(most, workers int) *queue {
	return &queue{most: most, workers: workers, changes: make(chan struct{}), waiting: map[string][]*job{}, running: map[string]int{}}
}

// put adds a question; ahead is the number of questions that it waits for. It
// returns errQueueFull or errQueueClosed if it cannot add it.
func (q *queue) put(j *job) (ahead int, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.closed:
		return 0, errQueueClosed
	case q.n >= q.most:
		return 0, errQueueFull
	}
	all, mine := q.n, len(q.waiting[j.server])+q.running[j.server]
	for _, n := range q.running {
		all += n
	}
	ahead = max(0, all-q.workers+1, mine-(q.workers-1)+1)
	if len(q.waiting[j.server]) == 0 {
		q.order = append(q.order, j.server)
	}
	q.waiting[j.server] = append(q.waiting[j.server], j)
	q.n++
	q.changed()
	return ahead, nil
}

// changed wakes the workers that wait in get.
func (q *queue) changed() {
	close(q.changes)
	q.changes = make(chan struct{})
}

// get waits for the next question. It returns nil if the queue is closed or ctx
// ends.
func (q *queue) get(ctx context.Context) *job {
	for {
		q.mu.Lock()
		if q.closed {
			q.mu.Unlock()
			return nil
		}
		for i, server := range q.order {
			if q.running[server] > 0 && q.running[server] >= q.workers-1 {
				continue
			}
			j := q.waiting[server][0]
			q.order = append(q.order[:i:i], q.order[i+1:]...)
			if q.waiting[server] = q.waiting[server][1:]; len(q.waiting[server]) > 0 {
				q.order = append(q.order, server)
			} else {
				delete(q.waiting, server)
			}
			q.running[server]++
			q.n--
			q.mu.Unlock()
			return j
		}
		changes := q.changes
		q.mu.Unlock()
		select {
		case <-changes:
		case <-ctx.Done():
			return nil
		}
	}
}

// done tells the queue that a question which get returned is finished.
func (q *queue) done(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running[j.server]--; q.running[j.server] <= 0 {
		delete(q.running, j.server)
	}
	q.changed()
}

// find returns the waiting question with an id, nil if there is none. If take is
// set, it also removes it from the queue.
func (q *queue) find(id string, take bool) *job {
	q.mu.Lock()
	defer q.mu.Unlock()
	for server, jobs := range q.waiting {
		for i, j := range jobs {
			if j.id != id {
				continue
			}
			if take {
				q.waiting[server] = append(jobs[:i:i], jobs[i+1:]...)
				q.n--
				if len(q.waiting[server]) == 0 {
					delete(q.waiting, server)
					for k, s := range q.order {
						if s == server {
							q.order = append(q.order[:k:k], q.order[k+1:]...)
							break
						}
					}
				}
			}
			return j
		}
	}
	return nil
}

// isClosed reports whether close was called.
func (q *queue) isClosed() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed
}

// close closes the queue and returns the questions that still wait.
func (q *queue) close() []*job {
	q.mu.Lock()
	defer q.mu.Unlock()
	var left []*job
	for _, server := range q.order {
		left = append(left, q.waiting[server]...)
	}
	q.closed, q.order, q.waiting, q.n = true, nil, map[string][]*job{}, 0
	q.changed()
	return left
}

// length returns the number of questions that wait.
func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.n
}
