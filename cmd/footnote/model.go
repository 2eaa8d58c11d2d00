package main

import (
	"github.com/spf13/cobra"

	"footnote/rag"
	"footnote/rag/model"
)

// modelFlags name the language model that writes answers.
type modelFlags struct{ spec, baseURL string }

func (m *modelFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&m.spec, "model", "", "language model that writes the answer: `PROVIDER/NAME` as in openai/gpt-4o-mini, anthropic/NAME or ollama/llama3.2 (default: $FOOTNOTE_MODEL, else none: the articles' own sentences)")
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
		if m.baseURL != "" {
			return nil, usageError{"--base-url without --model", "say which model the server has, as in --model openai/NAME"}
		}
		return rag.Quote{}, nil
	}
	llm, err := model.Open(spec, model.Config{BaseURL: m.baseURL, Getenv: p.getenv})
	if err != nil {
		return nil, err
	}
	return &rag.LLM{Model: llm, Name: spec}, nil
}

// openEmbedder gives the embedder of a model server.
func (p *program) openEmbedder(spec string) (rag.Embedder, error) {
	return model.OpenEmbedder(spec, model.Config{Getenv: p.getenv})
}
