package fetch

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
)

// host is what is known of a server.
type host struct {
	mu     sync.Mutex // held while waiting for a turn
	next   time.Time  // when it may be asked again
	delay  time.Duration
	robots sync.Mutex // guards what follows
	rules  *robotstxt.RobotsData
	read   time.Time
	err    error
}

const (
	robotsFor = 24 * time.Hour   // how long a robots.txt is good, by RFC 9309
	maxDelay  = 10 * time.Second // of a robots.txt that asks for more
)

func (c *Client) host(at *url.URL) *host {
	key := at.Scheme + "://" + at.Host
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hosts[key] == nil {
		c.hosts[key] = &host{}
	}
	return c.hosts[key]
}

// turn waits until the host may be asked.
func (c *Client) turn(ctx context.Context, at *url.URL) error {
	pace := c.Pace
	if pace < 0 {
		return ctx.Err()
	}
	if pace == 0 {
		pace = time.Second
	}
	h := c.host(at)
	h.mu.Lock()
	defer h.mu.Unlock()
	if wait := time.Until(h.next); wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-t.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	h.next = time.Now().Add(max(pace, h.delay))
	return ctx.Err()
}

// obey returns ErrRobots if the host's robots.txt forbids at. As RFC 9309 has
// it, one that is not there allows all, and one that cannot be had nothing.
func (c *Client) obey(ctx context.Context, at *url.URL) error {
	h := c.host(at)
	h.robots.Lock()
	defer h.robots.Unlock()
	if h.read.IsZero() || time.Since(h.read) > robotsFor || h.err != nil && time.Since(h.read) > time.Minute {
		h.rules, h.err = c.rules(ctx, at)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		h.read = time.Now()
		if h.rules != nil {
			h.mu.Lock()
			h.delay = min(maxDelay, h.rules.FindGroup(Agent).CrawlDelay)
			h.mu.Unlock()
		}
	}
	switch {
	case h.err != nil:
		return h.err
	case h.rules != nil && !h.rules.FindGroup(Agent).Test(at.RequestURI()):
		return ErrRobots
	}
	return nil
}

// rules reads a robots.txt; nil if everything is allowed.
func (c *Client) rules(ctx context.Context, at *url.URL) (*robotstxt.RobotsData, error) {
	r, err := c.Get(ctx, Request{URL: at.Scheme + "://" + at.Host + "/robots.txt"})
	var status *StatusError
	switch {
	case errors.As(err, &status) && status.Status >= 400 && status.Status < 500 && status.Status != 429:
		return nil, nil
	case err != nil:
		return nil, errors.Join(ErrRobots, err)
	}
	rules, err := robotstxt.FromBytes(r.Body[:min(len(r.Body), 500<<10)])
	if err != nil {
		return nil, nil //nolint:nilerr // one that cannot be read forbids nothing
	}
	return rules, nil
}

// Sitemaps is where a site's robots.txt says that its sitemaps are.
func (c *Client) Sitemaps(ctx context.Context, site string) ([]string, error) {
	c.once.Do(c.init)
	at, err := Parse(site)
	if err != nil {
		return nil, err
	}
	if err := c.obey(ctx, at); err != nil && !errors.Is(err, ErrRobots) {
		return nil, err
	}
	h := c.host(at)
	h.robots.Lock()
	defer h.robots.Unlock()
	if h.rules == nil {
		return nil, nil
	}
	return h.rules.Sitemaps, nil
}
