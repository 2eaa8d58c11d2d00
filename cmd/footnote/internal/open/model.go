package open

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/tmc/langchaingo/llms"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/prompts"
	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/check"
	"footnote/rag/model"
	"footnote/rag/reader"
	"footnote/rag/write"
)

// ModelFlags name the language model that writes answers.
type ModelFlags struct {
	Name     string // --model; [ModelFlags.Spec] resolves it
	BaseURL  string // --base-url, empty for the provider's own server
	Fallback string // --fallback, empty for none
	Checker  string // --checker, empty for the model that wrote
	Check    string // --check: mark, strict or off
	NoRepair bool   // --no-repair
}

// Register adds the flags to c.
func (m *ModelFlags) Register(c *cobra.Command) {
	c.Flags().StringVar(&m.Name, "model", "", "language model `PROVIDER/NAME` that writes answers, as in openai/gpt-4o-mini, anthropic/NAME or ollama/llama3.2 (default: $FOOTNOTE_MODEL, else answers quote the articles)")
	c.Flags().StringVar(&m.Fallback, "fallback", "", "language model `PROVIDER/NAME` to use if --model fails (if both fail, answers quote the articles)")
	c.Flags().StringVar(&m.BaseURL, "base-url", "", "`URL` of another server with the provider's API, as in http://127.0.0.1:8080/v1")
}

// RegisterCheck adds the flags that say how the model's sentences are checked.
func (m *ModelFlags) RegisterCheck(c *cobra.Command) {
	m.RegisterChecker(c)
	c.Flags().StringVar(&m.Check, "check", "mark", "`MODE` for the model's sentences that are not fully supported: mark (mark those supported in part, remove the others), strict (remove both) or off (show both, marked)")
	c.Flags().BoolVar(&m.NoRepair, "no-repair", false, "do not ask the model to rewrite sentences that failed the check")
}

// RegisterChecker adds the flag that names the model which checks sentences.
func (m *ModelFlags) RegisterChecker(c *cobra.Command) {
	c.Flags().StringVar(&m.Checker, "checker", "", "language model `PROVIDER/NAME` that judges whether the cited sentences support what the model wrote; none: no model judges (default: the model that wrote)")
}

// Apply sets what reads passages, and what writes and checks answers.
func (m ModelFlags) Apply(p *cli.Program, a *ask.Answerer) error {
	r, err := reader.New()
	if err != nil {
		return err
	}
	a.Reader = r
	if a.Writer, err = m.Writer(p); err != nil {
		return err
	}
	a.NoRepair = m.NoRepair
	switch m.Check {
	case "", "mark":
	case "strict":
		a.Check = check.Strict
	case "off":
		a.Check = check.Off
	default:
		return exit.Usage(fmt.Sprintf("--check %s: unknown value", m.Check), "choose mark, strict or off")
	}
	if m.Checker == "none" {
		return nil
	}
	if m.Checker != "" {
		judge, err := m.NamedChecker(p)
		if err != nil {
			return err
		}
		a.Judge = func(string) check.Judge { return judge }
		return nil
	}
	writers, _ := a.Writer.(write.Fallback)
	a.Judge = func(wrote string) check.Judge {
		for _, w := range writers {
			if w, ok := w.(write.LLM); ok && w.Name == wrote {
				return check.ModelJudge{Model: w.Model, Name: w.Name}
			}
		}
		return nil
	}
	return nil
}

// NamedChecker returns the judge that --checker names. It uses the server of
// --base-url if it has the same provider as the model.
func (m ModelFlags) NamedChecker(p *cli.Program) (check.Judge, error) {
	base := ""
	if provider, _, _ := strings.Cut(m.Checker, "/"); strings.HasPrefix(m.Spec(p), provider+"/") {
		base = m.BaseURL
	}
	judge, err := model.Open(m.Checker, model.Config{BaseURL: base, Getenv: p.Getenv, Offline: p.Offline})
	if err != nil {
		return nil, fmt.Errorf("--checker: %w", err)
	}
	return check.ModelJudge{Model: judge, Name: judge.Name()}, nil
}

// Spec returns the model to use: --model, else FOOTNOTE_MODEL, else "".
func (m ModelFlags) Spec(p *cli.Program) string {
	if m.Name != "" {
		return m.Name
	}
	return p.Getenv("FOOTNOTE_MODEL")
}

// Writer returns a writer that tries the model, then the fallback model, then
// quotes the articles. Without a model it returns rag.Quote.
func (m ModelFlags) Writer(p *cli.Program) (rag.Writer, error) {
	spec := m.Spec(p)
	if spec == "" {
		if m.Fallback != "" {
			return nil, exit.Usage("--fallback needs --model", "choose the first model to try, as in --model ollama/llama3.2")
		}
		if m.BaseURL != "" {
			return nil, exit.Usage("--base-url needs --model", "choose a model of that server, as in --model openai/NAME")
		}
		return write.Quote{}, nil
	}
	w, err := llm(p, spec, m.BaseURL)
	if err != nil {
		return nil, err
	}
	writers := write.Fallback{w}
	if m.Fallback != "" {
		w, err := llm(p, m.Fallback, "")
		if err != nil {
			return nil, err
		}
		writers = append(writers, w)
	}
	return append(writers, write.Quote{}), nil
}

// llm returns a writer that asks one language model.
func llm(p *cli.Program, spec, baseURL string) (rag.Writer, error) {
	m, err := model.Open(spec, model.Config{BaseURL: baseURL, Getenv: p.Getenv, Offline: p.Offline})
	if err != nil {
		return nil, err
	}
	return write.LLM{Model: m, Name: m.Name()}, nil
}

// remoteEmbedder returns an embedder that asks a model server.
func remoteEmbedder(p *cli.Program) (rag.Embedder, error) {
	return model.OpenEmbedder(p.Embedder, model.Config{Getenv: p.Getenv, Offline: p.Offline})
}

// Asker returns a function that sends a prompt to the model that m.Name names
// and returns the reply.
func (m ModelFlags) Asker(p *cli.Program) (func(context.Context, prompts.Prompt) (string, error), error) {
	llm, err := model.Open(m.Name, model.Config{BaseURL: m.BaseURL, Getenv: p.Getenv, Offline: p.Offline})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, prompt prompts.Prompt) (string, error) {
		r, err := llm.GenerateContent(ctx, []llms.MessageContent{
			llms.TextParts(llms.ChatMessageTypeSystem, prompt.System),
			llms.TextParts(llms.ChatMessageTypeHuman, prompt.User),
		}, llms.WithMaxTokens(maxReply))
		switch {
		case ctx.Err() != nil:
			return "", ctx.Err()
		case err != nil:
			return "", err
		case len(r.Choices) == 0:
			return "", errors.New(m.Name + ": the model returned no reply")
		}
		return r.Choices[0].Content, nil
	}, nil
}

// maxReply is the most tokens of a judgement or of a drafted question. It
// includes the hidden reasoning of a thinking model.
const maxReply = 1024
