package bot_test

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
	w.answer(w.admin.Slash(w.general, "footnote setup", o), "Set")
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
		name string
		do   func(w *world)
	}{
		{"another bot's", func(w *world) { w.guild.Bot("parrot").Say(w.general, w.mention()+dogs) }},
		{"a webhook's", func(w *world) { w.general.Webhook(w.mention() + dogs) }},
		{"without a mention", func(w *world) { w.ann.Say(w.general, dogs) }},
		{"to everyone", func(w *world) { w.ann.Say(w.general, "@everyone "+dogs) }},
		{"where it is off", func(w *world) {
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
		})
	}
}

// TestMessagesRefused tells what people read who ask what cannot be answered.
func TestMessagesRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, says, want string }{
		{"only a mention", "", "Ask me something in words"},
		{"punctuation", "?!", "Ask me something in words"},
		{"6,000 characters", strings.Repeat("ferry ", 1000), "I read up to 2000"},
		{"the writer fails", "fail, please", "Something went wrong on my side"},
		{"the writer panics", "panic, please", "Something went wrong on my side"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			w.ann.Say(w.general, w.mention()+test.says)
			if got := w.reply(w.general, test.want); strings.Contains(got.Content, "sk-") {
				t.Errorf("it tells the cause: %q", got.Content)
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
		{"send", "I may not write in", discordtest.SendMessages},
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
