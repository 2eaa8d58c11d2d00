package discord_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// TestStream checks that an answer is shown while it is written: it is acknowledged
// at once and edited at most once per interval, and the last edit shows the
// checked answer.
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
			w.answerer.recites(45, 10*time.Millisecond)
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
				t.Errorf("the answer is replaced by %q", got)
			}
		})
	}
}

// TestStreamLastEdit checks that neither a rate limit nor a failing server loses
// the last edit.
func TestStreamLastEdit(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Edits = 30 * time.Millisecond
	w.answerer.recites(40, 10*time.Millisecond)
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
