package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"footnote/bot/discordtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"footnote": main})
}

// TestScript runs the scripts in testdata. Each has its own home directory.
// They share the cache directory, so that the sample article is embedded once.
func TestScript(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	site := newSite(t)
	testscript.Run(t, testscript.Params{
		Dir:  "testdata",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "discord": onDiscord, "terminate": terminate, "requests": requests},
		Setup: func(e *testscript.Env) error {
			discord := discordtest.Start(discordtest.Config{})
			e.Defer(discord.Close)
			e.Values["discord"] = discord
			e.Setenv("FOOTNOTE_DISCORD_API", discord.API)
			home := filepath.Join(e.WorkDir, "home")
			e.Setenv("HOME", home)
			e.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
			e.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
			e.Setenv("XDG_CACHE_HOME", cache)
			e.Setenv("SITE", site)
			model := &modelServer{dir: e.WorkDir}
			server := httptest.NewServer(model)
			e.Defer(server.Close)
			e.Values["model"] = model
			e.Setenv("MODEL", server.URL)
			for _, key := range []string{"FOOTNOTE_LIBRARY", "FOOTNOTE_MODEL", "FOOTNOTE_OFFLINE", "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "OLLAMA_HOST", "FOOTNOTE_DISCORD_TOKEN", "FOOTNOTE_DISCORD_TOKEN_FILE"} {
				e.Setenv(key, "")
			}
			return os.MkdirAll(home, 0o700)
		},
	})
}

// exits runs a command and checks its exit code: exits CODE COMMAND ARG…
func exits(ts *testscript.TestScript, _ bool, args []string) {
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		code = ended.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// terminate sends SIGTERM to the background commands.
func terminate(ts *testscript.TestScript, _ bool, _ []string) {
	for _, c := range ts.BackgroundCmds() {
		ts.Check(c.Process.Signal(syscall.SIGTERM))
	}
}

// onDiscord acts on the fake Discord of a script. The bot's server and channel
// are created when they are first needed.
//
//	discord connected       waits until the bot is connected
//	discord ask QUESTION    runs /ask and prints the response
//	discord set POLICY      sets the policy of the channel
//	discord deny            removes the bot's permission to create threads
//	discord commands        prints the bot's commands
func onDiscord(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value("discord").(*discordtest.Server)
	g, c, ann := population(s)
	const patience = 20 * time.Second
	switch args[0] {
	case "connected":
		if !s.Connected(patience) {
			ts.Fatalf("the bot did not connect within %v", patience)
		}
	case "ask":
		i := ann.Slash(c, "ask", discordtest.Options{"question": args[1]})
		r, ok := i.Wait(patience, func(r discordtest.Response) bool { return r.Message != nil && len(r.Message.Buttons) > 0 })
		if !ok {
			ts.Fatalf("/ask got no answer: %+v", r)
		}
		fmt.Fprintln(ts.Stdout(), r.Message.Content)
		for _, e := range r.Message.Embeds {
			fmt.Fprintln(ts.Stdout(), e.Description)
		}
	case "set":
		i := ann.Slash(c, "footnote setup", discordtest.Options{"channel": c, "policy": args[1]})
		r, ok := i.Wait(patience, func(r discordtest.Response) bool { return r.Message != nil })
		if !ok {
			ts.Fatalf("/footnote setup got no response")
		}
		fmt.Fprintln(ts.Stdout(), r.Message.Content)
	case "deny":
		g.Deny(discordtest.CreatePublicThreads)
	case "commands":
		fmt.Fprintln(ts.Stdout(), strings.Join(s.Commands(), "\n"))
	default:
		ts.Fatalf("discord %s: unknown action", args[0])
	}
}

// population returns the server, channel and admin of a fake Discord. It
// creates them if there are none.
func population(s *discordtest.Server) (*discordtest.Guild, *discordtest.Channel, *discordtest.User) {
	if all := s.Guilds(); len(all) > 0 {
		return all[0], all[0].Channels()[0], all[0].Members()[0]
	}
	g := s.Guild("Harbour")
	return g, g.Channel("general"), g.Admin("ann")
}

// newSite serves a few pages and a feed, and returns its URL.
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

// modelServer is a language model with OpenAI's API, as Ollama serves it. It is
// for one script.
type modelServer struct {
	dir string // of the script

	mu       sync.Mutex
	requests []string // since the last call of the command requests, as in "otter/answer"
}

// reply returns the reply of a model to a request of a kind, such as "answer".
// The script's file MODEL/KIND has it; MODEL/KIND2 has the second reply to
// requests of this kind, and so on. Without a file, the model answers with a
// sentence about otters. As a judge it says yes, except that it gives no verdict
// on text about herons.
func (m *modelServer) reply(model, system, user string) string {
	kind := requestKind(system)
	name := model + "/" + kind
	m.mu.Lock()
	m.requests = append(m.requests, name)
	n := 0
	for _, r := range m.requests {
		if r == name {
			n++
		}
	}
	m.mu.Unlock()
	for _, file := range []string{name + strconv.Itoa(n), name} {
		if b, err := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(file))); err == nil {
			return string(b)
		}
	}
	switch {
	case kind == "question" && strings.Contains(user, "Otters eat"):
		return "Question: What do otters eat?\nAnswer: fish, crabs and frogs"
	case kind == "question":
		return "Question: Who knows?\nAnswer: nobody at all"
	case kind == "judge" && strings.Contains(user, "Herons"):
		return "I could not say."
	case kind == "judge" || kind == "claim":
		return "Yes."
	}
	return "Otters eat fish, crabs and frogs. [1]"
}

// requestKind returns what a prompt asks for, by its system message.
func requestKind(system string) string {
	for begin, kind := range map[string]string{
		"You answer":           "answer",
		"You judge":            "judge",
		"You correct":          "repair",
		"You write a question": "question",
	} {
		if strings.HasPrefix(system, begin) {
			return kind
		}
	}
	if system == "" {
		return "claim" // for MiniCheck models
	}
	return "other"
}

func (m *modelServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Model    string `json:"model"`
		Stream   bool   `json:"stream"`
		Messages []struct {
			Role    string `json:"role"`
			Content any    `json:"content"` // a string, or a list of parts
		} `json:"messages"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || r.URL.Path != "/v1/chat/completions" {
		http.Error(w, "want a chat", http.StatusBadRequest)
		return
	}
	said := map[string]string{}
	for _, message := range asked.Messages {
		said[message.Role] += fmt.Sprint(message.Content)
	}
	text, err := json.Marshal(m.reply(asked.Model, said["system"], said["user"]))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
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
}

// requests checks which requests the model server received since the last call:
// requests [MODEL/KIND…]
func requests(ts *testscript.TestScript, _ bool, args []string) {
	m := ts.Value("model").(*modelServer)
	m.mu.Lock()
	got := m.requests
	m.requests = nil
	m.mu.Unlock()
	if !slices.Equal(got, args) {
		ts.Fatalf("the model server received the requests %v, want %v", got, args)
	}
}
