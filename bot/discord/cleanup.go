package discord

import (
	"context"
	"log/slog"

	"footnote/bot/discord/protocol"
)

// cleanup drops the settings of channels and servers that are gone. What the
// operator has granted, and the articles that people have added, stay.
type cleanup struct {
	settings    *settings
	connections *connections
	send        *sender
	log         *slog.Logger
}

// channel drops the settings of a deleted channel.
func (h *cleanup) channel(ctx context.Context, id string) { h.drop(ctx, []string{channelScope(id)}) }

// missing drops the settings of a server's channels that were deleted while
// there was no session. present are the channels that the server has now. Discord
// may list only those that the bot may see, so missing asks about the others.
func (h *cleanup) missing(ctx context.Context, server string, present map[string]bool) {
	for _, id := range h.settings.channelsOf(server) {
		if present[id] {
			continue
		}
		if _, err := h.send.channel(ctx, id); protocol.Is(err, protocol.UnknownChannel) {
			h.channel(ctx, id)
		}
	}
}

// server drops the settings of a server that the bot has left, and of its
// channels.
func (h *cleanup) server(ctx context.Context, id string) {
	h.log.Info("left a server", "server", id)
	scopes := []string{serverScope(id)}
	for _, c := range h.settings.channelsOf(id) {
		scopes = append(scopes, channelScope(c))
	}
	h.drop(ctx, scopes)
}

func (h *cleanup) drop(ctx context.Context, scopes []string) {
	for _, scope := range scopes {
		if err := h.settings.drop(ctx, scope); err != nil {
			h.log.Error("cannot delete settings", "scope", scope, "cause", err)
		}
	}
	h.connections.settingsChanged()
}
