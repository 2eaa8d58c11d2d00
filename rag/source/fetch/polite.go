package fetch

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
)

// host is the state of one server.
type host struct {
	mu     sync.Mutex // also locked during the wait for a turn; guards next and delay
	next   time.Time  // earliest time of the next request
	delay  time.Duration
	robots sync.Mutex // guards the fields below
	rules  *robotstxt.RobotsData
	read   time.Time
	err    error
}

const (
	robotsFor = 24 * time.Hour   // lifetime of a robots.txt, from RFC 9309
	maxDelay  = 10 * time.Second // limit on the delay that a robots.txt asks for
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

// waitTurn waits until the next request to the host is due.
func (c *Client) waitTurn(ctx context.Context, at *url.URL) error {
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

// checkRobots returns ErrRobots if the host's robots.txt disallows at. As in
// RFC 9309, a missing file allows everything, and an unreachable one nothing.
func (c *Client) checkRobots(ctx context.Context, at *url.URL) error {
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

// Sitemaps returns the sitemap addresses in a site's robots.txt.
func (c *Client) Sitemaps(ctx context.Context, site string) ([]string, error) {
	c.once.Do(c.init)
	at, err := Parse(site)
	if err != nil {
		return nil, err
	}
	if err := c.checkRobots(ctx, at); err != nil && !errors.Is(err, ErrRobots) {
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
