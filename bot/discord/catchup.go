package discord

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
)

// feed is how far the events of a shard have come, by the ids of messages,
// which rise with time.
type feed struct {
	newest string // seen
	before string // newest when the session began
}

// noteLatest remembers a message as seen.
func (l *live) noteLatest(f *feed, m *discordgo.Message) {
	if newer(m.ID, f.newest) {
		f.newest = m.ID
	}
	of := l.latest
	if m.GuildID == "" {
		of = l.directs
	}
	l.hidden.drop(m.ChannelID)
	if last, _, _ := of.get(m.ChannelID); newer(m.ID, last) {
		of.put(m.ChannelID, m.ID)
	}
}

// catchUp looks for the messages that came while there was no session, in a
// channel whose last message Discord names as a session begins, and has not
// told of. A shard's first session begins with what comes then.
func (l *live) catchUp(ctx context.Context, f *feed, c *discordgo.Channel) {
	last := cmp.Or(c.LastMessageID, "0")
	seen, _, known := l.latest.get(c.ID)
	if !known {
		seen = f.before
	}
	if !known || newer(last, seen) {
		l.latest.put(c.ID, last)
	}
	if newer(last, f.newest) {
		f.newest = last
	}
	if c.Type == discordgo.ChannelTypeGuildForum || c.Type == discordgo.ChannelTypeGuildMedia {
		return // its last message is a thread
	}
	if _, _, hidden := l.hidden.get(c.ID); seen != "" && newer(last, seen) && !hidden {
		l.goTask(ctx, func(ctx context.Context) { l.missed(ctx, c.ID, c.GuildID, seen) })
	}
}

// pages of messages are read of what was missed in a channel, 100 each.
const pages = 10

// missed takes up the messages of a channel after one that was seen.
func (l *live) missed(ctx context.Context, channel, server, seen string) {
	var taken sync.WaitGroup
	defer taken.Wait()
	for range pages {
		var page []*discordgo.Message
		if err := l.api.Do(ctx, http.MethodGet, fmt.Sprintf("/channels/%s/messages?limit=100&after=%s", channel, seen), nil, &page); err != nil {
			if protocol.Is(err, protocol.MissingAccess) { // many requests in vain get a bot banned
				l.hidden.put(channel, struct{}{})
			}
			l.Log.Warn("missed messages not read", "channel", channel, "cause", err)
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
			taken.Go(func() {
				defer l.recovered("missed message")
				l.onMessage(ctx, m)
			})
		}
		if len(page) < 100 {
			return
		}
	}
	l.Log.Warn("more messages were missed than are read", "channel", channel)
}

// newer reports whether a snowflake, of any length, is later than another.
func newer(a, b string) bool {
	if len(a) != len(b) {
		return len(a) > len(b)
	}
	return a > b
}
