package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"footnote/bot"
	"footnote/bot/discordtest"
	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

const patience = 10 * time.Second

// world is a Discord with the bot in it.
type world struct {
	*discordtest.Server
	t       testing.TB
	store   *library.Library
	dir     string // of the library
	log     record
	shown   *discordtest.Message // an answer, in some tests
	bot     bot.Discord
	clerk   *clerk
	guild   *discordtest.Guild
	general *discordtest.Channel
	ann     *discordtest.User
	admin   *discordtest.User
	stop    context.CancelFunc
	done    chan error
}

// articles are a library's, as the bot uses them.
type articles struct {
	*library.Library
	embedder rag.Embedder // nil: one without weights
}

func (a articles) Add(ctx context.Context, d rag.Document) error {
	return a.addAll(ctx, d)
}

func (a articles) addAll(ctx context.Context, docs ...rag.Document) error {
	if a.embedder == nil {
		a.embedder = ragtest.Embedder{}
	}
	x := index.Indexer{Store: a.Library, Embedder: a.embedder}
	_, err := x.Sync(ctx, func(yield func(rag.Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	})
	return err
}

func (a articles) Remove(ctx context.Context, id string) error {
	return a.Update(ctx, nil, []string{id})
}

var ferry = rag.Document{
	ID: "ferry", Title: "Ferry timetable", URL: "https://example.org/ferry", Published: time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC),
	Text: "The ferry sails at nine in the morning. A ticket costs four pounds. Dogs travel free.",
}

// newWorld makes a Discord and a bot that is not started yet.
func newWorld(t testing.TB, cfg discordtest.Config, docs ...rag.Document) *world {
	t.Helper()
	return newWorldOf(t, cfg, nil, docs...)
}

// newWorldOf is newWorld with another embedder than that without weights.
func newWorldOf(t testing.TB, cfg discordtest.Config, embedder rag.Embedder, docs ...rag.Document) *world {
	t.Helper()
	dir := t.TempDir()
	store, err := library.Open(filepath.Join(dir, "l.db"), library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Identify == 0 {
		cfg.Identify = 20 * time.Millisecond
	}
	w := &world{Server: discordtest.Start(cfg), t: t, store: store, dir: dir}
	w.Fault(w.pingsNobody)
	t.Cleanup(func() {
		w.halt()
		w.Close()
		w.checkLog()
		_ = store.Close()
		if s := w.Stats(); s.TooMany > 0 {
			t.Errorf("%d requests too many", s.TooMany)
		}
		for what := range w.Stats().Refused {
			if strings.HasPrefix(what, "50035 ") || strings.HasPrefix(what, "50006 ") || strings.HasPrefix(what, "404 ") {
				t.Errorf("Discord refuses: %s", what)
			}
		}
		if t.Failed() {
			said := w.Transcript()
			t.Log(said[max(0, len(said)-20000):])
		}
	})
	if len(docs) == 0 {
		docs = []rag.Document{ferry}
	}
	if err := (articles{store, embedder}).addAll(t.Context(), docs...); err != nil {
		t.Fatal(err)
	}
	w.clerk = &clerk{store: store}
	w.guild = w.Guild("Harbour")
	w.general = w.guild.Channel("general")
	w.ann, w.admin = w.guild.Join("ann"), w.guild.Admin("ada")
	w.bot = bot.Discord{
		Token: w.Token, API: w.API, Records: store, Articles: articles{store, embedder},
		Answerer: w.clerk, Metrics: bot.NewMetrics(),
		Edits: 200 * time.Millisecond, Identify: 25 * time.Millisecond, Backoff: 10 * time.Millisecond,
		Log: slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	return w
}

// record is what is logged.
type record struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	if testing.Verbose() {
		fmt.Print("    " + string(b))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.all.Write(b)
}

// checkLog looks for what is not to be logged: tokens, and above the level for
// debugging what people ask.
func (w *world) checkLog() {
	w.t.Helper()
	w.clerk.mu.Lock()
	defer w.clerk.mu.Unlock()
	for line := range strings.Lines(w.log.all.String()) {
		secrets := []string{w.Token, "interaction-"}
		if !strings.Contains(line, "level=DEBUG") {
			for _, q := range w.clerk.asked {
				secrets = append(secrets, q.Text)
			}
		}
		for _, s := range secrets {
			if strings.Contains(line, s) {
				w.t.Errorf("%q is logged: %s", s, line)
			}
		}
	}
}

// pingsNobody holds every message to an empty allowed_mentions, but for the
// role that somebody asks a person by.
func (w *world) pingsNobody(r *http.Request) int {
	if r.Method != http.MethodPost && r.Method != http.MethodPatch {
		return 0
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	type mentions struct {
		Parse *[]string `json:"parse"`
		Users []string  `json:"users"`
		Roles []string  `json:"roles"`
		Reply bool      `json:"replied_user"`
	}
	type message struct {
		Content *string   `json:"content"`
		Allowed *mentions `json:"allowed_mentions"`
	}
	var m struct {
		message
		Data message `json:"data"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &m) != nil {
		return 0
	}
	for _, m := range []message{m.message, m.Data} {
		if m.Content == nil {
			continue
		}
		a := m.Allowed
		if a == nil || a.Parse == nil || len(*a.Parse)+len(a.Users) > 0 || a.Reply || len(a.Roles) > 0 && !strings.Contains(*m.Content, "asks a person") {
			w.t.Errorf("a message may ping: %s", raw)
		}
	}
	return 0
}

// start runs the bot and waits until it is connected.
func (w *world) start() *world {
	w.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	w.stop, w.done = stop, done
	before := w.Stats().Identifies
	go func() { done <- w.bot.Run(ctx) }()
	for end := time.Now().Add(patience); w.Stats().Identifies == before || !w.Connected(0); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			stop()
			w.t.Fatalf("the bot does not connect: %v", <-done)
		}
	}
	return w
}

// halt stops the bot, and gives what it ended with.
func (w *world) halt() error {
	if w.stop == nil {
		return nil
	}
	w.stop()
	err := <-w.done
	w.stop = nil
	return err
}

// answer waits for the answer to an interaction.
func (w *world) answer(i *discordtest.Interaction, want string) discordtest.Response {
	w.t.Helper()
	r, ok := i.Wait(patience, func(r discordtest.Response) bool {
		return r.Message != nil && strings.Contains(r.Message.Content, want)
	})
	if !ok {
		w.t.Fatalf("no %q in the answer: %+v", want, r.Message)
	}
	return r
}

// reply waits for a message of the bot in a channel that has a text.
func (w *world) reply(c *discordtest.Channel, want string) discordtest.Message {
	w.t.Helper()
	var found discordtest.Message
	end := time.Now().Add(patience)
	for time.Now().Before(end) {
		for _, m := range c.Messages() {
			if m.Author.ID == w.BotID() && strings.Contains(m.Content, want) {
				found = m
			}
		}
		if found.ID != "" {
			return found
		}
		time.Sleep(5 * time.Millisecond)
	}
	w.t.Fatalf("no %q in #%s", want, c.Name)
	return found
}

// outcomes waits until something has come of n questions.
func (w *world) outcomes(n int) {
	w.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		sum := w.metric("footnote_questions_total")
		if sum >= n {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("something came of %d questions, want %d", sum, n)
		}
	}
}

// metric is the sum of a metric's values.
func (w *world) metric(name string) (sum int) {
	w.t.Helper()
	page := httptest.NewRecorder()
	w.bot.Metrics.Handler().ServeHTTP(page, httptest.NewRequest("GET", "/metrics", nil))
	for _, m := range regexp.MustCompile(`(?m)^`+name+`(?:\{.*\})? (\d+)$`).FindAllStringSubmatch(page.Body.String(), -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			w.t.Fatal(err)
		}
		sum += n
	}
	return sum
}

func (w *world) mention() string { return "<@" + w.BotID() + "> " }

func TestAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t, discordtest.Config{}).start()
	want := "The ferry sails at nine in the morning. [1]"

	r := w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "When does the ferry sail in the morning?"}), want)
	if !strings.HasPrefix(r.Message.Content, "> When does the ferry sail in the morning?\n") {
		t.Errorf("the question is not shown above the answer: %q", r.Message.Content)
	}
	if !strings.HasSuffix(r.Message.Content, "\n-# The articles very likely hold the answer.") {
		t.Errorf("how sure it is stands nowhere below: %q", r.Message.Content)
	}
	if d := r.Message.Embeds[0].Description; !strings.Contains(d, "**[1]** [Ferry timetable](https://example.org/ferry), 2024-05-01\n> “The ferry sails at nine in the morning.”") {
		t.Errorf("footnotes: %q", d)
	}

	m := w.ann.Say(w.general, w.mention()+"Do dogs travel free?")
	if got := w.reply(w.general, "Dogs travel free. [1]"); got.Reference != m.ID {
		t.Errorf("the answer replies to %q, not to %q", got.Reference, m.ID)
	}

	w.ann.Say(w.ann.DM(), "What does a ticket cost in pounds?")
	w.reply(w.ann.DM(), "A ticket costs four pounds. [1]")

	q := w.ann.Say(w.general, "How much does a ticket cost, four pounds?")
	w.answer(w.ann.Menu(q, "Answer this"), "A ticket costs four pounds.")
	if s := w.Stats(); s.TooMany > 0 || len(s.Refused) > 0 {
		t.Errorf("refused: %+v", s)
	}
}
