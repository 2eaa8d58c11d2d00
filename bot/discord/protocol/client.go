// Package protocol speaks Discord's protocol: the REST API ([Client]) and the
// gateway ([Gateway]). Discord documents both at
// https://discord.com/developers/docs.
//
// The bot uses discordgo's types, but not its connection and its requests,
// because v0.29.0 has these faults. A test here covers each.
//
//   - A reconnect (op 7) as the first reply to a resume locks the session for
//     ever.
//   - A new session cannot resume an old one, because the id and the sequence
//     number are private.
//   - resume_gateway_url and close codes are ignored, so a wrong token
//     reconnects without end.
//   - One rate limit applies to the edits of all interactions.
//   - Nothing enforces the limit on all requests together.
//   - A wait for a rate limit does not end with its context.
//   - The endpoints are global variables.
package protocol

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// defaultAPI is the address of Discord's own API.
const defaultAPI = "https://discord.com/api"

// version is the version of the API and of the gateway.
const version = "10"

// Client makes requests. Several goroutines may call its methods. It keeps
// within the limits that Discord announces. If a request is refused because of a
// limit, or if the server or the network fails, it retries.
type Client struct {
	API   string // as in https://discord.com/api; a version is optional; empty: Discord's own
	Token string // the bot's, without "Bot "
	HTTP  *http.Client
	Log   *slog.Logger // nil: nothing is logged

	limits limiter
}

// Error is a request that Discord refused. Code is Discord's code, 0 if it gave
// none. Route is the method and the path without ids and tokens.
type Error struct {
	Status  int
	Code    int
	Message string
	Route   string
}

func (e *Error) Error() string {
	if e.Code == 0 {
		return fmt.Sprintf("%s: HTTP %d", e.Route, e.Status) // Discord's message then only repeats the status
	}
	return fmt.Sprintf("%s: HTTP %d, code %d: %s", e.Route, e.Status, e.Code, e.Message)
}

// Discord's codes of errors that callers handle.
const (
	UnknownChannel      = 10003
	UnknownMessage      = 10008
	UnknownInteraction  = 10062
	UnknownWebhook      = 10015
	MissingAccess       = 50001
	MissingPermissions  = 50013
	InvalidWebhookToken = 50027
	ThreadArchived      = 50083
	ThreadExists        = 160004
)

// acknowledged is the code of the refusal of a second response to an interaction.
const acknowledged = 40060

// Is reports whether err is a refusal of one of the codes.
func Is(err error, codes ...int) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	for _, c := range codes {
		if e.Code == c {
			return true
		}
	}
	return false
}

// attempts is how often a request is made if the server or the network fails, or
// if Discord refuses it because of a limit.
const attempts = 5

// Do makes a request. It sends in as JSON, unless in is nil, and decodes the
// reply into out, unless out is nil. If Discord refuses the request, the error
// is an [*Error].
func (c *Client) Do(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return err
		}
	}
	r := routeOf(method, path)
	for n := 1; ; n++ {
		wait, err := c.once(ctx, r, method, path, body, out)
		if n > 1 && Is(err, acknowledged) {
			return nil // the previous attempt succeeded, and only its reply was lost
		}
		if err == nil || wait < 0 || n == attempts || ctx.Err() != nil {
			return err
		}
		if wait == 0 {
			wait = time.Duration(float64(250*time.Millisecond<<(n-1)) * (0.75 + rand.Float64()/2))
		}
		c.log().Debug("retrying request", "route", r.name, "attempt", n, "wait", wait, "cause", err)
		if err := sleep(ctx, wait); err != nil {
			return err
		}
		ctx = WhileUseful(ctx, nil) // a request that was made once is retried to the end
	}
}

// once makes one attempt. If it returns an error, wait is the time to wait before
// the next attempt: 0 means the usual time, less than 0 means no other attempt.
func (c *Client) once(ctx context.Context, r route, method, path string, body []byte, out any) (wait time.Duration, err error) {
	turn, stop := waiting(ctx)
	b, err := c.limits.acquire(turn, r)
	stop()
	if err != nil {
		return -1, err
	}
	var header http.Header
	defer func() { c.limits.release(r, b, header) }()
	var send io.Reader
	if body != nil {
		send = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.url(path), send)
	if err != nil {
		return -1, fmt.Errorf("%s: invalid address", r.name)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if !r.interaction {
		req.Header.Set("Authorization", "Bot "+c.Token)
	}
	req.Header.Set("User-Agent", "DiscordBot (footnote, 1)")
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	res, err := client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return -1, ctx.Err()
		}
		if u := (*url.Error)(nil); errors.As(err, &u) {
			err = u.Err // drops the address, which contains an interaction's token
		}
		return 0, fmt.Errorf("%s: %w", r.name, err)
	}
	defer res.Body.Close()
	header = res.Header
	reply, err := io.ReadAll(io.LimitReader(res.Body, 16<<20))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", r.name, err)
	}
	if res.StatusCode < 300 {
		if out != nil && len(reply) > 0 {
			if err := json.Unmarshal(reply, out); err != nil {
				return -1, fmt.Errorf("%s: reply: %w", r.name, err)
			}
		}
		return 0, nil
	}
	e := &Error{Status: res.StatusCode, Route: r.name}
	var said struct {
		Code       int             `json:"code"`
		Message    string          `json:"message"`
		Errors     json.RawMessage `json:"errors"`
		RetryAfter float64         `json:"retry_after"`
		Global     bool            `json:"global"`
	}
	if json.Unmarshal(reply, &said) == nil {
		e.Code, e.Message = said.Code, said.Message
		if len(said.Errors) > 0 {
			e.Message += " " + string(said.Errors[:min(len(said.Errors), 400)])
		}
	}
	switch {
	case res.StatusCode == http.StatusTooManyRequests:
		after := said.RetryAfter
		if after == 0 {
			after, _ = strconv.ParseFloat(res.Header.Get("Retry-After"), 64) // if absent, 0 means the usual wait
		}
		wait = time.Duration(after * float64(time.Second))
		if said.Global || res.Header.Get("X-RateLimit-Global") != "" {
			c.limits.pause(wait)
		}
		c.log().Warn("rate limited", "route", r.name, "wait", wait, "scope", res.Header.Get("X-RateLimit-Scope"))
		return wait, e
	case res.StatusCode >= 500:
		return 0, e
	}
	return -1, e
}

func (c *Client) url(path string) string {
	api := strings.TrimRight(c.API, "/")
	if api == "" {
		api = defaultAPI
	}
	if last := api[strings.LastIndexByte(api, '/')+1:]; len(last) < 2 || last[0] != 'v' || strings.Trim(last[1:], "0123456789") != "" {
		api += "/v" + version
	}
	return api + path
}

// Web returns the address of the website that belongs to the API, as in
// https://discord.com.
func (c *Client) Web() string {
	u, err := url.Parse(c.url(""))
	if err != nil {
		return ""
	}
	at := strings.LastIndex(u.Path, "/api/")
	return u.Scheme + "://" + u.Host + u.Path[:max(at, 0)]
}

func (c *Client) log() *slog.Logger {
	if c.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return c.Log
}

// sleep waits for d. It returns an error if ctx ends first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
