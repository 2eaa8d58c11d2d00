package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/bot/discord"
)

func TestLookAtDiscord(t *testing.T) {
	t.Parallel()
	const page, invite = "https://discord.com/developers/applications/7", "https://discord.com/oauth2/authorize?client_id=7"
	intent := "Bot › Privileged Gateway Intents › Message Content Intent at " + page + "/bot"
	harbour := discord.Server{ID: "1", Name: "Harbour"}
	usual := discord.Inspection{Name: "footnote", App: "7", Page: page, Invite: invite, Servers: []discord.Server{harbour}, Shards: 1, Remaining: 1000}
	for name, c := range map[string]struct {
		change func(*discord.Inspection)
		look   func(discord.Inspection) finding
		want   finding
	}{
		"token": {nil, lookAtToken, finding{"discord", true, "the token is taken; the bot is called footnote", ""}},
		"commands go elsewhere": {func(s *discord.Inspection) { s.Elsewhere = "https://example.org/x" }, lookAtToken,
			finding{"discord", false, "commands and buttons are sent to https://example.org/x instead of to the bot", "empty General Information › Interactions Endpoint URL at " + page + "/information"}},
		"no connections left": {func(s *discord.Inspection) { s.Shards, s.Remaining = 3, 2 }, lookAtToken,
			finding{"discord", false, "Discord lets the bot connect 2 more times today, and it needs 3", "wait until tomorrow, and look in the log for why it has been connecting so often"}},
		"in a server": {nil, lookAtInvitation, finding{"invitation", true, "the bot is in 1 server, with the permissions that it needs", "for another server, open " + invite}},
		"in none":     {func(s *discord.Inspection) { s.Servers = nil }, lookAtInvitation, finding{"invitation", true, "the bot is in no server yet", "open " + invite}},
		"in none, private": {func(s *discord.Inspection) { s.Servers, s.Private = nil, true }, lookAtInvitation,
			finding{"invitation", true, "the bot is in no server yet", "open " + invite + " as the owner of the application; for others to invite it, switch on Bot › Public Bot at " + page + "/bot"}},
		"code grant": {func(s *discord.Inspection) { s.Grant = true }, lookAtInvitation,
			finding{"invitation", false, "an invitation ends in an error, for it wants a code grant", "switch off Bot › Requires OAuth2 Code Grant at " + page + "/bot"}},
		"lacks permissions": {func(s *discord.Inspection) {
			s.Servers = []discord.Server{harbour, {ID: "2", Name: "Quay", Missing: "Embed Links"}, {ID: "3", Name: "Pier", Missing: "Embed Links"}}
		}, lookAtInvitation,
			finding{"invitation", false, "in the server Quay the bot lacks Embed Links; and in 1 more", "give it to the bot's role under Server Settings › Roles, or open " + invite}},
		"reading needed and not given": {func(s *discord.Inspection) { s.Unasked = []string{"4", "5", "6", "8"} }, lookAtIntent,
			finding{"messages", false, "messages that do not name the bot are to be answered in 4 channels (4, 5, 6), and it may not read them", "switch on " + intent + " and start the bot anew, or say /footnote setup with policy: when asked there"}},
		"reading needed and given": {func(s *discord.Inspection) { s.Unasked, s.MayRead = []string{"4"}, true }, lookAtIntent,
			finding{"messages", true, "the bot reads messages that do not name it, for 1 channel", ""}},
		"reading given and not needed": {func(s *discord.Inspection) { s.MayRead = true }, lookAtIntent,
			finding{"messages", true, "the Message Content Intent is on and not needed; the bot does not use it", "it can be switched off: " + intent}},
		"reading neither": {nil, lookAtIntent, finding{"messages", true, "the Message Content Intent is off and not needed", "only for channels with the policy confident or always: " + intent}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := usual
			if c.change != nil {
				c.change(&s)
			}
			if d := cmp.Diff(c.want, c.look(s)); d != "" {
				t.Errorf("finding (-want +got):\n%s", d)
			}
		})
	}
}
