package protocol

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"
)

// Errors that no new attempt mends, returned by [Gateway.Run], wrapped.
var (
	ErrToken   = errors.New("the token is not taken by Discord")
	ErrIntents = errors.New("an intent that the bot asks for is not given by Discord")
	ErrShards  = errors.New("other shards are wanted by Discord")
)

// fatal are the close codes after which Discord would refuse again.
var fatal = map[int]error{4004: ErrToken, 4010: ErrShards, 4011: ErrShards, 4013: ErrIntents, 4014: ErrIntents, 4012: errors.New("this version of the gateway is no longer spoken by Discord")}

// anew are the close codes after which a session cannot be resumed. After any
// other a resume is tried: one in vain costs a round trip, one not tried costs
// what happened meanwhile.
var anew = map[int]bool{4007: true, 4009: true}

// Event is something that happened, as the gateway tells it.
type Event struct {
	Name string // as in MESSAGE_CREATE
	Data json.RawMessage
}

// Gateway is the connection of one shard. The fields are set before Run.
type Gateway struct {
	URL      func(ctx context.Context) (string, error) // where to connect
	Token    string
	Intents  func() int                      // asked when a session begins
	Shard    [2]int                          // which, of how many; zero: the only one
	Identify func(ctx context.Context) error // waits for the turn to begin a session; nil: at once
	Handle   func(Event)                     // must not wait
	Log      *slog.Logger
	Patience time.Duration                                                        // for what has to come soon; 0: 20 s
	Backoff  time.Duration                                                        // between attempts, at first; 0: 1 s
	Dial     func(ctx context.Context, network, address string) (net.Conn, error) // nil: the usual, through a proxy if one is set

	session, resumeURL string
	seq                atomic.Int64
	up                 atomic.Bool
	mu                 sync.Mutex // guards conn
	conn               *websocket.Conn
}

// Connected reports whether a session is under way.
func (g *Gateway) Connected() bool { return g.up.Load() }

// Renew ends the session, if there is one, and begins another: for intents
// that have changed.
func (g *Gateway) Renew() { g.close(websocket.CloseNormalClosure) }

// Run keeps a session until ctx ends, which is no error, or until Discord
// refuses for good.
func (g *Gateway) Run(ctx context.Context) error {
	first := g.Backoff
	if first <= 0 {
		first = time.Second
	}
	wait := first
	for ctx.Err() == nil {
		began := time.Now()
		err := g.connect(ctx)
		lived := g.up.Swap(false)
		if ctx.Err() != nil {
			return nil
		}
		var closed *websocket.CloseError
		if errors.As(err, &closed) {
			if cause := fatal[closed.Code]; cause != nil {
				return fmt.Errorf("gateway closed with %d: %w", closed.Code, cause)
			}
			if anew[closed.Code] {
				g.forget()
			}
		}
		var refused *Error
		if errors.As(err, &refused) && refused.Status == http.StatusUnauthorized {
			return fmt.Errorf("%w: %w", ErrToken, err)
		}
		if time.Since(began) > 30*time.Second || errors.Is(err, errReconnect) || lived && g.session != "" {
			wait = first // resuming costs no beginning of a session, of which there are so many a day
		}
		g.Log.Info("gateway disconnected", "shard", g.Shard[0], "cause", err, "resumes", g.session != "", "wait", wait)
		if err := sleep(ctx, time.Duration(float64(wait)*(0.5+rand.Float64()/2))); err != nil {
			return nil
		}
		wait = min(2*wait, time.Minute)
	}
	return nil
}

var (
	errReconnect = errors.New("told to reconnect")
	errInvalid   = errors.New("the session is not valid")
	errZombie    = errors.New("heartbeats are not answered")
)

func (g *Gateway) forget() {
	g.session, g.resumeURL = "", ""
	g.seq.Store(0)
}

type packet struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int64           `json:"s,omitempty"`
	Type string          `json:"t,omitempty"`
}

// connect makes one connection and reads it to its end.
func (g *Gateway) connect(ctx context.Context) error {
	patience := g.Patience
	if patience <= 0 {
		patience = 20 * time.Second
	}
	address := g.resumeURL
	if g.session == "" || address == "" {
		var err error
		if address, err = g.URL(ctx); err != nil {
			return err
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("gateway address: %w", err)
	}
	u.RawQuery = url.Values{"v": {version}, "encoding": {"json"}}.Encode()
	if u.Path == "" {
		u.Path = "/"
	}
	if g.session == "" && g.Identify != nil {
		if err := g.Identify(ctx); err != nil {
			return err
		}
	}
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: patience}
	if g.Dial != nil {
		dialer.Proxy, dialer.NetDialContext = nil, g.Dial
	}
	conn, _, err := dialer.DialContext(ctx, u.String(), nil)
	if err != nil {
		g.resumeURL = ""
		return fmt.Errorf("gateway: %w", err)
	}
	c := &connection{g: g, conn: conn}
	g.mu.Lock()
	g.conn = conn
	g.mu.Unlock()
	done := make(chan struct{})
	defer func() {
		close(done)
		_ = conn.Close() // whatever it still had to say comes too late
		c.beats.Wait()
	}()
	go func() {
		select {
		case <-ctx.Done():
			g.close(websocket.CloseNormalClosure)
		case <-done:
		}
	}()
	conn.SetReadLimit(64 << 20)
	_ = conn.SetReadDeadline(time.Now().Add(patience)) // fails only on a closed connection, as the read then does
	return c.read(done, patience)
}

// close says goodbye and cuts the connection.
func (g *Gateway) close(code int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conn != nil {
		_ = g.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
		_ = g.conn.Close() // Renew and the end of ctx mean it
		if code == websocket.CloseNormalClosure {
			g.conn = nil
		}
	}
}

// connection is one websocket.
type connection struct {
	g     *Gateway
	conn  *websocket.Conn
	write sync.Mutex
	acked atomic.Bool
	dead  atomic.Bool
	beats sync.WaitGroup
}

func (c *connection) send(op int, data any) error {
	c.write.Lock()
	defer c.write.Unlock()
	_ = c.conn.SetWriteDeadline(time.Now().Add(10 * time.Second)) // as above
	return c.conn.WriteJSON(map[string]any{"op": op, "d": data})
}

func (c *connection) read(done chan struct{}, patience time.Duration) error {
	g := c.g
	for {
		var p packet
		if err := c.conn.ReadJSON(&p); err != nil {
			g.mu.Lock()
			renewed := g.conn == nil
			g.mu.Unlock()
			switch {
			case c.dead.Load():
				return errZombie
			case renewed:
				g.forget()
				return errReconnect
			}
			return err
		}
		switch p.Op {
		case 10: // hello
			var hello struct {
				Interval int64 `json:"heartbeat_interval"`
			}
			if err := json.Unmarshal(p.Data, &hello); err != nil || hello.Interval <= 0 {
				return fmt.Errorf("gateway: hello %s", p.Data)
			}
			c.acked.Store(true)
			c.beats.Go(func() { c.beat(done, time.Duration(hello.Interval)*time.Millisecond) })
			if err := c.begin(); err != nil {
				return err
			}
		case 0: // dispatch
			if p.Type == "READY" || p.Type == "RESUMED" {
				_ = c.conn.SetReadDeadline(time.Time{}) // from here on the heartbeats tell whether it lives
				g.up.Store(true)
			}
			if p.Type == "READY" {
				var ready struct {
					Session string `json:"session_id"`
					URL     string `json:"resume_gateway_url"`
				}
				if err := json.Unmarshal(p.Data, &ready); err != nil {
					return fmt.Errorf("gateway: ready: %w", err)
				}
				g.session, g.resumeURL = ready.Session, ready.URL
			}
			g.handle(Event{p.Type, p.Data})
			g.seq.Store(p.Seq)
		case 1: // it wants a heartbeat now
			if err := c.send(1, g.last()); err != nil {
				return err
			}
		case 7:
			_ = c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4000, ""), time.Now().Add(time.Second)) // 1000 would end the session
			return errReconnect
		case 9:
			var resumable bool
			if json.Unmarshal(p.Data, &resumable) != nil || !resumable {
				g.forget()
			}
			return errInvalid
		case 11:
			c.acked.Store(true)
		}
	}
}

// handle gives an event on, and outlives what goes wrong with it.
func (g *Gateway) handle(e Event) {
	defer func() {
		if r := recover(); r != nil {
			g.Log.Error("event handler panicked", "event", e.Name, "panic", fmt.Sprint(r))
		}
	}()
	g.Handle(e)
}

func (g *Gateway) last() any {
	if n := g.seq.Load(); n > 0 {
		return n
	}
	return nil
}

// begin resumes the session or begins one.
func (c *connection) begin() error {
	g := c.g
	if g.session != "" {
		return c.send(6, map[string]any{"token": g.Token, "session_id": g.session, "seq": g.seq.Load()})
	}
	d := map[string]any{
		"token": g.Token, "intents": g.Intents(), "compress": false, "large_threshold": 50,
		"properties": map[string]string{"os": runtime.GOOS, "browser": "footnote", "device": "footnote"},
	}
	if g.Shard[1] > 0 {
		d["shard"] = g.Shard
	}
	return c.send(2, d)
}

// beat sends heartbeats, and cuts a connection that does not answer one before
// the next is due.
func (c *connection) beat(done chan struct{}, interval time.Duration) {
	next := time.NewTimer(time.Duration(rand.Float64() * float64(interval)))
	defer next.Stop()
	for {
		select {
		case <-done:
			return
		case <-next.C:
		}
		if !c.acked.Swap(false) {
			c.dead.Store(true)
			_ = c.conn.Close() // the reader then ends
			return
		}
		if err := c.send(1, c.g.last()); err != nil {
			_ = c.conn.Close()
			return
		}
		next.Reset(interval)
	}
}

// Start is what Discord says of how to begin.
type Start struct {
	URL    string `json:"url"`
	Shards int    `json:"shards"`
	Limit  struct {
		Total          int   `json:"total"`
		Remaining      int   `json:"remaining"`
		ResetAfter     int64 `json:"reset_after"` // milliseconds
		MaxConcurrency int   `json:"max_concurrency"`
	} `json:"session_start_limit"`
}

// Start asks how to begin.
func (c *Client) Start(ctx context.Context) (Start, error) {
	var s Start
	err := c.Do(ctx, http.MethodGet, "/gateway/bot", nil, &s)
	return s, err
}

// Turns spaces the beginnings of sessions: of those whose shard is the same
// modulo Concurrency, one in Every.
type Turns struct {
	Every       time.Duration // 0: 5 s and a little
	Concurrency int           // 0: 1

	mu   sync.Mutex
	next map[int]time.Time
}

// Wait waits for a shard's turn.
func (t *Turns) Wait(ctx context.Context, shard int) error {
	every := t.Every
	if every <= 0 {
		every = 5100 * time.Millisecond
	}
	t.mu.Lock()
	if t.next == nil {
		t.next = map[int]time.Time{}
	}
	key := shard % max(t.Concurrency, 1)
	at := t.next[key]
	if now := time.Now(); at.Before(now) {
		at = now
	}
	t.next[key] = at.Add(every)
	t.mu.Unlock()
	return sleep(ctx, time.Until(at))
}
