package model_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"footnote/rag"
	"footnote/rag/model"

	"github.com/google/go-cmp/cmp"
	"github.com/tmc/langchaingo/llms"
)

var _ rag.Embedder = (*model.Embedder)(nil)

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

var question = []llms.MessageContent{
	llms.TextParts(llms.ChatMessageTypeSystem, "Be brief."),
	llms.TextParts(llms.ChatMessageTypeHuman, "How late was the ferry?"),
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	const name = "write openai/NAME, anthropic/NAME or ollama/NAME, for example ollama/llama3.2; for another server write openai/NAME and set --base-url"
	tests := []struct {
		spec, base, want, hint string
	}{
		{"", "", `unknown model ""`, name},
		{"llama3.2", "", `unknown model "llama3.2"`, name},
		{"ollama", "", `unknown model "ollama"`, name},
		{"gemini/pro", "", `unknown model "gemini/pro"`, name},
		{"ollama/", "", `model "ollama/" has no name after the slash`, "write PROVIDER/NAME, for example ollama/llama3.2"},
		{"openai/gpt-4o", "", "openai/gpt-4o needs a key", "set OPENAI_API_KEY; or run a model on this machine, for example ollama/llama3.2"},
		{"anthropic/claude-sonnet-4-0", "", "anthropic/claude-sonnet-4-0 needs a key", "set ANTHROPIC_API_KEY; or run a model on this machine, for example ollama/llama3.2"},
		{"openai/x", "localhost:8080", "openai/x: the server's address is not a URL", "write an address such as http://127.0.0.1:8080/v1"},
		{"openai/x", "ftp://localhost", "openai/x: the server's address is not a URL", "write an address such as http://127.0.0.1:8080/v1"},
		{"openai/x", "http://user:password@[::1", "openai/x: the server's address is not a URL", "write an address such as http://127.0.0.1:8080/v1"},
	}
	for _, tt := range tests {
		t.Run(tt.spec+" "+tt.base, func(t *testing.T) {
			t.Parallel()
			_, err := model.Open(tt.spec, model.Config{BaseURL: tt.base, Getenv: env()})
			var h interface{ Hint() string }
			if !errors.As(err, &h) {
				t.Fatalf("error %v gives no hint", err)
			}
			if diff := cmp.Diff([]string{tt.want, tt.hint}, []string{err.Error(), h.Hint()}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRequest checks what the server receives: the path, the key if any, and
// the parameters on which servers differ.
func TestRequest(t *testing.T) {
	t.Parallel()
	type request struct {
		Path, Authorization, APIKey string
		Body                        map[string]any
	}
	tests := []struct {
		name, spec, path string // path is put after the server's address
		env              []string
		want             request
	}{
		{
			name: "another server without a key", spec: "openai/meta/llama-3", path: "",
			want: request{Path: "/v1/chat/completions", Body: map[string]any{"model": "meta/llama-3", "max_tokens": 9.0, "seed": 1.0}},
		},
		{
			name: "another server with a key", spec: "openai/llama-3", path: "/api/v3/",
			env:  []string{"OPENAI_API_KEY", " sk-1 "},
			want: request{Path: "/api/v3/chat/completions", Authorization: "Bearer sk-1", Body: map[string]any{"model": "llama-3", "max_tokens": 9.0, "seed": 1.0}},
		},
		{
			name: "ollama does not get another's key", spec: "ollama/llama3.2:3b", path: "/v1",
			env:  []string{"OPENAI_API_KEY", "sk-1"},
			want: request{Path: "/v1/chat/completions", Body: map[string]any{"model": "llama3.2:3b", "max_tokens": 9.0, "seed": 1.0}},
		},
		{
			name: "anthropic", spec: "anthropic/claude", path: "",
			env:  []string{"ANTHROPIC_API_KEY", "sk-2"},
			want: request{Path: "/v1/messages", APIKey: "sk-2", Body: map[string]any{"model": "claude", "max_tokens": 9.0, "system": "Be brief."}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got request
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = request{Path: r.URL.Path, Authorization: r.Header.Get("Authorization"), APIKey: r.Header.Get("X-Api-Key")}
				if err := json.NewDecoder(r.Body).Decode(&got.Body); err != nil {
					t.Error(err)
				}
				delete(got.Body, "messages")
				w.WriteHeader(http.StatusTeapot)
			}))
			defer server.Close()
			m, err := model.Open(tt.spec, model.Config{BaseURL: server.URL + tt.path, Getenv: env(tt.env...)})
			if err != nil {
				t.Fatal(err)
			}
			_, err = m.GenerateContent(context.Background(), question, llms.WithMaxTokens(9), llms.WithSeed(1), llms.WithTemperature(0))
			if diff := cmp.Diff(tt.spec+": the server rejected the request (418)", fmt.Sprint(err)); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoServer(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	host := server.Listener.Addr().String()
	server.Close()
	tests := []struct {
		spec       string
		cfg        model.Config
		want, hint string
	}{
		{
			"ollama/llama3.2", model.Config{Getenv: env("OLLAMA_HOST", host)},
			"ollama/llama3.2: no model server answers at http://" + host + "/v1", "start it with `ollama serve`, or set OLLAMA_HOST to its address",
		},
		{
			"openai/x", model.Config{BaseURL: "http://me:secret@" + host + "/?key=secret", Getenv: env()},
			"openai/x: no model server answers at http://" + host + "/v1", "check the network and the address",
		},
		{
			"openai/x", model.Config{BaseURL: "http://footnote.invalid", Getenv: env()},
			"openai/x: host footnote.invalid not found", "check the network and the address",
		},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			t.Parallel()
			m, err := model.Open(tt.spec, tt.cfg)
			if err != nil {
				t.Fatal(err)
			}
			_, err = m.GenerateContent(context.Background(), question)
			var e *model.Error
			if !errors.As(err, &e) {
				t.Fatalf("error %T %v, want *Error", err, err)
			}
			if diff := cmp.Diff([]string{tt.want, tt.hint}, []string{e.Error(), e.Hint()}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if s := fmt.Sprintf("%+v %v", *e, e.Err); strings.Contains(s, "secret") {
				t.Errorf("the password is in the error: %s", s)
			}
		})
	}
}

// TestRedirect checks that a key is sent only to the server it is for.
func TestRedirect(t *testing.T) {
	t.Parallel()
	var leaked atomic.Bool
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { leaked.Store(true) }))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	m, err := model.Open("anthropic/claude", model.Config{BaseURL: server.URL, Getenv: env("ANTHROPIC_API_KEY", "sk-2")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.GenerateContent(context.Background(), question)
	want := "anthropic/claude: " + server.URL + "/v1 does not speak Anthropic's protocol (307)"
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" || leaked.Load() {
		t.Errorf("followed: %v; error (-want +got):\n%s", leaked.Load(), diff)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	gone := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the reply below shows whether the client is still there
		fmt.Fprint(w, `data: {"choices":[{"delta":{"content":"Two "}}]}`+"\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
		close(gone)
	}))
	defer server.Close()
	m, err := model.Open("ollama/x", model.Config{BaseURL: server.URL, Getenv: env()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	resp, err := m.GenerateContent(ctx, question, llms.WithStreamingFunc(func(context.Context, []byte) error {
		cancel()
		return nil
	}))
	if resp != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, %v, want context.Canceled", resp, err)
	}
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Error("the server's request was not cancelled")
	}
	if _, err := m.GenerateContent(ctx, question); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: got %v, want context.Canceled", err)
	}
}

func TestStreamingFuncFails(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `data: {"choices":[{"delta":{"content":"Two "}}]}`+"\n\n"+`data: {"choices":[{"delta":{"content":"hours"},"finish_reason":"stop"}]}`+"\n\n")
	}))
	defer server.Close()
	m, err := model.Open("ollama/x", model.Config{BaseURL: server.URL, Getenv: env()})
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	_, err = m.GenerateContent(context.Background(), question, llms.WithStreamingFunc(func(context.Context, []byte) error { return full }))
	if !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

// TestNulls checks that a malformed reply is an error and not a panic.
func TestNulls(t *testing.T) {
	t.Parallel()
	for _, reply := range []string{
		`{"choices":[null]}`, `{"choices":null}`, `null`, `[]`, `{}`,
		"data: {\"choices\":[{\"delta\":{\"tool_calls\":[null]}}]}\n\n",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, reply) }))
		m, err := model.Open("openai/x", model.Config{BaseURL: server.URL, Getenv: env()})
		if err != nil {
			t.Fatal(err)
		}
		var options []llms.CallOption
		if strings.HasPrefix(reply, "data:") {
			options = append(options, llms.WithStreamingFunc(func(context.Context, []byte) error { return nil }))
		}
		_, err = m.GenerateContent(context.Background(), question, options...)
		var e *model.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: got error %v, want *Error", reply, err)
		}
		server.Close()
	}
}

// TestNoGoroutineStays checks that langchaingo's readers of streams finish, which
// can wait forever to hand over an error. It counts goroutines, so it is not
// parallel.
func TestNoGoroutineStays(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "data: {\"type\":\"error\",\"error\":{\"message\":\"melted\"}}\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer server.Close()
	before := runtime.NumGoroutine()
	for range 20 {
		m, err := model.Open("anthropic/x", model.Config{BaseURL: server.URL, Getenv: env(), Patience: time.Nanosecond})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.GenerateContent(context.Background(), question, llms.WithStreamingFunc(func(context.Context, []byte) error { return nil })); err == nil {
			t.Fatal("no error")
		}
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	server.CloseClientConnections()
	after := 0
	for range 100 {
		if after = runtime.NumGoroutine(); after < before+10 {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, after)
}

// unguarded is a model that reports any response as a success.
type unguarded struct{ resp *llms.ContentResponse }

func (m unguarded) GenerateContent(context.Context, []llms.MessageContent, ...llms.CallOption) (*llms.ContentResponse, error) {
	return m.resp, nil
}

func (m unguarded) Call(context.Context, string, ...llms.CallOption) (string, error) { return "", nil }

func TestGuard(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		resp *llms.ContentResponse
		want string // text or error
	}{
		{"nothing", nil, "other/x: the reply broke off before it was complete"},
		{"no choices", &llms.ContentResponse{}, "other/x: the reply broke off before it was complete"},
		{"cut off", &llms.ContentResponse{Choices: []*llms.ContentChoice{{Content: "Two"}}}, "other/x: the reply broke off before it was complete"},
		{"empty", &llms.ContentResponse{Choices: []*llms.ContentChoice{{StopReason: "stop"}}}, "other/x: the reply is empty"},
		{"null", &llms.ContentResponse{Choices: []*llms.ContentChoice{nil}}, "other/x: the reply cannot be read: runtime error: invalid memory address or nil pointer dereference"},
		{"in parts", &llms.ContentResponse{Choices: []*llms.ContentChoice{
			{StopReason: "end_turn", ReasoningContent: "Hm."}, {Content: "Two hours", StopReason: "end_turn"}, {Content: " late.", StopReason: "end_turn"},
		}}, "Two hours late."},
		{"a thought", &llms.ContentResponse{Choices: []*llms.ContentChoice{{Content: "<think>Hm.</think>\nTwo hours.", StopReason: "stop"}}}, "Two hours."},
		{"only a thought", &llms.ContentResponse{Choices: []*llms.ContentChoice{{Content: "<think>Hm.", StopReason: "length"}}}, "other/x: the model used up its tokens before it answered"},
		{"stopped by an error", &llms.ContentResponse{Choices: []*llms.ContentChoice{{Content: "Two", StopReason: "error"}}}, "other/x: the reply broke off before it was complete"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := model.Guard(unguarded{tt.resp}, "other/x", model.Config{Patience: time.Nanosecond})
			got, err := m.Call(context.Background(), "How late?")
			if err != nil {
				got = err.Error()
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
