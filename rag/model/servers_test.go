package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tmc/langchaingo/llms"
)

// server answers chat requests as a function of their body, and records the
// parameters that differ between servers.
type server struct {
	*httptest.Server
	mu   sync.Mutex
	seen []string
}

// answer is what a server sends. Status 0 is 200.
type answer struct {
	status int
	body   string
}

func serve(t *testing.T, respond func(params map[string]any) answer) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var params map[string]any
		if err := json.NewDecoder(r.Body).Decode(&params); err != nil {
			t.Error(err)
		}
		var seen []string
		for name, v := range params {
			if !slices.Contains([]string{"model", "messages", "stream_options", "system"}, name) {
				seen = append(seen, fmt.Sprintf("%s=%v", name, v))
			}
		}
		slices.Sort(seen)
		s.mu.Lock()
		s.seen = append(s.seen, strings.Join(seen, " "))
		s.mu.Unlock()
		a := respond(params)
		if a.status != 0 {
			w.WriteHeader(a.status)
		}
		fmt.Fprint(w, a.body)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) open(t *testing.T, provider string, cfg Config) *Model {
	t.Helper()
	cfg.BaseURL = s.URL
	cfg.Getenv = func(string) string { return "k" }
	cfg.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	m, err := Open(provider+"/some-model", cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// generate asks a model, as a stream or not, and returns the text, what was
// streamed and the error's text.
func generate(m *Model, stream bool, options ...llms.CallOption) (text, streamed, failure string) {
	var b strings.Builder
	if stream {
		options = append(options, llms.WithStreamingFunc(func(_ context.Context, chunk []byte) error {
			b.Write(chunk)
			return nil
		}))
	}
	resp, err := m.GenerateContent(context.Background(), question, options...)
	if err != nil {
		return "", b.String(), err.Error()
	}
	return resp.Choices[0].Content, b.String(), ""
}

// reasonOf is a reply with an error status.
func reasonOf(status int, message string) answer {
	return answer{status, `{"error":{"message":` + quote(message) + `}}`}
}

// TestParameters checks which parameters are sent after a server has refused
// some, in this call and in the next one.
func TestParameters(t *testing.T) {
	t.Parallel()
	half := 0.5
	// refuses returns a server's answer if a parameter was sent.
	refuses := func(name string, a answer) func(map[string]any) *answer {
		return func(params map[string]any) *answer {
			if _, sent := params[name]; sent {
				return &a
			}
			return nil
		}
	}
	tests := []struct {
		name, provider string
		cfg            Config
		options        []llms.CallOption
		refusals       []func(map[string]any) *answer
		want           []string // parameters of each request of two calls
		err            string   // without the model's name
	}{
		{
			name: "nothing asked for", provider: "openai",
			want: []string{"max_tokens=9", "max_tokens=9"},
		},
		{
			name: "nothing asked for, Anthropic", provider: "anthropic",
			want: []string{"max_tokens=9", "max_tokens=9"},
		},
		{
			name: "asked for in Config", provider: "openai", cfg: Config{Temperature: new(float64), Seed: 3},
			want: []string{"max_tokens=9 seed=3 temperature=0", "max_tokens=9 seed=3 temperature=0"},
		},
		{
			name: "asked for by options", provider: "openai", cfg: Config{Temperature: &half, Seed: 3},
			options: []llms.CallOption{llms.WithTemperature(0.7), llms.WithSeed(1)},
			want:    []string{"max_tokens=9 seed=1 temperature=0.7", "max_tokens=9 seed=1 temperature=0.7"},
		},
		{
			name: "temperature refused", provider: "openai", cfg: Config{Temperature: &half},
			refusals: []func(map[string]any) *answer{refuses("temperature", answer{400, `{"error":{"message":"Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}`})},
			want:     []string{"max_tokens=9 temperature=0.5", "max_tokens=9", "max_tokens=9"},
		},
		{
			name: "temperature refused by Anthropic", provider: "anthropic", cfg: Config{Temperature: &half},
			refusals: []func(map[string]any) *answer{refuses("temperature", answer{400, `{"type":"error","error":{"type":"invalid_request_error","message":"` + "`temperature`" + ` is deprecated for this model."}}`})},
			want:     []string{"max_tokens=9 temperature=0.5", "max_tokens=9", "max_tokens=9"},
		},
		{
			name: "max_tokens refused", provider: "openai",
			refusals: []func(map[string]any) *answer{refuses("max_tokens", reasonOf(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."))},
			want:     []string{"max_tokens=9", "max_completion_tokens=9", "max_completion_tokens=9"},
		},
		{
			name: "both names refused", provider: "openai",
			refusals: []func(map[string]any) *answer{refuses("max_tokens", reasonOf(400, "no maxTokens")), refuses("max_completion_tokens", reasonOf(422, "no max completion tokens"))},
			want:     []string{"max_tokens=9", "max_completion_tokens=9", "", ""},
		},
		{
			name: "max_tokens refused by Anthropic", provider: "anthropic",
			refusals: []func(map[string]any) *answer{refuses("max_tokens", reasonOf(400, "max_tokens: 9 > 8"))},
			want:     []string{"max_tokens=9", "max_tokens=9"},
			err:      "the server rejected the request (400): max_tokens: 9 > 8",
		},
		{
			name: "seed refused in a validation error", provider: "openai", cfg: Config{Seed: 1},
			refusals: []func(map[string]any) *answer{refuses("seed", answer{422, `{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted","input":1}]}`})},
			want:     []string{"max_tokens=9 seed=1", "max_tokens=9", "max_tokens=9"},
		},
		{
			name: "several refused", provider: "openai", cfg: Config{Seed: 1, Temperature: &half},
			refusals: []func(map[string]any) *answer{refuses("seed", reasonOf(400, `Unknown name "seed": Cannot find field.`)), refuses("temperature", reasonOf(400, "openai does not support parameters: ['temperature']"))},
			want:     []string{"max_tokens=9 seed=1 temperature=0.5", "max_tokens=9 temperature=0.5", "max_tokens=9", "max_tokens=9"},
		},
		{
			name: "refused again and again", provider: "openai",
			refusals: []func(map[string]any) *answer{func(map[string]any) *answer { a := reasonOf(400, "max_tokens, max_completion_tokens"); return &a }},
			want:     []string{"max_tokens=9", "max_completion_tokens=9", "", "max_tokens=9", "max_completion_tokens=9", ""},
			err:      "the server rejected the request (400): max_tokens, max_completion_tokens",
		},
		{
			name: "a bad request for another reason", provider: "openai",
			refusals: []func(map[string]any) *answer{func(map[string]any) *answer { a := reasonOf(400, "no more"); return &a }},
			want:     []string{"max_tokens=9", "max_tokens=9"},
			err:      "the server rejected the request (400): no more",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := wires[slices.IndexFunc(wires, func(w wire) bool { return w.provider == tt.provider })]
			s := serve(t, func(params map[string]any) answer {
				for _, refuse := range tt.refusals {
					if a := refuse(params); a != nil {
						return *a
					}
				}
				return answer{0, w.whole(answered, "stop")}
			})
			m := s.open(t, tt.provider, tt.cfg)
			for range 2 {
				text, _, err := generate(m, false, append(tt.options, llms.WithMaxTokens(9))...)
				want := answered
				if tt.err != "" {
					want, tt.err = "", strings.TrimPrefix(tt.err, m.Name()+": ")
					tt.err = m.Name() + ": " + tt.err
				}
				if text != want || err != tt.err {
					t.Errorf("got %q, error %q, want %q, error %q", text, err, want, tt.err)
				}
			}
			if diff := cmp.Diff(tt.want, s.requests()); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
		})
	}
}

// TestStreamRefused checks that a model is asked without a stream if the server
// has none, and that the caller's function still gets the text.
func TestStreamRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"stream", "stream_options"} {
		s := serve(t, func(params map[string]any) answer {
			switch _, sent := params[name]; {
			case sent:
				return reasonOf(400, "Unrecognized request argument supplied: "+name)
			case params["stream"] == true:
				return answer{0, wires[0].start + wires[0].word(answered) + wires[0].finish("stop")}
			}
			return answer{0, wires[0].whole(answered, "stop")}
		})
		text, streamed, err := generate(s.open(t, "openai", Config{}), true)
		if text != answered || streamed != answered || err != "" {
			t.Errorf("%s: got %q, streamed %q, error %s", name, text, streamed, err)
		}
		want := map[string][]string{"stream": {"stream=true", ""}, "stream_options": {"stream=true", "stream=true"}}[name]
		if diff := cmp.Diff(want, s.requests()); diff != "" {
			t.Errorf("%s: parameters (-want +got):\n%s", name, diff)
		}
	}
}

// TestSystemRole checks that a model without a system role gets the system
// message with the user's.
func TestSystemRole(t *testing.T) {
	t.Parallel()
	for _, refusal := range []answer{
		reasonOf(400, "System role not supported"),
		reasonOf(400, "Developer instruction is not enabled for models/gemma-3-27b-it"),
		reasonOf(400, "Conversation roles must alternate user/assistant/user/assistant/..."),
		reasonOf(500, "Jinja Exception: System role not supported"),
		reasonOf(400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."),
	} {
		s := serve(t, func(params map[string]any) answer {
			first := params["messages"].([]any)[0].(map[string]any)
			if first["role"] == "system" {
				return refusal
			}
			if first["content"] != "Be brief.\n\nHow late?" {
				t.Errorf("asked %q", first["content"])
			}
			return answer{0, wires[0].whole(answered, "stop")}
		})
		resp, err := s.open(t, "openai", Config{}).GenerateContent(t.Context(), []llms.MessageContent{
			llms.TextParts(llms.ChatMessageTypeSystem, "Be brief."), llms.TextParts(llms.ChatMessageTypeHuman, "How late?"),
		})
		if err != nil || resp.Choices[0].Content != answered {
			t.Errorf("%s: error %v", refusal.body, err)
		}
	}
}

// chunk is an event of an OpenAI stream with the given choice.
func chunk(choice string) string { return `data: {"choices":[` + choice + `]}` + "\n\n" }

// TestReplies checks replies that servers give in practice, as streams and
// whole.
func TestReplies(t *testing.T) {
	t.Parallel()
	const (
		broke    = "openai/some-model: the reply broke off before it was complete"
		thoughts = "openai/some-model: the model's reply has only thoughts, no answer"
		cut      = "openai/some-model: the model used up its tokens before it answered"
		done     = "data: [DONE]\n\n"
	)
	words := chunk(`{"delta":{"content":"Two "},"finish_reason":null}`) + chunk(`{"delta":{"content":"hours."}}`)
	end := chunk(`{"delta":{},"finish_reason":"stop"}`)
	message := func(message, reason string) string {
		return `{"choices":[{"message":` + message + `,"finish_reason":` + quoted(reason) + `}]}`
	}
	tests := []struct {
		name, reply string
		stream      bool
		err         string // "" for the usual answer
	}{
		{"content in parts", message(`{"content":[{"type":"text","text":"Two "},{"type":"text","text":"hours."}]}`, "stop"), false, ""},
		{"thoughts in parts", message(`{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]},{"type":"text","text":"Two hours."}]}`, "stop"), false, ""},
		{"only thoughts in parts", message(`{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]}]}`, "stop"), false, thoughts},
		{"reasoning", message(`{"content":"Two hours.","reasoning_content":"Hm."}`, "stop"), false, ""},
		{"only reasoning_content", message(`{"content":"","reasoning_content":"Two hours."}`, "stop"), false, thoughts},
		{"only reasoning", message(`{"content":null,"reasoning":"Two hours."}`, "stop"), false, thoughts},
		{"only reasoning, cut", message(`{"content":"","reasoning_content":"Hm."}`, "length"), false, cut},
		{"only a thought", message(`{"content":"<think>Hm."}`, "stop"), false, thoughts},
		{"only a thought, cut", message(`{"content":"<think>Hm."}`, "length"), false, cut},
		{"harmony", message(`{"content":"<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Two hours."}`, "stop"), false, ""},
		{"no stop reason", message(`{"content":"Two hours."}`, ""), false, ""},
		{"another stop reason", message(`{"content":"Two hours."}`, "eos"), false, ""},
		{"stopped by an error", message(`{"content":"Two hours."}`, "error"), false, "openai/some-model: the server stopped with an error"},
		{"stopped by a filter", message(`{"content":""}`, "SAFETY"), false, "openai/some-model: the provider's content filter stopped the reply"},
		{"refused", message(`{"content":null,"refusal":"I can't."}`, "stop"), false, "openai/some-model: the model refused to answer: I can't."},
		{"a tool", message(`{"content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]}`, "tool_calls"), false, "openai/some-model: the model called a tool instead of answering"},
		{"no choices", `{"choices":[]}`, false, "openai/some-model: the reply is empty"},
		{"an error with status 200", `{"error":{"message":"melted","code":502}}`, false, "openai/some-model: the server stopped with an error: melted"},
		{"an error in a list", `[{"error":{"code":400,"message":"melted"}}]`, false, "openai/some-model: the server stopped with an error: melted"},
		{"an error without words", `{"error":{"code":502}}`, false, `openai/some-model: the server stopped with an error: {"code":502}`},
		{"cut off", message(`{"content":"Two hours."}`, "stop")[:30], false, broke},
		{"a stream, though none was asked for", words + end + done, false, ""},

		{"works", words + end + done, true, ""},
		{"comments, and names of events", ": PROCESSING\n\nevent: message\nid: 1\nretry: 5\n" + words + end + done, true, ""},
		{"line ends of two bytes", strings.ReplaceAll(words+end+done, "\n", "\r\n"), true, ""},
		{"without spaces", strings.ReplaceAll(words+end+done, "data: ", "data:"), true, ""},
		{"no [DONE]", words + end, true, ""},
		{"no stop reason but [DONE]", words + done, true, ""},
		{"neither", words, true, broke},
		{"no newline at the end", words + strings.TrimSpace(end), true, ""},
		{"a chunk after the end", words + end + chunk(`{"finish_reason":null,"content_filter_offsets":{"check_offset":1}}`) + done, true, ""},
		{"an error after the end", words + end + `data: {"error":{"message":"melted"}}` + "\n\n", true, ""},
		{"a chunk before the beginning", chunk("") + words + end + done, true, ""},
		{"an empty stop reason in each chunk", strings.ReplaceAll(words, `null`, `""`) + end + done, true, ""},
		{"thoughts apart", chunk(`{"delta":{"reasoning_content":"Hm."}}`) + words + end + done, true, ""},
		{"thoughts in tags", chunk(`{"delta":{"content":"<thi"}}`) + chunk(`{"delta":{"content":"nk>Hm.</think>\n\n"}}`) + words + end + done, true, ""},
		{"only thoughts apart", chunk(`{"delta":{"reasoning":"Hm."}}`) + end + done, true, thoughts},
		{"only thoughts, cut", chunk(`{"delta":{"content":"<think>Hm."}}`) + chunk(`{"delta":{},"finish_reason":"length"}`) + done, true, cut},
		{"an error in a chunk", words + `data: {"error":{"code":502,"message":"melted"},"choices":[{"delta":{"content":""},"finish_reason":"error"}]}` + "\n\n" + done, true, "openai/some-model: the server stopped with an error: melted"},
		{"an error as a stop reason", words + chunk(`{"delta":{},"finish_reason":"error"}`) + done, true, "openai/some-model: the server stopped with an error"},
		{"an error as an event", words + "event: error\ndata: {\"message\":\"melted\"}\n\n", true, "openai/some-model: the server stopped with an error: melted"},
		{"an error without data", words + `error: {"code":500,"message":"melted"}` + "\n\n", true, "openai/some-model: the server stopped with an error: melted"},
		{"JSON", message(`{"content":"Two hours."}`, "stop"), true, ""},
		{"JSON with an error", `{"error":"melted"}`, true, "openai/some-model: the server stopped with an error: melted"},
		{"nulls", "data: null\n\ndata: {\"choices\":[null]}\n\n" + words + end + done, true, ""},
		{"fields of other types", chunk(`{"delta":{"content":7,"role":[]},"finish_reason":{}}`) + words + end + done, true, ""},
		{"a long line", chunk(`{"delta":{"content":"`+strings.Repeat(" ", 100_000)+`Two hours."}}`) + end + done, true, ""},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s/stream=%v", tt.name, tt.stream), func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(map[string]any) answer { return answer{0, tt.reply} })
			text, streamed, err := generate(s.open(t, "openai", Config{}), tt.stream)
			if err != tt.err {
				t.Fatalf("error %q, want %q", err, tt.err)
			}
			if tt.err == "" && (text != answered || tt.stream && streamed != answered) {
				t.Errorf("got %q, streamed %q, want %q", text, streamed, answered)
			}
			if tt.err == thoughts || tt.err == cut {
				if n := len(s.requests()); n != 2 {
					t.Errorf("%d requests, want 2", n)
				}
			}
		})
	}
}

// TestAnthropicReplies checks parts of replies that langchaingo does not know.
func TestAnthropicReplies(t *testing.T) {
	t.Parallel()
	w := wires[1]
	thinking := `data: {"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"x"}}` + "\n\n" +
		`data: {"type":"content_block_start","index":1,"content_block":{"type":"thinking","thinking":""}}` + "\n\n" +
		`data: {"type":"content_block_delta","index":1,"delta":{"type":"thinking_delta","thinking":"Hm."}}` + "\n\n" +
		`data: {"type":"content_block_delta","index":1,"delta":{"type":"signature_delta","signature":"x"}}` + "\n\n"
	tests := []struct {
		name, reply string
		stream      bool
		err         string
	}{
		{"thoughts", w.start[:strings.Index(w.start, "\n\n")+2] + thinking + w.word("Two ") + w.word("hours.") + w.finish("end_turn"), true, ""},
		{"only thoughts", w.start + thinking + w.finish("end_turn"), true, "anthropic/some-model: the model's reply has only thoughts, no answer"},
		{"unknown events", `data: {"type":"ping"}` + "\n\n" + w.start + `data: {"type":"new"}` + "\n\n" + w.word(answered) + w.finish("end_turn"), true, ""},
		{"no stop reason", w.start + w.word(answered) + `data: {"type":"message_stop"}` + "\n\n", true, ""},
		{"JSON", w.whole(answered, "end_turn"), true, ""},
		{"thoughts", `{"type":"message","content":[{"type":"redacted_thinking","data":"x"},{"type":"thinking","thinking":"Hm."},{"type":"text","text":"Two "},{"type":"text","text":"hours."}],"stop_reason":"end_turn","usage":{}}`, false, ""},
		{"refused", w.whole("", "refusal"), false, "anthropic/some-model: the model refused to answer"},
		{"an error", `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`, false, "anthropic/some-model: the server stopped with an error: Overloaded"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s/stream=%v", tt.name, tt.stream), func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(map[string]any) answer { return answer{0, tt.reply} })
			text, streamed, err := generate(s.open(t, "anthropic", Config{}), tt.stream)
			if err != tt.err || tt.err == "" && (text != answered || tt.stream && streamed != answered) {
				t.Errorf("got %q, streamed %q, error %q, want %q, error %q", text, streamed, err, answered, tt.err)
			}
		})
	}
}

// TestMoreTokens checks that a model that thinks too long gets more tokens, once,
// and from the start in the next call; and that both requests count.
func TestMoreTokens(t *testing.T) {
	t.Parallel()
	const fits = 36
	tests := []struct {
		name string
		most int // the server's limit for max_tokens
		want []string
	}{
		{"more helps", 100, []string{"max_tokens=9", "max_tokens=36", "max_tokens=36"}},
		{"the text no longer fits", 20, []string{"max_tokens=9", "max_tokens=36", "max_tokens=9", "max_tokens=36"}},
	}
	for _, tt := range tests {
		for _, stream := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/stream=%v", tt.name, stream), func(t *testing.T) {
				t.Parallel()
				w := wires[0]
				s := serve(t, func(params map[string]any) answer {
					text, reason := "<think>Hm.", "length"
					n := params["max_tokens"].(float64)
					if n > float64(tt.most) {
						return reasonOf(400, "This model's maximum context length is 4096 tokens.")
					}
					if n >= fits {
						text, reason = "<think>Hm.</think>\n\n"+answered, "stop"
					}
					if params["stream"] == true {
						return answer{0, w.start + w.word(text) + w.finish(reason)}
					}
					return answer{0, w.whole(text, reason)}
				})
				m := s.open(t, "openai", Config{})
				for i := range 2 {
					var options []llms.CallOption
					streamed := ""
					if stream {
						options = append(options, llms.WithStreamingFunc(func(_ context.Context, chunk []byte) error {
							streamed += string(chunk)
							return nil
						}))
					}
					resp, err := m.GenerateContent(t.Context(), question, append(options, llms.WithMaxTokens(9))...)
					if tt.most < fits {
						var e *Error
						if !errors.As(err, &e) || !e.TooLong() || e.PromptTokens != 7 || e.CompletionTokens != 2 {
							t.Errorf("got %+v, want an error about the length", err)
						}
						continue
					}
					if err != nil {
						t.Fatal(err)
					}
					c := resp.Choices[0]
					if c.Content != answered || stream && streamed != answered {
						t.Errorf("got %q, streamed %q", c.Content, streamed)
					}
					want := []any{14, 4}
					if i == 1 {
						want = []any{7, 2}
					}
					if diff := cmp.Diff(want, []any{c.GenerationInfo["PromptTokens"], c.GenerationInfo["CompletionTokens"]}); diff != "" {
						t.Errorf("call %d: tokens (-want +got):\n%s", i, diff)
					}
				}
				want := slices.Clone(tt.want)
				for i := range want {
					if stream {
						want[i] += " stream=true"
					}
				}
				if diff := cmp.Diff(want, s.requests()); diff != "" {
					t.Errorf("parameters (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// TestFewerTokensAgain checks that a text that no longer fits with more tokens
// is sent again with those that the caller asked for.
func TestFewerTokensAgain(t *testing.T) {
	t.Parallel()
	n := 0
	s := serve(t, func(map[string]any) answer {
		n++
		switch n {
		case 1:
			return answer{0, wires[0].whole("<think>Hm.", "length")}
		case 3:
			return reasonOf(400, "This model's maximum context length is 4096 tokens.")
		}
		return answer{0, wires[0].whole(answered, "stop")}
	})
	m := s.open(t, "openai", Config{})
	for range 3 {
		if text, _, err := generate(m, false, llms.WithMaxTokens(9)); text != answered {
			t.Errorf("got %q, error %s", text, err)
		}
	}
	if diff := cmp.Diff([]string{"max_tokens=9", "max_tokens=36", "max_tokens=36", "max_tokens=9", "max_tokens=9"}, s.requests()); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}
}

// TestUnopenedThought checks that a model that only closes its thoughts streams
// one at most once, and that the response never has one.
func TestUnopenedThought(t *testing.T) {
	t.Parallel()
	w := wires[0]
	s := serve(t, func(map[string]any) answer {
		return answer{0, w.start + w.word("Passage one fits.\n") + w.word("</think>\n\n") + w.word("Two ") + w.word("hours.") + w.finish("stop")}
	})
	m := s.open(t, "openai", Config{})
	for _, want := range []string{"Passage one fits.\n" + answered, answered} {
		text, streamed, err := generate(m, true)
		if text != answered || streamed != want || err != "" {
			t.Errorf("got %q, streamed %q, want %q, error %s", text, streamed, want, err)
		}
	}
}

// TestReasons checks errors that were not explained before.
func TestReasons(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		answer  answer
		want    string
		tooLong bool
	}{
		{"llama.cpp's context", reasonOf(500, "Context size has been exceeded."), "the text is too long for the model: Context size has been exceeded.", true},
		{"too large at once", reasonOf(429, "Request too large for gpt-4o on tokens per min (TPM): Limit 10, Requested 20."), "the text is too long for the model: Request too large for gpt-4o on tokens per min (TPM): Limit 10, Requested 20.", true},
		{"in mid-reply", answer{200, "data: {\"error\":{\"code\":500,\"message\":\"Context size has been exceeded.\"}}\n\n"}, "the text is too long for the model: Context size has been exceeded.", true},
		{"a country", answer{403, `{"error":{"code":"unsupported_country_region_territory","message":"Country not supported"}}`}, "SERVER refused access (403): Country not supported", false},
		{"a shortened key", answer{403, `{"detail":"no access for sk-proj-abc***wxyz"}`}, "SERVER refused access (403): no access for …", false},
		{"detail", answer{422, `{"detail":"no"}`}, "the server rejected the request (422): no", false},
		{"details", answer{422, `{"detail":[{"loc":["body","messages"],"msg":"Field required"}]}`}, "the server rejected the request (422): messages: Field required", false},
		{"message", answer{422, `{"object":"error","message":"no"}`}, "the server rejected the request (422): no", false},
		{"message in a message", answer{422, `{"object":"error","message":{"detail":[{"loc":["body"],"msg":"no"}]}}`}, "the server rejected the request (422): body: no", false},
		{"a provider behind the server", answer{400, `{"error":{"message":"Provider returned error","metadata":{"raw":"{\"error\":{\"message\":\"no\"}}"}}}`}, "the server rejected the request (400): Provider returned error: no", false},
		{"credit", reasonOf(402, "Insufficient Balance"), "the account's credit is used up: Insufficient Balance", false},
		{"a filter", answer{400, `{"error":{"message":"The response was filtered.","code":"content_filter"}}`}, "the provider's content filter rejected the request: The response was filtered.", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(map[string]any) answer { return tt.answer })
			_, err := s.open(t, "openai", Config{}).GenerateContent(t.Context(), question)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			got := strings.ReplaceAll(strings.TrimPrefix(e.Error(), "openai/some-model: "), s.URL+"/v1", "SERVER")
			if got != tt.want || e.TooLong() != tt.tooLong {
				t.Errorf("got %q, too long %v, want %q, %v", got, e.TooLong(), tt.want, tt.tooLong)
			}
			if e.Hint() == "" {
				t.Error("no hint")
			}
		})
	}
}

// TestConcurrentCalls checks that calls do not lose what others learned.
func TestConcurrentCalls(t *testing.T) {
	t.Parallel()
	s := serve(t, func(params map[string]any) answer {
		for _, name := range []string{"seed", "max_tokens"} {
			if _, sent := params[name]; sent {
				return reasonOf(400, "no "+name)
			}
		}
		return answer{0, wires[0].whole(answered, "stop")}
	})
	m := s.open(t, "openai", Config{})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			option := llms.WithSeed(1)
			if i%2 == 0 {
				option = llms.WithMaxTokens(9)
			}
			if text, _, err := generate(m, false, option); text != answered {
				t.Errorf("got %q, error %s", text, err)
			}
		})
	}
	wg.Wait()
	before := len(s.requests())
	if text, _, _ := generate(m, false, llms.WithSeed(1), llms.WithMaxTokens(9)); text != answered || len(s.requests()) != before+1 {
		t.Errorf("got %q after %d requests, want 1", text, len(s.requests())-before)
	}
}
