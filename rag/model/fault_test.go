package model

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tmc/langchaingo/llms"
)

const key = "sk-a-secret-key"

// wire writes replies in a provider's protocol. All but whole are parts of a
// stream.
type wire struct {
	provider, keyVar string
	start            string
	word             func(text string) string
	finish           func(reason string) string
	failure          string // the error "melted" in a stream
	whole            func(text, reason string) string
}

func quoted(s string) string {
	if s == "" {
		return "null"
	}
	b, _ := json.Marshal(s)
	return string(b)
}

var wires = []wire{
	{
		provider: "openai", keyVar: "OPENAI_API_KEY",
		start: `data: {"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}` + "\n\n",
		word: func(text string) string {
			return `data: {"choices":[{"index":0,"delta":{"content":` + quoted(text) + `},"finish_reason":null}]}` + "\n\n"
		},
		finish: func(reason string) string {
			return `data: {"choices":[{"index":0,"delta":{},"finish_reason":"` + reason + `"}]}` + "\n\n" +
				`data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}` + "\n\ndata: [DONE]\n\n"
		},
		failure: `data: {"error":{"message":"melted","type":"server_error"}}` + "\n\n",
		whole: func(text, reason string) string {
			return `{"choices":[{"message":{"role":"assistant","content":` + quoted(text) + `},"finish_reason":` + quoted(reason) + `}],"usage":{"prompt_tokens":7,"completion_tokens":2}}`
		},
	},
	{
		provider: "anthropic", keyVar: "ANTHROPIC_API_KEY",
		start: `data: {"type":"message_start","message":{"id":"m","role":"assistant","usage":{"input_tokens":7}}}` + "\n\n" +
			`data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}` + "\n\n",
		word: func(text string) string {
			return `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":` + quoted(text) + `}}` + "\n\n"
		},
		finish: func(reason string) string {
			return `data: {"type":"content_block_stop","index":0}` + "\n\n" +
				`data: {"type":"message_delta","delta":{"stop_reason":"` + reason + `"},"usage":{"output_tokens":2}}` + "\n\n" +
				`data: {"type":"message_stop"}` + "\n\n"
		},
		failure: `data: {"type":"error","error":{"type":"overloaded_error","message":"melted"}}` + "\n\n",
		whole: func(text, reason string) string {
			return `{"content":[{"type":"text","text":` + quoted(text) + `}],"stop_reason":` + quoted(reason) + `,"usage":{"input_tokens":7,"output_tokens":2}}`
		},
	},
}

// reply answers one request to the fault server.
type reply func(c fault)

// fault is a request to the fault server and the means to answer it.
type fault struct {
	http.ResponseWriter
	*http.Request
	wire   wire
	stream bool
}

func (c fault) send(s string) {
	io.WriteString(c.ResponseWriter, s)
	c.ResponseWriter.(http.Flusher).Flush()
}

func works(c fault) {
	if c.stream {
		c.send(c.wire.start + c.wire.word("Two ") + c.wire.word("hours."))
		c.send(c.wire.finish("stop"))
		return
	}
	c.send(c.wire.whole("Two hours.", "stop"))
}

func status(code int, body string, header ...string) reply {
	return func(c fault) {
		for i := 0; i < len(header); i += 2 {
			c.ResponseWriter.Header().Set(header[i], header[i+1])
		}
		c.WriteHeader(code)
		c.send(body)
	}
}

// either answers with the first text if a stream was asked for, else with the
// second.
func either(stream, whole func(w wire) string) reply {
	return func(c fault) {
		if c.stream {
			c.send(stream(c.wire))
			return
		}
		c.send(whole(c.wire))
	}
}

func just(s string) func(wire) string { return func(wire) string { return s } }

// outcome is what the caller of the model gets.
type outcome struct {
	Text, Streamed string
	Err, Hint      string
	Requests       int
	Waits          int
}

const answered = "Two hours."

func TestFaults(t *testing.T) {
	t.Parallel()
	const (
		other   = "try again in a moment, or choose another model"
		address = "check the address; it usually ends in /v1"
		ok      = answered
	)
	tests := []struct {
		name    string
		replies []reply // the last is repeated
		cfg     Config
		stream  outcome // without Streamed and Text where Err is empty
		whole   outcome
	}{
		{
			name:    "works",
			replies: []reply{works},
			stream:  outcome{Requests: 1}, whole: outcome{Requests: 1},
		},
		{
			name: "connection dropped in the middle of a reply",
			replies: []reply{func(c fault) {
				c.ResponseWriter.Header().Set("Content-Length", "5000")
				either(func(w wire) string { return w.start + w.word("Two ") }, func(w wire) string { return w.whole(ok, "stop")[:20] })(c)
				panic(http.ErrAbortHandler)
			}},
			stream: outcome{Streamed: "Two ", Err: "NAME: the reply broke off before it was complete", Hint: other, Requests: 1},
			whole:  outcome{Err: "NAME: the reply broke off before it was complete", Hint: other, Requests: 3, Waits: 2},
		},
		{
			name:    "clean end without a stop reason",
			replies: []reply{either(func(w wire) string { return w.start + w.word("Two ") }, func(w wire) string { return w.whole(ok, "")[:40] })},
			stream:  outcome{Streamed: "Two ", Err: "NAME: the reply broke off before it was complete", Hint: other, Requests: 1},
			whole:   outcome{Err: "NAME: the reply broke off before it was complete", Hint: other, Requests: 3, Waits: 2},
		},
		{
			name:    "whole reply without a stop reason",
			replies: []reply{func(c fault) { c.send(c.wire.whole(ok, "")) }},
			stream:  outcome{Requests: 1}, whole: outcome{Requests: 1},
		},
		{
			name: "connection dropped before the first word, then works",
			replies: []reply{func(c fault) {
				c.ResponseWriter.Header().Set("Content-Length", "5000")
				either(func(w wire) string { return w.start }, just(`{`))(c)
				panic(http.ErrAbortHandler)
			}, works},
			stream: outcome{Requests: 2, Waits: 1}, whole: outcome{Requests: 2, Waits: 1},
		},
		{
			name:    "error in the stream",
			replies: []reply{either(func(w wire) string { return w.start + w.word("Two ") + w.failure }, just(`{"error":{"message":"melted"}}`))},
			stream:  outcome{Streamed: "Two ", Err: "NAME: the server stopped with an error: melted", Hint: other, Requests: 1},
			whole:   outcome{Err: "NAME: the server stopped with an error: melted", Hint: other, Requests: 3, Waits: 2},
		},
		{
			name:    "error in the stream before a word, then works",
			replies: []reply{either(func(w wire) string { return w.start + w.failure }, just(`{"error":"melted"}`)), works},
			stream:  outcome{Requests: 2, Waits: 1}, whole: outcome{Requests: 2, Waits: 1},
		},
		{
			name:    "empty reply",
			replies: []reply{either(func(w wire) string { return w.start + w.word(" ") + w.finish("stop") }, func(w wire) string { return w.whole(" \n", "stop") })},
			stream:  outcome{Err: "NAME: the reply is empty", Hint: "choose another model", Requests: 1},
			whole:   outcome{Err: "NAME: the reply is empty", Hint: "choose another model", Requests: 1},
		},
		{
			name:    "all tokens spent on thinking",
			replies: []reply{either(func(w wire) string { return w.start + w.finish("length") }, func(w wire) string { return w.whole(" ", "length") })},
			stream:  outcome{Err: "NAME: the model used up its tokens before it answered", Hint: "choose a model that thinks less, or turn its thinking off", Requests: 2},
			whole:   outcome{Err: "NAME: the model used up its tokens before it answered", Hint: "choose a model that thinks less, or turn its thinking off", Requests: 2},
		},
		{
			name:    "stopped by a content filter",
			replies: []reply{either(func(w wire) string { return w.start + w.word("Two") + w.finish("content_filter") }, func(w wire) string { return w.whole("Two", "content_filter") })},
			stream:  outcome{Streamed: "Two", Err: "NAME: the provider's content filter stopped the reply", Hint: "choose another model", Requests: 1},
			whole:   outcome{Err: "NAME: the provider's content filter stopped the reply", Hint: "choose another model", Requests: 1},
		},
		{
			name: "server stalls in the middle of a reply",
			replies: []reply{func(c fault) {
				either(func(w wire) string { return w.start + w.word("Two ") }, just(`{`))(c)
				<-c.Context().Done()
			}},
			cfg:    Config{Idle: 500 * time.Millisecond},
			stream: outcome{Streamed: "Two ", Err: "NAME: the server sent nothing for 500ms", Hint: other, Requests: 1},
			whole:  outcome{Err: "NAME: the server sent nothing for 500ms", Hint: other, Requests: 1},
		},
		{
			name:    "no reply in time",
			replies: []reply{func(c fault) { <-c.Context().Done() }},
			cfg:     Config{Timeout: 500 * time.Millisecond},
			stream:  outcome{Err: "NAME: no answer within 500ms", Hint: "try a smaller model or a faster machine", Requests: 1},
			whole:   outcome{Err: "NAME: no answer within 500ms", Hint: "try a smaller model or a faster machine", Requests: 1},
		},
		{
			name:    "key rejected, and repeated in the message",
			replies: []reply{status(401, `{"error":{"message":"Incorrect API key provided: `+key+`"}}`)},
			stream:  outcome{Err: "NAME: SERVER rejected the key (401)", Hint: "check that KEYVAR is a valid key with access to this model", Requests: 1},
			whole:   outcome{Err: "NAME: SERVER rejected the key (401)", Hint: "check that KEYVAR is a valid key with access to this model", Requests: 1},
		},
		{
			name:    "key without access",
			replies: []reply{status(403, `{"error":{"message":"no access for `+key+`"}}`)},
			stream:  outcome{Err: "NAME: SERVER refused access (403): no access for …", Hint: "check that the key in KEYVAR has access to this model, or choose another model", Requests: 1},
			whole:   outcome{Err: "NAME: SERVER refused access (403): no access for …", Hint: "check that the key in KEYVAR has access to this model, or choose another model", Requests: 1},
		},
		{
			name:    "unknown model",
			replies: []reply{status(404, `{"error":{"message":"The model does not exist"}}`)},
			stream:  outcome{Err: "NAME: SERVER does not have this model", Hint: "check the name; SERVER/models lists the models", Requests: 1},
			whole:   outcome{Err: "NAME: SERVER does not have this model", Hint: "check the name; SERVER/models lists the models", Requests: 1},
		},
		{
			name:    "not a model server",
			replies: []reply{status(404, "404 page not found\n")},
			stream:  outcome{Err: "NAME: SERVER does not speak PROTOCOL's protocol (404)", Hint: address, Requests: 1},
			whole:   outcome{Err: "NAME: SERVER does not speak PROTOCOL's protocol (404)", Hint: address, Requests: 1},
		},
		{
			name:    "a web page",
			replies: []reply{status(200, "<!doctype html>\n<title>Hello</title>\n")},
			stream:  outcome{Err: "NAME: SERVER returned a web page: it is not a model server", Hint: address, Requests: 1},
			whole:   outcome{Err: "NAME: SERVER returned a web page: it is not a model server", Hint: address, Requests: 1},
		},
		{
			name:    "text too long",
			replies: []reply{status(400, `{"error":{"message":"This model's maximum context length is 4096 tokens","code":"context_length_exceeded"}}`)},
			stream:  outcome{Err: "NAME: the text is too long for the model: This model's maximum context length is 4096 tokens", Hint: "choose a model with a longer context", Requests: 1},
			whole:   outcome{Err: "NAME: the text is too long for the model: This model's maximum context length is 4096 tokens", Hint: "choose a model with a longer context", Requests: 1},
		},
		{
			name:    "bad request that repeats the key",
			replies: []reply{status(400, `{"error":{"message":"strange\nheader `+key+`\u001b[31m"}}`)},
			stream:  outcome{Err: "NAME: the server rejected the request (400): strange header … [31m", Hint: "choose another model", Requests: 1},
			whole:   outcome{Err: "NAME: the server rejected the request (400): strange header … [31m", Hint: "choose another model", Requests: 1},
		},
		{
			name:    "too many requests, twice",
			replies: []reply{status(429, `{"error":{"message":"slow down"}}`, "Retry-After", "3"), status(429, ``, "Retry-After", "1"), works},
			stream:  outcome{Requests: 3, Waits: 2}, whole: outcome{Requests: 3, Waits: 2},
		},
		{
			name:    "too many requests, wait a day",
			replies: []reply{status(429, `{"error":{"message":"slow down"}}`, "Retry-After", "86400")},
			stream:  outcome{Err: "NAME: too many requests (429): slow down", Hint: "try again in 24h0m0s, or choose another model", Requests: 1},
			whole:   outcome{Err: "NAME: too many requests (429): slow down", Hint: "try again in 24h0m0s, or choose another model", Requests: 1},
		},
		{
			name:    "too many requests, every time",
			replies: []reply{status(429, `{"error":{"message":"slow down"}}`, "Retry-After", "10")},
			cfg:     Config{Patience: 25 * time.Second},
			stream:  outcome{Err: "NAME: too many requests (429): slow down", Hint: "try again in 10s, or choose another model", Requests: 3, Waits: 2},
			whole:   outcome{Err: "NAME: too many requests (429): slow down", Hint: "try again in 10s, or choose another model", Requests: 3, Waits: 2},
		},
		{
			name:    "credit used up",
			replies: []reply{status(429, `{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}`)},
			stream:  outcome{Err: "NAME: the account's credit is used up: You exceeded your current quota", Hint: "check the account's plan and balance, or choose another model", Requests: 1},
			whole:   outcome{Err: "NAME: the account's credit is used up: You exceeded your current quota", Hint: "check the account's plan and balance, or choose another model", Requests: 1},
		},
		{
			name:    "overloaded, then works",
			replies: []reply{status(503, `{"error":"server busy, please try again.  maximum pending requests exceeded"}`), status(529, ""), works},
			stream:  outcome{Requests: 3, Waits: 2}, whole: outcome{Requests: 3, Waits: 2},
		},
		{
			name:    "server failed",
			replies: []reply{status(500, `{"error":{"message":"melted"}}`)},
			stream:  outcome{Err: "NAME: the server failed (500): melted", Hint: other, Requests: 3, Waits: 2},
			whole:   outcome{Err: "NAME: the server failed (500): melted", Hint: other, Requests: 3, Waits: 2},
		},
		{
			name: "not JSON",
			replies: []reply{either(
				func(w wire) string { return w.start + w.word("Two ") + "data: \x00\xff{{{\n\n" },
				just("\x00\xff{{{"),
			)},
			stream: outcome{Streamed: "Two ", Err: "NAME: the reply broke off before it was complete", Hint: other, Requests: 1},
			whole:  outcome{Err: "NAME: the reply of SERVER does not follow PROTOCOL's protocol", Hint: address, Requests: 1},
		},
		{
			name: "endless reply",
			replies: []reply{func(c fault) {
				words := strings.Repeat("word ", 10_000)
				c.send(map[bool]string{true: c.wire.start, false: `{"x":"`}[c.stream])
				for c.Context().Err() == nil {
					c.send(map[bool]string{true: c.wire.word(words), false: words}[c.stream])
				}
			}},
			stream: outcome{Streamed: "…", Err: "NAME: the reply exceeds 8 MB", Hint: "choose another model", Requests: 1},
			whole:  outcome{Err: "NAME: the reply exceeds 8 MB", Hint: "choose another model", Requests: 1},
		},
	}
	for _, tt := range tests {
		for _, w := range wires {
			for _, streaming := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s/%s/stream=%v", tt.name, w.provider, streaming), func(t *testing.T) {
					t.Parallel()
					want := map[bool]outcome{true: tt.stream, false: tt.whole}[streaming]
					if want.Err == "" {
						want.Text = answered
						if streaming {
							want.Streamed = answered
						}
					}
					got := ask(t, w, streaming, tt.cfg, tt.replies)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("(-want +got):\n%s", diff)
					}
				})
			}
		}
	}
}

// ask asks a fault server that gives the replies in order, and returns the
// outcome.
func ask(t *testing.T, w wire, streaming bool, cfg Config, replies []reply) outcome {
	t.Helper()
	var got outcome
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var body struct{ Stream bool }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		n := int(requests.Add(1))
		replies[min(n, len(replies))-1](fault{rw, r, w, body.Stream})
	}))
	defer server.Close()

	cfg.BaseURL = server.URL + "/v1"
	cfg.Getenv = func(name string) string { return map[string]string{w.keyVar: key}[name] }
	cfg.sleep = func(ctx context.Context, _ time.Duration) error {
		got.Waits++
		return ctx.Err()
	}
	spec := w.provider + "/some-model"
	m, err := Open(spec, cfg)
	if err != nil {
		t.Fatal(err)
	}
	var options []llms.CallOption
	var streamed strings.Builder
	if streaming {
		options = append(options, llms.WithStreamingFunc(func(_ context.Context, chunk []byte) error {
			streamed.Write(chunk)
			return nil
		}))
	}
	resp, err := m.GenerateContent(context.Background(), question, options...)
	got.Requests = int(requests.Load())
	if got.Streamed = streamed.String(); len(got.Streamed) > 1000 {
		got.Streamed = "…"
	}
	if err != nil {
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("error %T %v, want *Error", err, err)
		}
		show := strings.NewReplacer(spec, "NAME", server.URL+"/v1", "SERVER", w.keyVar, "KEYVAR", "OpenAI", "PROTOCOL", "Anthropic", "PROTOCOL")
		got.Err, got.Hint = show.Replace(e.Error()), show.Replace(e.Hint())
		if strings.Contains(fmt.Sprintf("%+v %v", *e, e.Err), key) {
			t.Errorf("the key is in the error: %+v", *e)
		}
		return got
	}
	got.Text = resp.Choices[0].Content
	if got.Requests > 1 { // the failed ones may count too
		return got
	}
	usage := []any{resp.Choices[0].GenerationInfo["PromptTokens"], resp.Choices[0].GenerationInfo["CompletionTokens"]}
	if diff := cmp.Diff([]any{7, 2}, usage); diff != "" {
		t.Errorf("usage (-want +got):\n%s", diff)
	}
	return got
}

var question = []llms.MessageContent{llms.TextParts(llms.ChatMessageTypeHuman, "How late was the ferry?")}
