package discord

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"

	"github.com/bwmarrin/discordgo"

	"footnote/bot/discord/protocol"
)

// events decodes what the gateway sends, and gives it to the part concerned.
type events struct {
	tasks        *tasks
	arrivals     *arrivals
	channels     *channels
	servers      *servers
	home         *home
	cleanup      *cleanup
	catchUp      *catchUp
	messages     *messages
	interactions *interactions
	log          *slog.Logger
}

// handle handles an event. The events of one shard come one after the other, so
// handle must not wait. What it starts ends with ctx.
func (h *events) handle(ctx context.Context, f *feed, e protocol.Event) {
	switch e.Name {
	case "GUILD_CREATE":
		var joined struct{ ID string }
		if h.decode(e, &joined) { // whatever else the event holds
			h.servers.joined(f, joined.ID)
		}
		var g discordgo.Guild
		if !h.decode(e, &g) {
			return
		}
		present := map[string]bool{}
		for _, c := range append(g.Channels, g.Threads...) {
			c.GuildID, present[c.ID] = g.ID, true
			h.channels.learn(c)
			h.catchUp.channel(ctx, f, c)
		}
		h.tasks.start(ctx, func(ctx context.Context) {
			if _, err := h.home.settle(ctx); err != nil {
				h.log.Error("cannot look up the bot's servers", "cause", err)
			}
			h.cleanup.missing(ctx, g.ID, present)
		})
	case "GUILD_DELETE":
		var g discordgo.Guild
		if h.decode(e, &g) && !g.Unavailable { // an outage makes a server unavailable
			h.servers.left(g.ID)
			h.tasks.start(ctx, func(ctx context.Context) { h.cleanup.server(ctx, g.ID) })
		}
	case "CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE":
		var c discordgo.Channel
		if h.decode(e, &c) {
			h.channels.learn(&c)
		}
	case "CHANNEL_DELETE", "THREAD_DELETE":
		var c discordgo.Channel
		if h.decode(e, &c) {
			h.channels.forget(c.ID)
			h.tasks.start(ctx, func(ctx context.Context) { h.cleanup.channel(ctx, c.ID) })
		}
	case "READY":
		h.log.Info("connected")
		var r struct {
			Guilds []struct{ ID string } `json:"guilds"`
		}
		if h.decode(e, &r) {
			var ids []string
			for _, g := range r.Guilds {
				ids = append(ids, g.ID)
			}
			for _, id := range h.servers.ready(f, ids) {
				h.tasks.start(ctx, func(ctx context.Context) { h.cleanup.server(ctx, id) })
			}
		}
		h.catchUp.session(ctx, f)
	case "MESSAGE_CREATE":
		var m discordgo.Message
		if h.decode(e, &m) {
			h.catchUp.saw(f, &m)
			h.tasks.start(ctx, func(ctx context.Context) { h.messages.created(ctx, &m) })
		}
	case "MESSAGE_UPDATE":
		var m discordgo.Message
		if h.decode(e, &m) {
			h.messages.edited(&m)
		}
	case "MESSAGE_DELETE":
		var m discordgo.Message
		if h.decode(e, &m) {
			h.messages.deleted(ctx, m.ID)
		}
	case "MESSAGE_DELETE_BULK":
		var m discordgo.MessageDeleteBulk
		if h.decode(e, &m) {
			for _, id := range m.Messages {
				h.messages.deleted(ctx, id)
			}
		}
	case "INTERACTION_CREATE":
		var i discordgo.Interaction
		if h.decode(e, &i) {
			h.arrivals.add(i.ID)
			h.tasks.start(ctx, func(ctx context.Context) {
				defer h.arrivals.drop(i.ID)
				h.interactions.created(ctx, &i)
			})
		}
	}
}

// decode decodes the data of an event, and reports whether it could.
func (h *events) decode(e protocol.Event, v any) bool {
	err := json.Unmarshal(e.Data, v)
	if err != nil { // discordgo rejects a message with a component that it does not know
		err = json.Unmarshal(withoutComponents(e.Data), v)
	}
	if err != nil {
		h.log.Error("cannot decode event", "event", e.Name, "cause", err)
		return false
	}
	return true
}

// withoutComponents returns the data of an event without the components below
// messages. A submitted form keeps its fields.
func withoutComponents(data []byte) []byte {
	var v map[string]any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return data
	}
	var strip func(v any)
	strip = func(v any) {
		if m, ok := v.(map[string]any); ok {
			delete(m, "components")
			strip(m["referenced_message"])
			strip(m["message"])
		}
	}
	strip(v)
	of, _ := v["data"].(map[string]any)
	resolved, _ := of["resolved"].(map[string]any)
	messages, _ := resolved["messages"].(map[string]any)
	for _, m := range messages {
		strip(m)
	}
	out, err := json.Marshal(v)
	if err != nil {
		return data
	}
	return out
}
