package model

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/tmc/langchaingo/llms"
)

// Failures that langchaingo reports as success, or without their kind.
var (
	errIdle     = errors.New("the server sent nothing for too long")
	errLate     = errors.New("the time is up")
	errBroken   = errors.New("the reply ended before it was complete")
	errEmpty    = errors.New("the reply is empty")
	errCut      = errors.New("the reply is empty: all its tokens went into thinking")
	errThoughts = errors.New("the reply has thoughts and no answer")
	errDeclined = errors.New("the provider's filter stopped the reply")
	errRefused  = errors.New("the model refused to answer")
	errTools    = errors.New("the model called a tool")
)

// GenerateContent asks the model. The response has one choice with the text of
// the reply, without the model's thoughts, and its StopReason: "length" if the
// token limit cut the reply, else "stop". The choice's GenerationInfo holds
// token counts as ints under PromptTokens and CompletionTokens: the sum over all
// requests of this call, as far as the server gave any.
//
// GenerateContent sends a temperature or a seed only if Config or an option asks
// for one; an option's zero means that none was asked for. If the server refuses
// a parameter, the request is repeated without it or under its other name, and
// so are later ones. If the reply has only thoughts, the request is repeated
// once with four times the tokens. Other failed requests are retried where that
// can help. There is no repetition after the streaming function received text.
//
// Tools are not supported: a reply that calls one is an error.
//
// The streaming function gets the text without thoughts. A thought that the model
// closes but never opened may have been streamed by then, so the caller must
// replace the streamed text with the response's.
//
// If ctx is cancelled, the error is ctx.Err(). An error of the streaming
// function is returned unchanged. Every other error is of type [*Error]. After
// an error the caller must discard the streamed text.
func (m *Model) GenerateContent(ctx context.Context, messages []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	c := m.newCall(messages, options)
	err := m.guard.try(ctx, c)
	switch {
	case c.streamErr != nil && ctx.Err() == nil:
		return nil, c.streamErr
	case err != nil:
		if e := (*Error)(nil); errors.As(err, &e) {
			e.PromptTokens, e.CompletionTokens = c.prompt, c.completion
		}
		return nil, err
	}
	if c.learned {
		m.learn(c.habits)
	}
	for name, n := range map[string]int{"PromptTokens": c.prompt, "CompletionTokens": c.completion} {
		if n > 0 {
			c.choice.GenerationInfo[name] = n
		}
	}
	return &llms.ContentResponse{Choices: []*llms.ContentChoice{c.choice}}, nil
}

// Call asks the model with a single message. It implements [llms.Model].
func (m *Model) Call(ctx context.Context, prompt string, options ...llms.CallOption) (string, error) {
	return llms.GenerateFromSinglePrompt(ctx, m, prompt, options...)
}

// call is a call of GenerateContent: one or several requests, of which the last
// one gives the reply.
type call struct {
	model       *Model
	messages    []llms.MessageContent
	options     []llms.CallOption
	given       llms.CallOptions // that options make
	temperature *float64
	habits      habits // for the next request

	choice             *llms.ContentChoice
	prompt, completion int  // tokens of all requests
	streamed           bool // the streaming function received text
	streamErr          error
	learned            bool // habits changed in this call
	roomier            bool // the reply got more tokens in this call
	reduced            bool // the text did not fit with more tokens
}

func (m *Model) newCall(messages []llms.MessageContent, options []llms.CallOption) *call {
	c := &call{model: m, messages: messages, temperature: m.guard.cfg.Temperature, habits: m.known()}
	c.options = slices.Concat(options, m.options)
	for _, o := range c.options {
		o(&c.given)
	}
	if c.given.Temperature != 0 {
		c.temperature = &c.given.Temperature
	}
	if c.given.Seed == 0 && m.guard.cfg.Seed != 0 {
		c.options = append(c.options, llms.WithSeed(m.guard.cfg.Seed))
	}
	return c
}

const (
	moreTokens  = 4    // factor of the token limit for a model that thinks
	usualTokens = 2048 // the limit that it multiplies if the caller set none
)

func (c *call) prepare(x *exchange) {
	if c.model.dialect != nil {
		x.chat = &chat{
			dialect: c.model.dialect, stream: c.given.StreamingFunc != nil,
			habits: c.habits, temperature: c.temperature, required: c.model.guard.at.required(),
		}
	}
}

func (c *call) request(ctx context.Context, x *exchange) (err error) {
	// langchaingo dereferences nil pointers for some malformed replies.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("the reply cannot be read: %v", r)
		}
	}()
	options := c.options[:len(c.options):len(c.options)]
	if c.habits.roomy {
		options = append(options, llms.WithMaxTokens(moreTokens*cmp.Or(c.given.MaxTokens, usualTokens)))
	}
	s := &stream{out: c.given.StreamingFunc, filter: filter{hold: c.habits.unopened}}
	defer func() {
		s.close()
		c.streamed = c.streamed || s.started
		c.streamErr = s.err
		x.mu.Lock()
		c.prompt, c.completion = c.prompt+x.reply.prompt, c.completion+x.reply.completion
		x.mu.Unlock()
	}()
	if s.out != nil {
		options = append(options, llms.WithStreamingFunc(s.write))
	}
	resp, err := c.model.inner.GenerateContent(ctx, c.messages, options...)
	if err != nil {
		return err
	}
	x.mu.Lock()
	thought := x.reply.thought
	x.mu.Unlock()
	var text filter
	if c.choice, err = whole(resp, &text, thought); err != nil {
		return err
	}
	if text.unopened && !c.habits.unopened {
		c.habits.unopened, c.learned = true, true
	}
	return s.end(ctx)
}

// adapt implements [requester].
func (c *call) adapt(err *Error, x *exchange) bool {
	switch {
	case c.over():
		return false
	case err.thoughts:
		if c.habits.roomy || c.reduced {
			return false
		}
		c.habits.roomy, c.roomier = true, true
	case err.tooLong:
		if !c.habits.roomy || c.roomier {
			return false
		}
		// The text may fit with the tokens that the caller asked for.
		c.habits.roomy, c.reduced = false, true
	default:
		param := refused(x.status, x.body, x.sent)
		if param == "" {
			return false
		}
		c.habits = c.habits.without(param)
	}
	c.learned = true
	return true
}

// over implements [requester].
func (c *call) over() bool { return c.streamed || c.streamErr != nil }

// whole joins the choices of a response into one, because langchaingo's
// anthropic package returns the parts of a reply as choices, and removes
// thoughts with the given filter. It returns an error if the reply is incomplete
// or has no answer; thought tells that the server sent thoughts apart.
func whole(resp *llms.ContentResponse, text *filter, thought bool) (*llms.ContentChoice, error) {
	one := llms.ContentChoice{GenerationInfo: map[string]any{}}
	if resp != nil {
		for _, c := range resp.Choices {
			text.write(c.Content)
			thought = thought || c.ReasoningContent != ""
			one.ReasoningContent += c.ReasoningContent
			one.StopReason = c.StopReason
			for k, v := range c.GenerationInfo {
				one.GenerationInfo[k] = v
			}
		}
	}
	text.end()
	one.Content = text.answer.String()
	for from, to := range map[string]string{"InputTokens": "PromptTokens", "OutputTokens": "CompletionTokens"} {
		n, _ := one.GenerationInfo[to].(int)
		if m, ok := one.GenerationInfo[from].(int); ok {
			n = m
		}
		one.GenerationInfo[to] = n
	}
	if one.StopReason == "" {
		return nil, errBroken
	}
	one.StopReason = stopReason(strings.ToLower(one.StopReason))
	empty := strings.TrimSpace(one.Content) == ""
	switch {
	case one.StopReason == "", one.StopReason == stopFailed:
		return nil, errBroken
	case one.StopReason == stopFilter:
		return nil, errDeclined
	case one.StopReason == stopRefusal:
		return nil, errRefused
	case !empty:
		return &one, nil
	case one.StopReason == stopLength:
		return nil, errCut
	case one.StopReason == stopTools:
		return nil, errTools
	case thought || text.thought:
		return nil, errThoughts
	}
	return nil, errEmpty
}

// stream passes the answer in a reply on to the caller's function until it is
// closed, because langchaingo may leave a goroutine behind that goes on writing.
type stream struct {
	out func(context.Context, []byte) error // nil: nothing is passed on

	mu      sync.Mutex
	filter  filter
	started bool
	closed  bool
	err     error // of out
}

func (s *stream) write(ctx context.Context, chunk []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return context.Canceled
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return s.pass(ctx, s.filter.write(string(chunk)))
}

// end passes on what the filter kept back.
func (s *stream) end(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.out == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	return s.pass(ctx, s.filter.end())
}

func (s *stream) pass(ctx context.Context, text string) error {
	if text == "" { // a thought or a keep-alive
		return nil
	}
	s.started = true
	s.err = s.out(ctx, []byte(text))
	return s.err
}

func (s *stream) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
}

// guard makes requests to an endpoint, retries them and explains failures.
type guard struct {
	cfg Config
	at  endpoint
}

// requester is what a guard repeats.
type requester interface {
	// prepare says how the transport treats the next request.
	prepare(x *exchange)
	request(ctx context.Context, x *exchange) error
	// adapt changes the next request after a failure, and reports whether it is
	// to be made at once. If not, and over returns true, none is made.
	adapt(err *Error, x *exchange) bool
	over() bool
}

// try makes requests until one succeeds. It repeats one that was adapted, and
// retries failures that may pass, as long as Config's Timeout and Patience
// allow.
func (g guard) try(ctx context.Context, r requester) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	limited, cancel := context.WithTimeoutCause(ctx, g.cfg.Timeout, errLate)
	defer cancel()
	const mostAdapted = 8 // as many as there are parameters
	var waited time.Duration
	retried, adapted := 0, 0
	for {
		x, err := g.once(limited, r)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			return nil
		}
		if adapted < mostAdapted && limited.Err() == nil && r.adapt(err, x) {
			adapted++
			g.cfg.Log.DebugContext(ctx, "model request adapted", "model", g.at.spec, "status", err.Status)
			continue
		}
		if r.over() || retried >= err.retries {
			return err
		}
		wait := backoff(retried, err.after)
		if waited += wait; waited > g.cfg.Patience {
			return err
		}
		retried++
		g.cfg.Log.DebugContext(ctx, "model request retried", "model", g.at.spec, "status", err.Status, "wait", wait)
		if g.cfg.sleep(limited, wait) != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return err
		}
	}
}

// once makes one request and returns what the transport saw of it, and its
// failure explained, or nil.
func (g guard) once(ctx context.Context, r requester) (*exchange, *Error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	x := &exchange{idle: g.cfg.Idle, cancel: cancel}
	r.prepare(x)
	err := r.request(context.WithValue(ctx, exchangeKey{}, x), x)
	if err == nil {
		return x, nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return x, g.explain(err, x)
}

// backoff returns the wait before retry n, counted from 0. It is after plus up
// to a quarter if the server asked for a wait. Otherwise it is 250 ms, doubled
// with each retry up to 8 s, of which half is random, so that clients that were
// refused together do not return together.
func backoff(n int, after time.Duration) time.Duration {
	if after > 0 {
		return after + rand.N(max(after/4, 100*time.Millisecond))
	}
	d := min(250*time.Millisecond<<min(n, 10), 8*time.Second)
	return d/2 + rand.N(d/2)
}

// retryAfter returns the wait that the headers ask for, 0 if none: Retry-After in
// seconds or as a date (RFC 9110, section 10.2.3), or Retry-After-Ms, which
// OpenAI's servers send as well.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil && ms > 0 && ms < 1e12 {
		return time.Duration(ms * float64(time.Millisecond))
	}
	s := h.Get("Retry-After")
	if sec, err := strconv.ParseFloat(s, 64); err == nil && sec > 0 && sec < 1e9 {
		return time.Duration(sec * float64(time.Second))
	}
	if at, err := http.ParseTime(s); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
