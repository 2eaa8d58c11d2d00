package discord

import (
	"cmp"
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
)

// feed is how far the events of a shard have come. It holds ids of messages,
// which rise with time.
type feed struct {
	newest string // seen
	before string // newest when the session began
}

// catchUp finds the messages that arrived while there was no session.
type catchUp struct {
	send  *sender
	tasks *tasks
	take  func(context.Context, *discordgo.Message) // handles a message that was missed
	log   *slog.Logger

	latest  *memory[string]   // id of the last message seen, by channel of a server
	directs *memory[string]   // the same, by channel for direct messages, of the last hour
	hidden  *memory[struct{}] // channels that the bot may not read
}

func newCatchUp(send *sender, tasks *tasks, take func(context.Context, *discordgo.Message), log *slog.Logger, now func() time.Time) *catchUp {
	return &catchUp{
		send: send, tasks: tasks, take: take, log: log,
		latest:  newMemory[string](20000, 30*24*time.Hour, now),
		directs: newMemory[string](100, time.Hour, now),
		hidden:  newMemory[struct{}](20000, 24*time.Hour, now),
	}
}

// saw remembers a message as seen.
func (u *catchUp) saw(f *feed, m *discordgo.Message) {
	if newer(m.ID, f.newest) {
		f.newest = m.ID
	}
	of := u.latest
	if m.GuildID == "" {
		of = u.directs
	}
	u.hidden.drop(m.ChannelID)
	if last, _, _ := of.get(m.ChannelID); newer(m.ID, last) {
		of.put(m.ChannelID, m.ID)
	}
}

// session looks for missed direct messages after a session has begun.
func (u *catchUp) session(ctx context.Context, f *feed) {
	f.before = f.newest
	for _, dm := range u.directs.pairs() {
		u.tasks.start(ctx, func(ctx context.Context) { u.fetch(ctx, dm.key, "", dm.value) })
	}
}

// channel looks for missed messages in a channel of a server, which Discord
// describes when a session begins. It compares the channel's last message with
// the last one seen. A shard's first session has missed nothing.
func (u *catchUp) channel(ctx context.Context, f *feed, c *discordgo.Channel) {
	last := cmp.Or(c.LastMessageID, "0")
	seen, _, known := u.latest.get(c.ID)
	if !known {
		seen = f.before
	}
	if !known || newer(last, seen) {
		u.latest.put(c.ID, last)
	}
	if newer(last, f.newest) {
		f.newest = last
	}
	if c.Type == discordgo.ChannelTypeGuildForum || c.Type == discordgo.ChannelTypeGuildMedia {
		return // its last message is a thread
	}
	if _, _, hidden := u.hidden.get(c.ID); seen != "" && newer(last, seen) && !hidden {
		u.tasks.start(ctx, func(ctx context.Context) { u.fetch(ctx, c.ID, c.GuildID, seen) })
	}
}

// maxPages is how many times 100 messages are read of what was missed in a
// channel.
const maxPages = 10

// fetch handles the messages of a channel that are newer than seen.
func (u *catchUp) fetch(ctx context.Context, channel, server, seen string) {
	var handled sync.WaitGroup
	defer handled.Wait()
	for range maxPages {
		page, err := u.send.messagesAfter(ctx, channel, seen)
		if err != nil {
			if protocol.Is(err, protocol.MissingAccess) { // Discord bans a bot that makes many such requests
				u.hidden.put(channel, struct{}{})
			}
			u.log.Warn("cannot read missed messages", "channel", channel, "cause", err)
			return
		}
		slices.SortFunc(page, func(a, b *discordgo.Message) int {
			if newer(a.ID, b.ID) {
				return 1
			}
			return -1
		})
		for _, m := range page {
			m.GuildID, seen = server, m.ID
			handled.Go(func() {
				defer u.tasks.recovered("missed message")
				u.take(ctx, m)
			})
		}
		if len(page) < 100 {
			return
		}
	}
	u.log.Warn("too many missed messages; skipping the rest", "channel", channel)
}

// newer reports whether an id was made later than another. Ids are numbers of
// any length.
func newer(a, b string) bool {
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a > b
}
