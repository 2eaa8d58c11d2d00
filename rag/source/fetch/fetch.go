// Package fetch reads URLs from untrusted servers. It connects to public
// addresses only, limits size and time, and paces its requests.
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

// Agent is the name of a Client in the User-Agent header and in robots.txt.
const Agent = "footnote"

// Client fetches URLs. Its zero value is ready to use. Several goroutines may
// use it.
type Client struct {
	AllowPrivate bool          // also fetch private addresses, and use the proxy of the environment
	MaxBytes     int64         // of a body, unpacked; 0: 32 MiB
	Timeout      time.Duration // of one request with its body; 0: 60 s
	Pace         time.Duration // between requests to one host; 0: 1 s; less than 0: none
	Version      string        // sent after Agent; empty: none

	once  sync.Once
	http  *http.Client
	mu    sync.Mutex // guards hosts
	hosts map[string]*host
}

// Request says what to fetch.
type Request struct {
	URL    string
	Stamp  string // Response.Stamp of an earlier fetch: an unchanged body is not sent again
	Robots bool   // obey the site's robots.txt, because no person named this URL
}

// Response is the result of a request.
type Response struct {
	URL       string // after redirects
	Moved     string // after permanent redirects only; empty if there are none
	Media     string // its Content-Type
	Body      []byte
	Stamp     string // identifies this version for Request.Stamp; empty if the server sent no validator
	Unchanged bool   // same version as Request.Stamp; Body is empty
}

// Errors that a caller may match.
var (
	ErrAddress = errors.New("not an address of the public internet")
	ErrRobots  = errors.New("the site's robots.txt disallows it")
	ErrLarge   = errors.New("too large")
	ErrURL     = errors.New("not an address of the web")
)

// StatusError is a response whose status is not a success.
type StatusError struct {
	Status int
	After  time.Duration // wait that the server asks for; 0 if none
}

// Error returns a text such as "404 Not Found".
func (e *StatusError) Error() string {
	text := http.StatusText(e.Status)
	if text == "" {
		return "status " + strconv.Itoa(e.Status)
	}
	return strconv.Itoa(e.Status) + " " + text
}

const maxRedirects = 10

// Get fetches a URL. It follows redirects, to public addresses only, and waits
// for its turn with the host. An error wraps one of those above, is a
// *[StatusError], or comes from the network.
func (c *Client) Get(ctx context.Context, r Request) (Response, error) {
	c.once.Do(c.init)
	ctx, cancel := context.WithTimeout(ctx, maxRedirects*c.timeout())
	defer cancel()
	at, err := Parse(r.URL)
	if err != nil {
		return Response{}, err
	}
	moved := true // every redirect so far was permanent
	out := Response{}
	for range maxRedirects + 1 {
		if r.Robots {
			if err := c.checkRobots(ctx, at); err != nil {
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

// Parse parses an absolute http or https URL and normalizes it: it removes the
// fragment, a default port and tracking parameters. Its error wraps ErrURL.
func Parse(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w", ErrURL)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%w: only http and https are read", ErrURL)
	case u.Hostname() == "" || u.Opaque != "":
		return nil, fmt.Errorf("%w: it has no host", ErrURL)
	case u.User != nil:
		return nil, fmt.Errorf("%w: it contains a user name or password", ErrURL)
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

// get makes one request. It either fills in out or returns the next URL of a
// redirect.
func (c *Client) get(ctx context.Context, at *url.URL, stamp string, out *Response) (next *url.URL, permanent bool, err error) {
	if err := c.waitTurn(ctx, at); err != nil {
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
		return nil, false, simplify(err)
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
		return nil, false, &StatusError{Status: s, After: retryAfter(resp.Header.Get("Retry-After"))}
	}
	limit := c.limit()
	if out.Body, err = io.ReadAll(io.LimitReader(resp.Body, limit+1)); err != nil {
		return nil, false, simplify(err)
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

// retryAfter parses a Retry-After header, in seconds or as a date. It is 0 if
// it cannot be parsed.
func retryAfter(s string) time.Duration {
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		return time.Duration(min(n, 30*24*3600)) * time.Second
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(0, time.Until(t))
	}
	return 0
}

// simplify removes the method and the URL from a network error, since the
// caller knows them.
func simplify(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	switch {
	case errors.Is(err, ErrAddress):
		return fmt.Errorf("%w", ErrAddress)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the server took too long: %w", context.DeadlineExceeded)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the connection closed before the end: %w", io.ErrUnexpectedEOF)
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
