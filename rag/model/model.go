// Package model opens language models and embedders by name, for example
// "ollama/llama3.2", through langchaingo and guards them. A reply that is
// incomplete, empty or late is an error, and a model's thoughts are never part of
// its answer. Servers differ in the parameters they take and in the replies they
// give; the package adapts to them. Requests to a busy server are retried. An
// error is a plain sentence with a hint on what to do.
package model

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/anthropic"
	"github.com/tmc/langchaingo/llms/openai"
)

// Config holds a model's address and the limits on waiting for it. The zero
// value uses the provider's own server.
type Config struct {
	// BaseURL is the address of another server that speaks the provider's
	// protocol, for example http://127.0.0.1:8080/v1. If it has no path, "/v1"
	// is added. Another server needs no key. If BaseURL is empty, the address
	// is read from OPENAI_BASE_URL, ANTHROPIC_BASE_URL or OLLAMA_HOST, and the
	// default is the provider's own server.
	BaseURL string

	Timeout  time.Duration // for a whole call with its retries; 0: 5 minutes
	Idle     time.Duration // longest pause in a reply that has begun; 0: 1 minute
	Patience time.Duration // total wait between retries; 0: 2 minutes

	// Offline makes Open and OpenEmbedder refuse servers on other machines.
	Offline bool

	// Temperature and Seed are sent with every request to a language model.
	// Many models refuse any temperature. Nil and 0: none is sent, and the
	// server uses its own.
	Temperature *float64
	Seed        int

	Getenv func(string) string // nil: os.Getenv
	Log    *slog.Logger        // nil: nothing is logged

	sleep func(context.Context, time.Duration) error // nil: sleep; tests replace it
}

func (c Config) withDefaults() Config {
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Minute
	}
	if c.Idle == 0 {
		c.Idle = time.Minute
	}
	if c.Patience == 0 {
		c.Patience = 2 * time.Minute
	}
	if c.Getenv == nil {
		c.Getenv = os.Getenv
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	if c.sleep == nil {
		c.sleep = sleep
	}
	return c
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Model is a guarded language model. Its methods may be called from several
// goroutines.
type Model struct {
	inner   llms.Model
	guard   guard
	dialect dialect           // of the server; nil if the model was opened elsewhere
	options []llms.CallOption // added to every request

	mu     sync.Mutex
	habits habits // that the server taught so far
}

func (m *Model) known() habits {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.habits
}

// learn keeps what a successful call learned for later ones. Other calls may have
// learned something else meanwhile.
func (m *Model) learn(h habits) {
	m.mu.Lock()
	defer m.mu.Unlock()
	params := maps.Clone(m.habits.params)
	if params == nil {
		params = map[string]string{}
	}
	maps.Copy(params, h.params)
	m.habits = habits{
		params: params, roomy: h.roomy,
		merge: m.habits.merge || h.merge, unopened: m.habits.unopened || h.unopened,
	}
}

var _ llms.Model = (*Model)(nil)

// Open returns the model that spec names: openai/NAME, anthropic/NAME or
// ollama/NAME. It reads keys from OPENAI_API_KEY and ANTHROPIC_API_KEY and sends
// no request. If spec, the address or the key is unusable, the error is of type
// [*Error].
func Open(spec string, cfg Config) (*Model, error) {
	cfg = cfg.withDefaults()
	at, err := locate(spec, cfg)
	if err != nil {
		return nil, err
	}
	m := &Model{guard: guard{cfg, at}, dialect: openAI{}}
	switch at.provider {
	case "anthropic":
		m.dialect = anthropicMessages{}
		m.inner, err = anthropic.New(anthropic.WithModel(at.model), anthropic.WithToken(at.token()),
			anthropic.WithBaseURL(at.base), anthropic.WithHTTPClient(client(at)))
	default:
		m.inner, err = at.openai(openai.WithModel(at.model))
		if !at.own {
			// Many servers other than OpenAI's ignore max_completion_tokens.
			m.options = append(m.options, openai.WithLegacyMaxTokensField())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	return m, nil
}

// Guard returns inner, a model opened elsewhere, with the guards of [Open].
// Guard does not see the HTTP status of a failed request, so it retries only
// replies that are incomplete and adapts no parameters.
func Guard(inner llms.Model, name string, cfg Config) *Model {
	return &Model{inner: inner, guard: guard{cfg.withDefaults(), endpoint{spec: name}}}
}

// Name returns the spec given to [Open].
func (m *Model) Name() string { return m.guard.at.spec }

// openai returns langchaingo's client of OpenAI's protocol for the endpoint.
func (at endpoint) openai(options ...openai.Option) (*openai.LLM, error) {
	return openai.New(append(options, openai.WithToken(at.token()), openai.WithBaseURL(at.base), openai.WithHTTPClient(client(at)))...)
}

// client returns an HTTP client that never follows a redirect, because an
// x-api-key header would be sent on to the host that the redirect names.
func client(at endpoint) *http.Client {
	return &http.Client{
		Transport:     &transport{base: http.DefaultTransport, anonymous: at.key == ""},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
