// Package discord speaks Discord's protocol: the REST API ([Client]) and the
// gateway ([Gateway]).
//
// What is sent and received has discordgo's types. Its connection and its
// requests are not used: of v0.29.0, a reconnect (op 7) as the first reply to
// a resume locks the session for ever; a session that is made anew cannot
// resume, since the id and sequence are private; resume_gateway_url and close
// codes are not looked at, so that a wrong token reconnects without end; one
// bucket paces the edits of all interactions; nothing paces requests overall;
// a wait for a rate limit does not end with its context; and its endpoints are
// global variables. Each of these is a test here.
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

// DefaultAPI is where Discord itself is.
const DefaultAPI = "https://discord.com/api"

// version of the API and of the gateway.
const version = "10"

// Client makes requests. Its methods may be called from several goroutines.
// It keeps within the limits that Discord announces, waits where one is
// reached all the same, and repeats what a broken server did not do.
type Client struct {
	API   string // as in https://discord.com/api, without a version; empty: DefaultAPI
	Token string // of the bot, without "Bot "
	HTTP  *http.Client
	Log   *slog.Logger // nil: none

	pace pacer
}

// Error is a request that Discord refused. Code is Discord's, 0 if it gave
// none. It names the route and holds no token.
type Error struct {
	Status  int
	Code    int
	Message string
	Route   string
}

func (e *Error) Error() string {
	if e.Code == 0 {
		return fmt.Sprintf("%s: HTTP %d", e.Route, e.Status) // Discord then says the same in words
	}
	return fmt.Sprintf("%s: HTTP %d, code %d: %s", e.Route, e.Status, e.Code, e.Message)
}

// Codes of errors that somebody may look for.
const (
	UnknownChannel      = 10003
	UnknownMessage      = 10008
	UnknownInteraction  = 10062
	UnknownWebhook      = 10015
	Acknowledged        = 40060
	MissingAccess       = 50001
	MissingPermissions  = 50013
	InvalidWebhookToken = 50027
	InvalidForm         = 50035
	ThreadArchived      = 50083
	ThreadExists        = 160004
)

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

// attempts is how often a request is made that a server or the network broke,
// and how often one is that was too many.
const attempts = 5

// Do makes a request. in is sent as JSON unless it is nil; the reply is read
// into out unless that is nil. A refusal is an [*Error].
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
		if n > 1 && Is(err, Acknowledged) {
			return nil // the attempt before did it, and only its reply was lost
		}
		if err == nil || wait < 0 || n == attempts || ctx.Err() != nil {
			return err
		}
		if wait == 0 {
			wait = time.Duration(float64(250*time.Millisecond<<(n-1)) * (0.75 + rand.Float64()/2))
		}
		c.log().Debug("request repeated", "route", r.name, "attempt", n, "wait", wait, "cause", err)
		if err := sleep(ctx, wait); err != nil {
			return err
		}
		ctx = WhileUseful(ctx, nil) // begun once, it is seen through
	}
}

// once makes one attempt. On an error, wait is how long to wait before the
// next, 0 for the usual time, and less than 0 if there shall be none.
func (c *Client) once(ctx context.Context, r route, method, path string, body []byte, out any) (wait time.Duration, err error) {
	turn, stop := waiting(ctx)
	b, err := c.pace.take(turn, r)
	stop()
	if err != nil {
		return -1, err
	}
	var header http.Header
	defer func() { c.pace.give(r, b, header) }()
	var send io.Reader
	if body != nil {
		send = bytes.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.url(path), send)
	if err != nil {
		return -1, fmt.Errorf("%s: the address is none", r.name)
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
			err = u.Err // the address holds an interaction's token
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
			after, _ = strconv.ParseFloat(res.Header.Get("Retry-After"), 64) // absent: the usual wait
		}
		wait = time.Duration(after * float64(time.Second))
		if said.Global || res.Header.Get("X-RateLimit-Global") != "" {
			c.pace.pause(wait)
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
		api = DefaultAPI
	}
	if last := api[strings.LastIndexByte(api, '/')+1:]; len(last) < 2 || last[0] != 'v' || strings.Trim(last[1:], "0123456789") != "" {
		api += "/v" + version
	}
	return api + path
}

// Web is the address of what a browser shows of the server that the API
// belongs to, as in https://discord.com.
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
