package protocol

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// overall is how many requests may be under way, or have been answered within
// the last second. Discord takes 50 in any second, by its own clock; however
// long each was on its way, it arrived before its reply did.
const overall = 48

// route is what a rate limit is for: a path without the ids that do not count
// for it (name), and those that do (major).
type route struct {
	name, major string
	interaction bool // by an interaction's own token: outside the overall limit
}

// routeOf says which limit a request falls under. Channels, servers, webhooks
// and interactions have limits of their own each, so the edits of one answer
// do not wait for those of another.
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

// usefulKey is the key of a context's other one.
type usefulKey struct{}

// WhileUseful gives a context whose requests are not begun any more once useful
// has ended. One that has been begun goes on, so that what came of it is known.
func WhileUseful(ctx, useful context.Context) context.Context {
	return context.WithValue(ctx, usefulKey{}, useful)
}

// waiting gives a context that ends with ctx, or when it is no longer useful to
// wait.
func waiting(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	useful, ok := ctx.Value(usefulKey{}).(context.Context)
	if !ok {
		return ctx, cancel
	}
	stop := context.AfterFunc(useful, cancel)
	return ctx, func() { stop(); cancel() }
}

// pacer keeps requests within the limits that replies announce.
type pacer struct {
	mu      sync.Mutex
	slots   chan time.Time // overall of them, each with when it may be used again
	paused  time.Time
	hashes  map[string]string // Discord's name for the limit of a route
	buckets map[string]*bucket
	swept   time.Time
}

// bucket is one limit. Requests under it are made one after the other, so that
// each knows what the one before it was told.
type bucket struct {
	key   string
	turn  chan struct{} // holds one value while the bucket is free
	users int           // guarded by pacer.mu, as are those below
	left  int
	reset time.Time
}

// take waits until a request may be made.
func (p *pacer) take(ctx context.Context, r route) (*bucket, error) {
	for {
		b := p.enter(r)
		select {
		case <-b.turn:
		case <-ctx.Done():
			p.leave(b)
			return nil, ctx.Err()
		}
		var err error
		if p.current(r, b) {
			if err = p.wait(ctx, r, b); err == nil {
				return b, nil
			}
		}
		b.turn <- struct{}{}
		p.leave(b)
		if err != nil {
			return nil, err
		}
	}
}

// current reports whether a bucket is still that of a route, whose name may
// have become known meanwhile.
func (p *pacer) current(r route, b *bucket) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bucket(r) == b
}

func (p *pacer) enter(r route) *bucket {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.buckets == nil {
		p.slots = make(chan time.Time, overall)
		for range overall {
			p.slots <- time.Time{}
		}
		p.hashes, p.buckets = map[string]string{}, map[string]*bucket{}
	}
	b := p.bucket(r)
	b.users++
	return b
}

func (p *pacer) bucket(r route) *bucket {
	key := r.name
	if h := p.hashes[r.name]; h != "" {
		key = h
	}
	key += "\x00" + r.major
	b := p.buckets[key]
	if b == nil {
		b = &bucket{key: key, turn: make(chan struct{}, 1), left: 1}
		b.turn <- struct{}{}
		p.buckets[key] = b
	}
	return b
}

func (p *pacer) wait(ctx context.Context, r route, b *bucket) error {
	for {
		p.mu.Lock()
		until := time.Time{}
		if b.left <= 0 {
			until = b.reset
		}
		if !r.interaction && p.paused.After(until) {
			until = p.paused
		}
		p.mu.Unlock()
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
	case free := <-p.slots:
		if err := sleep(ctx, time.Until(free)); err != nil {
			p.slots <- free
			return err
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// give ends a request; header is that of the reply, nil if there was none.
func (p *pacer) give(r route, b *bucket, header http.Header) {
	if !r.interaction {
		p.slots <- time.Now().Add(time.Second)
	}
	p.mu.Lock()
	if hash := header.Get("X-RateLimit-Bucket"); hash != "" {
		p.hashes[r.name] = hash
	}
	left, err := strconv.Atoi(header.Get("X-RateLimit-Remaining"))
	after, err2 := strconv.ParseFloat(header.Get("X-RateLimit-Reset-After"), 64)
	if err == nil && err2 == nil {
		reset := time.Now().Add(time.Duration(after*float64(time.Second)) + 20*time.Millisecond)
		b.left, b.reset = left, reset
		if same := p.bucket(r); same != b { // its name has just become known
			same.left, same.reset = left, reset
		}
	}
	p.mu.Unlock()
	b.turn <- struct{}{}
	p.leave(b)
}

// leave drops the buckets that say nothing any more, now and then.
func (p *pacer) leave(b *bucket) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b.users--
	now := time.Now()
	if now.Sub(p.swept) < time.Second {
		return
	}
	p.swept = now
	for key, b := range p.buckets {
		if b.users == 0 && !b.reset.After(now) {
			delete(p.buckets, key)
		}
	}
}

// pause stops all requests but those of interactions for a time.
func (p *pacer) pause(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(d); until.After(p.paused) {
		p.paused = until
	}
}

// Buckets is how many limits the client remembers.
func (c *Client) Buckets() int {
	c.pace.mu.Lock()
	defer c.pace.mu.Unlock()
	return len(c.pace.buckets)
}
