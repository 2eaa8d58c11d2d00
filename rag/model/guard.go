package model

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
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
	errDeclined = errors.New("the provider's filter stopped the reply")
)

// GenerateContent asks the model. The response has one choice with the text of
// the reply and its stop reason. The choice's GenerationInfo holds the server's
// token counts as ints under PromptTokens and CompletionTokens, 0 if the server
// gave none. GenerateContent retries a failed request where that can help, but
// never after the streaming function received text.
//
// If ctx is cancelled, the error is ctx.Err(). An error of the streaming
// function is returned unchanged. Every other error is of type [*Error]. After
// an error the caller must discard the streamed text.
func (m *Model) GenerateContent(ctx context.Context, messages []llms.MessageContent, options ...llms.CallOption) (*llms.ContentResponse, error) {
	var given llms.CallOptions
	for _, o := range options {
		o(&given)
	}
	options = append(options[:len(options):len(options)], m.options...)
	var s *stream
	if given.StreamingFunc != nil {
		s = &stream{out: given.StreamingFunc}
		options = append(options, llms.WithStreamingFunc(s.write))
		defer s.close()
	}
	var choice *llms.ContentChoice
	err := m.guard.try(ctx, s.begun, func(ctx context.Context) (err error) {
		// langchaingo dereferences nil pointers for some malformed replies.
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("the reply cannot be read: %v", r)
			}
		}()
		resp, err := m.inner.GenerateContent(ctx, messages, options...)
		if err != nil {
			return err
		}
		choice, err = whole(resp)
		return err
	})
	if serr := s.failed(); serr != nil && ctx.Err() == nil {
		return nil, serr
	}
	if err != nil {
		return nil, err
	}
	return &llms.ContentResponse{Choices: []*llms.ContentChoice{choice}}, nil
}

// Call asks the model with a single message. It implements [llms.Model].
func (m *Model) Call(ctx context.Context, prompt string, options ...llms.CallOption) (string, error) {
	return llms.GenerateFromSinglePrompt(ctx, m, prompt, options...)
}

// whole joins the choices of a response into one, because langchaingo's
// anthropic package returns the parts of a reply as choices. It returns an error
// if the reply is incomplete or empty.
func whole(resp *llms.ContentResponse) (*llms.ContentChoice, error) {
	var text strings.Builder
	one := llms.ContentChoice{GenerationInfo: map[string]any{}}
	if resp != nil {
		for _, c := range resp.Choices {
			text.WriteString(c.Content)
			one.ReasoningContent += c.ReasoningContent
			one.StopReason = c.StopReason
			for k, v := range c.GenerationInfo {
				one.GenerationInfo[k] = v
			}
		}
	}
	for from, to := range map[string]string{"InputTokens": "PromptTokens", "OutputTokens": "CompletionTokens"} {
		n, _ := one.GenerationInfo[to].(int)
		if m, ok := one.GenerationInfo[from].(int); ok {
			n = m
		}
		one.GenerationInfo[to] = n
	}
	one.Content = text.String()
	empty := strings.TrimSpace(one.Content) == ""
	switch one.StopReason {
	case "":
		return nil, errBroken
	case "content_filter", "refusal":
		return nil, errDeclined
	case "length", "max_tokens":
		if empty {
			return nil, errCut
		}
	}
	if empty {
		return nil, errEmpty
	}
	return &one, nil
}

// stream passes text on to the caller's function until it is closed, because
// langchaingo may leave a goroutine behind that goes on writing. A nil stream
// is valid: it never began and never failed.
type stream struct {
	out func(context.Context, []byte) error

	mu      sync.Mutex
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
	case len(chunk) == 0: // a thought or a keep-alive
		return nil
	}
	s.started = true
	s.err = s.out(ctx, chunk)
	return s.err
}

func (s *stream) begun() bool {
	if s == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.started
}

func (s *stream) failed() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
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

// try calls request until it succeeds. It retries failures that may pass, as
// long as begun returns false and Config's Timeout and Patience allow.
func (g guard) try(ctx context.Context, begun func() bool, request func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	limited, cancel := context.WithTimeoutCause(ctx, g.cfg.Timeout, errLate)
	defer cancel()
	var waited time.Duration
	for n := 0; ; n++ {
		err := g.once(limited, request)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			return nil
		}
		if begun() || n >= err.retries {
			return err
		}
		wait := backoff(n, err.after)
		if waited += wait; waited > g.cfg.Patience {
			return err
		}
		g.cfg.Log.DebugContext(ctx, "model request retried", "model", g.at.spec, "status", err.Status, "wait", wait)
		if g.cfg.sleep(limited, wait) != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return err
		}
	}
}

// once makes one request and returns its failure explained, or nil.
func (g guard) once(ctx context.Context, request func(context.Context) error) *Error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	x := &exchange{idle: g.cfg.Idle, cancel: cancel}
	err := request(context.WithValue(ctx, exchangeKey{}, x))
	if err == nil {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return g.explain(err, x)
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
