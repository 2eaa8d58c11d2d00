package discord

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
)

// The bot always asks for events of servers, of their messages, and of direct
// messages. The text of messages that do not name the bot is privileged. The
// bot asks for it only if an admin wants answers to such messages.
const (
	intents       = int(discordgo.IntentsGuilds | discordgo.IntentsGuildMessages | discordgo.IntentsDirectMessages)
	contentIntent = int(discordgo.IntentMessageContent)
)

// connections are the bot's connections to the gateway, one for each shard.
type connections struct {
	me       identity
	settings *settings
	api      *protocol.Client
	log      *slog.Logger

	shards  []*shard
	changed chan struct{} // the settings have changed; holds one
	every   time.Duration // between two renewals
	next    atomic.Int64  // earliest time of the next renewal, in nanoseconds since 1970
}

// shard is one connection.
type shard struct {
	protocol.Gateway
	content atomic.Bool // its session asked for message content
}

// renewEvery is the shortest time between two renewals of the sessions. A
// renewal starts a session on every shard, of which Discord allows 1,000 a day,
// and events are late while it does. 5 minutes end the to and fro of an admin who
// tries policies; the first change takes effect at once.
const renewEvery = 5 * time.Minute

// open prepares the connections. Each gives its events to handle, one after the
// other.
func (c *connections) open(b Bot, info protocol.Info, handle func(*feed, protocol.Event)) {
	shards := b.Shards
	if shards <= 0 {
		shards = max(1, info.Shards)
	}
	c.log.Info("starting", "bot", c.me.name, "connections", shards, "invite", inviteTo(c.api, c.me.app))
	starts := &protocol.Starts{Info: c.api.Gateway, Concurrency: info.Limit.MaxConcurrency, Interval: b.Identify, Log: c.log}
	for n := range shards {
		f, s := &feed{}, &shard{}
		s.Gateway = protocol.Gateway{
			Token: b.Token, Shard: [2]int{n, shards}, Backoff: b.Backoff, Log: c.log,
			Start: func(ctx context.Context) (string, error) { return starts.Wait(ctx, n) },
			URL: func(ctx context.Context) (string, error) {
				s, err := c.api.Gateway(ctx)
				return s.URL, err
			},
			Intents: func() int {
				content := c.wantContent()
				s.content.Store(content)
				if content {
					return intents | contentIntent
				}
				return intents
			},
			Handle: func(e protocol.Event) { handle(f, e) }, Dial: b.Dial,
		}
		c.shards = append(c.shards, s)
	}
}

func (c *connections) wantContent() bool { return c.settings.needContent() && c.me.mayRead }

// reading reports whether the bot gets the text of messages that do not name
// it, on all shards.
func (c *connections) reading() bool {
	return !slices.ContainsFunc(c.shards, func(s *shard) bool { return !s.content.Load() })
}

// outdated returns the shards whose sessions asked for other intents than the
// settings need.
func (c *connections) outdated() (all []*shard) {
	want := c.wantContent()
	for _, s := range c.shards {
		if s.content.Load() != want {
			all = append(all, s)
		}
	}
	return all
}

// settingsChanged lets renewals begin new sessions if the settings need other
// intents. It returns how long that takes at least.
func (c *connections) settingsChanged() time.Duration {
	if len(c.outdated()) == 0 {
		return 0
	}
	select {
	case c.changed <- struct{}{}:
	default: // renewals has not yet seen the last change
	}
	return max(0, time.Until(time.Unix(0, c.next.Load())))
}

// renewals begins new sessions when the settings need other intents, until ctx
// ends.
func (c *connections) renewals(ctx context.Context) {
	wait := func(d time.Duration) bool {
		select {
		case <-time.After(d):
			return true
		case <-ctx.Done():
			return false
		}
	}
	for {
		select {
		case <-c.changed:
		case <-ctx.Done():
			return
		}
		if !wait(time.Until(time.Unix(0, c.next.Load()))) {
			return
		}
		for len(c.outdated()) > 0 {
			if d := c.mayRenew(ctx); d > 0 {
				if !wait(d) {
					return
				}
				continue
			}
			c.next.Store(time.Now().Add(c.every).UnixNano())
			for _, s := range c.outdated() {
				s.Renew()
			}
			break
		}
	}
}

// mayRenew returns 0 if Discord allows enough sessions for a renewal, and
// otherwise how long to wait. Half of the day's sessions are for reconnects.
func (c *connections) mayRenew(ctx context.Context) time.Duration {
	info, err := c.api.Gateway(ctx)
	if err != nil {
		c.log.Warn("cannot ask how many sessions may begin", "cause", err)
		return time.Minute
	}
	if l := info.Limit; l.Total > 0 && l.Remaining-len(c.shards) < l.Total/2 {
		wait := max(info.Reset(), time.Second)
		c.log.Warn("too few sessions remain to ask for other intents; waiting for more", "remaining", l.Remaining, "wait", wait.Round(time.Second))
		return wait
	}
	return 0
}

// count returns how many connections are up, and how many there are.
func (c *connections) count() (connected, all int) {
	for _, s := range c.shards {
		if s.Connected() {
			connected++
		}
	}
	return connected, len(c.shards)
}

// ready reports whether all connections are up.
func (c *connections) ready() bool {
	return len(c.shards) > 0 && !slices.ContainsFunc(c.shards, func(s *shard) bool { return !s.Connected() })
}
