package discord_test

import (
	"slices"
	"strings"
	"testing"

	"footnote/bot/discord"
	"footnote/bot/discordtest"
	"footnote/rag"
)

var (
	roster = rag.Document{ID: "roster", Collection: "crew", Title: "Crew roster", Text: "The captain of the ferry sleeps in cabin seven. The cook of the ferry wakes at five."}
	tides  = rag.Document{ID: "tides", Collection: "almanac", Title: "Tide tables", Text: "The spring tide floods the lower quay twice a month."}
)

// newHarbour returns a world of two servers with different grants. In #crew, only
// the roster may be quoted, and elsewhere on its server everything but the roster.
func newHarbour(t *testing.T, more ...rag.Document) (w *world, crew, lobby *discordtest.Channel, bob, boss *discordtest.User) {
	t.Helper()
	w = newWorld(t, discordtest.Config{}, append([]rag.Document{ferry, roster, tides}, more...)...)
	crew = w.guild.Channel("crew")
	rival := w.Guild("Rival")
	lobby = rival.Channel("lobby")
	bob, boss = rival.Join("bob"), rival.Admin("boss")
	w.grant(w.guild.ID, "", "crew", "almanac")
	w.grant(rival.ID, "almanac", "ledger")
	w.start()
	w.set(discordtest.Options{"library": "articles without a collection, almanac, added on this server", "per-person": 1000, "per-channel": 1000, "per-server": 1000})
	w.set(discordtest.Options{"channel": crew, "library": "crew"})
	return w, crew, lobby, bob, boss
}

// secret is an article, and how to ask for it.
type secret struct{ title, collection, question, says string }

// place is where somebody tries to read articles.
type place struct {
	name    string
	channel *discordtest.Channel
	member  *discordtest.User
	admin   *discordtest.User // nil in a direct message
	sees    []string          // titles
}

// TestGrants tries every command, button, form and autocompletion, in every kind of
// place, to read or to take the articles that the place may not see.
func TestGrants(t *testing.T) {
	t.Parallel()
	type opts = discordtest.Options
	ledger := rag.Document{ID: "ledger", Collection: "ledger", Title: "Pilot ledger", Text: "The rival company pays pilots eleven shillings."}
	w, crew, lobby, bob, boss := newHarbour(t, ledger)
	quay := w.Guild("Quay")
	stray, kai, kim := quay.Channel("stray"), quay.Join("kai"), quay.Admin("kim")
	eve := w.Stranger("eve")
	w.grant(discord.Direct, "almanac")

	helpers := w.guild.Role("helpers", 0)
	w.set(opts{"helper": helpers})
	w.answer(boss.Slash(lobby, "footnote setup", opts{"helper": lobby.Role("lookouts"), "per-person": 1000, "per-channel": 1000, "per-server": 1000}), "Settings saved")
	w.answer(kim.Slash(stray, "footnote setup", opts{"per-person": 1000, "per-channel": 1000, "per-server": 1000}), "Settings saved")
	w.answer(w.admin.Slash(w.general, "footnote add", opts{"title": "Harbour dues", "text": "The harbour master collects dues on Friday evening."}), "Added Harbour dues")
	w.answer(w.admin.Slash(crew, "footnote add", opts{"title": "Galley key", "text": "The galley key hangs behind the stove."}), "I quote it in this channel only")
	w.answer(boss.Slash(lobby, "footnote add", opts{"title": "Lobby clock", "text": "The lobby clock runs ten minutes fast."}), "Added Lobby clock")

	secrets := []secret{
		{"Ferry timetable", "articles without a collection", "Do dogs travel free?", "Dogs travel free."},
		{"Crew roster", "crew", "Where sleeps the captain of the ferry, in which cabin?", "cabin seven"},
		{"Tide tables", "almanac", "When does the spring tide flood the quay?", "twice a month"},
		{"Pilot ledger", "ledger", "What does the rival company pay pilots?", "eleven shillings"},
		{"Harbour dues", "discord/" + w.guild.ID, "When does the harbour master collect dues?", "Friday evening"},
		{"Galley key", "discord/" + w.guild.ID + "/" + crew.ID, "Where hangs the galley key?", "behind the stove"},
		{"Lobby clock", "discord/" + lobby.GuildID(), "How fast runs the lobby clock?", "ten minutes"},
	}
	places := []place{
		{"a server", w.general, w.ann, w.admin, []string{"Ferry timetable", "Tide tables", "Harbour dues"}},
		{"a private channel", crew, w.ann, w.admin, []string{"Crew roster", "Galley key"}},
		{"another server", lobby, bob, boss, []string{"Tide tables", "Pilot ledger", "Lobby clock"}},
		{"a server without a grant", stray, kai, kim, nil},
		{"a direct message", eve.DM(), eve, nil, []string{"Tide tables"}},
		{"a direct message of a member", w.ann.DM(), w.ann, nil, []string{"Tide tables"}},
	}

	// What each place may see is answered there. Its buttons are tried elsewhere.
	shown := map[string]*discordtest.Message{} // by title
	for _, p := range places {
		for _, s := range secrets {
			if !slices.Contains(p.sees, s.title) {
				continue
			}
			i := p.member.Slash(p.channel, "ask", opts{"question": s.question + " (asked in " + p.name + ")"})
			if got := w.answerOf(i); !strings.Contains(got, s.says) {
				t.Errorf("%s: %s: %q", p.name, s.title, got)
			}
			if p.channel != w.ann.DM() && p.channel != eve.DM() {
				shown[s.title] = i.Response().Message
			}
		}
	}

	for _, p := range places {
		own := w.say(p, "How many lamps has the mole?") // a message with buttons
		mentions := 0
		for _, s := range secrets {
			if slices.Contains(p.sees, s.title) {
				continue
			}
			got := w.attempts(p, s, own, shown[s.title])
			if mentions++; mentions <= 3 { // Discord accepts 5 messages in 5 s in a channel
				answer := w.say(p, s.question)
				got["a mention"] = shownText(answer)
				got["the menu"] = w.answerOf(p.member.Menu(p.channel.Message(answer.Reference), "Answer this"))
			}
			for what, got := range got {
				asked := strings.ReplaceAll(got, "(asked in "+p.name+")", "")
				if strings.Contains(got, s.says) || strings.Contains(got, s.title) || strings.Contains(asked, "(asked in ") {
					t.Errorf("%s: %s: %s leaks: %q", p.name, what, s.title, got)
				}
			}
		}
	}

	// Nothing was taken or changed.
	infos, err := w.store.List(t.Context(), rag.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range secrets {
		if !slices.ContainsFunc(infos, func(i rag.Info) bool { return i.Title == s.title }) {
			t.Errorf("%s was removed", s.title)
		}
	}
	for _, p := range places {
		for _, s := range secrets {
			if !slices.Contains(p.sees, s.title) {
				continue
			}
			if got := w.answerOf(p.member.Slash(p.channel, "ask", opts{"question": s.question + " Please!", "private": true})); !strings.Contains(got, s.says) {
				t.Errorf("%s: %s, in the end: %q", p.name, s.title, got)
			}
		}
	}
}

// attempts tries to see a secret in a place, and returns what the bot says to each
// attempt. own is an answer that was given there, shown one that quotes the secret
// elsewhere.
func (w *world) attempts(p place, s secret, own, shown *discordtest.Message) map[string]string {
	w.t.Helper()
	type opts = discordtest.Options
	got := map[string]string{
		"/ask":                  w.answerOf(p.member.Slash(p.channel, "ask", opts{"question": s.question})),
		"/ask private":          w.answerOf(p.member.Slash(p.channel, "ask", opts{"question": s.question + "!", "private": true})),
		"/ask library":          w.answerOf(p.member.Slash(p.channel, "ask", opts{"question": s.question, "library": s.collection})),
		"/ask library by title": w.answerOf(p.member.Slash(p.channel, "ask", opts{"question": s.question, "library": "added on this server"})),
		"recent questions":      w.choices(p.member.Complete(p.channel, "ask", "question", "", nil)),
		"titles":                w.choices(p.member.Complete(p.channel, "ask", "question", strings.Fields(s.title)[0], nil)),
	}
	for _, typed := range []string{"", s.collection} {
		all := w.choices(p.member.Complete(p.channel, "ask", "library", typed, opts{"question": "x"}))
		if slices.Contains(strings.Split(all, "\n"), s.collection) {
			w.t.Errorf("%s: collections to ask leak: %q", p.name, all)
		}
	}
	// Buttons with the key of the answer that shows the secret.
	key := strings.Split(shown.Buttons[0].ID, "/")[2]
	for _, does := range []string{"good", "bad", "wrong", "passages", "more", "share", "person", "source"} {
		i := p.member.Press(own, "fn/"+does+"/"+key+"/"+p.member.ID, 2, does, nil)
		r, ok := i.Wait(patience, func(r discordtest.Response) bool { return r.Message != nil || r.Form != nil })
		if !ok {
			w.t.Fatalf("%s: no answer to the button %s", p.name, does)
		}
		got["the button "+does] = shownText(r.Message)
		if r.Form != nil {
			got["the form "+does] = w.told(p.member.Submit(i, r.Form, "wrong", "wrong"))
		}
	}
	if p.admin == nil {
		got["/footnote setup"] = w.told(p.member.Slash(p.channel, "footnote setup", opts{"library": s.collection}))
		return got
	}
	for _, command := range []string{"footnote setup", "footnote remove"} {
		option := map[string]string{"footnote setup": "library", "footnote remove": "article"}[command]
		for _, typed := range []string{"", s.collection, s.title} {
			got[command+" "+option+": "+typed] = w.choices(p.admin.Complete(p.channel, command, option, typed, nil))
		}
	}
	got["/gaps"] = w.told(p.admin.Slash(p.channel, "gaps", nil))
	got["/footnote sources"] = w.told(p.admin.Slash(p.channel, "footnote sources", nil))
	got["/footnote status"] = w.told(p.admin.Slash(p.channel, "footnote status", nil))
	got["/footnote sources find"] = w.told(p.admin.Slash(p.channel, "footnote sources", opts{"find": s.title}))
	for _, id := range []string{s.title, "ferry", "roster", "tides", "ledger"} {
		if says := w.told(p.admin.Slash(p.channel, "footnote remove", opts{"article": id})); !strings.Contains(says, "No such article was added here") {
			w.t.Errorf("%s: /footnote remove %s: %q", p.name, id, says)
		}
	}
	if p.channel == w.general && s.collection == "crew" || p.channel.Name == "crew" {
		return got // its admin may choose among the collections of the server
	}
	for _, o := range []opts{{"library": s.collection}, {"library": s.collection, "channel": p.channel}} {
		if says := w.told(p.admin.Slash(p.channel, "footnote setup", o)); !strings.Contains(says, "This server may not use the collection") || strings.Contains(says, s.title) {
			w.t.Errorf("%s: /footnote setup %v: %q", p.name, o, says)
		}
	}
	if there := shown.Channel(); there.GuildID() != p.channel.GuildID() {
		if says := w.told(p.admin.Slash(p.channel, "footnote setup", opts{"channel": there, "policy": "off"})); !strings.Contains(says, "not a channel of this server") {
			w.t.Errorf("%s: setting up another server's channel: %q", p.name, says)
		}
	}
	return got
}

// say asks the bot by a message, and returns its answer.
func (w *world) say(p place, question string) *discordtest.Message {
	w.t.Helper()
	m := p.member.Say(p.channel, w.mention()+question)
	var found *discordtest.Message
	w.until("an answer to "+question, func() bool {
		for _, a := range p.channel.Messages() {
			if a.Reference == m.ID && a.Author.ID == w.BotID() {
				found = &a
			}
		}
		return found != nil
	})
	return found
}

// TestGapsOfServers checks that /gaps lists only what was asked on the server, where
// no more articles could be seen, also if another server uses the same collection.
func TestGapsOfServers(t *testing.T) {
	t.Parallel()
	w, crew, lobby, _, boss := newHarbour(t)
	type opts = discordtest.Options
	w.answer(w.ann.Slash(w.general, "ask", opts{"question": "When do wolves howl?", "library": "almanac"}), "do not say")
	w.answer(w.ann.Slash(crew, "ask", opts{"question": "When does the spring tide flood the quay?"}), "do not say")
	for _, test := range []struct {
		name        string
		who         *discordtest.User
		in          *discordtest.Channel
		want, leaks string
	}{
		{"where it was asked", w.admin, w.general, "wolves", "spring tide"},
		{"in the private channel", w.admin, crew, "spring tide", "wolves"},
		{"on another server", boss, lobby, "There are no open questions here", "wolves"},
	} {
		if got := w.told(test.who.Slash(test.in, "gaps", nil)); !strings.Contains(got, test.want) || strings.Contains(got, test.leaks) || strings.Contains(got, "Tide tables") {
			t.Errorf("%s: %q", test.name, got)
		}
	}
	// An answer on one server closes no question of another.
	w.answer(boss.Slash(lobby, "ask", opts{"question": "When do wolves howl?"}), "do not say")
	i := w.admin.Menu(w.admin.Say(w.general, "Wolves howl at dusk."), "Add as a source")
	w.answer(w.admin.Submit(i, w.form(i), "When do wolves howl?", "Wolves howl at dusk."), "is now closed")
	if got := w.told(w.admin.Slash(w.general, "gaps", nil)); strings.Contains(got, "wolves") {
		t.Errorf("after it was closed: %q", got)
	}
	if got := w.told(boss.Slash(lobby, "gaps", nil)); !strings.Contains(got, "wolves") {
		t.Errorf("on the other server: %q", got)
	}
}

// TestCollectionsOfAThread checks that a thread may quote what its channel may, and
// that what is added in it is quoted there.
func TestCollectionsOfAThread(t *testing.T) {
	t.Parallel()
	w, crew, _, _, _ := newHarbour(t)
	w.set(discordtest.Options{"channel": crew, "threads": true})
	w.ann.Say(crew, w.mention()+"Where sleeps the captain of the ferry, in which cabin?")
	thread := w.thread(crew)
	w.reply(thread, "cabin seven")
	got := w.answerOf(w.ann.Slash(thread, "ask", discordtest.Options{"question": "When does the spring tide flood the quay?", "private": true}))
	if !strings.Contains(got, "do not say") || strings.Contains(got, "Tide") {
		t.Errorf("in a thread of #crew: %q", got)
	}
	// A reply that becomes a source stays in the channel.
	i := w.admin.Menu(w.admin.Say(thread, "The galley key hangs behind the stove."), "Add as a source")
	w.answer(w.admin.Submit(i, w.form(i), "Galley key", "The galley key hangs behind the stove."), "Added")
	for _, c := range []*discordtest.Channel{thread, crew} {
		w.answer(w.ann.Slash(c, "ask", discordtest.Options{"question": "Where hangs the galley key?"}), "behind the stove")
	}
	if got := w.answerOf(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Where hangs the galley key?"})); strings.Contains(got, "stove") {
		t.Errorf("in another channel: %q", got)
	}
}

// TestGrantsChange checks that a running bot follows the operator, also in the
// buttons of earlier answers.
func TestGrantsChange(t *testing.T) {
	t.Parallel()
	w, _, lobby, bob, boss := newHarbour(t)
	type opts = discordtest.Options
	const tide = "When does the spring tide flood the quay?"
	public := w.answer(bob.Slash(lobby, "ask", opts{"question": tide}), "twice a month").Message
	private := w.answer(bob.Slash(lobby, "ask", opts{"question": tide, "private": true}), "twice a month").Message
	if got := w.told(bob.Click(public, "Show the passages")); !strings.Contains(got, "twice a month") {
		t.Errorf("passages: %q", got)
	}
	revoke := func(g *discord.Grant) error { g.Collections = nil; return nil }
	if err := (discord.Grants{Records: w.store}).Change(t.Context(), lobby.GuildID(), revoke); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		got  string
		want string
	}{
		{"passages", w.told(bob.Click(public, "Show the passages")), "can't show any of the passages"},
		{"share", w.told(bob.Click(private, "Share")), "may no longer quote"},
		{"more", w.told(bob.Click(public, "More")), "may no longer quote"},
		{"ask", w.answerOf(bob.Slash(lobby, "ask", opts{"question": tide})), "I may not use any articles on this server yet. The person who runs me can change that with `footnote discord grant " + lobby.GuildID() + " COLLECTION`."},
		{"a mention", shownText(w.say(place{channel: lobby, member: bob}, tide)), "I may not use any articles on this server yet"},
		{"status", w.told(boss.Slash(lobby, "footnote status", nil)), "**Problem**: I may not use any articles on this server yet"},
		{"a direct message", w.answerOf(bob.Slash(bob.DM(), "ask", opts{"question": tide})), "I may not use any articles in direct messages. Ask me on a server."},
		{"the other server", w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": tide})), "twice a month"},
	} {
		if !strings.Contains(test.got, test.want) || test.name != "the other server" && strings.Contains(test.got, "twice") {
			t.Errorf("%s: %q, want %q", test.name, test.got, test.want)
		}
	}
	w.grant(lobby.GuildID(), "almanac")
	w.answer(bob.Slash(lobby, "ask", opts{"question": tide + " Now?"}), "twice a month")
}

// TestRevokedWhileWaiting checks that a question which waits is answered from what
// may be used when its turn comes.
func TestRevokedWhileWaiting(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}, ferry, tides)
	w.grant(w.guild.ID, "", "almanac")
	gate := make(chan struct{})
	w.bot.Workers, w.answerer.gate = 2, gate
	w.start()
	w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"})
	w.until("it is asked", func() bool { return w.asked("dogs") == 1 })
	waits := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the spring tide flood the quay?"})
	w.answer(waits, "You are number 2")
	err := (discord.Grants{Records: w.store}).Change(t.Context(), w.guild.ID, func(g *discord.Grant) error { g.Collections = []string{""}; return nil })
	if err != nil {
		t.Fatal(err)
	}
	close(gate)
	w.answer(waits, "do not say")
}

// TestChannelsShare checks that channels can quote the same collection, and that a
// choice for one changes nothing in another.
func TestChannelsShare(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}, ferry, tides).start()
	a, b, c := w.guild.Channel("a"), w.guild.Channel("b"), w.guild.Channel("c")
	type opts = discordtest.Options
	w.set(opts{"channel": a, "library": "almanac"})
	if got := w.told(w.admin.Slash(w.general, "footnote setup", opts{"channel": b, "library": "almanac"})); !strings.Contains(got, "Channels without a choice of their own still quote everything") {
		t.Errorf("/footnote setup: %q", got)
	}
	for _, in := range []*discordtest.Channel{a, b, c} {
		w.answer(w.ann.Slash(in, "ask", opts{"question": "When does the spring tide flood the quay?"}), "twice a month")
	}
	w.answer(w.ann.Slash(c, "ask", opts{"question": "Do dogs travel free?"}), "Dogs travel free.")
	w.answer(w.ann.Slash(a, "ask", opts{"question": "Do dogs travel free?"}), "do not say")
	w.set(opts{"channel": a, "library": "default"})
	w.answer(w.ann.Slash(a, "ask", opts{"question": "Do dogs travel free?"}), "Dogs travel free.")
}

// TestSameFileInTwoServers checks that files with the same name on two servers are
// two articles.
func TestSameFileInTwoServers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	elsewhere := w.Guild("Elsewhere")
	talk, bob := elsewhere.Channel("talk"), elsewhere.Admin("bob")
	w.start()
	w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"file": &discordtest.File{Name: "pool.txt", Text: "The swimming pool closes at eight in the evening."}}), "Added pool.txt")
	w.answer(bob.Slash(talk, "footnote add", discordtest.Options{"file": &discordtest.File{Name: "pool.txt", Text: "Our swimming pool closes at nine in the evening."}}), "Added pool.txt")
	question := discordtest.Options{"question": "When does the swimming pool close?"}
	w.answer(w.ann.Slash(w.general, "ask", question), "closes at eight in the evening. [1]")
	w.answer(bob.Slash(talk, "ask", question), "closes at nine in the evening. [1]")
}
