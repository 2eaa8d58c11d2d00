package open

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"golang.org/x/sync/errgroup"

	"footnote/bot/phrase"
	"footnote/cmd/footnote/internal/cli"
	"footnote/rag"
	"footnote/seeds"
)

// realModel returns a program and the flags for the model that the environment
// names. It skips the test if there is none.
func realModel(t *testing.T) (*cli.Program, ModelFlags) {
	t.Helper()
	m := ModelFlags{Name: os.Getenv("FOOTNOTE_TEST_MODEL"), BaseURL: os.Getenv("FOOTNOTE_TEST_MODEL_URL")}
	if m.Name == "" || m.BaseURL == "" {
		t.Skip("start `ollama serve` and set FOOTNOTE_TEST_MODEL_URL=http://127.0.0.1:11434 FOOTNOTE_TEST_MODEL=ollama/NAME")
	}
	return &cli.Program{Env: cli.Env{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Getenv: os.Getenv, Now: time.Now}, Library: t.TempDir() + "/none.db"}, m
}

// TestRealModelSeeds asks a real model questions about the sample article, of
// all kinds. FOOTNOTE_TEST_QUESTIONS sets their number; the default is 8. The
// check must remove what the article does not say.
func TestRealModelSeeds(t *testing.T) {
	p, m := realModel(t)
	a, err := Answerer(t.Context(), p, m)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	questions, err := seeds.Questions()
	if err != nil {
		t.Fatal(err)
	}
	n := 8
	if s := os.Getenv("FOOTNOTE_TEST_QUESTIONS"); s != "" {
		if _, err := fmt.Sscan(s, &n); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < len(questions); i += max(1, len(questions)/n) {
		q := questions[i]
		t.Run(q.ID, func(t *testing.T) {
			pieces := 0
			got, err := a.Ask(t.Context(), rag.Question{Text: q.Text}, func(string) { pieces++ })
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s\n%s: %s", q.Text, got.Verdict, phrase.Text(got))
			if got.Failed != nil {
				t.Errorf("the model failed: %v", got.Failed)
			}
			if q.Kind == seeds.Foreign && got.Verdict == rag.Answered {
				t.Errorf("answered a question that the article does not answer")
			}
			if got.Verdict == rag.Answered && pieces < 2 {
				t.Errorf("the answer came in %d pieces, want a stream", pieces)
			}
			checkSupported(t, got)
		})
	}
}

// checkSupported reports numbers and names in a sentence that are not in its
// quotes.
func checkSupported(t *testing.T, a rag.Answer) {
	t.Helper()
	for _, s := range a.Sentences {
		if len(s.Citations) == 0 {
			t.Errorf("a sentence without a footnote: %q", s.Text)
		}
		var quotes string
		for _, n := range s.Citations {
			quotes += " " + strings.ToLower(a.Citations[n-1].Quote+" "+a.Citations[n-1].Title)
		}
		for i, w := range strings.FieldsFunc(s.Text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
			r := []rune(w)
			if (unicode.IsNumber(r[0]) || i > 0 && unicode.IsUpper(r[0]) && len(r) > 2) && !strings.Contains(quotes, strings.ToLower(w)) {
				t.Errorf("%q is not in the quotes of %q:%s", w, s.Text, quotes)
			}
		}
	}
}

// TestRealModelKilled closes the connection during an answer. The partial
// answer must be discarded and replaced by quotes.
func TestRealModelKilled(t *testing.T) {
	p, m := realModel(t)
	cut := newCutter(t, m.BaseURL)
	m.BaseURL = "http://" + cut.addr
	a, err := Answerer(t.Context(), p, m)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	got, err := a.Ask(t.Context(), rag.Question{Text: "How much money did Putin offer Lukashenko?"}, func(string) { cut.kill() })
	if err != nil {
		t.Fatal(err)
	}
	if !cut.killed() {
		t.Fatal("nothing was streamed")
	}
	if got.Model != rag.QuoteModel || !strings.Contains(phrase.Failed(got), "broke off") || !strings.Contains(got.Text(), "$1.5 billion") {
		t.Errorf("model %s, notice %q, answer %q", got.Model, phrase.Failed(got), got.Text())
	}
}

// TestRealModelBusy asks six questions at once. Run the server with
// OLLAMA_MAX_QUEUE=1 to make it refuse most of them at first.
func TestRealModelBusy(t *testing.T) {
	p, m := realModel(t)
	a, err := Answerer(t.Context(), p, m)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	answers := make([]rag.Answer, 6)
	g, ctx := errgroup.WithContext(t.Context())
	for i := range answers {
		g.Go(func() (err error) {
			answers[i], err = a.Ask(ctx, rag.Question{Text: "How much money did Putin offer Lukashenko?"}, nil)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for i, got := range answers {
		t.Logf("%d: %s, %s, notice %q: %s", i, got.Verdict, got.Model, phrase.Failed(got), phrase.Text(got))
		if got.Model == "" {
			t.Errorf("question %d has no answer", i)
		}
	}
}

// cutter is a TCP proxy that can be killed.
type cutter struct {
	addr string
	l    net.Listener

	mu    sync.Mutex
	conns []net.Conn
	dead  bool
}

func newCutter(t *testing.T, server string) *cutter {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{addr: l.Addr().String(), l: l}
	t.Cleanup(c.kill)
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", u.Host)
			if err != nil {
				_ = in.Close()
				continue
			}
			c.mu.Lock()
			c.conns = append(c.conns, in, out)
			c.mu.Unlock()
			go func() { _, _ = io.Copy(out, in) }()
			go func() { _, _ = io.Copy(in, out) }()
		}
	}()
	return c
}

func (c *cutter) kill() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead = true
	_ = c.l.Close()
	for _, conn := range c.conns {
		_ = conn.Close()
	}
}

func (c *cutter) killed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead
}
