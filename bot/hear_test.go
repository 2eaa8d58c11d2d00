package bot_test

import (
	"strings"
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// says are the messages of the bot in a channel that all may see.
func (w *world) says(c *discordtest.Channel) (all []string) {
	for _, m := range c.Messages() {
		if m.Author.ID == w.BotID() && !m.Ephemeral {
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
	w.ann.Say(w.general, w.mention()+"When does the ferry sail?")
	first := w.reply(w.general, "The ferry sails at nine")
	w.outcomes(1)
	w.ann.Reply(&first, "And what does a ticket for it cost in pounds?")
	w.reply(w.general, "A ticket costs four pounds. [1]")
	w.clerk.mu.Lock()
	defer w.clerk.mu.Unlock()
	last := w.clerk.asked[len(w.clerk.asked)-1]
	if len(last.History) != 1 || last.History[0].Question != "When does the ferry sail?" {
		t.Errorf("history: %+v", last.History)
	}
}

func TestThreads(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{Flags: 1 << 19}).start()
	w.set(discordtest.Options{"channel": w.general, "policy": "always"})
	w.renewed()
	w.ann.Say(w.general, "When does the ferry sail?")
	thread := w.thread(w.general)
	w.reply(thread, "The ferry sails at nine")
	w.outcomes(1)
	w.ann.Say(thread, "And what does a ticket for it cost in pounds?")
	w.reply(thread, "A ticket costs four pounds. [1]")
}

// renewed waits until the bot has begun another session, with other intents.
func (w *world) renewed() {
	w.t.Helper()
	for end := time.Now().Add(patience); w.Stats().Identifies < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatal("no other session")
		}
	}
	if !w.Connected(patience) {
		w.t.Fatal("not connected again")
	}
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
	w.set(discordtest.Options{"channel": forum, "policy": "always"})
	w.renewed()
	post := w.ann.Post(forum, "The ferry", "When does it sail?")
	w.reply(post, "The ferry sails at nine")
	w.outcomes(1)
	w.ann.Say(post, "And what does a ticket for it cost in pounds?")
	w.reply(post, "A ticket costs four pounds. [1]")
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

// TestConfident: messages that nobody meant for the bot are answered only if it
// is sure, and else it is silent.
func TestConfident(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{Flags: 1 << 19}).start()
	w.set(discordtest.Options{"channel": w.general, "policy": "confident"})
	w.renewed()
	w.ann.Say(w.general, "Who painted the lighthouse door yellow?")
	w.outcomes(1)
	w.ann.Say(w.general, "Do dogs travel free?")
	w.reply(w.thread(w.general), "Dogs travel free. [1]")
	if got := w.says(w.general); len(got) > 0 {
		t.Errorf("said in the channel: %q", got)
	}
	w.set(discordtest.Options{"channel": w.general, "confidence": 95}) // the clerk is sure by 90 percent
	w.ann.Say(w.general, "What does a ticket cost in pounds?")
	w.outcomes(3)
	if n := len(w.general.Threads()); n != 1 {
		t.Errorf("%d threads", n)
	}
}

// TestUnreadThread: who talks on in a thread that the bot may not read is told
// so, once.
func TestUnreadThread(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	w.set(discordtest.Options{"channel": w.general, "threads": true})
	w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	thread := w.thread(w.general)
	w.reply(thread, "Dogs travel free. [1]")
	w.ann.Say(thread, "And cats?")
	w.reply(thread, "I cannot read messages that do not name me here")
	w.ann.Say(thread, "Hello?")
	w.ann.Say(thread, w.mention()+"What does a ticket cost in pounds?")
	w.reply(thread, "A ticket costs four pounds.")
	if n := strings.Count(strings.Join(w.says(thread), "\n"), "I cannot read"); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// TestLockedThread: the answer that a locked thread does not take is told of in
// a direct message; an archived one is open again when somebody writes.
func TestLockedThread(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	w.set(discordtest.Options{"channel": w.general, "threads": true})
	w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	thread := w.thread(w.general)
	w.reply(thread, "Dogs travel free.")
	thread.Archive(false)
	w.ann.Say(thread, w.mention()+"What does a ticket cost in pounds?")
	w.reply(thread, "A ticket costs four pounds.")
	thread.Archive(true)
	w.admin.Say(thread, w.mention()+"When does the ferry sail?")
	w.reply(w.admin.DM(), "is locked, so I cannot answer there")
}

// TestEditsAndDeletes: a question that waits is asked as it was last written; a
// deleted one is not answered.
func TestEditsAndDeletes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Workers = 2
	w.clerk.gate = make(chan struct{})
	w.start()
	w.ann.Say(w.general, w.mention()+"When does the ferry sail?")
	w.asking(1) // of one server, one question is answered at once
	edited := w.ann.Say(w.general, w.mention()+"What does a ticket cost in pounds?")
	w.reply(w.general, "You are number")
	deleted := w.ann.Say(w.general, w.mention()+"What does a ticket for dogs cost?")
	w.reply(w.general, "You are number 3 in line.")
	w.ann.Edit(edited, w.mention()+"Do dogs travel free?")
	w.ann.Delete(deleted)
	w.settledPrivately()
	close(w.clerk.gate)
	w.reply(w.general, "Dogs travel free.")
	w.outcomes(3)
	all := strings.Join(w.says(w.general), "\n")
	if strings.Contains(all, "ticket costs") || strings.Contains(all, "in line") {
		t.Errorf("said: %q", all)
	}
}

// asking waits until so many questions have reached the answerer.
func (w *world) asking(n int) {
	w.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		w.clerk.mu.Lock()
		have := len(w.clerk.asked)
		w.clerk.mu.Unlock()
		if have >= n {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("%d questions asked, want %d", have, n)
		}
	}
}

// settledPrivately has what was sent before be heard, without an answer.
func (w *world) settledPrivately() {
	w.t.Helper()
	w.answer(w.admin.Slash(w.general, "footnote status", nil), "Connections")
}
