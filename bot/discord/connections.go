package discord

import (
	"context"
	"fmt"
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

	gateways []*protocol.Gateway
	content  atomic.Bool // the sessions asked for message content
}

// open prepares the connections. Each gives its events to handle, one after the
// other.
func (c *connections) open(b Bot, info protocol.Info, handle func(*feed, protocol.Event)) error {
	shards := b.Shards
	if shards <= 0 {
		shards = max(1, info.Shards)
	}
	c.log.Info("starting", "bot", c.me.name, "connections", shards, "invite", inviteTo(c.api, c.me.app))
	if info.Limit.Total > 0 && info.Limit.Remaining < shards {
		return fmt.Errorf("session limit: Discord allows %d more sessions, and the bot needs %d; the limit resets in %s", info.Limit.Remaining, shards, time.Duration(info.Limit.ResetAfter)*time.Millisecond)
	}
	starts := &protocol.Starts{Interval: b.Identify, Concurrency: info.Limit.MaxConcurrency}
	for n := range shards {
		f := &feed{}
		c.gateways = append(c.gateways, &protocol.Gateway{
			Token: b.Token, Intents: c.intents, Shard: [2]int{n, shards}, Backoff: b.Backoff, Log: c.log,
			Identify: func(ctx context.Context) error { return starts.Wait(ctx, n) },
			URL: func(ctx context.Context) (string, error) {
				s, err := c.api.Gateway(ctx)
				return s.URL, err
			},
			Handle: func(e protocol.Event) { handle(f, e) }, Dial: b.Dial,
		})
	}
	return nil
}

// intents returns what a session that begins now asks for.
func (c *connections) intents() int {
	content := c.wantContent()
	c.content.Store(content)
	if content {
		return intents | contentIntent
	}
	return intents
}

func (c *connections) wantContent() bool { return c.settings.needContent() && c.me.mayRead }

// reading reports whether the bot gets the text of messages that do not name
// it.
func (c *connections) reading() bool { return c.content.Load() }

// settingsChanged begins new sessions if the settings need other intents.
func (c *connections) settingsChanged() {
	if c.wantContent() == c.content.Load() {
		return
	}
	for _, g := range c.gateways {
		g.Renew()
	}
}

// count returns how many connections are up, and how many there are.
func (c *connections) count() (connected, all int) {
	for _, g := range c.gateways {
		if g.Connected() {
			connected++
		}
	}
	return connected, len(c.gateways)
}

// ready reports whether all connections are up.
func (c *connections) ready() bool {
	return len(c.gateways) > 0 && !slices.ContainsFunc(c.gateways, func(g *protocol.Gateway) bool { return !g.Connected() })
}
