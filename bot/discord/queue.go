package discord

import (
	"context"
	"sync"
)

// queue holds the questions that wait, and gives the next to whoever works:
// from each server in turn, and never so many of one server that nobody is
// left for another: for that there have to be two who work.
type queue struct {
	most, workers int

	mu      sync.Mutex
	more    chan struct{} // closed and made anew when something changes
	order   []string      // servers that have questions waiting, the next first
	waiting map[string][]*job
	running map[string]int
	n       int
	closed  bool
}

func newQueue(most, workers int) *queue {
	return &queue{most: most, workers: workers, more: make(chan struct{}), waiting: map[string][]*job{}, running: map[string]int{}}
}

// put adds a question; ahead is how many wait before it. It reports false if
// the queue is full or closed.
func (q *queue) put(j *job) (ahead int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.n >= q.most {
		return 0, false
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
	return ahead, true
}

func (q *queue) changed() {
	close(q.more)
	q.more = make(chan struct{})
}

// get waits for the next question; nil if the queue is closed, or ctx ends.
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
		more := q.more
		q.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return nil
		}
	}
}

// done ends a question that get gave.
func (q *queue) done(j *job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.running[j.server]--; q.running[j.server] <= 0 {
		delete(q.running, j.server)
	}
	q.changed()
}

// find gives the waiting question of an id, nil if there is none; with take
// it waits no longer.
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

// close ends the queue and gives back what still waits.
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

func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.n
}
