package protocol

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// globalLimit is how many requests may be in flight or have been answered within
// the last second. Discord accepts 50 in any second of its own clock. Every
// request arrives before its reply does, so this counts each at the latest
// moment when it can have arrived.
const globalLimit = 48

// route says which rate limit a request falls under. name is the method and the
// path without ids, and major is the id that has a limit of its own.
type route struct {
	name, major string
	interaction bool // authorized by an interaction's token, which the global limit does not cover
}

// routeOf returns the route of a request. Each channel, server, webhook and
// interaction has limits of its own, so the edits of one answer do not wait for
// those of another.
func routeOf(method, path string) route {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	r := route{interaction: parts[0] == "interactions" || parts[0] == "webhooks"}
	var name []string
	for i, p := range parts {
		switch {
		case i == 1 && (parts[0] == "channels" || parts[0] == "guilds"):
			r.major = p
			p = "ID"
		case i == 1 && r.interaction:
			p = "ID"
		case i == 2 && r.interaction:
			r.major = p
			p = "TOKEN"
		case i > 0 && parts[i-1] == "reactions":
			p = "EMOJI"
		case p != "" && strings.Trim(p, "0123456789") == "":
			p = "ID"
		}
		name = append(name, p)
	}
	r.name = method + " /" + strings.Join(name, "/")
	return r
}

// usefulKey is the context key of WhileUseful.
type usefulKey struct{}

// WhileUseful returns a context for requests that are only useful until the
// context useful ends. A request that still waits for a limit is then not made. A
// request that was made goes on, so that its result is known.
func WhileUseful(ctx, useful context.Context) context.Context {
	return context.WithValue(ctx, usefulKey{}, useful)
}

// waiting returns a context that ends with ctx, or when it is no longer useful
// to wait.
func waiting(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	useful, ok := ctx.Value(usefulKey{}).(context.Context)
	if !ok {
		return ctx, cancel
	}
	stop := context.AfterFunc(useful, cancel)
	return ctx, func() { stop(); cancel() }
}

// limiter keeps requests within the limits that replies announce. The zero value
// knows no limits but the global one.
type limiter struct {
	mu      sync.Mutex
	slots   chan time.Time    // globalLimit values: the times from which each slot is free
	paused  time.Time         // no requests before
	hashes  map[string]string // Discord's name for the limit, by name of a route
	buckets map[string]*bucket
	swept   time.Time // when unused buckets were last dropped
}

// bucket is one limit. Requests under it are made one after the other, so that
// each knows what the previous reply said.
type bucket struct {
	key   string
	turn  chan struct{} // holds one value while the bucket is free
	users int           // requests that use the bucket; limiter.mu guards this and the fields below
	left  int           // requests that are left until reset
	reset time.Time
}

// acquire waits until a request may be made. After it, release must be called.
func (l *limiter) acquire(ctx context.Context, r route) (*bucket, error) {
	for {
		b := l.enter(r)
		select {
		case <-b.turn:
		case <-ctx.Done():
			l.leave(b)
			return nil, ctx.Err()
		}
		var err error
		if l.current(r, b) {
			if err = l.wait(ctx, r, b); err == nil {
				return b, nil
			}
		}
		b.turn <- struct{}{}
		l.leave(b)
		if err != nil {
			return nil, err
		}
	}
}

// current reports whether b is still the bucket of a route. It is not if
// Discord's name for the limit became known meanwhile.
func (l *limiter) current(r route, b *bucket) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.bucket(r) == b
}

// enter returns the bucket of a route, and marks it as used.
func (l *limiter) enter(r route) *bucket {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets == nil {
		l.slots = make(chan time.Time, globalLimit)
		for range globalLimit {
			l.slots <- time.Time{}
		}
		l.hashes, l.buckets = map[string]string{}, map[string]*bucket{}
	}
	b := l.bucket(r)
	b.users++
	return b
}

// bucket returns the bucket of a route, and creates it if needed. l.mu must be
// locked.
func (l *limiter) bucket(r route) *bucket {
	key := r.name
	if h := l.hashes[r.name]; h != "" {
		key = h
	}
	key += "\x00" + r.major
	b := l.buckets[key]
	if b == nil {
		b = &bucket{key: key, turn: make(chan struct{}, 1), left: 1}
		b.turn <- struct{}{}
		l.buckets[key] = b
	}
	return b
}

// wait waits until the bucket, a pause and the global limit allow a request.
func (l *limiter) wait(ctx context.Context, r route, b *bucket) error {
	for {
		l.mu.Lock()
		until := time.Time{}
		if b.left <= 0 {
			until = b.reset
		}
		if !r.interaction && l.paused.After(until) {
			until = l.paused
		}
		l.mu.Unlock()
		d := time.Until(until)
		if d <= 0 {
			break
		}
		if err := sleep(ctx, d); err != nil {
			return err
		}
	}
	if r.interaction {
		return nil
	}
	select {
	case free := <-l.slots:
		if err := sleep(ctx, time.Until(free)); err != nil {
			l.slots <- free
			return err
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// release ends a request. header is the reply's header, nil if there was no
// reply.
func (l *limiter) release(r route, b *bucket, header http.Header) {
	if !r.interaction {
		l.slots <- time.Now().Add(time.Second)
	}
	l.mu.Lock()
	if hash := header.Get("X-RateLimit-Bucket"); hash != "" {
		l.hashes[r.name] = hash
	}
	left, err := strconv.Atoi(header.Get("X-RateLimit-Remaining"))
	after, err2 := strconv.ParseFloat(header.Get("X-RateLimit-Reset-After"), 64)
	if err == nil && err2 == nil {
		reset := time.Now().Add(time.Duration(after*float64(time.Second)) + 20*time.Millisecond)
		b.left, b.reset = left, reset
		if same := l.bucket(r); same != b { // Discord's name for the limit has just become known
			same.left, same.reset = left, reset
		}
	}
	l.mu.Unlock()
	b.turn <- struct{}{}
	l.leave(b)
}

// leave ends the use of a bucket. At most once a second, it drops the buckets
// that hold no information any more.
func (l *limiter) leave(b *bucket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	b.users--
	now := time.Now()
	if now.Sub(l.swept) < time.Second {
		return
	}
	l.swept = now
	for key, b := range l.buckets {
		if b.users == 0 && !b.reset.After(now) {
			delete(l.buckets, key)
		}
	}
}

// pause stops all requests for a time, except those of interactions.
func (l *limiter) pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := time.Now().Add(d); until.After(l.paused) {
		l.paused = until
	}
}

// Buckets returns the number of rate limits that the client tracks.
func (c *Client) Buckets() int {
	c.limits.mu.Lock()
	defer c.limits.mu.Unlock()
	return len(c.limits.buckets)
}
