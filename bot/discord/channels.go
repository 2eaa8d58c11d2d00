package discord

import (
	"context"
	"log/slog"
	"time"

	"github.com/bwmarrin/discordgo"
)

// channel is what the bot knows of a channel.
type channel struct {
	id, server, parent, owner, name string
	kind                            discordgo.ChannelType
	unknown                         bool // Discord does not describe it, so nothing may be quoted there
}

// thread reports whether the channel is a thread.
func (c *channel) thread() bool {
	return c.kind == discordgo.ChannelTypeGuildPublicThread || c.kind == discordgo.ChannelTypeGuildPrivateThread || c.kind == discordgo.ChannelTypeGuildNewsThread
}

// parentOf returns the id of the channel that a thread is in; empty if the
// channel is not a thread.
func (c *channel) parentOf() string {
	if c.thread() {
		return c.parent
	}
	return ""
}

// channels remembers the channels that Discord has described.
type channels struct {
	send *sender
	log  *slog.Logger
	by   *memory[*channel] // by id
}

func newChannels(send *sender, log *slog.Logger, now func() time.Time) *channels {
	return &channels{send: send, log: log, by: newMemory[*channel](20000, 30*24*time.Hour, now)}
}

// learn remembers a channel.
func (c *channels) learn(x *discordgo.Channel) {
	c.by.put(x.ID, &channel{id: x.ID, server: x.GuildID, parent: x.ParentID, owner: x.OwnerID, name: x.Name, kind: x.Type})
}

// forget drops a channel that was deleted.
func (c *channels) forget(id string) { c.by.drop(id) }

// find returns a channel of a server, and asks Discord about it if it is not
// known. An empty server means a direct message. A channel of another server is
// unknown.
func (c *channels) find(ctx context.Context, id, server string) *channel {
	if x, _, ok := c.by.get(id); ok {
		return ofServer(x, server)
	}
	if server == "" {
		return &channel{id: id, kind: discordgo.ChannelTypeDM}
	}
	x, err := c.send.channel(ctx, id)
	if err != nil {
		c.log.Warn("cannot look up channel", "channel", id, "cause", err)
		return &channel{id: id, server: server, unknown: true}
	}
	if x.GuildID == "" {
		x.GuildID = server
	}
	c.learn(x)
	known, _, _ := c.by.get(id)
	return ofServer(known, server)
}

// ofServer returns c if it is a channel of a server, otherwise an unknown channel.
func ofServer(c *channel, server string) *channel {
	if c.server != server {
		return &channel{id: c.id, server: server, unknown: true}
	}
	return c
}
