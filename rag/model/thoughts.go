package model

import (
	"strings"
	"unicode"
)

// tokenKind says what a token in a reply means for the text around it.
type tokenKind int

const (
	opens   tokenKind = iota // a thought begins
	closes                   // a thought ends
	role                     // harmony: a message begins with its role
	channel                  // harmony: the name of the message's channel follows
	payload                  // harmony: the message's text follows
	ends                     // harmony: the message ends
	noise                    // not part of any text
)

// tokens are what models and servers put around thoughts. Upper and lower case
// are the same. Harmony is the format of gpt-oss:
// https://cookbook.openai.com/articles/openai-harmony.
var tokens = []struct {
	text string
	kind tokenKind
}{
	{"<think>", opens}, {"</think>", closes},
	{"<thinking>", opens}, {"</thinking>", closes},
	{"<thought>", opens}, {"</thought>", closes},
	{"<reasoning>", opens}, {"</reasoning>", closes},
	{"<seed:think>", opens}, {"</seed:think>", closes},
	{"[think]", opens}, {"[/think]", closes},
	{"◁think▷", opens}, {"◁/think▷", closes},
	{"<|start_thinking|>", opens}, {"<|end_thinking|>", closes},
	{"<|begin_of_thought|>", opens}, {"<|end_of_thought|>", closes},
	{"<|start|>", role}, {"<|channel|>", channel}, {"<|message|>", payload},
	{"<|end|>", ends}, {"<|return|>", ends}, {"<|call|>", ends},
	{"<|start_response|>", noise}, {"<|end_response|>", noise},
	{"<|begin_of_solution|>", noise}, {"<|end_of_solution|>", noise},
	{"<|im_end|>", noise}, {"<|eot_id|>", noise}, {"<|endoftext|>", noise},
}

// separators end a thought that has no tokens: gpt-oss on a server that drops
// harmony's tokens, and Granite. They count only in a reply that begins so.
var separators = []struct{ begins, ends string }{
	{"analysis", "assistantfinal"},
	{"Here is my thought process:", "Here is my response:"},
	{"Here's my thought process:", "Here's my response:"},
}

// aloud are beginnings, in lower case, of thoughts for which the chat template
// opened the tag, so that the reply only closes it. Text that begins so is
// streamed late and never lost.
var aloud = []string{
	"okay, ", "okay so", "ok, ", "ok so", "alright, ", "hmm", "let me ", "let's ",
	"the user ", "so, the user", "so the user", "first, i ", "i need to ",
	"we need to ", "we have to ", "we are given", "thinking process",
	"analysis", "here is my thought process", "here's my thought process",
}

// filter takes a reply as it arrives and separates the answer from thoughts.
// The zero value is ready to use.
type filter struct {
	hold bool // pass nothing on before a thought ends or the reply does

	pending  string          // the end of the input, which may be the beginning of a token
	answer   strings.Builder // without leading space
	passed   int             // bytes of answer that were passed on
	mode     filterMode
	header   strings.Builder
	named    bool // header is a channel's name
	settled  bool // a thought has ended, so that what follows is the answer
	thought  bool // the reply has a thought that is not blank
	unopened bool // the reply closed a thought that it did not open
}

type filterMode int

const (
	inAnswer filterMode = iota
	inThought
	inHeader
)

// write takes the next part of the reply and returns the part of the answer that
// can be passed on, which may be empty.
func (f *filter) write(s string) string {
	f.pending += s
	rest := f.pending
	from := 0 // start of the text that was not consumed yet
	for i := 0; i < len(rest); {
		if rest[i] != '<' && rest[i] != '[' && rest[i] != "◁"[0] {
			i++
			continue
		}
		kind, n, partial := tokenAt(rest[i:])
		if partial { // no token is the beginning of another
			f.text(rest[from:i])
			f.pending = rest[i:]
			return f.pass()
		}
		if n == 0 {
			i++
			continue
		}
		f.text(rest[from:i])
		f.token(kind)
		i += n
		from = i
	}
	f.text(rest[from:])
	f.pending = ""
	return f.pass()
}

// end takes the end of the reply and returns the rest of the answer.
func (f *filter) end() string {
	f.text(f.pending)
	f.pending = ""
	f.endHeader()
	answer := f.answer.String()
	for _, s := range separators {
		if f.settled || !strings.HasPrefix(answer, s.begins) {
			continue
		}
		if thought, after, found := strings.Cut(answer, s.ends); found {
			f.forget(thought)
			f.text(after)
			break
		}
	}
	return f.flush()
}

// tokenAt returns the kind and the length of the token that s begins with. The
// length is 0 if there is none, and partial is true if more input is needed to
// tell.
func tokenAt(s string) (kind tokenKind, n int, partial bool) {
	for _, t := range tokens {
		m := min(len(s), len(t.text))
		if !equalFold(s[:m], t.text[:m]) {
			continue
		}
		if m == len(t.text) {
			return t.kind, m, false
		}
		partial = true
	}
	return 0, 0, partial
}

// equalFold is strings.EqualFold for ASCII letters only: the strings have the
// same length, and other letters have no case.
func equalFold(s, lower string) bool {
	for i := range len(s) {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

func (f *filter) token(kind tokenKind) {
	switch kind {
	case opens:
		if f.mode != inThought {
			f.endHeader()
			f.mode = inThought
		}
	case closes:
		if f.mode == inAnswer {
			f.unopened = true
			f.forget(f.answer.String())
		}
		f.endHeader()
		f.mode, f.settled = inAnswer, true
	case role, channel:
		f.endHeader()
		f.mode, f.named = inHeader, kind == channel
	case payload:
		if f.mode == inHeader {
			f.mode = inAnswer
			if f.named && !strings.HasPrefix(strings.TrimSpace(f.header.String()), "final") {
				f.mode = inThought
			}
			f.settled = f.mode == inAnswer
			f.header.Reset()
		}
	case ends:
		f.endHeader()
		f.mode = inAnswer
	}
}

// endHeader ends a header that no message followed. A server that drops that
// token leaves "final" before the answer.
func (f *filter) endHeader() {
	if f.mode != inHeader {
		return
	}
	header := f.header.String()
	f.header.Reset()
	f.mode = inAnswer
	if !f.named {
		return
	}
	if answer, found := strings.CutPrefix(header, "final"); found {
		f.text(answer)
	} else if strings.TrimSpace(header) != "" {
		f.thought = true
	}
}

// text takes text without tokens.
func (f *filter) text(s string) {
	switch f.mode {
	case inThought:
		f.thought = f.thought || strings.TrimSpace(s) != ""
	case inHeader:
		f.header.WriteString(s)
	case inAnswer:
		if f.answer.Len() == 0 {
			s = strings.TrimLeftFunc(s, unicode.IsSpace)
		}
		f.answer.WriteString(s)
	}
}

// forget drops the answer so far, which turned out to be a thought.
func (f *filter) forget(thought string) {
	f.thought = f.thought || strings.TrimSpace(thought) != ""
	f.answer.Reset()
	f.passed = 0
}

// pass returns what can be passed on of the answer so far.
func (f *filter) pass() string {
	if f.passed == 0 && !f.settled && (f.hold || thinksAloud(f.answer.String())) {
		return ""
	}
	return f.flush()
}

func (f *filter) flush() string {
	s := f.answer.String()[f.passed:]
	f.passed += len(s)
	return s
}

// thinksAloud reports whether s begins, or may yet begin, like a thought without
// a tag.
func thinksAloud(s string) bool {
	for _, a := range aloud {
		if m := min(len(s), len(a)); equalFold(s[:m], a[:m]) {
			return true
		}
	}
	return false
}
