package discord_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/bot/discord"
	"footnote/bot/discordtest"
	"footnote/rag"
)

// Ids are decimals of any length.
func TestIDs(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"7", "99999999", "99999999999999999990", "123456789012345678901234567890"} {
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{FirstID: first}).start()
			w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
			w.reply(w.general, "Dogs travel free.")
			m := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "What does a ticket cost in pounds?"}), "four pounds").Message
			i := w.ann.Click(m, "👎")
			w.answer(w.ann.Submit(i, w.form(i), "x"), "Thank you")
		})
	}
}

// A long answer is several messages, each with its own footnotes; buttons are
// below the last, and Delete takes all of it away.
func TestLongAnswer(t *testing.T) {
	t.Parallel()
	for name, ask := range map[string]func(w *world){
		"a mention": func(w *world) { w.ann.Say(w.general, w.mention()+"Say everything of the ferry?") },
		"a command": func(w *world) {
			w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Say everything of the ferry?"})
		},
		"a private command": func(w *world) {
			w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Say everything of the ferry?", "private": true})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, discordtest.Config{}).start()
			ask(w)
			w.reply(w.general, "Sentence 80 of everything")
			var said []discordtest.Message
			for _, m := range w.general.Messages() {
				if m.Author.ID == w.BotID() {
					said = append(said, m)
				}
			}
			if len(said) < 3 {
				t.Fatalf("%d messages", len(said))
			}
			for n, m := range said {
				if len(m.Embeds) != 1 || !strings.Contains(m.Embeds[0].Description, "**[1]**") ||
					!strings.HasSuffix(strings.TrimSuffix(m.Content, "\n-# The articles very likely hold the answer."), "]") {
					t.Errorf("part %d: %q", n+1, shownText(&m))
				}
				if last := n == len(said)-1; last != (len(m.Buttons) > 0) {
					t.Errorf("part %d has buttons: %v", n+1, labels(&m))
				}
				if m.Ephemeral != (name == "a private command") {
					t.Errorf("part %d is seen by the wrong people", n+1)
				}
			}
			if name == "a private command" {
				return
			}
			w.settled()
			w.ann.Click(w.general.Message(said[len(said)-1].ID), "Delete")
			w.until("all of it is gone", func() bool { return w.answersIn(w.general, "of everything") == 0 })
		})
	}
}

// Commands are registered when they differ, and only then.
func TestRegistration(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	var puts atomic.Int32
	w.Fault(func(r *http.Request) int {
		if r.Method == http.MethodPut {
			puts.Add(1)
		}
		return 0
	})
	restart := func() {
		t.Helper()
		if err := w.halt(); err != nil {
			t.Fatal(err)
		}
		w.start()
	}
	w.start()
	want := []string{"ask", "gaps", "forget-me", "footnote", "Answer this", "Add as a source"}
	if d := cmp.Diff(want, w.Commands()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	restart()
	if n := puts.Load(); n != 1 {
		t.Errorf("registered %d times, want once", n)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, w.API+"/v10/applications/"+w.BotID()+"/commands", strings.NewReader(`[{"name":"old","description":"of another version"}]`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+w.Token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	restart()
	if d := cmp.Diff(want, w.Commands()); d != "" {
		t.Errorf("after others (-want +got):\n%s", d)
	}
}

// Each shard hears its servers, and they identify in turn.
func TestShards(t *testing.T) {
	t.Parallel()
	for _, concurrency := range []int{1, 2} {
		w := newWorld(t, discordtest.Config{Shards: 4, Concurrency: concurrency, Identify: 50 * time.Millisecond})
		w.bot.Identify = 150 * time.Millisecond
		ids := map[string]*discordtest.Channel{"Harbour": w.general}
		for _, name := range []string{"B", "C", "D", "E"} {
			ids[name] = w.Guild(name).Channel("general")
		}
		w.start()
		w.until("four shards are connected", func() bool { return w.Stats().Connections == 4 })
		for _, c := range ids {
			w.ann.Say(c, w.mention()+"Do dogs travel free?")
		}
		for _, c := range ids {
			w.reply(c, "Dogs travel free.")
		}
		if s := w.Stats(); s.TooSoon > 0 || s.Identifies != 4 {
			t.Errorf("%d identifies, %d too soon", s.Identifies, s.TooSoon)
		}
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Metrics = discord.NewMetrics()
	h := w.bot.Metrics.Handler()
	get := func(path string) (int, string) {
		r := httptest.NewRecorder()
		h.ServeHTTP(r, httptest.NewRequest(http.MethodGet, path, nil))
		b, _ := io.ReadAll(r.Body)
		return r.Code, string(b)
	}
	check := func(when string, ready int) {
		t.Helper()
		if code, body := get("/healthz"); code != 200 || body != "ok\n" {
			t.Errorf("%s: healthz %d %q", when, code, body)
		}
		if code, body := get("/readyz"); code != ready {
			t.Errorf("%s: readyz %d %q", when, code, body)
		}
	}
	check("before", 503)
	w.start()
	w.until("it is ready", func() bool { code, _ := get("/readyz"); return code == 200 })
	check("connected", 200)
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "Dogs")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When do wolves howl?"}), "do not say")
	m := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "panic, please"}), "Something went wrong").Message
	w.answer(w.ann.Press(m, "fn/good/x/1", 2, "👍", nil), "Thank you")
	for _, want := range []string{
		`footnote_questions_total{outcome="answered"} 1`, `footnote_questions_total{outcome="refused"} 1`, "footnote_panics_total 1",
		`footnote_feedback_total{opinion="good"} 1`, "footnote_queue_length 0", "footnote_ready 1", "footnote_answer_seconds_count", "footnote_rate_limit_buckets", "go_goroutines",
	} {
		w.until("metrics show "+want, func() bool { _, body := get("/metrics"); return strings.Contains(body, want) })
	}
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	check("afterwards", 503)
}

// Discord refuses the bot: it ends, with an error that can be mended.
func TestRefusedByDiscord(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Token = "another"
	if err := w.bot.Run(t.Context()); !errors.Is(err, discord.ErrToken) || strings.Contains(err.Error(), "another") {
		t.Errorf("a wrong token: %v", err)
	}
}

// kept reports whether the library's files hold a text.
func (w *world) kept(text string) bool {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.dir, "*"))
	if err != nil || len(files) == 0 {
		w.t.Fatal("no library", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			w.t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) {
			return true
		}
	}
	return false
}

// What was answered is not kept, and what was not is kept without who asked;
// forget-me removes even that.
func TestForgetMe(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	dora := w.guild.Join("dora")
	w.start()
	w.set(discordtest.Options{"per-person": 4})
	m := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Would dogs travel free here?"}), "Dogs travel free.").Message
	i := w.ann.Click(m, "👎")
	w.answer(w.ann.Submit(i, w.form(i), "It says too little"), "Thank you")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Would wolves howl here?"}), "do not say")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Would a bear growl here?", "private": true}), "do not say")
	w.answer(dora.Slash(w.general, "ask", discordtest.Options{"question": "Would owls hoot here?"}), "do not say")
	w.settled()
	for text, want := range map[string]bool{"Would dogs": false, "Would wolves": true, "Would a bear": false, "Would owls": true, w.ann.ID: false} {
		if got := w.kept(text); got != want {
			t.Errorf("%q is kept: %v", text, got)
		}
	}
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Would more be too many?"}), "the limit of questions")

	for _, test := range []struct {
		where *discordtest.Channel
		cmd   string
		want  string
	}{
		{w.general, "forget-me", "Deleted: 3 records"},
		{w.ann.DM(), "footnote forget-me", "Deleted: 0 records"},
	} {
		if got := w.told(w.ann.Slash(test.where, test.cmd, nil)); !strings.Contains(got, test.want) {
			t.Errorf("%s: %q, want %q", test.cmd, got, test.want)
		}
	}
	gaps, err := w.store.Gaps(t.Context(), rag.Filter{})
	if err != nil || len(gaps) != 1 || gaps[0].Question != "Would owls hoot here?" {
		t.Errorf("gaps: %v %+v", err, gaps)
	}
	if got := w.opinions(); len(got) > 0 {
		t.Errorf("opinions: %q", got)
	}
	if got := w.told(w.ann.Click(m, "Show the passages")); !strings.Contains(got, "no longer remember") {
		t.Errorf("passages: %q", got)
	}
	if got := w.choices(dora.Complete(w.general, "ask", "question", "would", nil)); got != "Would owls hoot here?" {
		t.Errorf("proposed: %q", got)
	}
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "Do dogs travel free?"}), "Dogs travel free.") // the quota is whole again
}
