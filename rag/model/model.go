// Package model opens language models and embedders by name, as in
// "ollama/llama3.2", through langchaingo, and guards them: a reply that is cut
// off, empty or late is an error, a server that is busy is asked again, and
// what failed is said in a plain sentence with a hint that mends it.
package model

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/tmc/langchaingo/llms"
	"github.com/tmc/langchaingo/llms/anthropic"
	"github.com/tmc/langchaingo/llms/openai"
)

// Config says how to reach a model and how long to wait for it. The zero value
// reaches the provider's own server.
type Config struct {
	// BaseURL is the address of another server that speaks the provider's
	// protocol, as in http://127.0.0.1:8080/v1; "/v1" may be left out. With it
	// the key may be absent. Empty: OPENAI_BASE_URL, ANTHROPIC_BASE_URL or
	// OLLAMA_HOST, and if that is empty the provider's own.
	BaseURL string

	Timeout  time.Duration // for a whole call, repeats included; 0: 5 minutes
	Idle     time.Duration // the longest silence in a reply that has begun; 0: 1 minute
	Patience time.Duration // the most spent waiting for a busy server; 0: 2 minutes

	// Offline refuses servers that are not on this machine.
	Offline bool

	Getenv func(string) string // nil: os.Getenv
	Log    *slog.Logger        // nil: nothing is logged

	sleep func(context.Context, time.Duration) error // nil: sleep; tests bring their own
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
	options []llms.CallOption // that the server needs, whatever is asked
}

var _ llms.Model = (*Model)(nil)

// Open returns the model that spec names: openai/NAME, anthropic/NAME or
// ollama/NAME. Keys are read from OPENAI_API_KEY and ANTHROPIC_API_KEY. Nothing
// is sent yet. Its errors are of type [*Error].
func Open(spec string, cfg Config) (*Model, error) {
	cfg = cfg.withDefaults()
	at, err := locate(spec, cfg)
	if err != nil {
		return nil, err
	}
	var inner llms.Model
	var options []llms.CallOption
	switch at.provider {
	case "anthropic":
		inner, err = anthropic.New(anthropic.WithModel(at.model), anthropic.WithToken(at.token()),
			anthropic.WithBaseURL(at.base), anthropic.WithHTTPClient(client(at)))
	default:
		inner, err = at.openai(openai.WithModel(at.model))
		if !at.own {
			// Few servers but OpenAI's own know max_completion_tokens.
			options = append(options, openai.WithLegacyMaxTokensField())
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	return &Model{inner, guard{cfg, at}, options}, nil
}

// Guard returns a model of langchaingo's that was opened elsewhere, guarded
// like those of [Open], but that the status of a failed request is not known,
// so that nothing is asked twice.
func Guard(inner llms.Model, name string, cfg Config) *Model {
	return &Model{inner: inner, guard: guard{cfg.withDefaults(), endpoint{spec: name}}}
}

// Name is the model as it was named to [Open].
func (m *Model) Name() string { return m.guard.at.spec }

// openai returns langchaingo's client of OpenAI's protocol for the endpoint.
func (at endpoint) openai(options ...openai.Option) (*openai.LLM, error) {
	return openai.New(append(options, openai.WithToken(at.token()), openai.WithBaseURL(at.base), openai.WithHTTPClient(client(at)))...)
}

// client never follows a redirect: the key in an x-api-key header would go
// with it to whatever host it names.
func client(at endpoint) *http.Client {
	return &http.Client{
		Transport:     &transport{base: http.DefaultTransport, anonymous: at.key == ""},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
