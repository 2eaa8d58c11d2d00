package discord_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/bot/discord"
	"footnote/bot/discordtest"
	"footnote/rag"
)

// labels returns the labels of a message's buttons.
func labels(m *discordtest.Message) (all []string) {
	for _, b := range m.Buttons {
		all = append(all, b.Label)
	}
	return all
}

// TestButtons checks which buttons each kind of answer has.
func TestButtons(t *testing.T) {
	t.Parallel()
	type opts = discordtest.Options
	const dogs, wolves = "Do dogs travel free?", "When do wolves howl?"
	for _, test := range []struct {
		name   string
		ask    func(w *world) *discordtest.Interaction
		helper bool
		want   []string
	}{
		{"answered", func(w *world) *discordtest.Interaction { return w.ann.Slash(w.general, "ask", opts{"question": dogs}) }, false,
			[]string{"👍", "👎", "More", "Wrong source", "Show the passages", "Delete"}},
		{"answered, with helpers", func(w *world) *discordtest.Interaction { return w.ann.Slash(w.general, "ask", opts{"question": dogs}) }, true,
			[]string{"👍", "👎", "More", "Wrong source", "Show the passages", "Ask a person", "Delete"}},
		{"a private answer", func(w *world) *discordtest.Interaction {
			return w.ann.Slash(w.general, "ask", opts{"question": dogs, "private": true})
		}, true,
			[]string{"👍", "👎", "More", "Wrong source", "Show the passages", "Share", "Ask a person"}},
		{"nothing found", func(w *world) *discordtest.Interaction {
			return w.ann.Slash(w.general, "ask", opts{"question": wolves})
		}, true,
			[]string{"👍", "👎", "Ask a person", "Delete"}},
		{"in a direct message", func(w *world) *discordtest.Interaction { return w.ann.Slash(w.ann.DM(), "ask", opts{"question": dogs}) }, true,
			[]string{"👍", "👎", "More", "Wrong source", "Show the passages", "Delete"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{})
			helpers := w.guild.Role("helpers", 0)
			w.grant(discord.Direct, "")
			w.start()
			if test.helper {
				w.set(opts{"helper": helpers})
			}
			i := test.ask(w)
			w.answerOf(i)
			if d := cmp.Diff(test.want, labels(i.Response().Message)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// opinions returns the feedback in the records, without hashes and times.
func (w *world) opinions() (all []string) {
	w.t.Helper()
	list, err := w.store.Feedback(w.t.Context(), rag.Filter{})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range list {
		all = append(all, strings.Join([]string{map[bool]string{true: "good", false: "bad"}[f.Good], f.Reason, f.Question, strings.Join(f.Docs, ",")}, "|"))
	}
	return all
}

func TestOpinions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	dora := w.guild.Join("dora")
	m := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "Dogs travel").Message

	w.answer(w.ann.Click(m, "👍"), "Thank you")
	if d := cmp.Diff([]string{"good|||ferry"}, w.opinions()); d != "" {
		t.Errorf("👍 (-want +got):\n%s", d)
	}
	i := w.ann.Click(m, "👎") // and changes their mind
	f := w.form(i)
	w.answer(w.ann.Submit(i, f, "They pay half"), "Thank you")
	if d := cmp.Diff([]string{"bad|They pay half||ferry"}, w.opinions()); d != "" {
		t.Errorf("👎 (-want +got):\n%s", d)
	}
	w.answer(w.ann.Submit(i, f, "again"), "already")

	w.set(discordtest.Options{"keep-questions": true})
	i = dora.Click(m, "Wrong source")
	w.answer(dora.Submit(i, w.form(i), "the timetable is old"), "Thank you")
	got := w.opinions()
	want := "bad|wrong source: the timetable is old|Do dogs travel free?|ferry"
	if len(got) != 2 || got[0] != want && got[1] != want {
		t.Errorf("Wrong source: %q", got)
	}
	i = dora.Click(m, "👎")
	w.answer(dora.Submit(i, w.form(i), ""), "Thank you") // the reason is optional
	if n := len(w.opinions()); n != 2 {
		t.Errorf("%d opinions of two people", n)
	}
}

// TestMore checks that the next best sentences are shown to the person who asks for
// them, until there are none.
func TestMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	dora := w.guild.Join("dora")
	i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the ferry sail and what does a ticket cost?"})
	w.answerOf(i)
	m := i.Response().Message
	for range 5 {
		i = dora.Click(m, "More")
		w.answerOf(i)
		r := i.Response()
		if !r.Private {
			t.Fatalf("everybody sees %q", r.Message.Content)
		}
		if strings.Contains(r.Message.Content, "say no more") {
			return
		}
		m = r.Message
	}
	t.Error("there is always more")
}

func TestShare(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	m := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?", "private": true}), "Dogs travel").Message
	if !m.Ephemeral {
		t.Error("everybody can see a private answer")
	}
	i := w.ann.Click(m, "Share")
	r := w.answer(i, "Dogs travel free. [1]")
	if r.Message.Ephemeral || !strings.Contains(r.Message.Content, "> Do dogs travel free?") {
		t.Errorf("shared: %+v", r.Message)
	}
	if d := cmp.Diff([]string{"👍", "👎", "More", "Wrong source", "Show the passages", "Delete"}, labels(r.Message)); d != "" {
		t.Errorf("buttons below the shared answer (-want +got):\n%s", d)
	}
	w.answer(w.ann.Click(m, "Share"), "already")
	if got := w.told(w.guild.Join("dora").Press(m, m.Buttons[5].ID, 2, "Share", nil)); !strings.Contains(got, "Only the person who asked") {
		t.Errorf("another person shares: %q", got)
	}
}

// TestAskAPerson checks that "Ask a person" pings the helper role once, and nobody
// else.
func TestAskAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	helpers := w.guild.Role("helpers", 0)
	w.start()
	w.set(discordtest.Options{"helper": helpers})
	m := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When do wolves howl, @everyone?"}), "do not say").Message
	r := w.answer(w.ann.Click(m, "Ask a person"), "asks for help from a person: “When do wolves howl")
	if d := cmp.Diff([]string{helpers.ID}, r.Message.Pings); d != "" {
		t.Errorf("pings (-want +got):\n%s", d)
	}
	w.answer(w.admin.Click(m, "Ask a person"), "already asked")
}

// TestDelete checks that the asker and moderators can delete an answer, and that
// all its messages are deleted.
func TestDelete(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		who  func(w *world) *discordtest.User
		may  bool
	}{
		{"the asker", func(w *world) *discordtest.User { return w.ann }, true},
		{"somebody else", func(w *world) *discordtest.User { return w.guild.Join("dora") }, false},
		{"a moderator", func(w *world) *discordtest.User {
			return w.guild.Join("mo", w.guild.Role("mods", discordtest.ManageMessages))
		}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			who := test.who(w)
			w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
			byMention := w.general.Message(w.reply(w.general, "Dogs travel").ID)
			byCommand := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "What does a ticket cost in pounds?"}), "four pounds").Message
			for _, m := range []*discordtest.Message{byMention, w.general.Message(byCommand.ID)} {
				i := who.Click(m, "Delete")
				if !test.may {
					w.answer(i, "Only the person who asked and moderators")
					continue
				}
				w.until("the answer is gone", func() bool { return w.general.Message(m.ID) == nil })
			}
		})
	}
}

// TestOldButtons checks what people are told who press a button of another
// version, or one from before a restart.
func TestOldButtons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	m := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "Dogs travel").Message
	m = w.general.Message(m.ID)
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	w.start()
	for id, want := range map[string]string{
		"fn/explain/1234/5":       "older version",
		"fn/good":                 "older version",
		"answer:like":             "older version",
		"fn/passages/ffff/" + "1": "no longer remember",
		"fn/share/ffff/1":         "no longer remember",
	} {
		if got := w.told(w.ann.Press(m, id, 2, "?", nil)); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	w.answer(w.ann.Click(m, "👍"), "Thank you") // feedback is stored without the answer
	w.answer(w.ann.Submit(w.ann.Press(m, "fn/bad/x/1", 2, "👎", nil), &discordtest.Form{ID: "fn/explain/1/2", Title: "?", Fields: []string{"reason"}}, "x"), "older version")
	w.ann.Click(m, "Delete")
	w.until("the answer is gone", func() bool { return w.general.Message(m.ID) == nil })
}
