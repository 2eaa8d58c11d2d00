package discord_test

import (
	"strings"
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// says are the messages of the bot in a channel.
func (w *world) says(c *discordtest.Channel) (all []string) {
	for _, m := range c.Messages() {
		if m.Author.ID == w.BotID() && !m.Deleted {
			all = append(all, m.Content)
		}
	}
	return all
}

// settled asks something by a command and waits for the answer, so that what
// was said before has been heard.
func (w *world) settled() {
	w.t.Helper()
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "What does a ticket cost in pounds?", "private": true}), "A ticket costs four pounds.")
}

// set has an admin set the bot up.
func (w *world) set(o discordtest.Options) {
	w.t.Helper()
	w.answer(w.admin.Slash(w.general, "footnote setup", o), "Settings saved")
}

// read has an admin set the bot up so that it reads messages, and waits until
// it does.
func (w *world) read(o discordtest.Options) {
	w.t.Helper()
	n := w.Stats().Identifies
	w.set(o)
	w.until("an identify with the intent", func() bool { return w.Stats().Identifies > n && w.Connected(0) })
}

// until waits for what is to come about.
func (w *world) until(what string, is func() bool) {
	w.t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("it does not come to this: %s", what)
		}
	}
}

// TestMessagesIgnored tells which messages are nothing to the bot.
func TestMessagesIgnored(t *testing.T) {
	t.Parallel()
	const dogs = "Do dogs travel free?"
	for _, test := range []struct {
		name, logged string
		do           func(w *world)
	}{
		{"another bot's", "from another bot", func(w *world) { w.guild.Bot("parrot").Say(w.general, w.mention()+dogs) }},
		{"a webhook's", "from a webhook", func(w *world) { w.general.Webhook(w.mention() + dogs) }},
		{"its own", "written by the bot", func(w *world) {
			w.ann.Say(w.general, w.mention()+"?")
			w.reply(w.general, "Ask me a question")
		}},
		{"without a mention", "", func(w *world) { w.ann.Say(w.general, dogs) }},
		{"to everyone", "", func(w *world) { w.ann.Say(w.general, "@everyone "+dogs) }},
		{"where it is off", "the channel is off", func(w *world) {
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

// logs reports whether a cause was logged.
func (w *world) logs(cause string) bool {
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	return strings.Contains(w.log.all.String(), cause)
}

// TestMessagesRefused tells what people read who ask what cannot be answered.
func TestMessagesRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, says, want, logged string }{
		{"only a mention", "", "Ask me a question", "cause=no_question"},
		{"punctuation", "?!", "Ask me a question", "cause=no_question"},
		{"6,000 characters", strings.Repeat("ferry ", 1000), "I read at most 2000", "cause=no_question"},
		{"the writer fails", "fail, please", "Something went wrong", "the writer failed with"},
		{"the writer panics", "panic, please", "Something went wrong", "panic=\"as asked\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			w.ann.Say(w.general, w.mention()+test.says)
			if got := w.reply(w.general, test.want); strings.Contains(got.Content, "sk-") {
				t.Errorf("it tells the cause: %q", got.Content)
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
	w.clerk.mu.Lock()
	defer w.clerk.mu.Unlock()
	last := w.clerk.asked[len(w.clerk.asked)-1]
	if len(last.History) != 1 || last.History[0].Question != "When does the ferry sail in the morning?" {
		t.Errorf("history: %+v", last.History)
	}
}

// A reply to an answer of before a restart goes on with what is read there.
func TestReplyAfterARestart(t *testing.T) {
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
			w.clerk.mu.Lock()
			defer w.clerk.mu.Unlock()
			last := w.clerk.asked[len(w.clerk.asked)-1]
			if len(last.History) != 1 || last.History[0].Question != "When does the ferry sail in the morning?" || !strings.Contains(last.History[0].Answer, "sails at nine") {
				t.Errorf("history: %+v", last.History)
			}
		})
	}
}

// A message with a part that is newer than the bot's library of types is read
// all the same.
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

// A channel may have no threads where the server has.
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

// What is said where the bot answers unasked uses up nobody's questions.
func TestQuotaOfTalk(t *testing.T) {
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
		t.Errorf("%d messages of talk were looked up, 2 are allowed", n)
	}
}

// Who replies to somebody's question with the bot's name alone, asks that.
func TestPointing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, said, want string
		flags            int
	}{
		{"it may read", "Do dogs travel free?", "Dogs travel free. [1]", 1 << 19},
		{"it may not", "Do dogs travel free?", "Choose Apps › Answer this on that message", 0},
		{"nothing to read", "👋", "Ask me a question", 1 << 19},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{Flags: test.flags}).start()
			q := w.guild.Join("dora").Say(w.general, test.said)
			m := w.ann.Reply(q, w.mention())
			if got := w.reply(w.general, test.want); got.Reference != m.ID {
				t.Errorf("it replies to %s", got.Reference)
			}
		})
	}
}

// Direct messages, threads and posts are conversations: what follows needs no
// mention and is asked in the light of what was said.
func TestConversations(t *testing.T) {
	t.Parallel()
	const first, second = "When does the ferry sail in the morning?", "And do dogs travel free?"
	for name, in := range map[string]func(w *world) *discordtest.Channel{
		"a direct message": func(w *world) *discordtest.Channel {
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
			w.clerk.mu.Lock()
			defer w.clerk.mu.Unlock()
			last := w.clerk.asked[len(w.clerk.asked)-1]
			if last.Text != second || len(last.History) != 1 || !strings.Contains(last.History[0].Question, first) {
				t.Errorf("asked: %+v", last)
			}
		})
	}
}

// What is not answered says what is nearest, as links.
func TestNearest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}, ferry, tides).start()
	got := w.answerOf(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Has the ferry a spring cleaning?"}))
	want := "Nothing in the articles comes near the question.\nClosest articles: "
	if !strings.Contains(got, want) || !strings.Contains(got, "[Ferry timetable](https://example.org/ferry), 2024-05-01") || !strings.Contains(got, "Tide tables") {
		t.Errorf("%q", got)
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

// thread waits for a thread in a channel.
func (w *world) thread(c *discordtest.Channel) *discordtest.Channel {
	w.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if t := c.Threads(); len(t) > 0 {
			return t[0]
		}
	}
	w.t.Fatalf("no thread in #%s", c.Name)
	return nil
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
