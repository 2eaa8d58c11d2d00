package model

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/tmc/langchaingo/llms/anthropic"
)

// Error is the failure of a model in words for the person who uses it. It
// never holds a key.
type Error struct {
	Msg    string // one line, as in "ollama/llama3.2: no model server answers at http://127.0.0.1:11434/v1"
	Fix    string // what mends it; empty if nothing can be said
	Status int    // of HTTP; 0 if no server answered
	Err    error  // the cause, for a log; nil if there is none to tell

	tooLong bool          // the server says that the text does not fit into the model
	repeats int           // how often the request may be made again
	after   time.Duration // how long the server wants to be left alone first; 0 if it did not say
}

func (e *Error) Error() string { return e.Msg }

// TooLong reports whether the text did not fit into the model: a shorter one may.
func (e *Error) TooLong() bool { return e.tooLong }

// Hint is what the person can do.
func (e *Error) Hint() string { return e.Fix }

func (e *Error) Unwrap() error { return e.Err }

const (
	never   = 0
	briefly = 2 // for what may be over in a second
	long    = math.MaxInt
)

const (
	fixOther   = "try again in a moment, or choose another model"
	fixAddress = "check the address; it usually ends in /v1"
)

// explain says what went wrong by what the transport saw, and only where it
// saw nothing by what langchaingo said.
func (g guard) explain(err error, x *exchange) *Error {
	e := &Error{Status: x.status, Err: err}
	said := g.clean(x.said())
	set := func(repeats int, fix, format string, args ...any) {
		e.repeats, e.Fix, e.Msg = repeats, fix, g.at.spec+": "+fmt.Sprintf(format, args...)
	}
	switch {
	case errors.Is(err, errLate):
		set(never, "try a smaller model, or a faster machine", "no answer within %v", g.cfg.Timeout)
	case errors.Is(err, errIdle):
		set(never, fixOther, "the reply stopped halfway: nothing came for %v", g.cfg.Idle)
	case x.status >= 300:
		g.explainStatus(e, x, said, set)
	case errors.Is(x.err, errEndless):
		set(never, "choose another model", "the reply has no end")
	case x.status != 0 && said != "":
		set(briefly, fixOther, "the server broke off: %s", said)
	case strings.HasPrefix(x.header.Get("Content-Type"), "text/html"):
		set(never, fixAddress, "%s shows a web page, and is no model server", g.at.where())
	case x.status != 0 && x.err != nil, errors.Is(err, errBroken), errors.Is(err, anthropic.ErrEmptyResponse):
		set(briefly, fixOther, "the reply broke off before it was complete")
	case x.err != nil:
		g.explainNetwork(x.err, set)
	case errors.Is(err, errEmpty):
		set(never, "choose another model", "the reply is empty")
	case errors.Is(err, errCut):
		set(never, "choose a model that thinks less", "the model used up its tokens before it answered")
	case errors.Is(err, errVectors):
		set(never, "choose another embedder", "%v", err)
	case errors.Is(err, errDeclined):
		set(never, "choose another model", "the provider's filter stopped the reply")
	case x.status != 0:
		set(never, fixAddress, "the reply of %s is not of %s's protocol", g.at.where(), g.protocol())
	default:
		set(never, "", "%s", g.clean(err.Error()))
	}
	// What a server or langchaingo says may repeat the key.
	e.Err = errors.New(g.clean(err.Error()))
	return e
}

func (g guard) explainStatus(e *Error, x *exchange, said string, set func(int, string, string, ...any)) {
	because := ""
	if said != "" {
		because = ": " + said
	}
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
	case s == http.StatusUnauthorized, s == http.StatusForbidden:
		// What it says of a key may show it, so it is not repeated.
		switch {
		case g.at.keyVar == "":
			set(never, "check OLLAMA_HOST or --base-url", "%s refuses access (%d)", g.at.where(), s)
		case g.at.key == "":
			set(never, "set "+g.at.keyVar, "%s asks for a key (%d)", g.at.where(), s)
		default:
			set(never, "check that "+g.at.keyVar+" holds a valid key that may use this model", "%s refuses the key (%d)", g.at.where(), s)
		}
	case s == http.StatusNotFound && has("model"):
		fix := "check the name; " + g.at.where() + "/models lists those there are"
		if g.at.provider == "ollama" {
			fix = "fetch it with `ollama pull " + g.at.model + "`"
		}
		set(never, fix, "there is no such model at %s", g.at.where())
	case s < 400, s == http.StatusNotFound, s == http.StatusMethodNotAllowed:
		set(never, fixAddress, "%s does not speak %s's protocol (%d)", g.at.where(), g.protocol(), s)
	case s == http.StatusRequestEntityTooLarge,
		s < 500 && has("context_length", "context length", "context size", "context window", "prompt is too long", "input length", "too many tokens", "maximum context"):
		e.tooLong = true
		set(never, "choose a model that reads more", "the text is too long for the model%s", because)
	case has("insufficient_quota", "billing"):
		set(never, "check the plan of the account, or choose another model", "the account's credit is used up%s", because)
	case s == http.StatusTooManyRequests:
		set(long, fixOther, "too many requests (429)%s", because)
	case s == http.StatusBadGateway, s == http.StatusServiceUnavailable, s == http.StatusGatewayTimeout, s == 529: // Anthropic's "overloaded"
		set(long, fixOther, "the server is overloaded (%d)%s", s, because)
	case s >= 500:
		set(briefly, fixOther, "the server failed (%d)%s", s, because)
	default:
		set(never, "choose another model", "the server refuses the request (%d)%s", s, because)
	}
	if e.after = retryAfter(x.header, time.Now()); e.after > 0 && e.repeats > 0 {
		e.Fix = fmt.Sprintf("try again in %v, or choose another model", max(e.after.Round(time.Second), time.Second))
	}
}

func (g guard) explainNetwork(err error, set func(int, string, string, ...any)) {
	fix := "check the network and the address"
	if g.at.provider == "ollama" {
		fix = "start it with `ollama serve`, or set OLLAMA_HOST to where it runs"
	}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		set(never, fix, "there is no host %s", dns.Name)
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

// clean makes a line of what a server said: without the key, without control
// characters, not long.
func (g guard) clean(s string) string {
	if g.at.key != "" {
		s = strings.ReplaceAll(s, g.at.key, "…")
	}
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200]) + "…"
	}
	return s
}
