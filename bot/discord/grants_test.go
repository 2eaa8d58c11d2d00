package discord_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/bot/discord"
	"footnote/bot/discordtest"
)

// grants returns the grants in the records.
func (w *world) grants() []discord.Grant {
	w.t.Helper()
	all, err := (discord.Grants{Records: w.store}).List(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// scopes returns the scopes that have settings, without grants.
func (w *world) scopes() (all []string) {
	w.t.Helper()
	scopes, err := w.store.SettingsScopes(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range scopes {
		if !strings.HasPrefix(s, "discord/grants/") {
			all = append(all, s)
		}
	}
	return all
}

// document sets the settings of a scope.
func (w *world) document(scope, document string) {
	w.t.Helper()
	if err := w.store.ChangeSettings(w.t.Context(), scope, func(json.RawMessage) (json.RawMessage, error) { return json.RawMessage(document), nil }); err != nil {
		w.t.Fatal(err)
	}
}

// TestOnlyServer checks that all collections are granted to the only server of a
// bot, once, and that a second server then changes nothing.
func TestOnlyServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}, ferry, tides).start()
	ask := discordtest.Options{"question": "When does the spring tide flood the quay?"}
	want := []discord.Grant{{Server: w.guild.ID, All: true}}
	if d := cmp.Diff(want, w.grants()); d != "" {
		t.Errorf("grants (-want +got):\n%s", d)
	}
	rival := w.Guild("Rival")
	lobby, bob := rival.Channel("lobby"), rival.Join("bob")
	w.answer(bob.Slash(lobby, "ask", ask), "I may not use any articles on this server yet")
	w.answer(w.ann.Slash(w.general, "ask", ask), "twice a month")
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	w.guild.Expel()
	w.start() // on Rival only
	w.answer(bob.Slash(lobby, "ask", ask), "I may not use any articles on this server yet")
	if d := cmp.Diff(want, w.grants()); d != "" {
		t.Errorf("grants after leaving the first server (-want +got):\n%s", d)
	}
}

// TestFirstServer checks what happens to a bot that is on no server, or on two,
// when it starts without a grant.
func TestFirstServer(t *testing.T) {
	t.Parallel()
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, discordtest.Config{})
		w.guild.Expel()
		w.start()
		g := w.Guild("Harbour")
		w.until("the server has a grant", func() bool { return len(w.grants()) > 0 })
		w.answer(g.Join("bob").Slash(g.Channel("lobby"), "ask", discordtest.Options{"question": "Do dogs travel free?"}), "Dogs travel free.")
	})
	t.Run("two", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, discordtest.Config{})
		w.Guild("Rival")
		w.start()
		w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "I may not use any articles on this server yet")
		if all := w.grants(); len(all) > 0 || !w.logs("no server may use the articles") {
			t.Errorf("grants: %v", all)
		}
	})
	t.Run("one that the operator decided about", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, discordtest.Config{})
		w.grant(w.guild.ID) // granted and revoked
		w.start()
		w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "I may not use any articles on this server yet")
	})
}

// TestOpen checks that with Open everybody may use all collections, except a server
// that has a grant, and nobody what others have added.
func TestOpen(t *testing.T) {
	t.Parallel()
	w, _, lobby, bob, boss := newHarbour(t)
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	w.bot.Open = true
	w.start()
	w.answer(boss.Slash(lobby, "footnote add", discordtest.Options{"title": "Lobby clock", "text": "The lobby clock runs ten minutes fast."}), "Added Lobby clock")
	quay := w.Guild("Quay")
	stray, kai := quay.Channel("stray"), quay.Join("kai")
	for _, test := range []struct {
		name, question, want string
		who                  *discordtest.User
		in                   *discordtest.Channel
	}{
		{"a server without a grant", "Do dogs travel free?", "Dogs travel free.", kai, stray},
		{"a direct message", "Do dogs travel free?", "Dogs travel free.", kai, kai.DM()},
		{"a server with a grant", "Do dogs travel free?", "do not say", bob, lobby},
		{"what another server added", "How fast runs the lobby clock?", "do not say", kai, stray},
		{"the same in a direct message", "How fast runs the lobby clock?", "do not say", bob, bob.DM()},
	} {
		if got := w.answerOf(test.who.Slash(test.in, "ask", discordtest.Options{"question": test.question})); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	w.bot.Open = false
	w.start()
	w.answer(kai.Slash(stray, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "I may not use any articles on this server yet")
}

// TestForeignServer checks that the bot does nothing in a server that it is not a
// member of, for a person who installed the application as their own.
func TestForeignServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	there, u := w.Foreign("abroad")
	for command, o := range map[string]discordtest.Options{
		"ask": {"question": "Do dogs travel free?"}, "footnote setup": {"library": "articles without a collection"}, "footnote add": {"text": "x y"},
		"footnote status": nil, "footnote sources": nil, "gaps": nil,
	} {
		if got := w.told(u.Slash(there, command, o)); !strings.HasPrefix(got, "I'm not a member here") {
			t.Errorf("/%s: %q", command, got)
		}
	}
	if got := w.choices(u.Complete(there, "ask", "question", "", nil)); got != "" {
		t.Errorf("titles: %q", got)
	}
	if got := w.scopes(); len(got) > 0 {
		t.Errorf("settings: %q", got)
	}
}

// TestGone checks that the settings of deleted channels and of servers that the bot
// left are dropped, and that grants stay.
func TestGone(t *testing.T) {
	t.Parallel()
	type opts = discordtest.Options
	w, crew, lobby, _, boss := newHarbour(t)
	w.answer(boss.Slash(lobby, "footnote setup", opts{"channel": lobby, "library": "ledger"}), "Settings saved")
	w.answer(boss.Slash(lobby, "footnote setup", opts{"policy": "off"}), "Settings saved")
	away := w.guild.Channel("away")
	w.set(opts{"channel": away, "library": "almanac"})
	harbour, rival := "discord/server/"+w.guild.ID, "discord/server/"+lobby.GuildID()
	grants := w.grants()

	rivalGuild := w.Guilds()[1]
	rivalGuild.Outage()
	crew.Remove()
	w.outage(away.Remove)
	want := []string{"discord/channel/" + lobby.ID, harbour, rival}
	w.until("the settings of the deleted channels are gone", func() bool { return len(w.scopes()) == len(want) })
	if d := cmp.Diff(want, w.scopes()); d != "" {
		t.Errorf("scopes (-want +got):\n%s", d)
	}
	w.outage(rivalGuild.Expel)
	w.until("the settings of the server are gone", func() bool { return len(w.scopes()) == 1 })
	if d := cmp.Diff([]string{harbour}, w.scopes()); d != "" {
		t.Errorf("scopes (-want +got):\n%s", d)
	}
	if d := cmp.Diff(grants, w.grants()); d != "" {
		t.Errorf("grants (-want +got):\n%s", d)
	}
	// The collection of the deleted channel can be chosen again.
	w.set(opts{"channel": w.general, "library": "crew"})
	w.answer(w.ann.Slash(w.general, "ask", opts{"question": "Where sleeps the captain of the ferry, in which cabin?"}), "cabin seven")
}

// TestMigration checks that a library of an earlier version, in which servers owned
// collections, shows no place more than before.
func TestMigration(t *testing.T) {
	t.Parallel()
	type opts = discordtest.Options
	const captain, dogs, tide = "Where sleeps the captain of the ferry, in which cabin?", "Do dogs travel free?", "When does the spring tide flood the quay?"
	for _, test := range []struct {
		name   string
		others bool // the bot is on another server, too
		grants func(harbour, rival string) []discord.Grant
		dogs   string
	}{
		{"one server", false, func(harbour, _ string) []discord.Grant {
			return []discord.Grant{{Server: harbour, All: true, Collections: []string{"crew"}}}
		}, "Dogs travel free."},
		{"two servers", true, func(harbour, rival string) []discord.Grant {
			return []discord.Grant{{Server: harbour, Collections: []string{"crew"}}, {Server: rival, Collections: []string{"almanac"}}}
		}, "do not say"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}, ferry, roster, tides)
			crew := w.guild.Channel("crew")
			w.document("discord/channel/"+crew.ID, `{"collections":["crew"],"server":"`+w.guild.ID+`","policy":"asked"}`)
			w.document("discord/server/"+w.guild.ID, `{"per_person":7}`)
			rival := ""
			var lobby *discordtest.Channel
			if test.others {
				g := w.Guild("Rival")
				rival, lobby = g.ID, g.Channel("lobby")
				w.document("discord/server/"+rival, `{"collections":["almanac"]}`)
			}
			w.start()
			if d := cmp.Diff(test.grants(w.guild.ID, rival), w.grants()); d != "" {
				t.Errorf("grants (-want +got):\n%s", d)
			}
			w.answer(w.ann.Slash(crew, "ask", opts{"question": captain}), "cabin seven")
			w.answer(w.ann.Slash(crew, "ask", opts{"question": dogs}), "do not say")
			w.answer(w.ann.Slash(w.general, "ask", opts{"question": captain}), "do not say")
			w.answer(w.ann.Slash(w.general, "ask", opts{"question": dogs}), test.dogs)
			w.answer(w.admin.Slash(w.general, "footnote status", nil), "7 per person")
			if lobby != nil {
				bob := w.Guilds()[1].Join("bob")
				w.answer(bob.Slash(lobby, "ask", opts{"question": tide}), "twice a month")
				w.answer(bob.Slash(lobby, "ask", opts{"question": dogs}), "do not say")
			}
			for _, scope := range w.scopes() {
				if raw, err := w.store.Settings(t.Context(), scope); err != nil || strings.Contains(string(raw), "collections") {
					t.Errorf("%s: %s, %v", scope, raw, err)
				}
			}
		})
	}
}
