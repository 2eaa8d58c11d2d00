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

// Errors that [Gateway.Run] returns, wrapped. Retrying does not help.
var (
	ErrToken   = errors.New("the Discord token is not valid")
	ErrIntents = errors.New("the bot asks for an intent that Discord refuses")
	ErrShards  = errors.New("the shards are not those that Discord requires")
)

// fatal are the close codes after which Discord would refuse every other attempt.
var fatal = map[int]error{4004: ErrToken, 4010: ErrShards, 4011: ErrShards, 4013: ErrIntents, 4014: ErrIntents, 4012: errors.New("this version of the gateway is no longer supported")}

// notResumable are the close codes after which a session cannot be resumed.
// After all others a resume is tried. If it fails, that costs a round trip; not
// to try costs the events that happened meanwhile.
var notResumable = map[int]bool{4007: true, 4009: true}

// Event is an event that the gateway sent.
type Event struct {
	Name string // as in MESSAGE_CREATE
	Data json.RawMessage
}

// Gateway is the gateway connection of one shard. Set the fields before Run.
// URL, Start, Token, Intents, Handle and Log are required.
type Gateway struct {
	Start   func(ctx context.Context) (string, error) // waits until a session may begin, and returns the address to connect to
	URL     func(ctx context.Context) (string, error) // returns the address to resume at, if the session's own does not work
	Token   string
	Intents func() int  // called when a session begins
	Shard   [2]int      // index and number of shards; zero: the only one
	Handle  func(Event) // called for one event after the other, so it must not wait
	Log     *slog.Logger
	Timeout time.Duration                                                        // for the handshake and the first event; 0: 20 s
	Backoff time.Duration                                                        // before the second attempt, doubled with each; 0: 1 s
	Dial    func(ctx context.Context, network, address string) (net.Conn, error) // nil: the default, through a proxy if one is set

	session, resumeURL string
	seq                atomic.Int64
	up                 atomic.Bool
	mu                 sync.Mutex // guards conn
	conn               *websocket.Conn
}

// Connected reports whether a session is up.
func (g *Gateway) Connected() bool { return g.up.Load() }

// Renew ends the session, if there is one, so that another begins. It is needed
// after the intents have changed.
func (g *Gateway) Renew() { g.close(websocket.CloseNormalClosure) }

// Run keeps a session up until ctx ends, and then returns nil. It returns an
// error if Discord refuses the bot for good.
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
			if notResumable[closed.Code] {
				g.forget()
			}
		}
		var refused *Error
		if errors.As(err, &refused) && refused.Status == http.StatusUnauthorized {
			return fmt.Errorf("%w: %w", ErrToken, err)
		}
		if time.Since(began) > 30*time.Second || errors.Is(err, errReconnect) || lived && g.session != "" {
			wait = first // a resume does not count against the daily limit of sessions
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
	errReconnect = errors.New("the gateway asked for a reconnect")
	errInvalid   = errors.New("the session is invalid")
	errZombie    = errors.New("the gateway does not answer heartbeats")
)

// forget makes the next session a new one.
func (g *Gateway) forget() {
	g.session, g.resumeURL = "", ""
	g.seq.Store(0)
}

// packet is a message of the gateway.
type packet struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
	Seq  int64           `json:"s,omitempty"`
	Type string          `json:"t,omitempty"`
}

// connect makes one connection and reads it until it ends.
func (g *Gateway) connect(ctx context.Context) error {
	timeout := g.Timeout
	if timeout <= 0 {
		timeout = 20 * time.Second
	}
	address, err := g.resumeURL, error(nil)
	switch {
	case g.session == "":
		address, err = g.Start(ctx)
	case address == "":
		address, err = g.URL(ctx)
	}
	if err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("gateway address: %w", err)
	}
	u.RawQuery = url.Values{"v": {version}, "encoding": {"json"}}.Encode()
	if u.Path == "" {
		u.Path = "/"
	}
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, HandshakeTimeout: timeout}
	if g.Dial != nil {
		dialer.Proxy, dialer.NetDialContext = nil, g.Dial
	}
	conn, _, err := dialer.DialContext(ctx, u.String(), nil) //nolint:bodyclose // the body of a dialer's response needs no Close
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
		_ = conn.Close() // an error no longer matters
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
	_ = conn.SetReadDeadline(time.Now().Add(timeout)) // fails only on a closed connection, as the read then does
	return c.read(done)
}

// close closes the connection with a close code.
func (g *Gateway) close(code int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.conn != nil {
		_ = g.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
		_ = g.conn.Close() // an error no longer matters
		if code == websocket.CloseNormalClosure {
			g.conn = nil
		}
	}
}

// connection is one websocket connection.
type connection struct {
	g     *Gateway
	conn  *websocket.Conn
	write sync.Mutex
	acked atomic.Bool // the last heartbeat was answered
	dead  atomic.Bool // a heartbeat was not answered in time
	beats sync.WaitGroup
}

// send sends a packet.
func (c *connection) send(op int, data any) error {
	c.write.Lock()
	defer c.write.Unlock()
	_ = c.conn.SetWriteDeadline(time.Now().Add(10 * time.Second)) // fails only on a closed connection, as the write then does
	return c.conn.WriteJSON(map[string]any{"op": op, "d": data})
}

// read handles packets until the connection ends.
func (c *connection) read(done chan struct{}) error {
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
				_ = c.conn.SetReadDeadline(time.Time{}) // from now on, heartbeats show whether the connection works
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
		case 1: // the gateway asks for a heartbeat
			if err := c.send(1, g.last()); err != nil {
				return err
			}
		case 7: // reconnect
			_ = c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(4000, ""), time.Now().Add(time.Second)) // 1000 would end the session
			return errReconnect
		case 9: // invalid session
			var resumable bool
			if json.Unmarshal(p.Data, &resumable) != nil || !resumable {
				g.forget()
			}
			return errInvalid
		case 11: // heartbeat answered
			c.acked.Store(true)
		}
	}
}

// handle calls Handle, and recovers from a panic.
func (g *Gateway) handle(e Event) {
	defer func() {
		if r := recover(); r != nil {
			g.Log.Error("event handler panicked", "event", e.Name, "panic", fmt.Sprint(r))
		}
	}()
	g.Handle(e)
}

// last returns the sequence number of the last event, nil if there was none.
func (g *Gateway) last() any {
	if n := g.seq.Load(); n > 0 {
		return n
	}
	return nil
}

// begin resumes the session, or begins a new one.
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

// beat sends heartbeats. It closes the connection if one is not answered before
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
			_ = c.conn.Close() // read then returns
			return
		}
		if err := c.send(1, c.g.last()); err != nil {
			_ = c.conn.Close()
			return
		}
		next.Reset(interval)
	}
}
