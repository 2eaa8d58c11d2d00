package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"footnote": main})
}

// TestScript runs the command line as a person does. Each script has a home of
// its own; the sample's library is made once and shared, as it is between the
// runs of a person.
func TestScript(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	site, model := newSite(t), newModel(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			e.Setenv("HOME", home)
			e.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
			e.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
			e.Setenv("XDG_CACHE_HOME", cache)
			e.Setenv("SITE", site)
			e.Setenv("MODEL", model)
			for _, key := range []string{"FOOTNOTE_LIBRARY", "FOOTNOTE_MODEL", "FOOTNOTE_OFFLINE", "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "OLLAMA_HOST"} {
				e.Setenv(key, "")
			}
			return os.MkdirAll(home, 0o700)
		},
	})
}

// newSite serves a few pages and a feed, and gives its address.
func newSite(t *testing.T) string {
	t.Helper()
	page := func(title, text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(w, "<html><head><title>%s</title></head><body><article><h1>%s</h1><p>%s</p></article></body></html>", title, title, text)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/page", page("Foxes", "Foxes dig their dens in banks of earth, and they raise four or five cubs there in the spring of each year."))
	mux.Handle("/moved", http.RedirectHandler("/page", http.StatusMovedPermanently))
	mux.HandleFunc("/entry", page("Badgers", "Badgers live in setts under the ground, and they come out at night to look for worms and for fallen fruit."))
	mux.HandleFunc("/feed", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>News</title><item><title>Badgers</title><link>http://%s/entry</link><guid>1</guid></item></channel></rss>`, r.Host)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// newModel serves a language model by OpenAI's protocol, as Ollama does, and
// gives its address. It knows about otters, answers with the first passage,
// and is a judge who finds all right but sentences on herons.
func newModel(t *testing.T) string {
	t.Helper()
	says := func(system, user string) string {
		switch {
		case strings.HasPrefix(system, "You write a question"):
			if strings.Contains(user, "Otters eat") {
				return "Question: What do otters eat?\nAnswer: fish, crabs and frogs"
			}
			return "Question: Who knows?\nAnswer: nobody at all"
		case strings.HasPrefix(system, "You judge") && strings.Contains(user, "Herons"):
			return "I could not say."
		case strings.HasPrefix(system, "You judge"):
			return "Yes."
		}
		return "Otters eat fish, crabs and frogs. [1]"
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct {
			Stream   bool `json:"stream"`
			Messages []struct {
				Role    string `json:"role"`
				Content any    `json:"content"` // text or its parts
			} `json:"messages"`
		}
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || r.URL.Path != "/v1/chat/completions" || len(asked.Messages) != 2 {
			http.Error(w, "not a chat of a system's and a user's words", http.StatusBadRequest)
			return
		}
		reply := says(fmt.Sprint(asked.Messages[0].Content), fmt.Sprint(asked.Messages[1].Content))
		text, err := json.Marshal(reply)
		if err != nil {
			t.Error(err)
		}
		if !asked.Stream {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"choices":[{"message":{"role":"assistant","content":%s},"finish_reason":"stop"}],"usage":{"prompt_tokens":100,"completion_tokens":10}}`, text)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprintf(w, `data: {"choices":[{"index":0,"delta":{"role":"assistant","content":%s},"finish_reason":null}]}`+"\n\n", text)
		fmt.Fprint(w, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\n"+
			`data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":10}}`+"\n\ndata: [DONE]\n\n")
	}))
	t.Cleanup(server.Close)
	return server.URL
}
