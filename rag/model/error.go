package model

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/tmc/langchaingo/llms/anthropic"
)

// Error is a failure of a model or its server, in words for the person who uses
// it. It never contains the key.
type Error struct {
	Msg    string // one line, as in "ollama/llama3.2: no model server answers at http://127.0.0.1:11434/v1"
	Fix    string // what the person can do; may be empty
	Status int    // HTTP status; 0 if no server answered
	Err    error  // the cause, for a log; may be nil

	// PromptTokens and CompletionTokens are what the requests of the failed
	// call took, as far as the server said.
	PromptTokens, CompletionTokens int

	tooLong  bool          // the text does not fit into the model's context
	thoughts bool          // the model thought and did not answer
	retries  int           // how often the request may be retried
	after    time.Duration // the wait that the server asked for; 0 if it did not
}

func (e *Error) Error() string { return e.Msg }

// TooLong reports whether the text did not fit into the model's context. A
// shorter text may fit.
func (e *Error) TooLong() bool { return e.tooLong }

// OnlyThoughts reports whether the model thought and gave no answer, even with
// more tokens.
func (e *Error) OnlyThoughts() bool { return e.thoughts }

// Hint returns what the person can do, or "".
func (e *Error) Hint() string { return e.Fix }

func (e *Error) Unwrap() error { return e.Err }

const (
	never   = 0
	briefly = 2 // for a failure that may pass within a second
	long    = math.MaxInt
)

const (
	fixOther    = "try again in a moment, or choose another model"
	fixContext  = "choose a model with a longer context"
	fixThoughts = "choose a model that thinks less, or turn its thinking off"
	fixAddress  = "check the address; it usually ends in /v1"
)

// explain returns the error for a failed request. It goes by what the transport
// saw, and by langchaingo's error only where the transport saw nothing.
func (g guard) explain(err error, x *exchange) *Error {
	e := &Error{Status: x.status, Err: err}
	said := g.clean(x.said())
	set := func(retries int, fix, format string, args ...any) {
		e.retries, e.Fix, e.Msg = retries, fix, g.at.spec+": "+fmt.Sprintf(format, args...)
	}
	switch {
	case errors.Is(err, errLate):
		set(never, "try a smaller model or a faster machine", "no answer within %v", g.cfg.Timeout)
	case errors.Is(err, errIdle):
		set(never, fixOther, "the server sent nothing for %v", g.cfg.Idle)
	case x.status >= 300:
		g.explainStatus(e, x, said, set)
	case errors.Is(x.err, errTooLarge):
		set(never, "choose another model", "the reply exceeds %d MB", maxReply>>20)
	case tooLong(said):
		e.tooLong = true
		set(never, fixContext, "the text is too long for the model: %s", said)
	case x.status != 0 && said != "":
		set(briefly, fixOther, "the server stopped with an error: %s", said)
	case errors.Is(x.err, errFailed):
		set(briefly, fixOther, "the server stopped with an error")
	case strings.HasPrefix(x.header.Get("Content-Type"), "text/html"):
		set(never, fixAddress, "%s returned a web page: it is not a model server", g.at.where())
	case errors.Is(x.err, errForeign):
		set(never, fixAddress, "the reply of %s does not follow %s's protocol", g.at.where(), g.protocol())
	case x.status != 0 && x.err != nil, errors.Is(err, errBroken), errors.Is(err, anthropic.ErrEmptyResponse):
		set(briefly, fixOther, "the reply broke off before it was complete")
	case x.err != nil:
		g.explainNetwork(x.err, set)
	case errors.Is(err, errEmpty):
		set(never, "choose another model", "the reply is empty")
	case errors.Is(err, errCut):
		e.thoughts = true
		set(never, fixThoughts, "the model used up its tokens before it answered")
	case errors.Is(err, errThoughts):
		e.thoughts = true
		set(never, fixThoughts, "the model's reply has only thoughts, no answer")
	case errors.Is(err, errVectors):
		set(never, "choose another embedder", "%v", err)
	case errors.Is(err, errDeclined):
		set(never, "choose another model", "the provider's content filter stopped the reply")
	case errors.Is(err, errRefused):
		set(never, "choose another model", "the model refused to answer%s", because(g.clean(x.reply.refusal)))
	case errors.Is(err, errTools):
		set(never, "choose another model", "the model called a tool instead of answering")
	case x.status != 0:
		set(never, fixAddress, "the reply of %s does not follow %s's protocol", g.at.where(), g.protocol())
	default:
		set(never, "", "%s", g.clean(err.Error()))
	}
	// The messages of servers and of langchaingo may contain the key.
	e.Err = errors.New(g.clean(err.Error()))
	return e
}

func (g guard) explainStatus(e *Error, x *exchange, said string, set func(int, string, string, ...any)) {
	reason := because(said)
	fold := strings.ToLower(string(x.body))
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(fold, w) {
				return true
			}
		}
		return false
	}
	switch s := x.status; {
	case s == http.StatusUnauthorized:
		// The server's message may contain the key, so it is not shown.
		switch {
		case g.at.keyVar == "":
			set(never, "check OLLAMA_HOST or --base-url", "%s refused access (401)", g.at.where())
		case g.at.key == "":
			set(never, "set "+g.at.keyVar, "%s requires a key (401)", g.at.where())
		default:
			set(never, "check that "+g.at.keyVar+" is a valid key with access to this model", "%s rejected the key (401)", g.at.where())
		}
	case s == http.StatusForbidden:
		fix := "check OLLAMA_HOST or --base-url"
		switch {
		case g.at.keyVar != "" && g.at.key == "":
			fix = "set " + g.at.keyVar + ", or choose another model"
		case g.at.keyVar != "":
			fix = "check that the key in " + g.at.keyVar + " has access to this model, or choose another model"
		}
		set(never, fix, "%s refused access (403)%s", g.at.where(), reason)
	case s == http.StatusNotFound && has("model"):
		fix := "check the name; " + g.at.where() + "/models lists the models"
		if g.at.provider == "ollama" {
			fix = "download it with `ollama pull " + g.at.model + "`"
		}
		set(never, fix, "%s does not have this model", g.at.where())
	case s < 400, s == http.StatusNotFound, s == http.StatusMethodNotAllowed:
		set(never, fixAddress, "%s does not speak %s's protocol (%d)", g.at.where(), g.protocol(), s)
	case s == http.StatusRequestEntityTooLarge, tooLong(fold), s == http.StatusTooManyRequests && has("request too large"):
		e.tooLong = true
		set(never, fixContext, "the text is too long for the model%s", reason)
	case s == http.StatusPaymentRequired, has("insufficient_quota", "billing"):
		set(never, "check the account's plan and balance, or choose another model", "the account's credit is used up%s", reason)
	case s < 500 && has("content_filter", "content management policy", "content_policy"):
		set(never, "choose another model", "the provider's content filter rejected the request%s", reason)
	case s == http.StatusTooManyRequests:
		set(long, fixOther, "too many requests (429)%s", reason)
	case s == http.StatusBadGateway, s == http.StatusServiceUnavailable, s == http.StatusGatewayTimeout, s == 529: // Anthropic: overloaded
		set(long, fixOther, "the server is overloaded (%d)%s", s, reason)
	case s >= 500:
		set(briefly, fixOther, "the server failed (%d)%s", s, reason)
	default:
		set(never, "choose another model", "the server rejected the request (%d)%s", s, reason)
	}
	if e.after = retryAfter(x.header, time.Now()); e.after > 0 && e.retries > 0 {
		e.Fix = fmt.Sprintf("try again in %v, or choose another model", max(e.after.Round(time.Second), time.Second))
	}
}

// because returns reason after a colon, or "" for none.
func because(reason string) string {
	if reason == "" {
		return ""
	}
	return ": " + reason
}

// tooLong reports whether a server says that the text does not fit into the
// model's context.
func tooLong(message string) bool {
	message = strings.ToLower(message)
	for _, words := range []string{
		"context_length", "context length", "context size", "context window", "maximum context", // OpenAI, llama.cpp, vLLM, Ollama
		"prompt is too long", "prompt too long", "input is too long", "input length", "too many tokens", "input token count", // Anthropic, Bedrock, Gemini
	} {
		if strings.Contains(message, words) {
			return true
		}
	}
	return false
}

func (g guard) explainNetwork(err error, set func(int, string, string, ...any)) {
	fix := "check the network and the address"
	if g.at.provider == "ollama" {
		fix = "start it with `ollama serve`, or set OLLAMA_HOST to its address"
	}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		set(never, fix, "host %s not found", dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		set(briefly, fix, "no model server answers at %s", g.at.where())
	default:
		set(briefly, fix, "%s cannot be reached: %s", g.at.where(), g.clean(err.Error()))
	}
}

func (g guard) protocol() string {
	if g.at.provider == "anthropic" {
		return "Anthropic"
	}
	return "OpenAI"
}

// keyLike matches keys that a server shortened or took from elsewhere.
var keyLike = regexp.MustCompile(`\b(?:sk|gsk|xai|hf|AIza)[-_]?[\w*.-]*(?:\*{3}|\d)[\w*.-]{4,}`)

// clean returns s as one line of at most 200 runes, without the key and without
// control characters.
func (g guard) clean(s string) string {
	const shortest = 7 // what people set for a server without keys is shorter
	if len(g.at.key) >= shortest {
		s = strings.ReplaceAll(s, g.at.key, "…")
	}
	s = keyLike.ReplaceAllString(s, "…")
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200]) + "…"
	}
	return s
}
