package discord_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// TestPolicies checks which messages the bot answers under each policy.
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
		{"confident, with a high threshold", opts{"policy": "confident", "confidence": 95}, "", yes, "", yes, yes, no},
		{"always", opts{"policy": "always"}, yes, yes, no, yes, yes, no},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for _, x := range []struct {
				name, says, want string
			}{
				{"an answerable question", dogs, test.said},
				{"one that mentions the bot", "@ " + dogs, test.mentioned},
				{"one without an answer", wolves, test.unasked},
				{"one without an answer that mentions the bot", "@ " + wolves, test.unanswered},
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
							t.Errorf("the bot says %q", got)
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

// policy sets the policy of #general.
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

// answersOf returns the messages that answer a question of ann's or say why there
// is no answer.
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

// TestPolicyOfAChannel checks that the policy of a channel overrides the server's.
func TestPolicyOfAChannel(t *testing.T) {
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

// TestWithoutTheIntent checks that without the Message Content Intent a channel
// cannot be set to answer every message, and that the bot says once in a thread
// how to go on.
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
		t.Errorf("the bot says this %d times, want 1", n)
	}
}

// TestIntentOnDemand checks that the bot asks for the text of messages only while an
// admin wants every message answered somewhere.
func TestIntentOnDemand(t *testing.T) {
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

// TestSetup checks who may set the bot up, and what can be set.
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
		{"a member", w.ann, "footnote setup", opts{"policy": "off"}, "Only people who manage the server"},
		{"a member's status", w.ann, "footnote status", nil, "Only people who manage the server"},
		{"a member adds", w.ann, "footnote add", opts{"text": "x y"}, "Only people who manage the server"},
		{"a member removes", w.ann, "footnote remove", opts{"article": "x"}, "Only people who manage the server"},
		{"a member lists", w.ann, "footnote sources", nil, "Only people who manage the server"},
		{"a member's gaps", w.ann, "gaps", nil, "Only moderators and people with the trusted role"},
		{"a server manager", kim, "footnote setup", opts{"trusted": keepers}, "**Trusted** role: <@&" + keepers.ID + ">"},
		{"a quota", kim, "footnote setup", opts{"per-person": 5}, "5 per person"},
		{"a quota of 0", kim, "footnote setup", opts{"per-person": 0}, "from 1 to 100000"},
		{"a quota of a channel", kim, "footnote setup", opts{"per-channel": 5, "channel": w.general}, "Leave out `channel`"},
		{"confidence", kim, "footnote setup", opts{"confidence": 101}, "from 0 to 100"},
		{"an unknown policy", kim, "footnote setup", opts{"policy": "sometimes"}, "`policy` must be off"},
		{"a role of everyone", kim, "footnote setup", opts{"helper": everyone}, "can't be everyone"},
		{"an unknown collection", kim, "footnote setup", opts{"library": "nonesuch"}, "may not use the collection “nonesuch”. It may use: “articles without a collection”, “added on this server”."},
		{"a role for a channel", kim, "footnote setup", opts{"trusted": keepers, "channel": w.general}, "Leave out `channel`"},
		{"storing questions, for a channel", kim, "footnote setup", opts{"keep-questions": true, "channel": w.general}, "Leave out `channel`"},
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
	// The settings survive a restart.
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
