package discord_test

import (
	"strings"
	"testing"
	"time"

	"footnote/bot/discord"
	"footnote/bot/discordtest"
)

// TestMessagesIgnored checks which messages the bot ignores.
func TestMessagesIgnored(t *testing.T) {
	t.Parallel()
	const dogs = "Do dogs travel free?"
	for _, test := range []struct {
		name, logged string
		do           func(w *world)
	}{
		{"another bot's", "from another bot", func(w *world) { w.guild.Bot("parrot").Say(w.general, w.mention()+dogs) }},
		{"a webhook's", "from a webhook", func(w *world) { w.general.Webhook(w.mention() + dogs) }},
		{"the bot's own", "written by the bot", func(w *world) {
			w.ann.Say(w.general, w.mention()+"?")
			w.reply(w.general, "Ask me a question")
		}},
		{"without a mention", "", func(w *world) { w.ann.Say(w.general, dogs) }},
		{"to everyone", "", func(w *world) { w.ann.Say(w.general, "@everyone "+dogs) }},
		{"where the bot is off", "the channel is off", func(w *world) {
			w.set(discordtest.Options{"channel": w.general, "policy": "off"})
			w.ann.Say(w.general, w.mention()+dogs)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			test.do(w)
			w.settled()
			time.Sleep(50 * time.Millisecond)
			if got := strings.Join(w.says(w.general), "\n"); strings.Contains(got, "Dogs travel") {
				t.Errorf("answered: %q", got)
			}
			if !w.logs(test.logged) {
				t.Errorf("%q is not logged", test.logged)
			}
		})
	}
}

// TestMessagesRefused checks what people are told whose question cannot be
// answered.
func TestMessagesRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, says, want, logged string }{
		{"only a mention", "", "Ask me a question", "cause=no_question"},
		{"punctuation", "?!", "Ask me a question", "cause=no_question"},
		{"6,000 characters", strings.Repeat("ferry ", 1000), "I read at most 2000", "cause=no_question"},
		{"the writer fails", "fail, please", "Something went wrong", "the writer failed with"},
		{"the writer panics", "panic, please", "Something went wrong", "panic=\"as the question asks\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			w.ann.Say(w.general, w.mention()+test.says)
			if got := w.reply(w.general, test.want); strings.Contains(got.Content, "sk-") {
				t.Errorf("the bot tells people the cause: %q", got.Content)
			}
			if !w.logs(test.logged) {
				t.Errorf("%q is not logged", test.logged)
			}
			w.settled()
		})
	}
}

func TestReplyIsAConversation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	w.ann.Say(w.general, w.mention()+"When does the ferry sail in the morning?")
	first := w.reply(w.general, "The ferry sails at nine")
	w.settled() // people reply no faster than Discord tells the bot of its own message
	w.ann.Reply(w.general.Message(first.ID), "And do dogs travel free?")
	w.reply(w.general, "Dogs travel free. [1]")
	w.answerer.mu.Lock()
	defer w.answerer.mu.Unlock()
	last := w.answerer.asked[len(w.answerer.asked)-1]
	if len(last.History) != 1 || last.History[0].Question != "When does the ferry sail in the morning?" {
		t.Errorf("history: %+v", last.History)
	}
}

// TestReplyAfterRestart checks that a reply to an answer from before a restart
// continues the conversation that can be read in the channel.
func TestReplyAfterRestart(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(w *world) string{
		"to a mention's": func(w *world) string {
			w.ann.Say(w.general, w.mention()+"When does the ferry sail in the morning?")
			return w.reply(w.general, "The ferry sails at nine").ID
		},
		"to a command's": func(w *world) string {
			return w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the ferry sail in the morning?"}), "The ferry sails at nine").Message.ID
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			id := ask(w)
			if err := w.halt(); err != nil {
				t.Fatal(err)
			}
			w.start()
			w.ann.Reply(w.general.Message(id), "And do dogs travel free?")
			w.reply(w.general, "Dogs travel free. [1]")
			w.answerer.mu.Lock()
			defer w.answerer.mu.Unlock()
			last := w.answerer.asked[len(w.answerer.asked)-1]
			if len(last.History) != 1 || last.History[0].Question != "When does the ferry sail in the morning?" || !strings.Contains(last.History[0].Answer, "sails at nine") {
				t.Errorf("history: %+v", last.History)
			}
		})
	}
}

// TestUnknownComponent checks that the bot reads a message with a component that
// discordgo does not know.
func TestUnknownComponent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	newer := map[string]any{"components": []any{map[string]any{"type": 99, "id": 1}}}
	w.ann.SayWith(w.general, w.mention()+"Do dogs travel free?", newer)
	w.reply(w.general, "Dogs travel free. [1]")
	q := w.ann.SayWith(w.general, "What does a ticket cost in pounds?", newer)
	w.answer(w.ann.Menu(q, "Answer this"), "A ticket costs four pounds.")
	w.ann.Reply(q, w.mention()+"When does the ferry sail in the morning?")
	w.reply(w.general, "The ferry sails at nine")
}

// TestThreadsOfAChannel checks that a channel can switch threads off for itself.
func TestThreadsOfAChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	w.set(discordtest.Options{"threads": true})
	w.set(discordtest.Options{"threads": false, "channel": w.general})
	other := w.guild.Channel("other")
	w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	w.ann.Say(other, w.mention()+"Do dogs travel free?")
	w.reply(w.general, "Dogs travel free. [1]")
	w.reply(w.thread(other), "Dogs travel free. [1]")
}

// TestUnpromptedQuota checks that messages which do not ask the bot use up no
// questions of their authors.
func TestUnpromptedQuota(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{Flags: 1 << 19}).start()
	w.set(discordtest.Options{"per-person": 2})
	w.read(discordtest.Options{"channel": w.general, "policy": "confident"})
	for range 4 {
		w.ann.Say(w.general, "What a lovely morning it is.")
	}
	w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	w.reply(w.general, "Dogs travel free. [1]")
	if n := w.asked("lovely"); n > 2 {
		t.Errorf("%d unprompted messages were answered, want 2", n)
	}
}

// TestPointing checks that a reply which only mentions the bot asks the question
// that it replies to.
func TestPointing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, said, want string
		flags            int
	}{
		{"the bot may read messages", "Do dogs travel free?", "Dogs travel free. [1]", 1 << 19},
		{"the bot may not read messages", "Do dogs travel free?", "Choose Apps › Answer this on that message", 0},
		{"nothing to read", "👋", "Ask me a question", 1 << 19},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{Flags: test.flags}).start()
			q := w.guild.Join("dora").Say(w.general, test.said)
			m := w.ann.Reply(q, w.mention())
			if got := w.reply(w.general, test.want); got.Reference != m.ID {
				t.Errorf("the bot replies to message %s", got.Reference)
			}
		})
	}
}

// TestConversations checks that direct messages, threads and posts are
// conversations: a follow-up needs no mention and has a history.
func TestConversations(t *testing.T) {
	t.Parallel()
	const first, second = "When does the ferry sail in the morning?", "And do dogs travel free?"
	for name, in := range map[string]func(w *world) *discordtest.Channel{
		"a direct message": func(w *world) *discordtest.Channel {
			w.grant(discord.Direct, "")
			w.ann.Say(w.ann.DM(), first)
			return w.ann.DM()
		},
		"a thread": func(w *world) *discordtest.Channel {
			w.read(discordtest.Options{"channel": w.general, "policy": "always"})
			w.ann.Say(w.general, first)
			return w.thread(w.general)
		},
		"a post": func(w *world) *discordtest.Channel {
			forum := w.guild.Forum("help")
			w.read(discordtest.Options{"channel": forum, "policy": "always"})
			return w.ann.Post(forum, "Ferry", first)
		},
		"a post, asked by name": func(w *world) *discordtest.Channel {
			w.read(discordtest.Options{"channel": w.guild.Channel("other"), "policy": "always"}) // messages can be read
			return w.ann.Post(w.guild.Forum("help"), "Ferry", w.mention()+first)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{Flags: 1 << 19}).start()
			c := in(w)
			w.reply(c, "The ferry sails at nine")
			w.settled()
			w.ann.Say(c, second)
			w.reply(c, "Dogs travel free. [1]")
			w.answerer.mu.Lock()
			defer w.answerer.mu.Unlock()
			last := w.answerer.asked[len(w.answerer.asked)-1]
			if last.Text != second || len(last.History) != 1 || !strings.Contains(last.History[0].Question, first) {
				t.Errorf("asked: %+v", last)
			}
		})
	}
}

func TestThreads(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{Flags: 1 << 19}).start()
	w.read(discordtest.Options{"channel": w.general, "policy": "always"})
	w.ann.Say(w.general, "When does the ferry sail in the morning?")
	thread := w.thread(w.general)
	w.reply(thread, "The ferry sails at nine")
	w.ann.Say(thread, "And do dogs travel free?")
	w.reply(thread, "Dogs travel free. [1]")
}

func TestForumPost(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{Flags: 1 << 19})
	forum := w.guild.Forum("help")
	w.start()
	w.read(discordtest.Options{"channel": forum, "policy": "always"})
	post := w.ann.Post(forum, "Ferry in the morning", "When does it sail, and is that the ferry?")
	w.reply(post, "The ferry sails at nine")
	w.ann.Say(post, "And do dogs travel free?")
	w.reply(post, "Dogs travel free. [1]")
}

func TestWhereItMayNotWrite(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, want string
		deny       int64
	}{
		{"send", "I'm not allowed to write in", discordtest.SendMessages},
		{"embed", "“Dogs travel free.”", discordtest.EmbedLinks},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			w.general.Deny(test.deny)
			w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
			if test.deny == discordtest.SendMessages {
				w.reply(w.ann.DM(), test.want)
				return
			}
			w.reply(w.general, test.want)
		})
	}
}
