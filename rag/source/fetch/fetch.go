// Package fetch gets what is behind a URL from servers that nobody vouches for:
// only from public addresses, no more than so much, for no longer than so long,
// and without being a burden to them.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Agent is how a Client names itself, and what it looks for in a robots.txt.
const Agent = "footnote"

// Client fetches. Its zero value is ready to use, by several goroutines.
type Client struct {
	AllowPrivate bool          // also addresses that are not public, and the proxy that the environment names
	MaxBytes     int64         // of a body, as it is when unpacked; 0: 32 MiB
	Timeout      time.Duration // for one request with all of its body; 0: 60 s
	Pace         time.Duration // from one request to a host to the next; 0: 1 s; less than 0: none
	Version      string        // goes behind Agent; empty: nothing does

	once  sync.Once
	http  *http.Client
	mu    sync.Mutex // guards hosts
	hosts map[string]*host
}

// Request is what to get.
type Request struct {
	URL    string
	Stamp  string // Response.Stamp of before: a body that has not changed is not sent again
	Robots bool   // whether the site's robots.txt is to be obeyed: nobody named this URL
}

// Response is what a server gave.
type Response struct {
	URL       string // where it was found, after redirects
	Moved     string // where it is to be found from now on, if that was said
	Media     string // its Content-Type
	Body      []byte
	Stamp     string // tells this version from another, in Request.Stamp; empty if the server gave nothing for it
	Unchanged bool   // it is as it was at Request.Stamp; Body is empty
}

// Errors that a caller may match.
var (
	ErrAddress = errors.New("not an address of the public internet")
	ErrRobots  = errors.New("its robots.txt asks not to be read")
	ErrLarge   = errors.New("too large")
	ErrURL     = errors.New("not an address of the web")
)

// StatusError is an answer that holds nothing to read.
type StatusError struct {
	Status int
	After  time.Duration // the server asks not to come again before; 0 if it does not
}

// Error reads "404 Not Found".
func (e *StatusError) Error() string {
	text := http.StatusText(e.Status)
	if text == "" {
		return "status " + strconv.Itoa(e.Status)
	}
	return strconv.Itoa(e.Status) + " " + text
}

const maxRedirects = 10

// Get fetches a URL. It follows redirects, to public addresses only, and waits
// for its turn with a host. An error wraps one of those above, or is a
// *[StatusError], or one of the network.
func (c *Client) Get(ctx context.Context, r Request) (Response, error) {
	c.once.Do(c.init)
	ctx, cancel := context.WithTimeout(ctx, maxRedirects*c.timeout())
	defer cancel()
	at, err := Parse(r.URL)
	if err != nil {
		return Response{}, err
	}
	moved := true // so far every redirect was for good
	out := Response{}
	for range maxRedirects + 1 {
		if r.Robots {
			if err := c.obey(ctx, at); err != nil {
				return Response{}, err
			}
		}
		next, permanent, err := c.get(ctx, at, r.Stamp, &out)
		if err != nil {
			return Response{}, err
		}
		if next == nil {
			out.URL = at.String()
			return out, nil
		}
		if at, err = Parse(next.String()); err != nil {
			return Response{}, fmt.Errorf("redirect to %s: %w", next.Redacted(), err)
		}
		if moved = moved && permanent; moved {
			out.Moved = at.String()
		}
	}
	return Response{}, fmt.Errorf("more than %d redirects", maxRedirects)
}

// Parse reads an absolute http or https URL and tidies it: no fragment, no port
// that goes without saying, no parameters that only say where a reader came
// from. Its error wraps ErrURL.
func Parse(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w", ErrURL)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%w: only http and https are read", ErrURL)
	case u.Hostname() == "" || u.Opaque != "":
		return nil, fmt.Errorf("%w: it names no host", ErrURL)
	case u.User != nil:
		return nil, fmt.Errorf("%w: it holds a name or a password", ErrURL)
	}
	u.Fragment, u.RawFragment = "", ""
	u.Host = strings.ToLower(u.Host)
	if port := u.Port(); u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	var kept []string
	for _, p := range strings.Split(u.RawQuery, "&") {
		name, _, _ := strings.Cut(p, "=")
		if p != "" && !strings.HasPrefix(name, "utm_") && name != "fbclid" && name != "gclid" {
			kept = append(kept, p)
		}
	}
	u.RawQuery = strings.Join(kept, "&")
	return u, nil
}

// get makes one request. Without an error, either out is filled in, or next is
// where to go on.
func (c *Client) get(ctx context.Context, at *url.URL, stamp string, out *Response) (next *url.URL, permanent bool, err error) {
	if err := c.turn(ctx, at); err != nil {
		return nil, false, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, false, fmt.Errorf("%w", ErrURL)
	}
	req.Header.Set("User-Agent", c.agent())
	req.Header.Set("Accept", "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,application/pdf,text/*;q=0.8,*/*;q=0.5")
	if etag, modified, _ := strings.Cut(stamp, "\n"); stamp != "" {
		setIf(req.Header, "If-None-Match", etag)
		setIf(req.Header, "If-Modified-Since", modified)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, false, plain(err)
	}
	defer resp.Body.Close()
	switch s := resp.StatusCode; {
	case s == http.StatusNotModified && stamp != "":
		out.Unchanged, out.Stamp = true, stamp
		return nil, false, nil
	case s == 301 || s == 302 || s == 303 || s == 307 || s == 308:
		to, err := resp.Location()
		if err != nil {
			return nil, false, &StatusError{Status: s}
		}
		return to, s == 301 || s == 308, nil
	case s != http.StatusOK && s != http.StatusNonAuthoritativeInfo:
		return nil, false, &StatusError{Status: s, After: after(resp.Header.Get("Retry-After"))}
	}
	limit := c.limit()
	if out.Body, err = io.ReadAll(io.LimitReader(resp.Body, limit+1)); err != nil {
		return nil, false, plain(err)
	}
	if int64(len(out.Body)) > limit {
		return nil, false, fmt.Errorf("%w: more than %d bytes", ErrLarge, limit)
	}
	out.Media = resp.Header.Get("Content-Type")
	if etag, modified := resp.Header.Get("Etag"), resp.Header.Get("Last-Modified"); etag != "" || modified != "" {
		out.Stamp = etag + "\n" + modified
	}
	return nil, false, nil
}

func setIf(h http.Header, key, value string) {
	if value != "" {
		h.Set(key, value)
	}
}

// after reads a Retry-After, in seconds or as a date.
func after(s string) time.Duration {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return time.Duration(min(n, 30*24*3600)) * time.Second
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(0, time.Until(t))
	}
	return 0
}

// plain is an error of the network without the method and the URL, which its
// reader knows.
func plain(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	switch {
	case errors.Is(err, ErrAddress):
		return fmt.Errorf("%w", ErrAddress)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the server was too slow: %w", context.DeadlineExceeded)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("it broke off in the middle: %w", io.ErrUnexpectedEOF)
	}
	return err
}

func (c *Client) agent() string {
	if c.Version != "" {
		return Agent + "/" + c.Version + " (reader of articles)"
	}
	return Agent + " (reader of articles)"
}

func (c *Client) limit() int64 {
	if c.MaxBytes > 0 {
		return c.MaxBytes
	}
	return 32 << 20
}

func (c *Client) timeout() time.Duration {
	if c.Timeout > 0 {
		return c.Timeout
	}
	return time.Minute
}
