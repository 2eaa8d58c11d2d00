package discord_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"footnote/bot/discordtest"
	"footnote/rag"
)

// TestInteractionsRefused checks what people are told whose command cannot be
// carried out.
func TestInteractionsRefused(t *testing.T) {
	t.Parallel()
	type opts = discordtest.Options
	for _, test := range []struct {
		name string
		do   func(w *world) *discordtest.Interaction
		want string
	}{
		{"an empty question", func(w *world) *discordtest.Interaction { return w.ann.Slash(w.general, "ask", opts{"question": "  "}) }, "Ask me a question"},
		{"no question", func(w *world) *discordtest.Interaction { return w.ann.Slash(w.general, "ask", nil) }, "Ask me a question"},
		{"only punctuation", func(w *world) *discordtest.Interaction {
			return w.ann.Slash(w.general, "ask", opts{"question": "?!…"})
		}, "Ask me a question"},
		{"6,000 characters", func(w *world) *discordtest.Interaction {
			return w.ann.Slash(w.general, "ask", opts{"question": strings.Repeat("ferry ", 1000)})
		}, "has 6000 characters, and I read at most 2000"},
		{"an error", func(w *world) *discordtest.Interaction {
			return w.ann.Slash(w.general, "ask", opts{"question": "fail, please"})
		}, "Something went wrong"},
		{"a panic", func(w *world) *discordtest.Interaction {
			return w.ann.Slash(w.general, "ask", opts{"question": "panic, please"})
		}, "Something went wrong"},
		{"a command of another version", func(w *world) *discordtest.Interaction { return w.ann.Slash(w.general, "explain", opts{"what": "x"}) }, "I no longer have this command"},
		{"a subcommand of another version", func(w *world) *discordtest.Interaction { return w.admin.Slash(w.general, "footnote explode", nil) }, "I no longer have this command"},
		{"another type of option", func(w *world) *discordtest.Interaction { return w.ann.Slash(w.general, "ask", opts{"question": 7}) }, "Ask me a question"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			if got := w.answerOf(test.do(w)); !strings.Contains(got, test.want) || strings.Contains(got, "sk-") {
				t.Errorf("%q, want %q", got, test.want)
			}
			w.settled() // and goes on
		})
	}
}

// TestInteractionsExpired checks that an interaction which expires before it is
// acknowledged is dropped, and that the answer to one which expires later becomes
// a message.
func TestInteractionsExpired(t *testing.T) {
	t.Parallel()
	t.Run("before it is acknowledged", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, discordtest.Config{AckTimeout: time.Nanosecond}).start()
		w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"})
		w.ann.Say(w.general, w.mention()+"What does a ticket cost in pounds?")
		w.reply(w.general, "four pounds")
		if n := w.answersIn(w.general, "Dogs"); n != 0 {
			t.Error("the question is answered")
		}
	})
	for _, private := range []bool{false, true} {
		t.Run("while it is answered", func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{})
			gate := make(chan struct{})
			w.answerer.gate = gate
			w.start()
			i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?", "private": private})
			w.until("it is asked", func() bool { return w.asked("dogs") == 1 })
			i.Expire()
			close(gate)
			in := w.general
			if private {
				in = w.ann.DM()
			}
			w.reply(in, "Dogs travel free.")
			if private && w.answersIn(w.general, "Dogs") > 0 {
				t.Error("everybody can see a private answer")
			}
		})
	}
}

// TestEdits checks what happens to a question that is edited or deleted.
func TestEdits(t *testing.T) {
	t.Parallel()
	blocked := func(t *testing.T) (*world, chan struct{}) {
		w := newWorld(t, discordtest.Config{})
		w.bot.Workers = 2
		gate := make(chan struct{})
		w.answerer.gate = gate
		w.start()
		return w, gate
	}
	t.Run("edited while it waits", func(t *testing.T) {
		t.Parallel()
		w, gate := blocked(t)
		w.ann.Say(w.general, w.mention()+"Does the ferry sail at nine?")
		w.until("it is asked", func() bool { return w.asked("nine") == 1 })
		m := w.ann.Say(w.general, w.mention()+"Do cats travel free?")
		w.reply(w.general, "You are number")
		w.ann.Edit(m, w.mention()+"Do dogs travel free?")
		time.Sleep(50 * time.Millisecond)
		close(gate)
		w.reply(w.general, "Dogs travel free.")
		if w.asked("cats") > 0 || w.asked("dogs") != 1 {
			t.Error("the bot answers the question from before the edit")
		}
	})
	t.Run("edited after its answer", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, discordtest.Config{}).start()
		m := w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
		w.reply(w.general, "Dogs travel free.")
		w.ann.Edit(m, w.mention()+"Does the ferry sail in the morning?")
		w.settled()
		if n := w.answersIn(w.general, "The ferry sails"); n != 0 {
			t.Error("the question is answered again")
		}
	})
	t.Run("a message that becomes a question", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, discordtest.Config{}).start()
		m := w.ann.Say(w.general, "Do dogs travel free?")
		w.settled()
		w.ann.Edit(m, w.mention()+"Do dogs travel free?")
		w.settled()
		if n := w.answersIn(w.general, "Dogs"); n != 0 {
			t.Error("an edit is answered")
		}
	})
	t.Run("deleted while it waits", func(t *testing.T) {
		t.Parallel()
		w, gate := blocked(t)
		w.ann.Say(w.general, w.mention()+"Does the ferry sail at nine?")
		w.until("it is asked", func() bool { return w.asked("nine") == 1 })
		m := w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
		place := w.reply(w.general, "You are number")
		w.ann.Delete(m)
		w.until("its place in line is gone", func() bool { return w.general.Message(place.ID) == nil })
		close(gate)
		w.reply(w.general, "The ferry sails")
		w.settled()
		if w.asked("dogs") > 0 {
			t.Error("the question is answered")
		}
	})
	t.Run("deleted while it is answered", func(t *testing.T) {
		t.Parallel()
		w, _ := blocked(t)
		m := w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
		w.until("it is asked", func() bool { return w.asked("dogs") == 1 })
		w.ann.Delete(m)
		time.Sleep(50 * time.Millisecond)
		w.answerer.mu.Lock()
		w.answerer.gate = nil
		w.answerer.mu.Unlock()
		w.settled()
		if got := answersOf(w.says(w.general)); len(got) > 0 {
			t.Errorf("the bot says %q", got)
		}
	})
}

// TestArchivedThread checks what happens in threads that are archived or locked.
func TestArchivedThread(t *testing.T) {
	t.Parallel()
	for _, locked := range []bool{false, true} {
		t.Run(map[bool]string{false: "archived", true: "locked"}[locked], func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{})
			gate := make(chan struct{})
			w.start()
			w.set(discordtest.Options{"threads": true})
			w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
			thread := w.thread(w.general)
			w.reply(thread, "Dogs travel free.")
			w.settled()
			w.answerer.mu.Lock()
			w.answerer.gate = gate
			w.answerer.mu.Unlock()
			w.ann.Say(thread, w.mention()+"Does a ticket cost four pounds?")
			w.until("it is asked", func() bool { return w.asked("four pounds") == 1 })
			thread.Archive(locked)
			close(gate)
			if locked {
				w.reply(w.ann.DM(), "is locked, so I can't answer there")
				return
			}
			w.reply(thread, "A ticket costs four pounds.")
		})
	}
}

// TestMissingPermissions checks that the bot replies if it may not start threads,
// and that it tells the asker once if it may not write.
func TestMissingPermissions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	w.set(discordtest.Options{"threads": true})
	w.general.Deny(discordtest.CreatePublicThreads)
	w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	w.reply(w.general, "Dogs travel free.")
	w.general.Deny(discordtest.SendMessages)
	for range 2 {
		w.ann.Say(w.general, w.mention()+"What does a ticket cost in pounds?")
	}
	w.reply(w.ann.DM(), "I'm not allowed to write in <#"+w.general.ID+">")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Does the ferry sail in the morning?"}), "The ferry sails")
	w.settled()
	if n := w.answersIn(w.ann.DM(), "I'm not allowed to write in"); n != 1 {
		t.Errorf("the asker is told %d times, want 1", n)
	}
	w.general.Deny(discordtest.ViewChannel)
	w.settled() // a command is answered where nothing else would be
}

// TestHostileText checks that hostile text of articles, models and people cannot
// make the bot ping somebody, forge a link, or leave a quotation.
func TestHostileText(t *testing.T) {
	t.Parallel()
	evil := "@everyone <@&1100000000000000007> [free money](https://evil.example/) ||hidden|| ```js\n# Big\n> quoted <#3> `x` https://evil.example/@here"
	w := newWorld(t, discordtest.Config{}, rag.Document{
		ID: "evil", Title: "](https://evil.example) @everyone " + strings.Repeat("x", 300), URL: "javascript:alert(1)",
		Text: "Do pirates travel free with us " + evil + " indeed.",
	})
	wise := w.guild.Role("wise", 0)
	w.start()
	w.set(discordtest.Options{"trusted": wise, "helper": wise})
	question := "Do pirates travel free with us " + evil
	i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": question})
	m := w.answer(i, "Do pirates travel free").Message
	w.told(w.ann.Click(m, "Show the passages"))
	w.told(w.ann.Click(m, "Ask a person"))
	w.ann.Say(w.general, w.mention()+"When do wolves howl? @everyone [dusk](zoo) ||dawn|| ```")
	w.reply(w.general, "do not say")
	w.told(w.admin.Slash(w.general, "gaps", nil))
	w.told(w.admin.Slash(w.general, "footnote sources", nil))
	w.told(w.admin.Slash(w.general, "footnote setup", discordtest.Options{"library": evil}))
	w.told(w.admin.Slash(w.general, "footnote add", discordtest.Options{"title": evil, "text": evil}))
	w.answerOf(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "x", "library": evil}))
	add := w.admin.Menu(w.ann.Say(w.general, evil), "Add as a source")
	w.answer(w.admin.Submit(add, w.form(add), evil, evil), "Added")
	for _, m := range w.general.Messages() {
		if m.Author.ID != w.BotID() {
			continue
		}
		all := shownText(&m)
		for _, p := range m.Pings {
			if p != wise.ID || !strings.Contains(m.Content, "asks for help from a person") {
				t.Errorf("pings %s: %q", p, all)
			}
		}
		for _, bad := range []string{"@everyone", "@here", "](https://evil", "](javascript", "\n# ", "||", "```"} {
			if strings.Contains(all, bad) {
				t.Errorf("%q occurs in %q", bad, all)
			}
		}
	}
	if s := w.Stats(); len(s.Refused) > 0 {
		t.Errorf("refused: %v", s.Refused)
	}
}

// TestHostileDraft checks that drafts are escaped, although they are not checked.
func TestHostileDraft(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Edits = 40 * time.Millisecond
	w.answerer.words = []string{"Look: [free money](https://evil.example/) @everyone ||x|| ```js\nalert(1)", "\n"}
	w.answerer.every = 150 * time.Millisecond
	w.start()
	w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	draft := w.reply(w.general, "writing…").Content
	for _, bad := range []string{"](https://", "@everyone", "||"} {
		if strings.Contains(draft, bad) {
			t.Errorf("%q occurs in %q", bad, draft)
		}
	}
	if n := strings.Count(draft, "```"); n%2 != 0 {
		t.Errorf("a block of code is not closed: %q", draft)
	}
	w.reply(w.general, "Dogs travel free. [1]")
}

// TestManyArticles checks that long lists keep within Discord's limits, and say
// how much they leave out.
func TestManyArticles(t *testing.T) {
	t.Parallel()
	docs := []rag.Document{}
	for n := range 90 {
		docs = append(docs, rag.Document{
			ID: fmt.Sprint("long", n), Title: fmt.Sprintf("%d *%s*", n, strings.Repeat("[ferry] ", 20)), URL: "https://example.org/" + strings.Repeat("x", 300),
			Text: fmt.Sprintf("The long ferry number %d sails at noon. %s", n, strings.Repeat("It is long. ", 100)),
		})
	}
	w := newWorld(t, discordtest.Config{}, docs...).start()
	if got := w.told(w.admin.Slash(w.general, "footnote sources", nil)); !strings.Contains(got, "quote here: 90") || !strings.Contains(got, "more; use `find` to narrow the list") {
		t.Errorf("sources: %q", got)
	}
	if got := w.told(w.admin.Slash(w.general, "footnote sources", discordtest.Options{"find": "17 FERRY"})); !strings.Contains(got, "quote here: 1\n") {
		t.Errorf("sources that match: %q", got)
	}
	i := w.ann.Complete(w.general, "ask", "question", "ferry", nil)
	if got := w.choices(i); got != "" { // a title that does not fit would ask something else
		t.Errorf("proposed: %q", got)
	}
	m := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Which long ferry sails at noon?"}), "sails at noon").Message
	w.told(w.ann.Click(m, "Show the passages"))
	for n := range 60 {
		w.answer(w.guild.Join(fmt.Sprint("p", n)).Slash(w.general, "ask", discordtest.Options{"question": fmt.Sprintf("Zebra%d %s", n, strings.Repeat("yak*", 60))}), "do not say")
	}
	if got := w.told(w.admin.Slash(w.general, "gaps", nil)); !strings.Contains(got, "more") {
		t.Errorf("gaps: %d characters that do not say how many questions are left out: …%q", len(got), got[len(got)-200:])
	}
	if n := len(strings.Split(w.choices(w.ann.Complete(w.general, "ask", "library", "", nil)), "\n")); n > 25 {
		t.Errorf("%d choices", n)
	}
}

// TestFaults checks what happens while the library or Discord fails.
func TestFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	until := time.Now().Add(700 * time.Millisecond)
	w.Fault(func(r *http.Request) int {
		if r.Method != http.MethodGet && time.Now().Before(until) {
			return http.StatusServiceUnavailable
		}
		return 0
	})
	i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"})
	w.ann.Say(w.general, w.mention()+"What does a ticket cost in pounds?")
	w.answer(i, "Dogs travel free.")
	w.reply(w.general, "four pounds")
}
