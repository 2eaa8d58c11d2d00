package model

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

var (
	errForeign = errors.New("the reply does not follow the protocol")
	errFailed  = errors.New("the server reported an error")
)

// Stop reasons, as [Model.GenerateContent] returns them whatever the server
// calls them.
const (
	stopEnd     = "stop"
	stopLength  = "length"
	stopFilter  = "content_filter"
	stopRefusal = "refusal"
	stopTools   = "tool_calls"
	stopFailed  = "error"
)

// stopReason returns the constant for a server's stop reason in lower case, ""
// if the reply goes on.
func stopReason(s string) string {
	switch s {
	case "", "null", "none":
		return ""
	case "length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded":
		return stopLength
	case "content_filter", "safety", "recitation", "sensitive", "blocklist", "prohibited_content":
		return stopFilter
	case "refusal":
		return stopRefusal
	case "tool_calls", "tool_use", "function_call":
		return stopTools
	case "error", "abort", "aborted", "cancelled", "network_error", "insufficient_system_resource":
		return stopFailed
	}
	return stopEnd // "end_turn", "eos", "stop_sequence" and others
}

// part is what one event of a stream adds to a reply, or a whole reply.
type part struct {
	text       string
	thought    bool   // the server sent a thought apart from the text
	stop       string // a constant above; empty if the reply goes on
	refusal    string // the model's words
	failure    string // the server's error message
	known      bool   // the part follows the protocol
	end        bool   // nothing follows
	prompt     int    // tokens so far; 0 if not given
	completion int
}

// dialect is a provider's protocol.
type dialect interface {
	// read returns what an event of a stream or a whole reply says.
	read(data []byte) part
	// begin, text and finish write a stream that langchaingo understands.
	begin(p part) string
	text(s string) string
	finish(p part) string
	// whole writes a reply that langchaingo understands.
	whole(p part) string
}

// normalizer reads a server's reply and writes it as langchaingo understands it.
// Servers differ: langchaingo takes an error in a stream for an end, a chunk
// after the end for a missing stop reason, fails at a content that is a list,
// at unknown kinds of content and at lines over 64 KB, and finds nothing in a
// JSON reply to a request for a stream.
type normalizer struct {
	dialect dialect
	stream  bool // whether langchaingo expects a stream
	x       *exchange
	body    io.ReadCloser
	in      *bufio.Reader
	out     bytes.Buffer
	err     error // after out

	closed atomic.Bool

	begun bool
	event string          // name of the event that the next data belongs to
	whole strings.Builder // the text, if not stream
	sum   part            // without its text
}

func normalize(body io.ReadCloser, d dialect, stream bool, x *exchange) *normalizer {
	return &normalizer{dialect: d, stream: stream, x: x, body: body, in: bufio.NewReader(body)}
}

func (n *normalizer) Close() error {
	n.closed.Store(true)
	return n.body.Close()
}

func (n *normalizer) Read(p []byte) (int, error) {
	for n.out.Len() == 0 && n.err == nil {
		n.err = n.step()
	}
	if n.closed.Load() {
		// langchaingo has returned and left a goroutine behind. An error would
		// make it wait forever for a receiver; an end of file lets it finish.
		return 0, io.EOF
	}
	if n.out.Len() > 0 {
		return n.out.Read(p)
	}
	return 0, n.err
}

// step reads a line of a stream, or a whole reply.
func (n *normalizer) step() error {
	line, err := n.in.ReadBytes('\n')
	text := bytes.TrimSpace(line)
	if !n.begun && len(text) > 0 && !isStream(text) {
		rest, err := io.ReadAll(n.in)
		if err != nil {
			return n.fail(err)
		}
		return n.all(append(line, rest...))
	}
	n.begun = n.begun || len(text) > 0
	stopped := n.sum.stop != ""
	name, value, _ := bytes.Cut(text, []byte(":"))
	value = bytes.TrimSpace(value)
	switch string(name) {
	case "":
		if len(text) == 0 {
			n.event = ""
		}
	case "event":
		n.event = string(value)
	case "error": // llama.cpp of 2024
		n.sum.failure = messageIn(value)
	case "data":
		if string(value) == "[DONE]" {
			n.sum.end = true
			break
		}
		p := n.dialect.read(value)
		if n.event == "error" && p.failure == "" {
			p.failure = messageIn(value)
		}
		n.add(p)
	}
	switch {
	case n.sum.failure != "" && !stopped, n.sum.stop == stopFailed:
		return n.fail(errFailed)
	case n.sum.end:
		return n.close()
	case err == nil:
		return nil
	case n.sum.stop != "": // complete, however the connection ended
		return n.close()
	case err == io.EOF:
		return n.fail(io.ErrUnexpectedEOF)
	}
	return n.fail(err)
}

// isStream reports whether a reply with this first line is a stream of events.
func isStream(line []byte) bool {
	name, _, found := bytes.Cut(line, []byte(":"))
	switch string(name) {
	case "data", "event", "id", "retry", "error", "":
		return found
	}
	return false
}

// all takes a whole reply.
func (n *normalizer) all(data []byte) error {
	n.begun = true
	p := n.dialect.read(data)
	if !p.known && p.failure == "" {
		var syntax *json.SyntaxError
		if err := json.Unmarshal(data, new(any)); errors.As(err, &syntax) && syntax.Offset >= int64(len(bytes.TrimRight(data, " \r\n"))) && data[0] == '{' {
			return n.fail(io.ErrUnexpectedEOF)
		}
		return n.fail(errForeign)
	}
	n.add(p)
	if n.sum.failure != "" || n.sum.stop == stopFailed {
		return n.fail(errFailed)
	}
	return n.close()
}

// add takes the next part of the reply. The last stop reason counts, because
// chunks without one may follow it.
func (n *normalizer) add(p part) {
	s := &n.sum
	if p.text != "" {
		n.write(p.text)
	}
	s.thought = s.thought || p.thought
	s.end = s.end || p.end
	s.refusal += p.refusal
	if p.stop != "" {
		s.stop = p.stop
	}
	if p.failure != "" {
		s.failure = p.failure
	}
	s.prompt = max(s.prompt, p.prompt)
	s.completion = max(s.completion, p.completion)
}

func (n *normalizer) write(text string) {
	const longest = 8 << 10 // bytes in one event
	if !n.stream {
		n.whole.WriteString(text)
		return
	}
	if n.whole.Len() == 0 {
		n.out.WriteString(n.dialect.begin(n.sum))
		n.whole.WriteByte(' ') // begun
	}
	for len(text) > longest {
		cut := longest
		for cut > longest-utf8.UTFMax && !utf8.RuneStart(text[cut]) {
			cut--
		}
		n.out.WriteString(n.dialect.text(text[:cut]))
		text = text[cut:]
	}
	n.out.WriteString(n.dialect.text(text))
}

// close ends a complete reply. A server that says that the reply is complete but
// not why it stopped has stopped normally.
func (n *normalizer) close() error {
	if n.sum.stop == "" {
		n.sum.stop = stopEnd
	}
	if n.sum.refusal != "" {
		n.sum.stop = stopRefusal
	}
	n.report(nil)
	if n.stream {
		if n.whole.Len() == 0 {
			n.out.WriteString(n.dialect.begin(n.sum))
		}
		n.out.WriteString(n.dialect.finish(n.sum))
		return io.EOF
	}
	p := n.sum
	p.text = n.whole.String()
	n.out.WriteString(n.dialect.whole(p))
	return io.EOF
}

func (n *normalizer) fail(err error) error {
	n.report(err)
	return err
}

// report leaves in the exchange what langchaingo does not report.
func (n *normalizer) report(err error) {
	if n.closed.Load() {
		return
	}
	n.x.mu.Lock()
	defer n.x.mu.Unlock()
	n.x.err, n.x.reply = err, n.sum
}

// quote returns s as JSON.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil { // not for a string
		return `""`
	}
	return string(b)
}

// lenient is json.Unmarshal, but fields of an unexpected type are left out
// rather than an error. It reports whether data is JSON.
func lenient(data []byte, v any) bool {
	err := json.Unmarshal(data, v)
	var mismatch *json.UnmarshalTypeError
	return err == nil || errors.As(err, &mismatch)
}

// content returns the text of a content and whether there are thoughts in it. It
// is a string, a list of parts, or null.
func content(data json.RawMessage) (text string, thought bool) {
	var v any
	if len(data) == 0 || json.Unmarshal(data, &v) != nil {
		return "", false
	}
	switch v := v.(type) {
	case string:
		return v, false
	case map[string]any:
		return contentPart(v)
	case []any:
		var b strings.Builder
		for _, e := range v {
			switch e := e.(type) {
			case string:
				b.WriteString(e)
			case map[string]any:
				s, t := contentPart(e)
				b.WriteString(s)
				thought = thought || t
			}
		}
		return b.String(), thought
	}
	return "", false
}

// contentPart returns the text of a part such as {"type": "text", "text": "…"}.
func contentPart(m map[string]any) (text string, thought bool) {
	switch m["type"] {
	case nil, "text", "output_text":
		text, _ = m["text"].(string)
		return text, false
	case "thinking", "reasoning", "redacted_thinking":
		return "", true
	}
	return "", false
}

// saysAny reports whether data is JSON that says something: not null, not empty.
func saysAny(data json.RawMessage) bool {
	s := string(bytes.TrimSpace(data))
	return s != "" && s != "null" && s != `""` && s != "[]" && s != "{}"
}

// count returns a number of tokens, 0 for what is none.
func count(v any) int {
	if f, ok := v.(float64); ok && f > 0 && f < 1e9 {
		return int(f)
	}
	return 0
}

// openAI is the protocol of /v1/chat/completions:
// https://platform.openai.com/docs/api-reference/chat.
type openAI struct{}

type openAIUsage struct {
	PromptTokens     any `json:"prompt_tokens"`
	CompletionTokens any `json:"completion_tokens"`
	InputTokens      any `json:"input_tokens"`
	OutputTokens     any `json:"output_tokens"`
}

type openAIMessage struct {
	Content          json.RawMessage
	Reasoning        json.RawMessage // OpenRouter, Ollama, vLLM
	ReasoningContent json.RawMessage `json:"reasoning_content"` // DeepSeek, llama.cpp
	Thinking         json.RawMessage
	Refusal          any
}

func (openAI) read(data []byte) part {
	var r struct {
		Choices []*struct {
			Delta, Message openAIMessage
			Text           any // of servers that answer in the older protocol
			FinishReason   any `json:"finish_reason"`
		}
		Usage openAIUsage
		XGroq struct{ Usage openAIUsage } `json:"x_groq"`
		Error json.RawMessage
	}
	if !lenient(data, &r) {
		return part{}
	}
	p := part{known: r.Choices != nil, failure: failure(data)}
	for _, u := range []openAIUsage{r.Usage, r.XGroq.Usage} {
		p.prompt = max(p.prompt, count(u.PromptTokens), count(u.InputTokens))
		p.completion = max(p.completion, count(u.CompletionTokens), count(u.OutputTokens))
	}
	if len(r.Choices) == 0 || r.Choices[0] == nil {
		return p
	}
	c := r.Choices[0]
	for _, m := range []openAIMessage{c.Delta, c.Message} {
		text, thought := content(m.Content)
		p.text += text
		p.thought = p.thought || thought || saysAny(m.Reasoning) || saysAny(m.ReasoningContent) || saysAny(m.Thinking)
		s, _ := m.Refusal.(string)
		p.refusal += s
	}
	if p.text == "" {
		p.text, _ = c.Text.(string)
	}
	s, _ := c.FinishReason.(string)
	p.stop = stopReason(strings.ToLower(s))
	return p
}

func (openAI) begin(part) string { return "" }

func (openAI) text(s string) string {
	return `data: {"choices":[{"delta":{"content":` + quote(s) + `}}]}` + "\n\n"
}

func (openAI) finish(p part) string {
	return fmt.Sprintf(`data: {"choices":[{"delta":{},"finish_reason":%q}],"usage":{"prompt_tokens":%d,"completion_tokens":%d}}`+"\n\ndata: [DONE]\n\n", p.stop, p.prompt, p.completion)
}

func (openAI) whole(p part) string {
	return fmt.Sprintf(`{"choices":[{"message":{"role":"assistant","content":%s},"finish_reason":%q}],"usage":{"prompt_tokens":%d,"completion_tokens":%d}}`, quote(p.text), p.stop, p.prompt, p.completion)
}

// anthropicMessages is the protocol of /v1/messages:
// https://docs.anthropic.com/en/api/messages-streaming.
type anthropicMessages struct{}

type anthropicUsage struct {
	InputTokens  any `json:"input_tokens"`
	OutputTokens any `json:"output_tokens"`
	CacheWrite   any `json:"cache_creation_input_tokens"`
	CacheRead    any `json:"cache_read_input_tokens"`
}

type anthropicMessage struct {
	Content    json.RawMessage
	StopReason any `json:"stop_reason"`
	Usage      anthropicUsage
}

func (anthropicMessages) read(data []byte) part {
	var r struct {
		Type         string
		Message      anthropicMessage // of message_start
		ContentBlock json.RawMessage  `json:"content_block"`
		Delta        struct {
			Type       string
			Text       any
			StopReason any `json:"stop_reason"`
		}
		anthropicMessage // a whole reply, or the usage of message_delta
	}
	if !lenient(data, &r) {
		return part{}
	}
	p := part{failure: failure(data)}
	if p.failure == "" && r.Type == "error" {
		p.failure = messageIn(data)
	}
	for _, u := range []anthropicUsage{r.Usage, r.Message.Usage} {
		p.prompt = max(p.prompt, count(u.InputTokens)+count(u.CacheWrite)+count(u.CacheRead))
		p.completion = max(p.completion, count(u.OutputTokens))
	}
	stop := r.StopReason
	switch r.Type {
	case "content_block_start":
		p.text, p.thought = content(r.ContentBlock)
	case "content_block_delta":
		p.thought = r.Delta.Type == "thinking_delta"
		if r.Delta.Type == "text_delta" {
			p.text, _ = r.Delta.Text.(string)
		}
	case "message_delta":
		stop = r.Delta.StopReason
	case "message_stop":
		p.end = true
	default:
		p.known = r.Content != nil && bytes.HasPrefix(bytes.TrimSpace(r.Content), []byte("["))
		p.text, p.thought = content(r.Content)
	}
	s, _ := stop.(string)
	p.stop = stopReason(strings.ToLower(s))
	return p
}

func (anthropicMessages) begin(p part) string {
	return fmt.Sprintf(`data: {"type":"message_start","message":{"role":"assistant","usage":{"input_tokens":%d}}}`+"\n\n"+
		`data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`+"\n\n", p.prompt)
}

func (anthropicMessages) text(s string) string {
	return `data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":` + quote(s) + `}}` + "\n\n"
}

func (anthropicMessages) finish(p part) string {
	return fmt.Sprintf(`data: {"type":"content_block_stop","index":0}`+"\n\n"+
		`data: {"type":"message_delta","delta":{"stop_reason":%q},"usage":{"input_tokens":%d,"output_tokens":%d}}`+"\n\n"+
		`data: {"type":"message_stop"}`+"\n\n", p.stop, p.prompt, p.completion)
}

func (anthropicMessages) whole(p part) string {
	return fmt.Sprintf(`{"content":[{"type":"text","text":%s}],"stop_reason":%q,"usage":{"input_tokens":%d,"output_tokens":%d}}`, quote(p.text), p.stop, p.prompt, p.completion)
}

// failure returns the error in a reply whose status says that all is well, or
// "". Such a reply has a key "error", or says that it is one, as vLLM's does.
func failure(data []byte) string {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return ""
	}
	if list, ok := v.([]any); ok && len(list) > 0 { // Gemini
		v = list[0]
	}
	m, ok := v.(map[string]any)
	if !ok {
		return ""
	}
	e, err := json.Marshal(m["error"])
	if err != nil || m["object"] != "error" && (!saysAny(e) || m["error"] == false) {
		return ""
	}
	return cmp.Or(messageOf(m, 0), string(e))
}

// messageIn returns the error message in a body, or "". Servers put it in
// {"error": {"message": "…"}}, {"error": "…"}, {"message": "…"}, {"detail": "…"},
// {"detail": [{"loc": […, "NAME"], "msg": "…"}]} and lists of these.
func messageIn(data []byte) string {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return ""
	}
	return messageOf(v, 0)
}

func messageOf(v any, depth int) string {
	const deepest = 8
	if depth > deepest {
		return ""
	}
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		for _, e := range v {
			if s := messageOf(e, depth+1); s != "" {
				return s
			}
		}
	case map[string]any:
		for _, key := range []string{"error", "errors", "message", "msg", "detail", "details", "error_description", "title", "type"} {
			s := messageOf(v[key], depth+1)
			if s == "" {
				continue
			}
			if place, ok := v["loc"].([]any); ok && len(place) > 0 && key == "msg" {
				s = fmt.Sprintf("%v: %s", place[len(place)-1], s)
			}
			// OpenRouter: what the provider behind it said.
			if about, ok := v["metadata"].(map[string]any); ok && key == "message" {
				if raw, ok := about["raw"].(string); ok {
					if inner := messageIn([]byte(raw)); inner != "" {
						raw = inner
					}
					s += ": " + raw
				}
			}
			return s
		}
	}
	return ""
}
