package check

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/tmc/langchaingo/llms"

	"footnote/prompts"
	"footnote/rag"
)

// ModelJudge is a [Judge] that asks a language model: all statements in one
// request. A model whose name contains "minicheck" is asked in the form that
// MiniCheck models were trained with (Tang et al. 2024), one statement a request.
type ModelJudge struct {
	Model llms.Model
	Name  string // such as "ollama/bespoke-minicheck"
}

var _ Judge = ModelJudge{}

// maxVerdicts is the most tokens of a reply: a few for each verdict, and room for
// the hidden reasoning of a thinking model.
const maxVerdicts = 1024

// Judge implements [Judge]. The error says that the model failed, or that its
// reply has no verdict.
func (j ModelJudge) Judge(ctx context.Context, statements []Statement) ([]rag.Support, rag.Usage, error) {
	if strings.Contains(strings.ToLower(j.Name), "minicheck") {
		return j.oneByOne(ctx, statements)
	}
	var p prompts.Judge
	for _, s := range statements {
		one := prompts.JudgeStatement{Text: s.Text}
		for _, e := range s.Evidence {
			one.Evidence = append(one.Evidence, prompts.JudgeEvidence{Title: e.Title, Date: e.Date, Text: e.Text})
		}
		p.Statements = append(p.Statements, one)
	}
	prompt := p.Render()
	reply, usage, err := j.ask(ctx, llms.TextParts(llms.ChatMessageTypeSystem, prompt.System), llms.TextParts(llms.ChatMessageTypeHuman, prompt.User))
	if err != nil {
		return nil, usage, err
	}
	verdicts := parseVerdicts(reply, len(statements))
	for _, v := range verdicts {
		if v != "" {
			return verdicts, usage, nil
		}
	}
	return nil, usage, fmt.Errorf("%s: the reply has no verdict", j.Name)
}

// oneByOne asks about each statement in the form of MiniCheck models.
func (j ModelJudge) oneByOne(ctx context.Context, statements []Statement) ([]rag.Support, rag.Usage, error) {
	var verdicts []rag.Support
	var total rag.Usage
	for _, s := range statements {
		var document []string
		for _, e := range s.Evidence {
			document = append(document, e.Text)
		}
		reply, usage, err := j.ask(ctx, llms.TextParts(llms.ChatMessageTypeHuman, "Document: "+strings.Join(document, " ")+"\nClaim: "+s.Text))
		total.Add(usage)
		if err != nil {
			return verdicts, total, err
		}
		verdicts = append(verdicts, parseVerdicts(reply, 1)[0])
	}
	return verdicts, total, nil
}

// ask sends messages and returns the reply.
func (j ModelJudge) ask(ctx context.Context, messages ...llms.MessageContent) (string, rag.Usage, error) {
	r, err := j.Model.GenerateContent(ctx, messages, llms.WithMaxTokens(maxVerdicts))
	switch {
	case ctx.Err() != nil: // langchaingo may return a partial reply without an error
		return "", rag.Usage{}, ctx.Err()
	case err != nil:
		return "", rag.Usage{}, err
	case len(r.Choices) == 0:
		return "", rag.Usage{}, errors.New(j.Name + ": the model gave no reply")
	}
	var u rag.Usage
	u.PromptTokens, _ = r.Choices[0].GenerationInfo["PromptTokens"].(int)
	u.CompletionTokens, _ = r.Choices[0].GenerationInfo["CompletionTokens"].(int)
	return r.Choices[0].Content, u, nil
}

var (
	// numbered matches a line with the number of a sentence and a verdict on it.
	numbered = regexp.MustCompile(`(?im)^[\s*_#>(\[-]*(?:sentence\s+|statement\s+)?(\d{1,3})\s*[.:)\]|–—-]*[\s*_:]*(yes|partly|partially|no|not)\b`)
	// plain matches a reply that begins with a verdict.
	plain = regexp.MustCompile(`(?i)^[\s*_"'(\[-]*(yes|partly|partially|no|not)\b`)
)

// parseVerdicts reads the verdicts on n statements. Those that the reply does
// not give are empty; of several on one statement the first counts.
func parseVerdicts(reply string, n int) []rag.Support {
	verdicts := make([]rag.Support, n)
	for _, m := range numbered.FindAllStringSubmatch(reply, -1) {
		if i, err := strconv.Atoi(m[1]); err == nil && i >= 1 && i <= n && verdicts[i-1] == "" {
			verdicts[i-1] = verdict(m[2])
		}
	}
	if n == 1 && verdicts[0] == "" {
		if m := plain.FindStringSubmatch(reply); m != nil {
			verdicts[0] = verdict(m[1])
		}
	}
	return verdicts
}

func verdict(word string) rag.Support {
	switch strings.ToLower(word) {
	case "yes":
		return rag.Supported
	case "partly", "partially":
		return rag.Partly
	}
	return rag.Unsupported
}
