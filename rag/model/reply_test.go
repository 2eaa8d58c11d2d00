package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// normalized is what a normalizer makes of a reply.
type normalized struct {
	Out, Err string
	Reply    part
}

func normal(r io.Reader, d dialect, stream bool) normalized {
	x := &exchange{}
	n := normalize(io.NopCloser(r), d, stream, x)
	out, err := io.ReadAll(n)
	return normalized{string(out), fmt.Sprint(err), x.reply}
}

// FuzzNormalizer checks that what langchaingo gets is well-formed whatever a
// server sends, and that it does not depend on how the reply arrives.
func FuzzNormalizer(f *testing.F) {
	for _, w := range wires {
		f.Add([]byte(w.start+w.word("Two ")+w.word("hours.")+w.finish("stop")), true)
		f.Add([]byte(w.start+w.word("Two ")+w.failure), true)
		f.Add([]byte(w.whole("Two hours.", "stop")), false)
	}
	for _, s := range []string{
		"data: [DONE]\n\n", "event: error\ndata: {}\n\n", "error: {}\n", ":\n", "{", "[{\"error\":1}]", "\n\n{\"choices\":[]}", "<html>",
		`{"choices":[{"message":{"content":[{"type":"text","text":"a"},"b",null]},"finish_reason":"length"}],"usage":{"prompt_tokens":-1}}`,
		`{"content":[{"type":"text","text":"a"}],"stop_reason":"max_tokens"}`,
	} {
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, reply []byte, stream bool) {
		for _, d := range []dialect{openAI{}, anthropicMessages{}} {
			got := normal(bytes.NewReader(reply), d, stream)
			if diff := cmp.Diff(got, normal(iotest.OneByteReader(bytes.NewReader(reply)), d, stream), cmp.AllowUnexported(part{})); diff != "" {
				t.Errorf("%T, byte by byte:\n%s", d, diff)
			}
			if !stream {
				if got.Err == "<nil>" && !json.Valid([]byte(got.Out)) {
					t.Errorf("%T: not JSON: %s", d, got.Out)
				}
				continue
			}
			for line := range strings.Lines(got.Out) {
				data, found := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "data: ")
				if (!found || data != "[DONE]" && !json.Valid([]byte(data))) && line != "\n" {
					t.Errorf("%T: not an event: %q", d, line)
				}
				if len(line) > 60_000 {
					t.Errorf("%T: a line of %d bytes", d, len(line))
				}
			}
		}
	})
}

func TestRefused(t *testing.T) {
	t.Parallel()
	sent := []string{"max_tokens", "seed", "stream", "stream_options", "temperature", systemRole}
	tests := []struct {
		status int
		body   string
		want   string
	}{
		{400, `{"error":{"message":"Unsupported value","param":"temperature"}}`, "temperature"},
		{400, `{"error":{"message":"Unrecognized request argument supplied: stream_options","param":null}}`, "stream_options"},
		{400, `{"error":{"message":"Stream options can only be defined when stream is true"}}`, "stream_options"},
		{400, `{"error":{"message":"'stream' does not support true with this model"}}`, "stream"},
		{400, `{"error":{"message":"Extra inputs are not permitted, field: 'seed', value: 1"}}`, "seed"},
		{400, `{"error":"maxTokens is not supported"}`, "max_tokens"},
		{400, `{"error":{"message":"Provider returned error","metadata":{"raw":"{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens'\"}}"}}}`, "max_tokens"},
		{400, `[{"error":{"code":400,"message":"Invalid JSON payload received. Unknown name \"seed\": Cannot find field.","status":"INVALID_ARGUMENT"}}]`, "seed"},
		{422, `{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted"}]}}`, "seed"},
		{422, `{"detail":[{"loc":["body","top_k"],"msg":"no","input":{"temperature":1}}]}`, ""},
		{400, "Unknown field: temperature", "temperature"},
		{400, `{"error":{"message":"messages: system role is not supported"}}`, systemRole},
		{500, `{"error":{"message":"System role not supported"}}`, systemRole},
		{500, `{"error":{"message":"temperature"}}`, ""},
		{401, `{"error":{"message":"temperature"}}`, ""},
		{400, `{"error":{"message":"an upstream server has a seedling"}}`, ""},
		{400, ``, ""},
		{400, strings.Repeat("[", 100_000), ""},
	}
	for _, tt := range tests {
		if got := refused(tt.status, []byte(tt.body), sent); got != tt.want {
			t.Errorf("%d %.80s: got %q, want %q", tt.status, tt.body, got, tt.want)
		}
	}
}

// FuzzRequest checks that a refusal always changes the next request, until
// nothing is left to refuse, and that the required parameters stay.
func FuzzRequest(f *testing.F) {
	const request = `{"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"How late?"}],"max_tokens":9,"seed":1,"stream":true,"stream_options":{"include_usage":true},"temperature":0}`
	for _, body := range []string{
		`{"error":{"message":"max_tokens, max_completion_tokens","param":"seed"}}`, `{"detail":[{"loc":["body","stream"],"msg":"no"}]}`,
		"system role not supported", "temperature seed stream", `{"error":{"message":"{\"message\":\"maxTokens\"}"}}`,
	} {
		f.Add([]byte(request), []byte(body), 400)
	}
	f.Add([]byte(`null`), []byte(`null`), 422)
	f.Fuzz(func(t *testing.T, request, body []byte, status int) {
		required := endpoint{provider: "openai"}.required()
		half := 0.5
		var h habits
		for i := 0; ; i++ {
			rewritten, sent := h.rewrite(request, &half, required)
			if json.Valid(request) != json.Valid(rewritten) {
				t.Fatalf("%s became %s", request, rewritten)
			}
			var before, after map[string]json.RawMessage
			_ = json.Unmarshal(request, &before) // invalid JSON has no parameters
			_ = json.Unmarshal(rewritten, &after)
			for _, name := range required {
				if _, found := before[name]; found && after[name] == nil {
					t.Fatalf("%s was removed from %s: %s", name, request, rewritten)
				}
			}
			name := refused(status, body, sent)
			if name == "" {
				return
			}
			if !slices.Contains(sent, name) {
				t.Fatalf("%s was refused, but not sent: %v", name, sent)
			}
			if h = h.without(name); i > 2*len(before)+3 {
				t.Fatalf("refused again and again: %s, %+v", name, h)
			}
		}
	})
}

func FuzzMessage(f *testing.F) {
	for _, s := range []string{
		`{"error":{"message":"no"}}`, `{"error":"no"}`, `[{"error":{"message":"no"}}]`, `{"detail":[{"loc":["body","seed"],"msg":"no"}]}`,
		`{"error":{"message":"no","metadata":{"raw":"{\"error\":\"no\"}"}}}`, `{"object":"error","message":{"detail":"no"}}`, `{"error":{}}`, `{"error":false}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		g := guard{at: endpoint{key: "sk-a-secret-key"}}
		for _, s := range []string{messageIn(body), failure(body)} {
			line := g.clean(s)
			if utf8.RuneCountInString(line) > 201 || !utf8.ValidString(line) || strings.ContainsAny(line, "\n\r\x1b") || strings.Contains(line, g.at.key) {
				t.Errorf("%q became %q", s, line)
			}
		}
	})
}
