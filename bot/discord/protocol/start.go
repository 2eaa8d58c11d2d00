package protocol

import (
	"context"
	"log/slog"
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

// Reset returns the time until Discord allows Total sessions again.
func (i Info) Reset() time.Duration { return time.Duration(i.Limit.ResetAfter) * time.Millisecond }

// Gateway asks how to connect to the gateway.
func (c *Client) Gateway(ctx context.Context) (Info, error) {
	var i Info
	err := c.Do(ctx, http.MethodGet, "/gateway/bot", nil, &i)
	return i, err
}

// Starts decides when sessions may begin. Discord resets the token of a bot
// that begins more sessions than it announces, so Wait asks before each.
type Starts struct {
	Info        func(ctx context.Context) (Info, error) // as in [Client.Gateway]
	Concurrency int                                     // max_concurrency until Info is called; 0: 1
	Interval    time.Duration                           // between two sessions; 0: a little more than 5 s
	Log         *slog.Logger

	mu   sync.Mutex        // guards the fields below, and Concurrency
	next map[int]time.Time // by shard modulo Concurrency
	told time.Time         // end of the last wait that was logged
}

// Wait waits until a shard may begin a session, and returns the address to
// connect to. Of the shards that are equal modulo Concurrency, one begins in
// each interval. If no sessions remain, Wait waits until Discord allows more.
func (s *Starts) Wait(ctx context.Context, shard int) (address string, err error) {
	for {
		if err := sleep(ctx, time.Until(s.turn(shard))); err != nil {
			return "", err
		}
		info, err := s.Info(ctx)
		if err != nil {
			return "", err
		}
		s.mu.Lock()
		s.Concurrency = info.Limit.MaxConcurrency
		s.mu.Unlock()
		atOnce := max(1, info.Limit.MaxConcurrency) // shards that may ask before any of them has begun
		if info.Limit.Total == 0 || info.Limit.Remaining >= atOnce {
			return info.URL, nil // without a limit, Total is 0
		}
		wait := max(info.Reset(), time.Second)
		s.tell(wait)
		if err := sleep(ctx, wait); err != nil {
			return "", err
		}
	}
}

// turn takes the next time at which a shard may begin a session.
func (s *Starts) turn(shard int) time.Time {
	every := s.Interval
	if every <= 0 {
		every = 5100 * time.Millisecond
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == nil {
		s.next = map[int]time.Time{}
	}
	key := shard % max(s.Concurrency, 1)
	at := s.next[key]
	if now := time.Now(); at.Before(now) {
		at = now
	}
	s.next[key] = at.Add(every)
	return at
}

// tell logs a wait for more sessions, once for all shards that wait.
func (s *Starts) tell(wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); s.told.Before(now) {
		s.told = now.Add(wait)
		s.Log.Warn("Discord allows no more sessions for now; waiting until it does", "wait", wait.Round(time.Second))
	}
}
