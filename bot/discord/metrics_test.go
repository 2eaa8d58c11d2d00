package discord_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"footnote/bot/discord"
	"footnote/bot/discordtest"
)

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
