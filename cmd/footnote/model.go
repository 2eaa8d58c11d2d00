package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"github.com/tmc/langchaingo/llms"

	"footnote/prompts"
	"footnote/rag"
	"footnote/rag/model"
	"footnote/rag/write"
)

// modelFlags name the language model that writes answers.
type modelFlags struct{ spec, baseURL, fallback string }

func (m *modelFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&m.spec, "model", "", "language model that writes the answer: `PROVIDER/NAME` as in openai/gpt-4o-mini, anthropic/NAME or ollama/llama3.2 (default: $FOOTNOTE_MODEL, else none: the articles' own sentences)")
	c.Flags().StringVar(&m.fallback, "fallback", "", "`PROVIDER/NAME` of the model that writes where --model fails (after it, the articles' own sentences)")
	c.Flags().StringVar(&m.baseURL, "base-url", "", "`URL` of another server that speaks the provider's protocol, as in http://127.0.0.1:8080/v1")
}

// model is the model asked for, empty if none is.
func (m modelFlags) model(p *program) string {
	if m.spec != "" {
		return m.spec
	}
	return p.getenv("FOOTNOTE_MODEL")
}

// writer gives what writes answers.
func (m modelFlags) writer(p *program) (rag.Writer, error) {
	spec := m.model(p)
	if spec == "" {
		if m.fallback != "" {
			return nil, usageError{"--fallback without --model", "say which model writes first, as in --model ollama/llama3.2"}
		}
		if m.baseURL != "" {
			return nil, usageError{"--base-url without --model", "say which model the server has, as in --model openai/NAME"}
		}
		return write.Quote{}, nil
	}
	w, err := p.llm(spec, m.baseURL)
	if err != nil {
		return nil, err
	}
	writers := write.Fallback{w}
	if m.fallback != "" {
		w, err := p.llm(m.fallback, "")
		if err != nil {
			return nil, err
		}
		writers = append(writers, w)
	}
	return append(writers, write.Quote{}), nil
}

// llm gives a writer that asks a language model.
func (p *program) llm(spec, baseURL string) (rag.Writer, error) {
	m, err := model.Open(spec, model.Config{BaseURL: baseURL, Getenv: p.getenv, Offline: p.offline})
	if err != nil {
		return nil, err
	}
	return write.LLM{Model: m, Name: m.Name()}, nil
}

// openEmbedder gives the embedder of a model server.
func (p *program) openEmbedder(spec string) (rag.Embedder, error) {
	return model.OpenEmbedder(spec, model.Config{Getenv: p.getenv, Offline: p.offline})
}

// asker gives what puts a prompt to a model and gives its reply.
func (m modelFlags) asker(p *program) (func(context.Context, prompts.Prompt) (string, error), error) {
	llm, err := model.Open(m.spec, model.Config{BaseURL: m.baseURL, Getenv: p.getenv, Offline: p.offline})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, prompt prompts.Prompt) (string, error) {
		r, err := llm.GenerateContent(ctx, []llms.MessageContent{
			llms.TextParts(llms.ChatMessageTypeSystem, prompt.System),
			llms.TextParts(llms.ChatMessageTypeHuman, prompt.User),
		}, llms.WithTemperature(0), llms.WithSeed(1), llms.WithMaxTokens(maxReply))
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case err != nil:
			return "", err
		case len(r.Choices) == 0:
			return "", errors.New(m.spec + ": the model gave no reply")
		}
		return r.Choices[0].Content, nil
	}, nil
}

// maxReply is how many tokens a judgement or a drafted question may take, a
// thinking model's thoughts included.
const maxReply = 1024
