package protocol_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"footnote/bot/discord/protocol"
	"footnote/bot/discordtest"
)

const patience = 5 * time.Second

// gateway connects to d, and returns the events that it gets. ended waits for the
// error of Run.
func gateway(t *testing.T, d *discordtest.Server, change func(*protocol.Gateway)) (got *events, ended func() error) {
	t.Helper()
	c := &protocol.Client{API: d.API, Token: d.Token}
	e := &events{}
	starts := &protocol.Starts{Info: c.Gateway, Interval: 30 * time.Millisecond, Log: slog.New(slog.DiscardHandler)}
	g := &protocol.Gateway{
		Token: d.Token, Intents: func() int { return 1 | 1<<9 | 1<<12 }, Handle: e.add, Backoff: 5 * time.Millisecond, Timeout: time.Second,
		Start: func(ctx context.Context) (string, error) { return starts.Wait(ctx, 0) },
		Log:   slog.New(slog.DiscardHandler),
		URL: func(ctx context.Context) (string, error) {
			s, err := c.Gateway(ctx)
			return s.URL, err
		},
	}
	if change != nil {
		change(g)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	var err error
	go func() { defer close(done); err = g.Run(ctx) }()
	t.Cleanup(func() { stop(); <-done })
	return e, func() error {
		select {
		case <-done:
			return err
		case <-time.After(patience):
			t.Fatal("Run does not return")
			return nil
		}
	}
}

type events struct {
	mu  sync.Mutex
	all []string
}

func (e *events) add(x protocol.Event) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var m struct{ Content string }
	_ = json.Unmarshal(x.Data, &m)
	e.all = append(e.all, strings.TrimSpace(x.Name+" "+m.Content))
	if m.Content == "panic" {
		panic("the message asks for a panic")
	}
}

func (e *events) count(what string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := 0
	for _, x := range e.all {
		if x == what {
			n++
		}
	}
	return n
}

func (e *events) wait(t *testing.T, what string) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if e.count(what) > 0 {
			return
		}
	}
	t.Fatalf("no %q among %q", what, e.all)
}

// TestDisconnects ends the connection in every way. It checks that the session is
// resumed if possible, and that missed events arrive exactly once.
func TestDisconnects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		kind    int
		resumes bool
		next    string // the reply to the resume; empty: the usual
	}{
		"the connection breaks":          {discordtest.Cut, true, ""},
		"reconnect":                      {discordtest.Reconnect, true, ""},
		"reconnect, and on the resume":   {discordtest.Reconnect, true, "reconnect"},
		"reconnect, and invalid":         {discordtest.Reconnect, false, "invalid"},
		"invalid session":                {discordtest.Invalid, false, ""},
		"invalid session, but resumable": {discordtest.Resumable, true, ""},
		"heartbeats unanswered":          {discordtest.Zombie, true, ""},
		"unknown error":                  {4000, true, ""},
		"unknown opcode":                 {4001, true, ""},
		"invalid sequence":               {4007, false, ""},
		"rate limited":                   {4008, true, ""},
		"session timed out":              {4009, false, ""},
		"going away":                     {1001, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := discordtest.Start(discordtest.Config{Heartbeat: 100 * time.Millisecond, Identify: 20 * time.Millisecond})
			defer d.Close()
			g := d.Guild("Harbour")
			ann, general := g.Join("ann"), g.Channel("general")
			e, _ := gateway(t, d, nil)
			e.wait(t, "READY")
			say := func(s string) { ann.Say(general, "<@"+d.BotID()+"> "+s) }
			say("before")
			if c.next != "" {
				d.NextResume(c.next)
			}
			d.Disconnect(c.kind)
			if c.resumes {
				say("meanwhile")
				e.wait(t, "MESSAGE_CREATE <@"+d.BotID()+"> meanwhile")
			}
			deadline := time.Now().Add(patience)
			for time.Now().Before(deadline) && (d.Stats().Resumes == 0 && d.Stats().Identifies < 2) {
				time.Sleep(time.Millisecond)
			}
			d.Connected(patience)
			say("after")
			e.wait(t, "MESSAGE_CREATE <@"+d.BotID()+"> after")
			if got := d.Stats().Resumes > 0; got != c.resumes {
				t.Errorf("resumed: %v, want %v (%+v)", got, c.resumes, d.Stats())
			}
			for _, what := range []string{"before", "after"} {
				if n := e.count("MESSAGE_CREATE <@" + d.BotID() + "> " + what); n != 1 {
					t.Errorf("%q arrived %d times, want 1", what, n)
				}
			}
			if s := d.Stats(); s.TooSoon > 0 {
				t.Errorf("%d identifies came too soon", s.TooSoon)
			}
		})
	}
}

// TestRefusals checks that Run returns at once if Discord would refuse every other
// attempt.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*protocol.Gateway)
		want   error
	}{
		"wrong token":  {func(g *protocol.Gateway) { g.Token = "another" }, protocol.ErrToken},
		"intents":      {func(g *protocol.Gateway) { g.Intents = func() int { return 1 | 1<<15 } }, protocol.ErrIntents},
		"wrong shards": {func(g *protocol.Gateway) { g.Shard = [2]int{3, 2} }, protocol.ErrShards},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := discordtest.Start(discordtest.Config{Identify: time.Millisecond})
			defer d.Close()
			_, ended := gateway(t, d, c.change)
			if err := ended(); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// TestHandlerPanics checks that a panic in Handle does not end the connection.
func TestHandlerPanics(t *testing.T) {
	t.Parallel()
	d := discordtest.Start(discordtest.Config{Identify: time.Millisecond})
	defer d.Close()
	ann := d.Stranger("ann")
	e, _ := gateway(t, d, nil)
	e.wait(t, "READY")
	ann.Say(ann.DM(), "panic")
	ann.Say(ann.DM(), "hello")
	e.wait(t, "MESSAGE_CREATE hello")
	if s := d.Stats(); s.Identifies != 1 || s.Resumes != 0 {
		t.Errorf("%+v", s)
	}
}

// TestEditsDoNotWait checks that the edits of each answer have a rate limit of their
// own, and that they keep within it.
func TestEditsDoNotWait(t *testing.T) {
	t.Parallel()
	d := discordtest.Start(discordtest.Config{})
	defer d.Close()
	g := d.Guild("Harbour")
	ann, general := g.Join("ann"), g.Channel("general")
	c := &protocol.Client{API: d.API, Token: d.Token}
	var group sync.WaitGroup
	start := time.Now()
	var failed atomic.Int64
	for range 40 {
		i := ann.Slash(general, "ask", nil)
		group.Go(func() {
			err := c.Do(t.Context(), "POST", "/interactions/"+i.ID+"/"+i.Token+"/callback", map[string]any{"type": 5}, nil)
			for range 4 {
				if err == nil {
					err = c.Do(t.Context(), "PATCH", "/webhooks/"+d.BotID()+"/"+i.Token+"/messages/@original", map[string]any{"content": "…"}, nil)
				}
			}
			if err != nil {
				failed.Add(1)
			}
		})
	}
	group.Wait()
	if s := d.Stats(); failed.Load() > 0 || s.TooMany > 0 {
		t.Errorf("%d failed: %+v", failed.Load(), s)
	}
	if took := time.Since(start); took > patience { // with one limit for all it would take a minute
		t.Errorf("160 edits of 40 answers took %v", took)
	}
}

// TestLimits checks that requests keep within the global limit and that of a
// channel, even if some arrive late. It also checks that a wait ends with its
// context, or when the request is no longer useful.
func TestLimits(t *testing.T) {
	t.Parallel()
	d := discordtest.Start(discordtest.Config{})
	defer d.Close()
	var n atomic.Int64
	d.Fault(func(*http.Request) int {
		if n.Add(1)%30 == 0 {
			time.Sleep(300 * time.Millisecond) // so that the requests after it arrive at once
		}
		return 0
	})
	g := d.Guild("Harbour")
	c := &protocol.Client{API: d.API, Token: d.Token}
	var group sync.WaitGroup
	for range 150 {
		channel := g.Channel("c")
		group.Go(func() {
			if err := c.Do(t.Context(), "POST", "/channels/"+channel.ID+"/messages", map[string]any{"content": "hello"}, nil); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	one := g.Channel("one")
	for range 5 {
		if err := c.Do(t.Context(), "POST", "/channels/"+one.ID+"/messages", map[string]any{"content": "hello"}, nil); err != nil {
			t.Error(err)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if err := c.Do(ctx, "POST", "/channels/"+one.ID+"/messages", map[string]any{"content": "hello"}, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a wait for a limit: error %v, want DeadlineExceeded", err)
	}
	useful, end := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer end()
	late := protocol.WhileUseful(t.Context(), useful)
	if err := c.Do(late, "POST", "/channels/"+one.ID+"/messages", map[string]any{"content": "hello"}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a wait that is no longer useful: error %v, want Canceled", err)
	}
	if n := len(one.Messages()); n != 5 {
		t.Errorf("%d messages, want 5", n)
	}
	if s := d.Stats(); s.TooMany > 0 {
		t.Errorf("%d requests exceed a rate limit", s.TooMany)
	}
}

// TestFirstRequests checks that requests whose rate limit is not known yet are made
// one after the other.
func TestFirstRequests(t *testing.T) {
	t.Parallel()
	d := discordtest.Start(discordtest.Config{})
	defer d.Close()
	general := d.Guild("Harbour").Channel("general")
	c := &protocol.Client{API: d.API, Token: d.Token}
	var group sync.WaitGroup
	for n := range 9 {
		group.Go(func() {
			time.Sleep(time.Duration(n) * 200 * time.Microsecond)
			if err := c.Do(t.Context(), "POST", "/channels/"+general.ID+"/messages", map[string]any{"content": "hello"}, nil); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if s := d.Stats(); s.TooMany > 0 {
		t.Errorf("%d requests exceed a rate limit", s.TooMany)
	}
}

// TestFaults checks that a request is retried if the server fails, and that nothing
// is done twice.
func TestFaults(t *testing.T) {
	t.Parallel()
	d := discordtest.Start(discordtest.Config{})
	defer d.Close()
	var n atomic.Int64
	d.Fault(func(*http.Request) int {
		switch n.Add(1) {
		case 1:
			return http.StatusBadGateway
		case 2:
			return -1 // carried out, but the reply is lost
		}
		return 0
	})
	g := d.Guild("Harbour")
	general := g.Channel("general")
	c := &protocol.Client{API: d.API, Token: d.Token}
	if err := c.Do(t.Context(), "POST", "/channels/"+general.ID+"/messages", map[string]any{"content": "hello", "nonce": "1", "enforce_nonce": true}, nil); err != nil {
		t.Fatal(err)
	}
	if got := len(general.Messages()); got != 1 {
		t.Errorf("%d messages, want 1", got)
	}
	i := g.Join("ann").Slash(general, "ask", nil)
	n.Store(1)
	if err := c.Do(t.Context(), "POST", "/interactions/"+i.ID+"/"+i.Token+"/callback", map[string]any{"type": 5}, nil); err != nil {
		t.Errorf("an acknowledgement whose reply was lost: %v", err)
	}
}

// TestErrorsHoldNoToken checks that errors contain neither the bot's token nor an
// interaction's.
func TestErrorsHoldNoToken(t *testing.T) {
	t.Parallel()
	d := discordtest.Start(discordtest.Config{})
	c := &protocol.Client{API: d.API, Token: "secret-of-the-bot"}
	refused := c.Do(t.Context(), "GET", "/users/@me", nil, nil)
	unknown := c.Do(t.Context(), "PATCH", "/webhooks/1/secret-of-one/messages/@original", map[string]any{"content": "x"}, nil)
	d.Close()
	gone := c.Do(t.Context(), "PATCH", "/webhooks/1/secret-of-one/messages/@original", map[string]any{"content": "x"}, nil)
	for _, err := range []error{refused, unknown, gone} {
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("error: %v", err)
		}
	}
}

// TestWeb checks the address of the website that belongs to an API.
func TestWeb(t *testing.T) {
	t.Parallel()
	for api, want := range map[string]string{
		"": "https://discord.com", "http://127.0.0.1:4000/api": "http://127.0.0.1:4000", "http://127.0.0.1:4000/api/v10/": "http://127.0.0.1:4000", "https://chat.example/x/api": "https://chat.example/x",
	} {
		if got := (&protocol.Client{API: api}).Web(); got != want {
			t.Errorf("%q: %q, want %q", api, got, want)
		}
	}
}
