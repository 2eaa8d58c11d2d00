package protocol_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/bot/discord/protocol"
	"footnote/bot/discordtest"
)

// TestNoSessionsRemain checks that a gateway which may begin no more sessions
// waits until Discord allows more, and says so in one line.
func TestNoSessionsRemain(t *testing.T) {
	t.Parallel()
	d := discordtest.Start(discordtest.Config{Identify: time.Millisecond, Sessions: 3, SessionReset: time.Second})
	defer d.Close()
	log := &lines{}
	starts := &protocol.Starts{Info: (&protocol.Client{API: d.API, Token: d.Token}).Gateway, Interval: 5 * time.Millisecond, Log: slog.New(slog.NewTextHandler(log, nil))}
	gateway(t, d, func(g *protocol.Gateway) {
		g.Start = func(ctx context.Context) (string, error) { return starts.Wait(ctx, 0) }
	})
	for n := 1; n <= 5; n++ { // each costs a session
		for end := time.Now().Add(patience); d.Stats().Identifies < n; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("identify %d of 5 does not come", n)
			}
		}
		d.Connected(patience)
		d.Disconnect(discordtest.Invalid)
	}
	if n := d.Stats().TokenResets; n > 0 {
		t.Errorf("the token was reset %d times", n)
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `msg="Discord allows no more sessions for now; waiting until it does" wait=1s`) {
		t.Errorf("log: %s", got)
	}
}

// TestFewSessionsRemain checks that shards which start at the same time leave the
// sessions alone that others of them may be about to begin.
func TestFewSessionsRemain(t *testing.T) {
	t.Parallel()
	var info protocol.Info
	info.URL, info.Limit.Total, info.Limit.Remaining, info.Limit.ResetAfter, info.Limit.MaxConcurrency = "wss://example.org", 1000, 2, 60_000, 2
	starts := &protocol.Starts{Info: func(context.Context) (protocol.Info, error) { return info, nil }, Interval: time.Millisecond, Log: slog.New(slog.DiscardHandler)}
	if url, err := starts.Wait(t.Context(), 0); url != "wss://example.org" || err != nil {
		t.Errorf("%q, %v", url, err)
	}
	info.Limit.Remaining = 1
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if url, err := starts.Wait(ctx, 0); err == nil {
		t.Errorf("with one session for two shards: %q", url)
	}
}

// lines keeps what is logged.
type lines struct {
	mu  sync.Mutex
	all strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}
