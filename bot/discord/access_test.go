package discord_test

import (
	"strings"
	"testing"

	"footnote/bot/discordtest"
	"footnote/rag"
)

var (
	roster = rag.Document{ID: "roster", Collection: "crew", Title: "Crew roster", Text: "The captain of the ferry sleeps in cabin seven. The cook of the ferry wakes at five."}
	tides  = rag.Document{ID: "tides", Collection: "almanac", Title: "Tide tables", Text: "The spring tide floods the lower quay twice a month."}
)

// newHarbour returns a world of two servers. On the first, only #crew may quote
// the roster, and people have added an article. The second has no articles of its
// own.
func newHarbour(t *testing.T) (w *world, crew, lobby *discordtest.Channel, bob, boss *discordtest.User) {
	w = newWorld(t, discordtest.Config{}, ferry, roster, tides)
	crew = w.guild.Channel("crew")
	rival := w.Guild("Rival")
	lobby = rival.Channel("lobby")
	bob, boss = rival.Join("bob"), rival.Admin("boss")
	w.start()
	w.answer(w.admin.Slash(w.general, "footnote setup", discordtest.Options{"channel": crew, "library": "crew"}), "Settings saved for")
	w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"title": "Harbour dues", "text": "The harbour master collects dues on Friday evening."}), "Added Harbour dues")
	return w, crew, lobby, bob, boss
}

// TestCollections checks that no command, button or list shows an article where it
// may not be quoted.
func TestCollections(t *testing.T) {
	t.Parallel()
	w, crew, lobby, bob, boss := newHarbour(t)
	eve := w.Stranger("eve")
	type opts = discordtest.Options

	const captain, dues, tide = "Where sleeps the captain of the ferry, in which cabin?", "When does the harbour master collect dues?", "When does the spring tide flood the quay?"
	for _, test := range []struct {
		name  string
		got   func() string
		want  []string
		leaks []string
	}{
		{"crew answers", func() string { return w.answerOf(w.ann.Slash(crew, "ask", opts{"question": captain})) }, []string{"cabin seven", "Crew roster"}, nil},
		{"crew sees only what it was given", func() string { return w.answerOf(w.ann.Slash(crew, "ask", opts{"question": tide})) }, []string{"do not say"}, []string{"Tide tables", "twice a month"}},
		{"the same question in another channel", func() string { return w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": captain})) }, nil, []string{"cabin seven", "roster"}},
		{"in another server", func() string { return w.answerOf(bob.Slash(lobby, "ask", opts{"question": captain})) }, nil, []string{"cabin seven", "roster"}},
		{"in a direct message", func() string { return w.answerOf(eve.Slash(eve.DM(), "ask", opts{"question": captain})) }, nil, []string{"cabin seven", "roster"}},
		{"an added article is quoted on its server", func() string { return w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": dues})) }, []string{"collects dues on Friday"}, nil},
		{"but on no other server", func() string { return w.answerOf(bob.Slash(lobby, "ask", opts{"question": dues})) }, nil, []string{"Friday", "Harbour dues"}},
		{"and not to its members in a direct message", func() string { return w.answerOf(w.ann.Slash(w.ann.DM(), "ask", opts{"question": dues})) }, nil, []string{"Friday", "Harbour dues"}},
		{"a collection that no server was given is quoted everywhere", func() string { return w.answerOf(bob.Slash(lobby, "ask", opts{"question": tide})) }, []string{"twice a month"}, nil},
		{"by the collection's name", func() string {
			return w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": captain, "library": "crew"}))
		}, []string{"can't find the collection"}, []string{"cabin seven"}},
		{"by the name of a server's own", func() string {
			return w.answerOf(bob.Slash(lobby, "ask", opts{"question": dues, "library": "discord/" + w.guild.ID}))
		}, []string{"can't find the collection"}, []string{"Friday"}},
		{"by a collection that may be seen", func() string {
			return w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": tide, "library": "almanac"}))
		}, []string{"twice a month"}, nil},

		{"by a collection that may be seen, without an answer", func() string {
			return w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": "When do wolves howl?", "library": "almanac"}))
		}, []string{"do not say"}, nil},

		{"titles in the channel", func() string { return w.choices(w.ann.Complete(crew, "ask", "question", "roster", nil)) }, []string{"Crew roster"}, nil},
		{"titles elsewhere", func() string { return w.choices(w.ann.Complete(w.general, "ask", "question", "", nil)) }, []string{"Ferry timetable", "Harbour dues"}, []string{"roster"}},
		{"titles in another server", func() string { return w.choices(bob.Complete(lobby, "ask", "question", "", nil)) }, []string{"Ferry timetable", "Tide tables"}, []string{"roster", "wolves", "Harbour dues"}},
		{"collections in the channel", func() string { return w.choices(w.ann.Complete(crew, "ask", "library", "", opts{"question": "x"})) }, []string{"crew"}, []string{"almanac"}},
		{"collections elsewhere", func() string {
			return w.choices(w.ann.Complete(w.general, "ask", "library", "", opts{"question": "x"}))
		}, []string{"almanac", "added on this server"}, []string{"crew"}},
		{"collections to give", func() string { return w.choices(boss.Complete(lobby, "footnote setup", "library", "", nil)) }, []string{"almanac"}, []string{"crew", w.guild.ID}},
		{"collections to give, for a person without permission", func() string { return w.choices(bob.Complete(lobby, "footnote setup", "library", "", nil)) }, nil, []string{"almanac"}},
		{"articles to remove", func() string { return w.choices(w.admin.Complete(w.general, "footnote remove", "article", "", nil)) }, []string{"Harbour dues"}, []string{"Ferry", "roster"}},
		{"articles to remove elsewhere", func() string { return w.choices(boss.Complete(lobby, "footnote remove", "article", "", nil)) }, nil, []string{"Harbour dues", "Ferry"}},
		{"articles to remove, for a person without permission", func() string { return w.choices(w.ann.Complete(w.general, "footnote remove", "article", "", nil)) }, nil, []string{"Harbour dues"}},

		{"sources", func() string { return w.told(w.admin.Slash(w.general, "footnote sources", nil)) }, []string{"Ferry timetable", "Harbour dues", "Tide tables"}, []string{"roster"}},
		{"sources of the channel", func() string { return w.told(w.admin.Slash(crew, "footnote sources", nil)) }, []string{"Crew roster"}, []string{"Ferry", "Tide"}},
		{"sources of another server", func() string { return w.told(boss.Slash(lobby, "footnote sources", nil)) }, []string{"Ferry timetable"}, []string{"roster", "dues"}},
		{"giving what another server was given", func() string { return w.told(boss.Slash(lobby, "footnote setup", opts{"library": "crew"})) }, []string{"I can't find the collection “crew”"}, []string{w.guild.ID}},
		{"giving what another server added", func() string {
			return w.told(boss.Slash(lobby, "footnote setup", opts{"library": "discord/" + w.guild.ID}))
		}, []string{"I can't find the collection"}, nil},
		{"setting up another server's channel", func() string {
			return w.told(boss.Slash(lobby, "footnote setup", opts{"channel": crew, "library": "almanac"}))
		}, []string{"not a channel of this server"}, nil},
		{"adding to what another server was given", func() string {
			return w.told(boss.Slash(lobby, "footnote add", opts{"library": "crew", "text": "The cook is a thief."}))
		}, []string{"is neither"}, nil},
		{"removing what another server added", func() string { return w.told(boss.Slash(lobby, "footnote remove", opts{"article": "Harbour dues"})) }, []string{"No such article on this server"}, nil},
		{"removing what nobody here added", func() string { return w.told(w.admin.Slash(w.general, "footnote remove", opts{"article": "ferry"})) }, []string{"No such article on this server"}, nil},

		{"open questions of the channel", func() string { return w.told(w.admin.Slash(crew, "gaps", nil)) }, []string{"spring tide"}, []string{"Tide tables"}},
		{"open questions elsewhere", func() string { return w.told(w.admin.Slash(w.general, "gaps", nil)) }, nil, []string{"spring tide", "roster"}},
		{"open questions of another server", func() string { return w.told(boss.Slash(lobby, "gaps", nil)) }, []string{"dues"}, []string{"spring tide", "roster", "Harbour dues", "wolves"}},
		{"open questions where they were asked", func() string { return w.told(w.admin.Slash(w.general, "gaps", nil)) }, []string{"wolves"}, nil},
	} {
		got := test.got()
		for _, x := range test.want {
			if !strings.Contains(got, x) {
				t.Errorf("%s: no %q in %q", test.name, x, got)
			}
		}
		for _, x := range test.leaks {
			if strings.Contains(got, x) {
				t.Errorf("%s: %q leaks in %q", test.name, x, got)
			}
		}
	}
	if s := w.Stats(); len(s.Refused) > 0 {
		t.Errorf("refused: %v", s.Refused)
	}
}

// TestCollectionsOfAThread checks that a thread may quote what its channel may.
func TestCollectionsOfAThread(t *testing.T) {
	t.Parallel()
	w, crew, _, _, _ := newHarbour(t)
	w.answer(w.admin.Slash(crew, "footnote setup", discordtest.Options{"channel": crew, "threads": true}), "Settings saved")
	w.ann.Say(crew, w.mention()+"Where sleeps the captain of the ferry, in which cabin?")
	thread := w.thread(crew)
	w.reply(thread, "cabin seven")
	got := w.answerOf(w.ann.Slash(thread, "ask", discordtest.Options{"question": "When does the spring tide flood the quay?", "private": true}))
	if !strings.Contains(got, "do not say") || strings.Contains(got, "Tide") {
		t.Errorf("in a thread of #crew: %q", got)
	}
}

// TestCollectionTakenAway checks that a collection which is taken from a channel is
// no longer shown there, not even by the buttons of earlier answers.
func TestCollectionTakenAway(t *testing.T) {
	t.Parallel()
	w, crew, _, _, _ := newHarbour(t)
	const captain = "Where sleeps the captain of the ferry, in which cabin?"
	public := w.answer(w.ann.Slash(crew, "ask", discordtest.Options{"question": captain}), "cabin seven").Message
	private := w.answer(w.ann.Slash(crew, "ask", discordtest.Options{"question": captain, "private": true}), "cabin seven").Message
	if got := w.told(w.ann.Click(public, "Show the passages")); !strings.Contains(got, "The cook of the ferry wakes at five.") {
		t.Errorf("passages: %q", got)
	}
	w.answer(w.admin.Slash(crew, "footnote setup", discordtest.Options{"channel": crew, "library": "almanac"}), "Settings saved")
	for _, test := range []struct {
		name string
		got  string
		want string
	}{
		{"passages", w.told(w.ann.Click(public, "Show the passages")), "can't show any of the passages"},
		{"share", w.told(w.ann.Click(private, "Share")), "may no longer quote"},
		{"ask", w.answerOf(w.ann.Slash(crew, "ask", discordtest.Options{"question": captain})), "do not say"},
	} {
		if !strings.Contains(test.got, test.want) || strings.Contains(test.got, "seven") || strings.Contains(test.got, "roster") {
			t.Errorf("%s: %q, want %q", test.name, test.got, test.want)
		}
	}
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
