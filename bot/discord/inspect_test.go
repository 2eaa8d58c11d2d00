package discord_test

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/google/go-cmp/cmp"

	"footnote/bot/discord"
	"footnote/bot/discordtest"
)

// TestInvitation checks that the README, the invitation and the bot name the same
// scopes and permissions.
func TestInvitation(t *testing.T) {
	t.Parallel()
	want := int64(discordgo.PermissionViewChannel | discordgo.PermissionSendMessages | discordgo.PermissionSendMessagesInThreads |
		discordgo.PermissionCreatePublicThreads | discordgo.PermissionEmbedLinks | discordgo.PermissionReadMessageHistory)
	if discord.Permissions != want {
		t.Errorf("the bot needs permissions %d, want %d", int64(discord.Permissions), want)
	}
	w := newWorld(t, discordtest.Config{})
	seen, err := w.bot.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	links := regexp.MustCompile(`https://discord\.com/oauth2/authorize\?[^\x60\s]+`).FindAllString(string(readme), -1)
	if len(links) == 0 {
		t.Error("the README has no invitation link")
	}
	for _, link := range append(links, seen.Invite) {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if q.Get("client_id") != seen.App {
			q.Set("client_id", strings.Replace(q.Get("client_id"), "APPLICATION_ID", seen.App, 1))
		}
		if d := cmp.Diff(url.Values{"client_id": {seen.App}, "scope": {"bot applications.commands"}, "permissions": {strconv.FormatInt(want, 10)}}, q); d != "" {
			t.Errorf("%s (-want +got):\n%s", link, d)
		}
	}
}

// TestPermissionsNeeded checks that everything works with the permissions of the
// invitation, and that something fails without any one of them.
func TestPermissionsNeeded(t *testing.T) {
	t.Parallel()
	for name, denied := range map[string]int64{
		"": 0, "View Channels": discordtest.ViewChannel, "Send Messages": discordtest.SendMessages, "Send Messages in Threads": discordtest.SendMessagesInThreads,
		"Create Public Threads": discordtest.CreatePublicThreads, "Embed Links": discordtest.EmbedLinks, "Read Message History": discordtest.ReadMessageHistory,
	} {
		t.Run("without "+name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{})
			other := w.guild.Channel("other")
			w.guild.Deny(discordtest.AddReactions | denied) // the bot does not need this permission
			w.start()
			w.answer(w.admin.Slash(w.general, "footnote setup", discordtest.Options{"threads": true, "channel": w.general}), "Settings saved for")
			threads := w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
			w.ann.Say(other, w.mention()+"What does a ticket cost in pounds?")
			source := w.admin.Say(other, "Otto painted the lighthouse door yellow.")
			wait := patience
			if denied != 0 {
				wait = time.Second
			}
			menu := w.admin.Menu(source, "Add as a source")
			added := false
			if form, ok := menu.Wait(wait, func(r discordtest.Response) bool { return r.Form != nil }); ok {
				_, added = w.admin.Submit(menu, form.Form, "Lighthouse", "Otto painted the lighthouse door yellow.").Wait(wait, func(r discordtest.Response) bool {
					return r.Message != nil && strings.HasPrefix(r.Message.Content, "Added ")
				})
			}
			answered := func() bool {
				all := w.general.Threads()
				return len(all) == 1 && all[0].ID == threads.ID && len(all[0].Messages()) == 1 && len(all[0].Messages()[0].Embeds) == 1 && len(other.Messages()) == 4
			}
			for end := time.Now().Add(wait); !answered() && time.Now().Before(end); {
				time.Sleep(5 * time.Millisecond)
			}
			if all := added && answered() && len(w.Stats().Refused) == 0; all != (denied == 0) {
				t.Errorf("added %v, answered %v, refused %v", added, answered(), w.Stats().Refused)
			}
		})
	}
}

// TestInspect checks what Inspect returns for several applications.
func TestInspect(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cfg  discordtest.Config
		do   func(*world)
		want func(*world, *discord.Inspection)
	}{
		"as made":    {},
		"may read":   {cfg: discordtest.Config{Flags: 1 << 19}, want: func(_ *world, s *discord.Inspection) { s.MayRead = true }},
		"private":    {cfg: discordtest.Config{Application: map[string]any{"bot_public": false}}, want: func(_ *world, s *discord.Inspection) { s.Private = true }},
		"code grant": {cfg: discordtest.Config{Application: map[string]any{"bot_require_code_grant": true}}, want: func(_ *world, s *discord.Inspection) { s.Grant = true }},
		"elsewhere": {cfg: discordtest.Config{Application: map[string]any{"interactions_endpoint_url": "https://example.org/x"}},
			want: func(_ *world, s *discord.Inspection) { s.Elsewhere = "https://example.org/x" }},
		"many shards": {cfg: discordtest.Config{Shards: 7}, want: func(_ *world, s *discord.Inspection) { s.Shards = 7 }},
		"open": {do: func(w *world) {
			w.bot.Open = true
			w.Guild("Quay")
			w.start()
			if err := w.halt(); err != nil {
				w.t.Fatal(err)
			}
		}, want: func(w *world, s *discord.Inspection) {
			quay := w.Guilds()[1].ID
			s.Open, s.Remaining, s.Servers[0].Grant.All = true, 999, true
			s.Servers = append(s.Servers, discord.Server{ID: quay, Name: "Quay", Grant: discord.Grant{Server: quay, All: true}})
		}},
		"lacks permissions": {do: func(w *world) { w.guild.Deny(discordtest.EmbedLinks | discordtest.ReadMessageHistory) },
			want: func(_ *world, s *discord.Inspection) { s.Servers[0].Missing = "Embed Links, Read Message History" }},
		"channel read": {cfg: discordtest.Config{Flags: 1 << 18}, do: func(w *world) {
			w.start()
			w.answer(w.admin.Slash(w.general, "footnote setup", discordtest.Options{"channel": w.general, "policy": "always"}), "Settings saved for")
			if err := w.halt(); err != nil {
				w.t.Fatal(err)
			}
		}, want: func(w *world, s *discord.Inspection) {
			s.MayRead, s.Unasked, s.Remaining = true, []string{w.general.ID}, 1000-w.Stats().Identifies
			s.Decided, s.Servers[0].Grant.All = true, true
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.cfg)
			if c.do != nil {
				c.do(w)
			}
			web := strings.TrimSuffix(w.API, "/api")
			want := discord.Inspection{
				Name: "footnote", App: w.BotID(), Page: web + "/developers/applications/" + w.BotID(), Shards: 1, Remaining: 1000,
				Invite:  web + "/oauth2/authorize?client_id=" + w.BotID() + "&permissions=309237730304&scope=bot+applications.commands",
				Servers: []discord.Server{{ID: w.guild.ID, Name: "Harbour", Grant: discord.Grant{Server: w.guild.ID}}},
			}
			if c.want != nil {
				c.want(w, &want)
			}
			got, err := w.bot.Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("inspection (-want +got):\n%s", d)
			}
		})
	}
}

// TestInspectRefused checks the errors of Inspect.
func TestInspectRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Token = "of another"
	if _, err := w.bot.Inspect(t.Context()); !errors.Is(err, discord.ErrToken) || strings.Contains(err.Error(), "of another") {
		t.Errorf("a wrong token: error %v, want ErrToken without the token", err)
	}
	w.bot.Token = w.Token
	w.Fault(func(r *http.Request) int {
		if strings.HasSuffix(r.URL.Path, "/guilds") {
			return http.StatusForbidden
		}
		return 0
	})
	if _, err := w.bot.Inspect(t.Context()); err == nil || errors.Is(err, discord.ErrToken) {
		t.Errorf("another refusal: error %v, want one that is not ErrToken", err)
	}
}
