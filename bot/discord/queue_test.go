package discord_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// clock is a time that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// An answer is shown while it is written: acknowledged at once, edited at most
// once an interval, and the last edit is the checked answer.
func TestStream(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		ask  func(w *world)
	}{
		{"a command", func(w *world) {
			i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"})
			if r, ok := i.Wait(patience, func(r discordtest.Response) bool { return r.Thinking }); !ok || r.Acked > time.Second {
				w.t.Errorf("acknowledged after %v", r.Acked)
			}
		}},
		{"a mention", func(w *world) { w.ann.Say(w.general, w.mention()+"Do dogs travel free?") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{})
			w.bot.Edits = 250 * time.Millisecond
			w.clerk.recites(45, 10*time.Millisecond)
			var mu sync.Mutex
			var shown []time.Time
			w.Fault(func(r *http.Request) int {
				if r.Method == http.MethodPatch || r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/messages") {
					mu.Lock()
					shown = append(shown, time.Now())
					mu.Unlock()
				}
				return 0
			})
			w.start()
			began := time.Now()
			test.ask(w)
			draft := w.reply(w.general, "writing…")
			if !strings.HasPrefix(draft.Content, "word0 ") || strings.Contains(draft.Content, "word44") || len(draft.Buttons) > 0 {
				t.Errorf("the draft: %q", draft.Content)
			}
			last := w.reply(w.general, "Dogs travel free. [1]")
			if last.ID != draft.ID || strings.Contains(last.Content, "word") || len(last.Buttons) == 0 {
				t.Errorf("the answer: %q", last.Content)
			}
			took := time.Since(began)
			mu.Lock()
			n := len(shown)
			mu.Unlock()
			if most := 3 + int(took/w.bot.Edits); n < 3 || n > most {
				t.Errorf("shown %d times in %v, want 3 to %d", n, took, most)
			}
			time.Sleep(2 * w.bot.Edits)
			if got := w.general.Message(last.ID).Content; got != last.Content {
				t.Errorf("after the answer comes %q", got)
			}
		})
	}
}

// The last edit is not lost to a limit, nor to a broken server.
func TestStreamLastEdit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Edits = 30 * time.Millisecond
	w.clerk.recites(40, 10*time.Millisecond)
	broken := 0
	w.Fault(func(r *http.Request) int {
		if r.Method != http.MethodPatch {
			return 0
		}
		if broken++; broken%2 == 0 {
			return http.StatusInternalServerError
		}
		return 0
	})
	w.start()
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "Dogs travel free. [1]")
	if s := w.Stats(); s.TooMany > 0 {
		t.Errorf("%d requests too many", s.TooMany)
	}
}

// Those who wait see their place; a full line turns away; one server's
// questions leave a worker to the others.
func TestLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	rival := w.Guild("Rival")
	lobby, bob := rival.Channel("lobby"), rival.Join("bob")
	w.bot.Workers, w.bot.Queue = 2, 3
	gate := make(chan struct{})
	w.clerk.gate = gate
	w.start()
	ask := func(u *discordtest.User, c *discordtest.Channel, n int) *discordtest.Interaction {
		return u.Slash(c, "ask", discordtest.Options{"question": fmt.Sprintf("Do dogs travel free, %d?", n)})
	}
	var all []*discordtest.Interaction
	all = append(all, ask(w.ann, w.general, 0))
	w.until("it is asked", func() bool { return w.asked("dogs") == 1 })
	for n := 1; n <= 3; n++ {
		i := ask(w.ann, w.general, n)
		w.answer(i, fmt.Sprintf("You are number %d in line.", n+1))
		all = append(all, i)
	}
	w.answer(ask(w.ann, w.general, 4), "Too many questions are waiting")
	if got := w.asked("dogs"); got != 1 {
		t.Errorf("%d of one server at once", got)
	}
	// The line is full for this one too, until one is gone.
	w.answer(ask(bob, lobby, 5), "Too many questions are waiting")
	close(gate)
	for _, i := range all {
		w.answer(i, "Dogs travel free. [1]")
	}
	w.answer(ask(bob, lobby, 6), "Dogs travel free. [1]")
}

// A server that has questions under way and waiting does not block another.
func TestLineOfAnotherServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	rival := w.Guild("Rival")
	lobby, bob := rival.Channel("lobby"), rival.Join("bob")
	w.bot.Workers = 2
	gate := make(chan struct{})
	w.clerk.gate = gate
	w.start()
	for n := range 5 {
		w.ann.Slash(w.general, "ask", discordtest.Options{"question": fmt.Sprintf("Do dogs travel free, %d?", n)})
	}
	w.until("it is asked", func() bool { return w.asked("dogs") == 1 })
	bob.Slash(lobby, "ask", discordtest.Options{"question": "Does the ferry sail in the morning?"})
	w.until("the other server's is asked", func() bool { return w.asked("morning") == 1 })
	close(gate)
}

// The same question again is answered from what was found a little before, and
// says so; not when something was added meanwhile, and not for ever.
func TestSameQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	c := &clock{at: time.Now()}
	w.bot.Now = c.now
	w.start()
	ask := func(q string) string {
		return w.answerOf(w.ann.Slash(w.general, "ask", discordtest.Options{"question": q}))
	}
	const note = "The same question was asked"
	for _, test := range []struct {
		name, question string
		before         func()
		cached         bool
		asked          int
	}{
		{"first", "Do dogs travel free?", func() {}, false, 1},
		{"again, in other letters", "do DOGS travel free", func() { c.add(3 * time.Minute) }, true, 1},
		{"after something was added", "Do dogs travel free?", func() {
			w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"text": "Cats pay half."}), "Added")
		}, false, 2},
		{"after a while", "Do dogs travel free?", func() { c.add(11 * time.Minute) }, false, 3},
	} {
		test.before()
		got := ask(test.question)
		if !strings.Contains(got, "Dogs travel free. [1]") || strings.Contains(got, note) != test.cached {
			t.Errorf("%s: %q", test.name, got)
		}
		if n := w.asked("ogs") + w.asked("OGS"); n != test.asked {
			t.Errorf("%s: written %d times, want %d", test.name, n, test.asked)
		}
		if test.cached && !strings.Contains(got, "3 minutes ago. This is that answer") {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}

// Quotas hold for a person, a channel and a server, and over a restart; an
// hour later there is room again.
func TestQuotas(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, option, want string
		others             bool // are refused as well
		elsewhere          bool // as well
	}{
		{"a person", "per-person", "You have reached the limit of questions per hour. Ask again in 20 minutes.", false, true},
		{"a channel", "per-channel", "This channel has reached the limit of questions", true, false},
		{"a server", "per-server", "This server has reached the limit of questions", true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{})
			c := &clock{at: time.Now()}
			w.bot.Now = c.now
			dora, other := w.guild.Join("dora"), w.guild.Channel("other")
			w.start()
			w.set(discordtest.Options{test.option: 3})
			n := 0
			ask := func(u *discordtest.User, in *discordtest.Channel) string {
				n++
				return w.answerOf(u.Slash(in, "ask", discordtest.Options{"question": fmt.Sprintf("Do dogs travel free, %d?", n)}))
			}
			for range 3 {
				if got := ask(w.ann, w.general); !strings.Contains(got, "Dogs travel free.") {
					t.Errorf("within the quota: %q", got)
				}
			}
			check := func(when string) {
				t.Helper()
				if got := ask(w.ann, w.general); !strings.Contains(got, test.want) {
					t.Errorf("%s: %q, want %q", when, got, test.want)
				}
				if got := ask(dora, w.general); strings.Contains(got, "the limit of questions") != test.others {
					t.Errorf("%s, somebody else: %q", when, got)
				}
				if got := ask(w.ann, other); strings.Contains(got, "the limit of questions") != test.elsewhere {
					t.Errorf("%s, elsewhere: %q", when, got)
				}
			}
			check("beyond it")
			if err := w.halt(); err != nil {
				t.Fatal(err)
			}
			w.start()
			if got := ask(w.ann, w.general); !strings.Contains(got, test.want) {
				t.Errorf("after a restart: %q, want %q", got, test.want)
			}
			c.add(time.Hour)
			if got := ask(w.ann, w.general); !strings.Contains(got, "Dogs travel free.") {
				t.Errorf("an hour later: %q", got)
			}
		})
	}
}

// A bot that is told to end finishes what is under way, and tells the rest to
// ask again.
func TestDrain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Workers = 2
	gate := make(chan struct{})
	w.clerk.gate = gate
	w.start()
	ask := func(q string) *discordtest.Interaction {
		return w.ann.Slash(w.general, "ask", discordtest.Options{"question": q})
	}
	under := ask("Do dogs travel free?")
	w.until("it is asked", func() bool { return w.asked("dogs") == 1 })
	waits := ask("What does a ticket cost in pounds?")
	w.answer(waits, "You are number 2")
	w.ann.Say(w.general, w.mention()+"Does the ferry sail at nine in the morning?")
	w.reply(w.general, "You are number 3")
	ended := make(chan error, 1)
	stop, done := w.stop, w.done
	w.stop = nil
	go func() { stop(); ended <- <-done }()
	w.answer(waits, "I'm restarting. Ask again in a minute.")
	w.reply(w.general, "I'm restarting")
	late := ask("Are you there, ferry?")
	w.answer(late, "I'm restarting")
	close(gate)
	w.answer(under, "Dogs travel free. [1]")
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if n := w.asked("pounds") + w.asked("nine") + w.asked("there"); n != 0 {
		t.Errorf("%d more were asked", n)
	}
}

// An answer that does not end in time is given up, and says so.
func TestDrainRunsOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Drain = 200 * time.Millisecond
	w.clerk.gate = make(chan struct{})
	w.start()
	i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"})
	w.until("it is asked", func() bool { return w.asked("dogs") == 1 })
	if err := w.halt(); err != nil {
		t.Error(err)
	}
	w.answer(i, "I'm restarting. Ask again in a minute.")
}

// A slow answer is given up after a while.
func TestTimeout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Timeout = 100 * time.Millisecond
	w.clerk.gate = make(chan struct{})
	w.start()
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "That took too long")
}

// TestRaisedQuota: what was asked counts under a quota that an admin raises, and
// no more than that.
func TestRaisedQuota(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 6, 3, 12, 0, 0, 0, time.UTC)
	w := newWorld(t, discordtest.Config{})
	w.bot.Now = func() time.Time { return now }
	w.start()
	ask := func(want string) {
		t.Helper()
		w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), want)
	}
	for most := 1; most <= 3; most++ {
		w.answer(w.admin.Slash(w.general, "footnote setup", discordtest.Options{"per-person": most}), "Settings saved for the server.")
		ask("Dogs travel free.")
		ask("You have reached the limit of questions per hour")
	}
}
