package discord

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"

	"footnote/bot"
	"footnote/bot/discord/protocol"
	"footnote/rag"
)

// Errors of [Bot.Run] and [Bot.Inspect] that a person can fix.
var (
	ErrToken   = protocol.ErrToken
	ErrIntents = protocol.ErrIntents
)

// Permissions are what the bot needs in a channel, as an invitation lists them:
// View Channels, Send Messages, Send Messages in Threads, Create Public
// Threads, Embed Links and Read Message History. The bot edits and deletes only
// its own messages, which needs no permission.
const Permissions = discordgo.PermissionViewChannel | discordgo.PermissionSendMessages | discordgo.PermissionSendMessagesInThreads |
	discordgo.PermissionCreatePublicThreads | discordgo.PermissionEmbedLinks | discordgo.PermissionReadMessageHistory

// Bot answers questions in Discord. Set the fields before Run. Those of the
// first group are required.
type Bot struct {
	Token    string // never logged
	Answerer bot.Answerer
	Articles Articles
	Records  Records

	API     string        // address of another server that speaks Discord's protocol; empty: Discord's own
	Open    bool          // servers and direct messages without a grant may use all collections
	Shards  int           // gateway connections; 0: as many as Discord recommends
	Workers int           // questions answered at the same time, at least 2: one server never takes all of them; 0: 4
	Queue   int           // questions that may wait; 0: 1000
	Timeout time.Duration // for one answer; 0: 2 minutes
	Edits   time.Duration // between two edits that show a growing draft; 0: 2 s
	Drain   time.Duration // for running answers to finish after Run's context ends; 0: 25 s
	Metrics *Metrics      // nil: none are kept
	Log     *slog.Logger  // nil: nothing is logged
	Now     func() time.Time
	Read    func(ctx context.Context, name string, data []byte) (rag.Document, error) // reads an attached file; nil: as plain text
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)      // nil: the default, through a proxy if one is set

	// For tests: the time between the starts of two sessions, before the first
	// attempt to reconnect, and between two renewals of the sessions. 0: what
	// Discord demands, 1 s, and 5 minutes.
	Identify, Backoff, Renew time.Duration
}

// withDefaults returns b with its zero fields set.
func (b Bot) withDefaults() Bot {
	for field, to := range map[*time.Duration]time.Duration{&b.Timeout: 2 * time.Minute, &b.Edits: 2 * time.Second, &b.Drain: 25 * time.Second, &b.Renew: renewEvery} {
		if *field <= 0 {
			*field = to
		}
	}
	for field, to := range map[*int]int{&b.Workers: 4, &b.Queue: 1000} {
		if *field <= 0 {
			*field = to
		}
	}
	b.Workers = max(2, b.Workers)
	if b.Log == nil {
		b.Log = slog.New(slog.DiscardHandler)
	}
	if b.Now == nil {
		b.Now = time.Now
	}
	if b.Metrics == nil {
		b.Metrics = NewMetrics()
	}
	if b.Read == nil {
		b.Read = func(_ context.Context, name string, data []byte) (rag.Document, error) {
			return rag.Document{Title: name, Text: strings.ToValidUTF8(string(data), "\uFFFD")}, nil
		}
	}
	return b
}

// client returns a client for Discord's REST API that can make many requests at
// the same time.
func (b Bot) client() *protocol.Client {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: b.Dial, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 100, IdleConnTimeout: 90 * time.Second}
	if b.Dial != nil {
		t.Proxy = nil
	}
	return &protocol.Client{API: b.API, Token: b.Token, Log: b.Log, HTTP: &http.Client{Transport: t, Timeout: 20 * time.Second}}
}
