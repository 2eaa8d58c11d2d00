package discord_test

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

	"footnote/bot/discord"
	"footnote/bot/discordtest"
	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
)

const patience = 10 * time.Second

// world is a fake Discord with the bot in it.
type world struct {
	*discordtest.Server
	t        testing.TB
	store    *library.Library
	dir      string // of the library
	log      record
	shown    *discordtest.Message // an answer that some tests refer to
	bot      discord.Bot
	answerer *fakeAnswerer
	guild    *discordtest.Guild
	general  *discordtest.Channel
	ann      *discordtest.User
	admin    *discordtest.User
	stop     context.CancelFunc
	done     chan error
}

// articles are the articles of a library, as the bot uses them.
type articles struct {
	*library.Library
	embedder rag.Embedder // nil: ragtest.Embedder
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

// newWorld returns a Discord with two people, and a bot that is not started yet.
func newWorld(t testing.TB, cfg discordtest.Config, docs ...rag.Document) *world {
	t.Helper()
	return newWorldOf(t, cfg, nil, docs...)
}

// newWorldOf is newWorld with another embedder; nil means ragtest.Embedder.
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
		_ = w.halt() // tests of how the bot ends call halt themselves
		w.Close()
		w.checkLog()
		_ = store.Close()
		if s := w.Stats(); s.TooMany > 0 {
			t.Errorf("%d requests exceed a rate limit", s.TooMany)
		}
		for what := range w.Stats().Refused {
			if strings.HasPrefix(what, "50035 ") || strings.HasPrefix(what, "50006 ") || strings.HasPrefix(what, "404 ") {
				t.Errorf("Discord refused a request: %s", what)
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
	w.answerer = &fakeAnswerer{store: store}
	w.guild = w.Guild("Harbour")
	w.general = w.guild.Channel("general")
	w.ann, w.admin = w.guild.Join("ann"), w.guild.Admin("ada")
	w.bot = discord.Bot{
		Token: w.Token, API: w.API, Records: store, Articles: articles{store, embedder},
		Answerer: w.answerer, Metrics: discord.NewMetrics(),
		Edits: 200 * time.Millisecond, Identify: 25 * time.Millisecond, Backoff: 10 * time.Millisecond, Renew: time.Millisecond,
		Log: slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	return w
}

// record keeps what the bot logs.
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

// checkLog checks that the log contains no tokens and, above the debug level, no
// questions.
func (w *world) checkLog() {
	w.t.Helper()
	w.answerer.mu.Lock()
	defer w.answerer.mu.Unlock()
	for line := range strings.Lines(w.log.all.String()) {
		secrets := []string{w.Token, "interaction-"}
		if !strings.Contains(line, "level=DEBUG") {
			for _, q := range w.answerer.asked {
				secrets = append(secrets, q.Text)
			}
		}
		for _, s := range secrets {
			if strings.Contains(line, s) {
				w.t.Errorf("%q must not be logged: %s", s, line)
			}
		}
	}
}

// pingsNobody checks that every message has empty allowed_mentions, except one that
// asks the helper role.
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
		if a == nil || a.Parse == nil || len(*a.Parse)+len(a.Users) > 0 || a.Reply || len(a.Roles) > 0 && !strings.Contains(*m.Content, "asks for help from a person") {
			w.t.Errorf("a message can ping somebody: %s", raw)
		}
	}
	return 0
}

// grant grants collections to a server, or to direct messages.
func (w *world) grant(server string, collections ...string) {
	w.t.Helper()
	err := discord.Grants{Records: w.store}.Change(w.t.Context(), server, func(g *discord.Grant) error {
		g.Collections = append(g.Collections, collections...)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
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
			w.t.Fatalf("the bot does not connect: Run returned %v", <-done)
		}
	}
	return w
}

// halt stops the bot, and returns what Run returned.
func (w *world) halt() error {
	if w.stop == nil {
		return nil
	}
	w.stop()
	err := <-w.done
	w.stop = nil
	return err
}

// answer waits for an answer to an interaction that contains want.
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

// reply waits for a message of the bot in a channel that contains want, and returns
// the latest.
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

// outcomes waits until n questions have an outcome.
func (w *world) outcomes(n int) {
	w.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		sum := w.metric("footnote_questions_total")
		if sum >= n {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("%d questions have an outcome, want %d", sum, n)
		}
	}
}

// metric returns the sum of a metric's values.
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

// shownText returns everything that people read of a message.
func shownText(m *discordtest.Message) string {
	if m == nil {
		return ""
	}
	all := m.Content
	for _, e := range m.Embeds {
		all += "\n" + e.Title + "\n" + e.Description
	}
	for _, b := range m.Buttons {
		all += "\n(" + b.Label + ")"
	}
	return all
}

// told waits for the bot's answer that only one person sees, and returns all of it.
func (w *world) told(i *discordtest.Interaction) string {
	w.t.Helper()
	r, ok := i.Wait(patience, func(r discordtest.Response) bool { return r.Message != nil })
	if !ok {
		w.t.Fatalf("no answer: %+v", r)
	}
	return shownText(r.Message)
}

// choices waits for the choices of autocompletion.
func (w *world) choices(i *discordtest.Interaction) string {
	w.t.Helper()
	r, ok := i.Wait(patience, func(r discordtest.Response) bool { return r.Choices != nil })
	if !ok {
		w.t.Fatal("the bot proposes no choices")
	}
	return strings.Join(r.Choices, "\n")
}

// answerOf waits for the answer to a command, and returns all of its text.
func (w *world) answerOf(i *discordtest.Interaction) string {
	w.t.Helper()
	r, ok := i.Wait(patience, func(r discordtest.Response) bool {
		return r.Message != nil && (len(r.Message.Buttons) > 0 || !strings.HasPrefix(r.Message.Content, "You are number"))
	})
	if !ok {
		w.t.Fatalf("no answer: %+v", r)
	}
	all := shownText(r.Message)
	for _, m := range r.More {
		all += "\n" + shownText(&m)
	}
	return all
}

// asked returns how many of the questions to the answerer contain a text.
func (w *world) asked(text string) (n int) {
	w.answerer.mu.Lock()
	defer w.answerer.mu.Unlock()
	for _, q := range w.answerer.asked {
		if strings.Contains(q.Text, text) {
			n++
		}
	}
	return n
}

// answersIn returns how often the bot's messages in a channel contain a text.
func (w *world) answersIn(c *discordtest.Channel, text string) (n int) {
	for _, s := range w.says(c) {
		n += strings.Count(s, text)
	}
	return n
}

// says returns the texts of the bot's messages in a channel.
func (w *world) says(c *discordtest.Channel) (all []string) {
	for _, m := range c.Messages() {
		if m.Author.ID == w.BotID() && !m.Deleted {
			all = append(all, m.Content)
		}
	}
	return all
}

// settled asks a question by a command and waits for the answer, so that the bot
// has handled all earlier messages.
func (w *world) settled() {
	w.t.Helper()
	w.answer(w.ann.Slash(w.general, "ask", discordtest.Options{"question": "What does a ticket cost in pounds?", "private": true}), "A ticket costs four pounds.")
}

// set runs /footnote setup as an admin.
func (w *world) set(o discordtest.Options) {
	w.t.Helper()
	w.answer(w.admin.Slash(w.general, "footnote setup", o), "Settings saved")
}

// read runs /footnote setup so that the bot reads all messages, and waits until
// it does.
func (w *world) read(o discordtest.Options) {
	w.t.Helper()
	n := w.Stats().Identifies
	w.set(o)
	w.until("an identify with the intent", func() bool { return w.Stats().Identifies > n && w.Connected(0) })
}

// until waits until a condition is true. what describes it.
func (w *world) until(what string, is func() bool) {
	w.t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("this does not become true: %s", what)
		}
	}
}

// logs reports whether a cause was logged.
func (w *world) logs(cause string) bool {
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	return strings.Contains(w.log.all.String(), cause)
}

// thread waits for a thread in a channel, and returns it.
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

// form waits for the form that an interaction opens.
func (w *world) form(i *discordtest.Interaction) *discordtest.Form {
	w.t.Helper()
	r, ok := i.Wait(patience, func(r discordtest.Response) bool { return r.Form != nil || r.Message != nil })
	if !ok || r.Form == nil {
		w.t.Fatalf("no form: %q", shownText(r.Message))
	}
	return r.Form
}

// clock is a clock that a test sets.
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
