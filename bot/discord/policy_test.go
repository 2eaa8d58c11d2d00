package discord_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/bot/discordtest"
)

// TestPolicies says things in channels of each policy, and looks what the bot
// makes of them.
func TestPolicies(t *testing.T) {
	t.Parallel()
	const dogs, wolves = "Do dogs travel free?", "When do wolves howl?"
	yes, no := "Dogs travel free.", "do not say"
	type opts = discordtest.Options
	for _, test := range []struct {
		name                       string
		set                        opts
		said, mentioned, unasked   string // what is answered to an answerable question, named or not, and to one without an answer; empty: nothing
		slash, private, unanswered string
	}{
		{"off", opts{"policy": "off"}, "", "", "", "switched off", yes, ""},
		{"asked", opts{"policy": "asked"}, "", yes, "", yes, yes, no},
		{"confident", opts{"policy": "confident"}, yes, yes, "", yes, yes, no},
		{"confident of more", opts{"policy": "confident", "confidence": 95}, "", yes, "", yes, yes, no},
		{"always", opts{"policy": "always"}, yes, yes, no, yes, yes, no},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, x := range []struct {
				name, says, want string
			}{
				{"an answerable question", dogs, test.said},
				{"one that names the bot", "@ " + dogs, test.mentioned},
				{"one without an answer", wolves, test.unasked},
				{"one without an answer that names the bot", "@ " + wolves, test.unanswered},
			} {
				t.Run(x.name, func(t *testing.T) {
					t.Parallel()
					w := newWorld(t, discordtest.Config{Flags: 1 << 19}).start()
					w.policy(test.set)
					w.ann.Say(w.general, strings.ReplaceAll(x.says, "@ ", w.mention()))
					if x.want == "" {
						w.settled()
						time.Sleep(30 * time.Millisecond)
						if got := append(w.says(w.general), threadsSay(w)...); len(answersOf(got)) > 0 {
							t.Errorf("it says %q", got)
						}
						return
					}
					w.until("it says "+x.want, func() bool {
						return strings.Contains(strings.Join(append(w.says(w.general), threadsSay(w)...), "\n"), x.want)
					})
				})
			}
			t.Run("commands", func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, discordtest.Config{Flags: 1 << 19}).start()
				w.policy(test.set)
				if got := w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": dogs})); !strings.Contains(got, test.slash) {
					t.Errorf("/ask: %q", got)
				}
				if got := w.answerOf(w.ann.Slash(w.general, "ask", opts{"question": dogs, "private": true})); !strings.Contains(got, test.private) {
					t.Errorf("/ask private: %q", got)
				}
			})
		})
	}
}

// policy has an admin set up #general.
func (w *world) policy(o discordtest.Options) {
	w.t.Helper()
	o = maps.Clone(o)
	o["channel"] = w.general
	if p := o["policy"]; p == "confident" || p == "always" {
		w.read(o)
	} else {
		w.set(o)
	}
}

// answersOf are the messages that answer a question of ann's or say why not.
func answersOf(all []string) (some []string) {
	for _, s := range all {
		if !strings.HasPrefix(s, "Settings saved for") && !strings.Contains(s, "four pounds") {
			some = append(some, s)
		}
	}
	return some
}

func threadsSay(w *world) (all []string) {
	for _, t := range w.general.Threads() {
		all = append(all, w.says(t)...)
	}
	return all
}

// A policy of a channel holds in place of the server's.
func TestPolicyOfAServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	help := w.guild.Channel("help")
	w.set(discordtest.Options{"policy": "off"})
	w.set(discordtest.Options{"channel": help, "policy": "asked"})
	w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	w.ann.Say(help, w.mention()+"Do dogs travel free?")
	w.reply(help, "Dogs travel free.")
	if got := answersOf(w.says(w.general)); len(got) > 0 {
		t.Errorf("where it is off: %q", got)
	}
}

// Without the intent, a channel cannot be set to have all messages answered,
// and a thread tells once how to go on.
func TestWithoutTheIntent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	for _, policy := range []string{"confident", "always"} {
		if got := w.told(w.admin.Slash(w.general, "footnote setup", discordtest.Options{"policy": policy})); !strings.Contains(got, "Message Content Intent") || !strings.Contains(got, "/developers/applications/"+w.BotID()+"/bot") {
			t.Errorf("%s: %q", policy, got)
		}
	}
	w.set(discordtest.Options{"threads": true})
	w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	thread := w.thread(w.general)
	first := w.reply(thread, "Dogs travel free.")
	w.settled()
	w.ann.Say(thread, "And what does a ticket cost in pounds?")
	w.reply(thread, "I can't read messages here that don't mention me")
	w.ann.Say(thread, "Hello?")
	w.ann.Reply(thread.Message(first.ID), "What does a ticket cost in pounds?")
	w.reply(thread, "four pounds")
	if n := w.answersIn(thread, "I can't read messages"); n != 1 {
		t.Errorf("said %d times", n)
	}
}

// Messages are read from when an admin wants them answered until none does.
func TestTheIntentComesAndGoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{Flags: 1 << 19}).start()
	for _, want := range []struct {
		policy string
		reads  bool
	}{{"asked", false}, {"always", true}, {"confident", true}, {"asked", false}} {
		w.set(discordtest.Options{"policy": want.policy})
		w.until("it reads: "+want.policy, func() bool { return w.Connected(0) && w.ReadsContent() == want.reads })
	}
	if n := w.Stats().Identifies; n != 3 {
		t.Errorf("%d identifies, want 3", n)
	}
}

// Who may set the bot up, and what may be set.
func TestSetup(t *testing.T) {
	t.Parallel()
	type opts = discordtest.Options
	w := newWorld(t, discordtest.Config{})
	keepers, everyone := w.guild.Role("keepers", discordtest.ManageGuild), &discordtest.Role{ID: w.guild.ID, Name: "everyone"}
	kim := w.guild.Join("kim", keepers)
	w.start()
	for _, test := range []struct {
		name string
		who  *discordtest.User
		cmd  string
		o    opts
		want string
	}{
		{"anybody", w.ann, "footnote setup", opts{"policy": "off"}, "Only people who manage the server"},
		{"anybody's status", w.ann, "footnote status", nil, "Only people who manage the server"},
		{"anybody adds", w.ann, "footnote add", opts{"text": "x y"}, "Only people who manage the server"},
		{"anybody removes", w.ann, "footnote remove", opts{"article": "x"}, "Only people who manage the server"},
		{"anybody lists", w.ann, "footnote sources", nil, "Only people who manage the server"},
		{"anybody's gaps", w.ann, "gaps", nil, "Only moderators and people with the trusted role"},
		{"who manages the server", kim, "footnote setup", opts{"trusted": keepers}, "**Trusted** role: <@&" + keepers.ID + ">"},
		{"a quota", kim, "footnote setup", opts{"per-person": 5}, "5 per person"},
		{"a quota of none", kim, "footnote setup", opts{"per-person": 0}, "from 1 to 100000"},
		{"a quota of a channel", kim, "footnote setup", opts{"per-channel": 5, "channel": w.general}, "Leave out `channel`"},
		{"confidence", kim, "footnote setup", opts{"confidence": 101}, "from 0 to 100"},
		{"a policy that is none", kim, "footnote setup", opts{"policy": "sometimes"}, "`policy` must be off"},
		{"a role of everyone", kim, "footnote setup", opts{"helper": everyone}, "can't be everyone"},
		{"a collection that is none", kim, "footnote setup", opts{"library": "nonesuch"}, "I can't find the collection “nonesuch”"},
		{"a role for a channel", kim, "footnote setup", opts{"trusted": keepers, "channel": w.general}, "Leave out `channel`"},
		{"keeping, for a channel", kim, "footnote setup", opts{"keep-questions": true, "channel": w.general}, "Leave out `channel`"},
		{"nothing", kim, "footnote setup", nil, "**Articles** I can quote here: 1"},
		{"status", kim, "footnote status", nil, "**Connections**: 1 of 1"},
		{"gaps", kim, "gaps", nil, "There are no open questions here"},
	} {
		if got := w.told(test.who.Slash(w.general, test.cmd, test.o)); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	if got := w.told(w.ann.Slash(w.ann.DM(), "footnote status", nil)); !strings.Contains(got, "That works only on servers") {
		t.Errorf("in a direct message: %q", got)
	}
	// What is set holds after a restart.
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	w.start()
	if got := w.told(kim.Slash(w.general, "footnote status", nil)); !strings.Contains(got, "5 per person") || !strings.Contains(got, keepers.ID) {
		t.Errorf("after a restart: %q", got)
	}
	w.general.Deny(discordtest.EmbedLinks)
	if got := w.told(kim.Slash(w.general, "footnote status", nil)); !strings.Contains(got, "**Missing permissions here**: Embed Links") {
		t.Errorf("without a permission: %q", got)
	}
}

// TestMenuAnswer answers what somebody else has said.
func TestMenuAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	dora := w.guild.Join("dora")
	q := dora.Say(w.general, "Do dogs travel free?")
	if got := w.answerOf(w.ann.Menu(q, "Answer this")); !strings.HasPrefix(got, "> Do dogs travel free?\nDogs travel free. [1]") {
		t.Errorf("answered: %q", got)
	}
	if got := w.told(w.ann.Menu(dora.Say(w.general, "👋 !!"), "Answer this")); !strings.Contains(got, "I can't find a question in that message") {
		t.Errorf("without words: %q", got)
	}
}

// Autocompletion proposes what was asked here of late, and titles.
func TestAutocompletion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}, ferry, tides).start()
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "Dogs")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Does a ticket cost four pounds?", "private": true}), "four")
	w.settled()
	for typed, want := range map[string]string{
		"":           "Do dogs travel free?\nFerry timetable\nTide tables",
		"ti":         "Ferry timetable\nTide tables",
		"TABLE ferr": "Ferry timetable",
		"dog":        "Do dogs travel free?",
		"pounds":     "",
	} {
		if d := cmp.Diff(want, w.choices(w.ann.Complete(w.general, "ask", "question", typed, nil))); d != "" {
			t.Errorf("%q (-want +got):\n%s", typed, d)
		}
	}
	if got := w.choices(w.ann.Complete(w.guild.Channel("other"), "ask", "question", "dog", nil)); got != "" {
		t.Errorf("in another channel: %q", got)
	}
}
