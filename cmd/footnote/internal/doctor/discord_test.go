package doctor

import (
	"testing"

	"footnote/bot/discord"

	"github.com/google/go-cmp/cmp"
)

func TestCheckDiscord(t *testing.T) {
	t.Parallel()
	const page, invite = "https://discord.com/developers/applications/7", "https://discord.com/oauth2/authorize?client_id=7"
	intent := "Bot › Privileged Gateway Intents › Message Content Intent at " + page + "/bot"
	const public = "; to stop others from inviting the bot, turn off Bot › Public Bot at " + page + "/bot"
	harbour := discord.Server{ID: "1", Name: "Harbour"}
	usual := discord.Inspection{Name: "footnote", App: "7", Page: page, Invite: invite, Servers: []discord.Server{harbour}, Shards: 1, Remaining: 1000}
	for name, c := range map[string]struct {
		change func(*discord.Inspection)
		check  func(discord.Inspection) finding
		want   finding
	}{
		"token": {nil, checkToken, finding{"discord", true, "the token works; the bot's name is footnote", "", false}},
		"commands go elsewhere": {func(s *discord.Inspection) { s.Elsewhere = "https://example.org/x" }, checkToken,
			finding{"discord", false, "Discord sends commands and buttons to https://example.org/x, not to the bot", "clear General Information › Interactions Endpoint URL at " + page + "/information", false}},
		"no connections left": {func(s *discord.Inspection) { s.Shards, s.Remaining = 3, 2 }, checkToken,
			finding{"discord", false, "the bot can connect 2 more times today but needs 3", "wait until tomorrow, and check the log for why it connected so often", false}},
		"in a server": {nil, checkInvitation, finding{"invitation", true, "the bot is on 1 server with the permissions it needs", "to add another server, open " + invite, false}},
		"in none":     {func(s *discord.Inspection) { s.Servers = nil }, checkInvitation, finding{"invitation", true, "the bot is not on a server yet", "open " + invite, true}},
		"in none, private": {func(s *discord.Inspection) { s.Servers, s.Private = nil, true }, checkInvitation,
			finding{"invitation", true, "the bot is not on a server yet", "open " + invite + " as the owner of the application; to let others invite the bot, turn on Bot › Public Bot at " + page + "/bot", true}},
		"code grant": {func(s *discord.Inspection) { s.Grant = true }, checkInvitation,
			finding{"invitation", false, "invitations fail: the application requires a code grant", "turn off Bot › Requires OAuth2 Code Grant at " + page + "/bot", false}},
		"lacks permissions": {func(s *discord.Inspection) {
			s.Servers = []discord.Server{harbour, {ID: "2", Name: "Quay", Missing: "Embed Links"}, {ID: "3", Name: "Pier", Missing: "Embed Links"}}
		}, checkInvitation,
			finding{"invitation", false, "on the server Quay the bot lacks the permission Embed Links; also on 1 more", "add it to the bot's role in Server Settings › Roles, or open " + invite, false}},
		"no grant, public": {nil, checkGrants, finding{"grants", true, "the first server that the bot is on will be allowed to use all collections", "to decide yourself, run `footnote discord grant SERVER COLLECTION`" + public, true}},
		"no grant, private": {func(s *discord.Inspection) { s.Private = true }, checkGrants,
			finding{"grants", true, "the first server that the bot is on will be allowed to use all collections", "to decide yourself, run `footnote discord grant SERVER COLLECTION`", false}},
		"open, public": {func(s *discord.Inspection) { s.Open, s.Decided = true, true }, checkGrants,
			finding{"grants", true, "every server and direct message without a grant may use all collections (--open)", "to decide for each server, run the bot without --open and use `footnote discord grant`" + public, true}},
		"open, private": {func(s *discord.Inspection) { s.Open, s.Private = true, true }, checkGrants,
			finding{"grants", true, "every server and direct message without a grant may use all collections (--open)", "to decide for each server, run the bot without --open and use `footnote discord grant`", false}},
		"two servers without a grant": {func(s *discord.Inspection) { s.Servers = append(s.Servers, discord.Server{ID: "2", Name: "Quay"}) }, checkGrants,
			finding{"grants", true, "the server Harbour may use no collection; 1 more may use none either", "run `footnote discord grant 1 COLLECTION` to allow one" + public, true}},
		"granted": {func(s *discord.Inspection) {
			s.Decided, s.Servers = true, []discord.Server{{ID: "1", Name: "Harbour", Grant: discord.Grant{All: true}}}
		}, checkGrants,
			finding{"grants", true, "1 server may use collections", "`footnote discord grants` lists them", false}},
		"reading needed and not given": {func(s *discord.Inspection) { s.Unasked = []string{"4", "5", "6", "8"} }, checkIntent,
			finding{"messages", false, "the bot is set to answer messages that do not mention it in 4 channels (4, 5, 6) but cannot read them", "turn on " + intent + " and restart the bot, or run /footnote setup there with policy: when asked", false}},
		"reading needed and given": {func(s *discord.Inspection) { s.Unasked, s.MayRead = []string{"4"}, true }, checkIntent,
			finding{"messages", true, "the bot reads messages that do not mention it, for 1 channel", "", false}},
		"reading given and not needed": {func(s *discord.Inspection) { s.MayRead = true }, checkIntent,
			finding{"messages", true, "the Message Content Intent is on but not needed", "you can turn it off: " + intent, true}},
		"reading neither": {nil, checkIntent, finding{"messages", true, "the Message Content Intent is off and not needed", "turn it on only for channels with the policy confident or always: " + intent, false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := usual
			if c.change != nil {
				c.change(&s)
			}
			if d := cmp.Diff(c.want, c.check(s)); d != "" {
				t.Errorf("finding (-want +got):\n%s", d)
			}
		})
	}
}
