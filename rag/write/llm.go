package write

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tmc/langchaingo/llms"

	"footnote/prompts"
	"footnote/rag"
	"footnote/rag/text"
)

// LLM is a [rag.Writer] that asks a language model. Its drafts may be wrong;
// [check.Check] removes what the passages do not support.
type LLM struct {
	Model     llms.Model
	Name      string // for Draft.Model, such as "ollama/llama3.2"
	Context   int    // tokens of prompt and reply together; 0: what Model's method Context(ctx) int returns, if it has one, else 4096
	MaxTokens int    // maximum of the reply, a thinking model's thoughts included; never more than a quarter of the context; 0: 1024
}

var (
	_ rag.Writer    = LLM{}
	_ rag.Rephraser = LLM{}
)

// Write asks the model, with as many of the best passages as fit into its
// context. If the server says that the prompt is too long, Write retries with
// half the context. stream receives the reply as it arrives, with its citation
// marks. It does not receive thoughts, or a reply that there is no answer.
//
// The error is the model's or the context's. After an error, discard what was
// streamed.
func (w LLM) Write(ctx context.Context, q rag.Question, passages []rag.Passage, stream func(string)) (rag.Draft, error) {
	d := rag.Draft{Model: w.Name}
	if len(passages) == 0 {
		return d, nil
	}
	maxTokens := cmp.Or(w.MaxTokens, 1024)
	out := screen{out: stream}
	var each func(string)
	if stream != nil {
		each = out.write
	}
	var ask prompts.Answer
	var reply *llms.ContentChoice
	var err error
	for room := w.room(ctx); ; room /= 2 {
		maxTokens = min(maxTokens, room/4)
		ask = w.ask(q, passages, room-maxTokens)
		reply, err = w.generate(ctx, ask.Render(), maxTokens, each)
		// Our token counts are estimates, and the model's context may be unknown.
		var long interface{ TooLong() bool }
		if room < 1024 || !errors.As(err, &long) || !long.TooLong() {
			break
		}
	}
	if err != nil {
		return d, err
	}
	out.end()
	d.Usage.PromptTokens, _ = reply.GenerationInfo["PromptTokens"].(int)
	d.Usage.CompletionTokens, _ = reply.GenerationInfo["CompletionTokens"].(int)
	d.Claims, d.Dangling = ParseReply(reply.Content, len(ask.Passages))
	if n := len(d.Claims); n > 1 && (reply.StopReason == "length" || reply.StopReason == "max_tokens") && !text.EndsSentence(d.Claims[n-1].Text) {
		d.Claims = d.Claims[:n-1]
	}
	return d, nil
}

// room returns the maximum number of tokens of prompt and reply together.
func (w LLM) room(ctx context.Context) int {
	if w.Context > 0 {
		return w.Context
	}
	if m, ok := w.Model.(interface{ Context(context.Context) int }); ok {
		return cmp.Or(m.Context(ctx), 4096)
	}
	return 4096
}

// generate asks the model once. each, if not nil, receives the reply as it
// arrives.
func (w LLM) generate(ctx context.Context, p prompts.Prompt, maxTokens int, each func(string)) (*llms.ContentChoice, error) {
	options := []llms.CallOption{llms.WithTemperature(0), llms.WithSeed(1), llms.WithMaxTokens(maxTokens)}
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
		s.Turns = append(s.Turns, prompts.Turn(t))
	}
	slices.Reverse(s.Turns)
	reply, err := w.generate(ctx, s.Render(), cmp.Or(w.MaxTokens, 1024), nil)
	if err != nil {
		return "", err
	}
	return plainReply(reply.Content), nil
}

// Split implements [rag.Rephraser].
func (w LLM) Split(ctx context.Context, q rag.Question) ([]string, error) {
	reply, err := w.generate(ctx, prompts.Split{Question: q.Text}.Render(), cmp.Or(w.MaxTokens, 1024), nil)
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
// the given number of tokens. The first passage is cut if it does not fit.
func (w LLM) ask(q rag.Question, passages []rag.Passage, tokens int) prompts.Answer {
	ask := prompts.Answer{Question: q.Text, Today: rag.FormatDate(q.AskedOn())}
	empty := ask.Render()
	left := max(tokens-estimate(empty.System)-estimate(empty.User), 256)
	for i, p := range passages {
		title := truncate(p.Chunk.Title, 64)
		text := p.Text
		need := estimate(title) + estimate(text) + 48 // for the fences
		if need > left {
			if i > 0 {
				break
			}
			text = truncate(text, left-estimate(title)-48)
		}
		left -= need
		ask.Passages = append(ask.Passages, prompts.Passage{N: i + 1, Title: title, Date: rag.FormatDate(p.Chunk.Published), Text: text})
	}
	return ask
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

// refusal matches sentences that decline to answer. They are about the passages
// or the model, not about the world.
var refusal = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
	`(?:i'm sorry|i am sorry|sorry|unfortunately)\b.*(?:n't|not|no|unable)\b.*`,
	`i (?:do not|don't|cannot|can't|could not|couldn't) (?:know|find|answer|say|tell|determine|provide)\b.*`,
	`(?:i am|i'm) (?:unable|not able) to\b.*`,
	`(?:based on|according to|from) (?:the|these) ` + aboutText + `[^,]*, .*(?:\b(?:not|no|cannot)\b|n't\b).*(?:said|stated|mention|provid|specif|contain|determin|inform|known|clear).*`,
	`(?:the|these|those|this) ` + aboutText + ` (?:(?:do|does|did) not|don't|doesn't|didn't|cannot) (?:say|mention|state|provide|specify|contain|hold|answer|give|include|address)\b.*`,
	`(?:the|these|those|this) ` + aboutText + ` (?:contains?|provides?|gives?|says?|mentions?|holds?) (?:no|nothing)\b.*`,
	`(?:none of the|no) ` + aboutText + ` (?:says?|mentions?|states?|provides?|contains?|holds?|answers?|gives?)\b.*`,
	`there is no (?:information|mention|answer|evidence)\b.*`,
	`(?:no|insufficient) (?:information|answer)\b.*`,
	`(?:it|this|that|the answer) is not (?:mentioned|stated|specified|said|given|provided|known)\b.*`,
	`not (?:mentioned|stated|specified|given|provided)\b.*`,
}, "|") + `)$`)

const aboutText = `(?:(?:given|provided|numbered|available|above) )?(?:passages?|articles?|texts?|context|sources?|documents?|information)(?: (?:given|provided|above))?`

// noAnswer reports whether a claim says that there is no answer. The wording
// that the prompt asks for always counts. Other wordings count if they cite
// nothing.
func noAnswer(c rag.Claim) bool {
	text := strings.ReplaceAll(c.Text, "’", "'")
	if said := strings.TrimSuffix(prompts.NoAnswer, "."); len(text) >= len(said) && strings.EqualFold(text[:len(said)], said) {
		return true
	}
	return len(c.Cites) == 0 && refusal.MatchString(text)
}

// screen passes a reply on as it arrives. It withholds the beginning until that
// can be neither a thought nor the reply that there is no answer.
type screen struct {
	out    func(string) // nil: discard
	held   string
	passes bool
}

var thoughts = []string{"<think>", "<thinking>"}

func (s *screen) write(chunk string) {
	chunk = strings.Map(printable, strings.ToValidUTF8(chunk, ""))
	if s.passes {
		s.out(chunk)
		return
	}
	s.held = strings.TrimLeftFunc(s.held+chunk, unicode.IsSpace)
	for _, open := range thoughts {
		if !strings.HasPrefix(s.held, open) {
			continue
		}
		_, after, found := strings.Cut(s.held, "</"+open[1:])
		if !found {
			return
		}
		s.held = ""
		s.write(after)
		return
	}
	if slices.ContainsFunc(append(thoughts, prompts.NoAnswer), func(p string) bool {
		return strings.HasPrefix(p, s.held) || p == prompts.NoAnswer && strings.HasPrefix(s.held, p)
	}) {
		return
	}
	s.passes = true
	s.out(s.held)
}

// end passes on what is still withheld, unless it is a thought or the reply
// that there is no answer.
func (s *screen) end() {
	if s.passes || s.held == "" || strings.HasPrefix(s.held, prompts.NoAnswer) || strings.HasPrefix(s.held, "<think") {
		return
	}
	s.out(s.held)
}
