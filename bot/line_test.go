package bot_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"footnote/bot/discordtest"
)

// TestSameFileInTwoServers: what two servers call the same is two articles.
func TestSameFileInTwoServers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	elsewhere := w.Guild("Elsewhere")
	talk, bob := elsewhere.Channel("talk"), elsewhere.Admin("bob")
	w.start()
	w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"file": &discordtest.File{Name: "pool.txt", Text: "The swimming pool closes at eight in the evening."}}), "Added pool.txt")
	w.answer(bob.Slash(talk, "footnote add", discordtest.Options{"file": &discordtest.File{Name: "pool.txt", Text: "Our swimming pool closes at nine in the evening."}}), "Added pool.txt")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the swimming pool close?"}), "closes at eight in the evening. [1]")
	w.answer(bob.Slash(talk, "ask", discordtest.Options{"question": "When does the swimming pool close?"}), "closes at nine in the evening. [1]")
}

// TestQuotas: who has asked enough is told until when, also after a restart,
// and others are not.
func TestQuotas(t *testing.T) {
	t.Parallel()
	now := time.Date(2024, 6, 3, 12, 0, 0, 0, time.UTC)
	w := newWorld(t, discordtest.Config{})
	w.bot.Now = func() time.Time { return now }
	w.start()
	w.set(discordtest.Options{"per-person": 2, "per-channel": 4})
	private := discordtest.Options{"private": true}
	w.asked(private)
	w.asked(private)
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs}), "You have asked as many questions as an hour allows: ask again in 30 minutes.")
	w.ann.Say(w.general, w.mention()+dogs)
	w.reply(w.general, "You have asked as many questions")
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	now = now.Add(6 * time.Minute)
	w.start()
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs}), "ask again in 24 minutes.")
	for range 2 {
		w.answer(w.admin.Slash(w.general, "ask", discordtest.Options{"question": dogs}), dogsAnswer)
	}
	w.answer(w.guild.Join("bob").Slash(w.general, "ask", discordtest.Options{"question": dogs}), "This channel has asked as many questions")
	w.set(discordtest.Options{"per-person": 60, "per-channel": 60})
	w.asked(private)
}

// TestQueueFull: who comes when too many wait is told so at once.
func TestQueueFull(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Workers, w.bot.Queue = 2, 1
	w.clerk.gate = make(chan struct{})
	w.start()
	first := w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs})
	w.asking(1)
	second := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "What does a ticket cost in pounds?"})
	w.answer(second, "You are number 2 in line.")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the ferry sail?"}), "Too many questions are waiting for me")
	close(w.clerk.gate)
	w.answer(first, dogsAnswer)
	w.answer(second, "A ticket costs four pounds. [1]")
}

// TestSlowServer: the questions of one server do not keep those of another
// waiting.
func TestSlowServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	elsewhere := w.Guild("Elsewhere")
	talk, bob := elsewhere.Channel("talk"), elsewhere.Join("bob")
	w.clerk.gate = make(chan struct{})
	w.clerk.slowly = "ferry"
	w.start()
	for range 20 {
		w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the ferry sail?"})
	}
	w.asking(3)
	w.answer(bob.Slash(talk, "ask", discordtest.Options{"question": dogs}), dogsAnswer)
	close(w.clerk.gate)
	w.outcomes(21)
}

// TestDrain: a bot that is stopped finishes what it is answering, tells those
// who wait to ask again, and takes nothing new.
func TestDrain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Workers = 2
	w.clerk.gate = make(chan struct{})
	w.start()
	first := w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs})
	w.asking(1)
	waiting := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "What does a ticket cost in pounds?"})
	w.answer(waiting, "in line")
	ended := make(chan error, 1)
	w.stop()
	go func() { ended <- <-w.done }()
	w.answer(waiting, "I am being restarted: ask again in a minute.")
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the ferry sail?"}), "I am being restarted")
	close(w.clerk.gate)
	w.answer(first, dogsAnswer)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	w.stop = nil
}

// TestDrainEnds: an answer that does not end is given up, and its asker told.
func TestDrainEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Drain = 50 * time.Millisecond
	w.clerk.gate = make(chan struct{})
	w.start()
	i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs})
	w.asking(1)
	if err := w.halt(); err != nil {
		t.Error(err)
	}
	w.answer(i, "I am being restarted: ask again in a minute.")
}

// TestTimeout: a model that takes too long is given up.
func TestTimeout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.bot.Timeout = 50 * time.Millisecond
	w.clerk.gate = make(chan struct{})
	w.start()
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs}), "That took too long, so I stopped")
}

// TestCache: a question of the same words is answered from before, and says so;
// where other articles may be quoted, or after a change of them, it is not.
func TestCache(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}, ferry, secret)
	board := w.guild.Channel("board")
	w.start()
	w.set(discordtest.Options{"channel": board, "library": "board"})
	w.asked(nil)
	w.answer(w.admin.Slash(w.general, "ask", discordtest.Options{"question": "do dogs travel FREE"}), "the same was asked a second ago, and this is that answer")
	w.answer(w.ann.Slash(board, "ask", discordtest.Options{"question": dogs}), "do not say")
	w.answer(w.admin.Slash(w.general, "footnote add", discordtest.Options{"text": "Dogs travel free of charge on every ferry."}), "Added")
	r := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs}), "[1]")
	if strings.Contains(r.Message.Content, "the same was asked") {
		t.Errorf("answered from before the articles changed: %q", r.Message.Content)
	}
}

// TestAnsweredOnce: a question that comes again, in this session or after a
// restart, is not answered again.
func TestAnsweredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	m := w.ann.Say(w.general, w.mention()+dogs)
	w.reply(w.general, dogsAnswer)
	i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": "What does a ticket cost in pounds?"})
	w.answer(i, "A ticket costs four pounds.")
	w.outcomes(2)
	m.Again()
	i.Again()
	w.settled()
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	w.start()
	m.Again()
	i.Again()
	w.settled()
	all := strings.Join(w.says(w.general), "\n")
	if n := strings.Count(all, "Dogs travel"); n != 1 {
		t.Errorf("the message was answered %d times", n)
	}
	if n := strings.Count(all, "four pounds"); n != 1 {
		t.Errorf("the command was answered %d times", n)
	}
}

// TestCutReply: a message whose reply from Discord was lost is not posted twice.
func TestCutReply(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	var cut atomic.Int32
	w.Fault(func(r *http.Request) int {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/messages") && cut.Add(1) == 1 {
			return -1
		}
		return 0
	})
	w.ann.Say(w.general, w.mention()+dogs)
	w.reply(w.general, dogsAnswer)
	w.outcomes(1)
	if n := len(w.says(w.general)); n != 1 || cut.Load() < 2 {
		t.Errorf("%d messages of %d requests", n, cut.Load())
	}
}

// TestStreaming: the draft grows in place, not too often, and the answer is
// what stays.
func TestStreaming(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{})
	w.clerk.words, w.clerk.every = strings.SplitAfter(strings.Repeat("word ", 40), " "), 25*time.Millisecond
	w.start() // a second of words, and five edits a second
	i := w.ann.Slash(w.general, "ask", discordtest.Options{"question": dogs})
	w.answer(i, "word word")
	r := w.answer(i, dogsAnswer)
	w.outcomes(1)
	if n := i.Response().Message.Edits; n < 2 || n > 8 {
		t.Errorf("%d edits", n)
	}
	if strings.Contains(r.Message.Content, "writing…") || len(r.Message.Embeds) == 0 {
		t.Errorf("what stays: %+v", r.Message)
	}
}

// TestMetrics: what happened can be read.
func TestMetrics(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	w.asked(nil)
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "?!"}), "Ask me something in words")
	get := func(path string) (int, string) {
		page := httptest.NewRecorder()
		w.bot.Metrics.Handler().ServeHTTP(page, httptest.NewRequest("GET", path, nil))
		return page.Code, page.Body.String()
	}
	if code, _ := get("/healthz"); code != 200 {
		t.Errorf("/healthz: %d", code)
	}
	if code, _ := get("/readyz"); code != 200 {
		t.Errorf("/readyz: %d", code)
	}
	_, page := get("/metrics")
	for _, want := range []string{`footnote_questions_total{outcome="answered"} 1`, `footnote_questions_total{outcome="no_question"} 1`, "footnote_panics_total 0"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in\n%s", want, page)
		}
	}
	if err := w.halt(); err != nil {
		t.Fatal(err)
	}
	if code, _ := get("/readyz"); code != 503 {
		t.Errorf("/readyz after the end: %d", code)
	}
}
