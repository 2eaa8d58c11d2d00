package write

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tmc/langchaingo/llms"

	"footnote/prompts"
	"footnote/rag"
	"footnote/rag/text"
)

// LLM is a [rag.Writer] that asks a language model. Its drafts may be wrong; the
// check finds what the passages do not support.
type LLM struct {
	Model     llms.Model
	Name      string // for Draft.Model, such as "ollama/llama3.2"
	Context   int    // tokens of prompt and reply together; 0: what Model's method Context(ctx) int returns, if it has one, else 4096
	MaxTokens int    // maximum of the reply, a thinking model's thoughts included; never more than a quarter of the context; 0: 1024
}

// Defaults of LLM, in tokens.
const (
	defaultContext   = 4096
	defaultMaxTokens = 1024
)

var (
	_ rag.Writer    = LLM{}
	_ rag.Rephraser = LLM{}
	_ rag.Repairer  = LLM{}
)

// Write asks the model, with as many of the best passages as fit into its
// context. If the server says that the prompt is too long, Write retries with
// half the context. stream receives the reply as it arrives, with its citation
// marks but without the quotes in them. It does not receive a reply that there
// is no answer.
//
// A draft without claims means that the model says that there is no answer. The
// error is the model's or the context's, or says that no sentence of the reply
// can be used. After an error, discard what was streamed.
func (w LLM) Write(ctx context.Context, q rag.Question, passages []rag.Passage, stream func(string)) (rag.Draft, error) {
	d := rag.Draft{Model: w.Name}
	if len(passages) == 0 {
		return d, nil
	}
	var out *screen
	var n int // passages in the prompt
	choice, err := w.fit(ctx, func(tokens int) (prompts.Prompt, func(string)) {
		ask := w.ask(q, passages, tokens)
		n = len(ask.Passages)
		if stream == nil {
			return ask.Render(), nil
		}
		out = &screen{out: stream, passages: n}
		return ask.Render(), out.write
	})
	if err != nil {
		return d, err
	}
	if out != nil {
		out.end()
	}
	d.Usage = usage(choice)
	r := readReply(choice.Content, n)
	d.Claims = r.claims
	if choice.StopReason == cutOff || len(choice.Content) > maxReply {
		d.Claims = withoutCut(d.Claims, 1)
	}
	if len(d.Claims) == 0 && !r.refused {
		return d, unusable{w.Name}
	}
	return d, nil
}

// cutOff is the stop reason of a reply that the token limit cuts off.
const cutOff = "length"

// withoutCut returns the claims of a reply that is cut off, without the last one
// if that is no whole sentence. At least the given number of claims stay.
func withoutCut(claims []rag.Claim, least int) []rag.Claim {
	if n := len(claims); n > least && !text.EndsSentence(claims[n-1].Text) {
		return claims[:n-1]
	}
	return claims
}

// unusable is the error for a reply that neither answers nor says that there is
// no answer, such as one with only citations.
type unusable struct{ model string }

func (e unusable) Error() string { return e.model + ": the reply has no sentence that can be used" }

// Hint says what the person can do.
func (e unusable) Hint() string { return "ask again, or choose another model" }

// Repair implements [rag.Repairer]. The draft has exactly one claim for each
// failed sentence, in order. Its Text is empty if the model says that the
// passages do not support the sentence, or if its reply lacks a line for it.
func (w LLM) Repair(ctx context.Context, q rag.Question, passages []rag.Passage, failed []rag.Failed) (rag.Draft, error) {
	d := rag.Draft{Model: w.Name, Claims: make([]rag.Claim, len(failed))}
	if len(passages) == 0 || len(failed) == 0 {
		return d, nil
	}
	var n int // passages in the prompt
	choice, err := w.fit(ctx, func(tokens int) (prompts.Prompt, func(string)) {
		repair := prompts.Repair{Question: q.Text, Today: rag.FormatDate(q.AskedOn())}
		for _, f := range failed {
			repair.Failed = append(repair.Failed, prompts.Failed{Text: truncate(f.Text, 256), Why: truncate(f.Why, 128)})
		}
		repair.Passages = fitting(passages, tokens, repair.Render())
		n = len(repair.Passages)
		return repair.Render(), nil
	})
	if err != nil {
		return d, err
	}
	d.Usage = usage(choice)
	d.Claims = parseRepair(choice.Content, failed, n, choice.StopReason == cutOff)
	return d, nil
}

// usage returns the token counts of a reply.
func usage(choice *llms.ContentChoice) (u rag.Usage) {
	u.PromptTokens, _ = choice.GenerationInfo["PromptTokens"].(int)
	u.CompletionTokens, _ = choice.GenerationInfo["CompletionTokens"].(int)
	return u
}

// fit asks the model with a prompt that fits into its context. prompt returns
// the prompt for a number of tokens, and a function that receives the reply as
// it arrives or nil. If the server says that the prompt is too long, fit retries
// with half the context, because our token counts are estimates and the model's
// context may be unknown.
func (w LLM) fit(ctx context.Context, prompt func(tokens int) (prompts.Prompt, func(string))) (*llms.ContentChoice, error) {
	maxTokens := cmp.Or(w.MaxTokens, defaultMaxTokens)
	for room := w.room(ctx); ; room /= 2 {
		maxTokens = min(maxTokens, room/4)
		p, each := prompt(room - maxTokens)
		choice, err := w.generate(ctx, p, maxTokens, each)
		var long interface{ TooLong() bool }
		if room < 1024 || !errors.As(err, &long) || !long.TooLong() {
			return choice, err
		}
	}
}

// room returns the maximum number of tokens of prompt and reply together.
func (w LLM) room(ctx context.Context) int {
	if w.Context > 0 {
		return w.Context
	}
	if m, ok := w.Model.(interface{ Context(context.Context) int }); ok {
		return cmp.Or(m.Context(ctx), defaultContext)
	}
	return defaultContext
}

// generate asks the model once. each, if not nil, receives the reply as it
// arrives.
func (w LLM) generate(ctx context.Context, p prompts.Prompt, maxTokens int, each func(string)) (*llms.ContentChoice, error) {
	options := []llms.CallOption{llms.WithMaxTokens(maxTokens)}
	if each != nil {
		options = append(options, llms.WithStreamingFunc(func(ctx context.Context, chunk []byte) error {
			each(string(chunk))
			return ctx.Err()
		}))
	}
	resp, err := w.Model.GenerateContent(ctx, []llms.MessageContent{
		llms.TextParts(llms.ChatMessageTypeSystem, p.System),
		llms.TextParts(llms.ChatMessageTypeHuman, p.User),
	}, options...)
	switch {
	case ctx.Err() != nil: // langchaingo may return a partial reply without an error
		return nil, ctx.Err()
	case err != nil:
		return nil, err
	case len(resp.Choices) == 0:
		return nil, errors.New(w.Name + ": the model gave no reply")
	}
	return resp.Choices[0], nil
}

// Standalone implements [rag.Rephraser]. The prompt has the last turns of the
// conversation that fit into half the model's context.
func (w LLM) Standalone(ctx context.Context, q rag.Question) (string, error) {
	s := prompts.Standalone{Question: q.Text}
	left := w.room(ctx)/2 - estimate(q.Text)
	for _, t := range slices.Backward(q.History) {
		t.Question, t.Answer = truncate(t.Question, 128), truncate(t.Answer, 256)
		if left -= estimate(t.Question) + estimate(t.Answer) + 8; left < 0 {
			break
		}
		s.Turns = append(s.Turns, prompts.Turn{Question: t.Question, Answer: t.Answer})
	}
	slices.Reverse(s.Turns)
	reply, err := w.generate(ctx, s.Render(), cmp.Or(w.MaxTokens, defaultMaxTokens), nil)
	if err != nil {
		return "", err
	}
	return plainReply(reply.Content), nil
}

// Split implements [rag.Rephraser].
func (w LLM) Split(ctx context.Context, q rag.Question) ([]string, error) {
	reply, err := w.generate(ctx, prompts.Split{Question: q.Text}.Render(), cmp.Or(w.MaxTokens, defaultMaxTokens), nil)
	if err != nil {
		return nil, err
	}
	parts := strings.Split(plainReply(reply.Content), "\n")
	for i := range parts {
		parts[i] = item.ReplaceAllString(strings.TrimSpace(parts[i]), "")
	}
	return parts, nil
}

// ask returns a prompt with as many of the passages, best first, as fit into
// the given number of tokens.
func (w LLM) ask(q rag.Question, passages []rag.Passage, tokens int) prompts.Answer {
	ask := prompts.Answer{Question: q.Text, Today: rag.FormatDate(q.AskedOn())}
	ask.Passages = fitting(passages, tokens, ask.Render())
	return ask
}

// fitting returns as many of the passages, best first, as fit into the given
// number of tokens together with a prompt that has none yet. The first passage
// is cut if it does not fit.
func fitting(passages []rag.Passage, tokens int, empty prompts.Prompt) []prompts.Passage {
	left := max(tokens-estimate(empty.System)-estimate(empty.User), 256)
	var all []prompts.Passage
	for i, p := range passages {
		title := truncate(p.Chunk.Title, 64)
		text := p.Text
		if p.Columns != "" {
			text = p.Columns + "\n" + text
		}
		need := estimate(title) + estimate(text) + 48 // for the fences
		if need > left {
			if i > 0 {
				break
			}
			text = truncate(text, left-estimate(title)-48)
		}
		left -= need
		all = append(all, prompts.Passage{N: i + 1, Title: title, Date: rag.FormatDate(p.Chunk.Published), Text: text})
	}
	return all
}

// estimate returns an estimate of a text's tokens, usually too high: one token
// for three ASCII bytes, and one for each other rune. English takes one for
// about four bytes, digits one for two. No tokenizer would be exact, because
// each model has its own.
func estimate(s string) int {
	other := utf8.RuneCountInString(s)
	ascii := 0
	for i := range len(s) {
		if s[i] < utf8.RuneSelf {
			ascii++
		}
	}
	return (ascii+2)/3 + other - ascii
}

// truncate cuts s at white space so that it has at most the given number of
// tokens, by estimate.
func truncate(s string, tokens int) string {
	if estimate(s) <= tokens {
		return s
	}
	cut, thirds := 0, 0
	for i, r := range s {
		if unicode.IsSpace(r) {
			cut = i
		}
		if thirds++; r >= utf8.RuneSelf {
			thirds += 2
		}
		if thirds > 3*tokens {
			if cut == 0 { // one word, or a script without spaces
				cut = i
			}
			break
		}
	}
	return strings.TrimRightFunc(s[:cut], unicode.IsSpace)
}
