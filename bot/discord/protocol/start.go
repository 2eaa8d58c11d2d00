package protocol

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Info is what Discord says about how to connect to the gateway.
type Info struct {
	URL    string `json:"url"`
	Shards int    `json:"shards"` // as many as Discord recommends
	Limit  struct {
		Total          int   `json:"total"`           // sessions a day
		Remaining      int   `json:"remaining"`       // sessions until the reset
		ResetAfter     int64 `json:"reset_after"`     // milliseconds until the reset
		MaxConcurrency int   `json:"max_concurrency"` // sessions that may begin at the same time
	} `json:"session_start_limit"`
}

// Gateway asks how to connect to the gateway.
func (c *Client) Gateway(ctx context.Context) (Info, error) {
	var i Info
	err := c.Do(ctx, http.MethodGet, "/gateway/bot", nil, &i)
	return i, err
}

// Starts spaces the starts of sessions. Of the shards that are equal modulo
// Concurrency, one starts in each interval. Discord allows no more.
type Starts struct {
	Interval    time.Duration // 0: a little more than 5 s
	Concurrency int           // 0: 1

	mu   sync.Mutex
	next map[int]time.Time // by shard modulo Concurrency
}

// Wait waits until a shard may start a session.
func (s *Starts) Wait(ctx context.Context, shard int) error {
	every := s.Interval
	if every <= 0 {
		every = 5100 * time.Millisecond
	}
	s.mu.Lock()
	if s.next == nil {
		s.next = map[int]time.Time{}
	}
	key := shard % max(s.Concurrency, 1)
	at := s.next[key]
	if now := time.Now(); at.Before(now) {
		at = now
	}
	s.next[key] = at.Add(every)
	s.mu.Unlock()
	return sleep(ctx, time.Until(at))
}
