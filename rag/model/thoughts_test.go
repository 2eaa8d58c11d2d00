package model

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// filtered is the outcome of a filter.
type filtered struct {
	Answer, Passed    string
	Thought, Unopened bool
}

// run filters a reply that arrives in parts of n bytes, cut at runes.
func run(reply string, n int, hold bool) filtered {
	f := filter{hold: hold}
	var passed strings.Builder
	for reply != "" {
		m := min(n, len(reply))
		for m < len(reply) && !utf8.RuneStart(reply[m]) {
			m++
		}
		passed.WriteString(f.write(reply[:m]))
		reply = reply[m:]
	}
	passed.WriteString(f.end())
	return filtered{f.answer.String(), passed.String(), f.thought, f.unopened}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	const a = "Two hours. [1]"
	tests := []struct{ name, reply, want string }{
		{"no thought", a, a},
		{"leading space", "\n\n " + a, a},
		{"trailing space", a + " \n", a + " \n"},
		{"tags of the answer's own", "a < b [1] <b>x</b> [", "a < b [1] <b>x</b> ["},
		{"think", "<think>\nPassage [3]?\n</think>\n\n" + a, a},
		{"upper case", "<THINK>Hm.</Think>" + a, a},
		{"empty thought", "<think>\n\n</think>\n\n" + a, a},
		{"cut off", "<think>\nThe user asks", ""},
		{"two thoughts", "<think>Hm.</think>Two <thinking>or three?</thinking>hours. [1]", a},
		{"nested", "<think>a <think>b</think> c</think>" + a, a},
		{"other tags", "<thought>Hm.</thought><seed:think>Hm.</seed:think><reasoning>Hm.</reasoning>" + a, a},
		{"closed by another tag", "<think>Hm.</thinking>" + a, a},
		{"Mistral", "[THINK]The user asks.[/THINK]" + a, a},
		{"Kimi", "◁think▷Hm.◁/think▷" + a, a},
		{"Cohere", "<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>" + a + "<|END_RESPONSE|>", a},
		{"never opened", "The passages say.\n</think>\n\n" + a, a},
		{"never opened, nothing follows", "The passages say.\n</think>\n", ""},
		{"harmony", "<|channel|>analysis<|message|>From [1].<|end|><|start|>assistant<|channel|>final<|message|>" + a + "<|return|>", a},
		{"harmony with commentary", "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary<|message|>Look.<|end|><|start|>assistant<|channel|>final<|message|>" + a, a},
		{"harmony without a channel", "<|start|>assistant<|message|>" + a, a},
		{"harmony without a message token", "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final " + a, a},
		{"harmony, only thoughts", "<|channel|>analysis<|message|>From [1]", ""},
		{"harmony, cut in the header", "<|channel|>analy", ""},
		{"harmony with a constraint", "<|channel|>final <|constrain|>json<|message|>" + a, a},
		{"harmony without tokens", "analysisThe user asks.assistantfinal" + a, a},
		{"an analysis", "analysis shows two hours. [1]", "analysis shows two hours. [1]"},
		{"Granite", "Here is my thought process:\n\nHm.\n\nHere is my response:\n\n" + a, a},
		{"end of turn", a + "<|im_end|>", a},
		{"begins like a thought", "Okay, the ferry left. [1]", "Okay, the ferry left. [1]"},
		{"part of a beginning", "The ", "The "},
		{"part of a tag", "It is <thin", "It is <thin"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for n := 1; n <= len(tt.reply)+1; n++ {
				for _, hold := range []bool{true, false} {
					got := run(tt.reply, n, hold)
					if diff := cmp.Diff(tt.want, got.Answer); diff != "" {
						t.Fatalf("parts of %d bytes (-want +got):\n%s", n, diff)
					}
					if !got.Unopened && got.Passed != got.Answer {
						t.Fatalf("parts of %d bytes, hold %v: passed on %q, want %q", n, hold, got.Passed, got.Answer)
					}
					if thought := tt.want == "" && tt.reply != ""; thought && !got.Thought {
						t.Fatalf("parts of %d bytes: no thought was found", n)
					}
				}
			}
		})
	}
}

// TestFilterStreams checks how much is passed on before the reply has ended.
func TestFilterStreams(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, reply, want string
		hold              bool
	}{
		{"answer", "Two hours late", "Two hours late", false},
		{"thought", "<think>Hm.", "", false},
		{"answer after a thought", "<think>Hm.</think>\n\nOkay, two", "Okay, two", false},
		{"part of a tag", "Two hours <", "Two hours ", false},
		{"begins like a thought", "The user asks", "", false},
		{"does not begin like a thought", "The use of", "The use of", false},
		{"held", "Two hours", "", true},
		{"held until a thought ends", "Two hours</think>Three", "Three", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := filter{hold: tt.hold}
			if got := f.write(tt.reply); got != tt.want {
				t.Errorf("passed on %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzFilter(f *testing.F) {
	for _, s := range []string{
		"<think>a</think>b", "a</think>b", "[THINK]a[/THINK]b", "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b",
		"analysisaassistantfinalb", "◁think▷a◁/think▷b", "<|channel|>final a<|return|>", "Okay, <thi", "The use", " \n",
	} {
		f.Add(s, 3, false)
	}
	f.Fuzz(func(t *testing.T, reply string, n int, hold bool) {
		if len(reply) > 1<<16 {
			return
		}
		whole := run(reply, len(reply)+1, hold)
		parts := run(reply, max(1, min(n, 64)), hold)
		if whole.Answer != parts.Answer || whole.Thought != parts.Thought || whole.Unopened != parts.Unopened {
			t.Errorf("in parts %+v, whole %+v", parts, whole)
		}
		if !parts.Unopened && parts.Passed != parts.Answer {
			t.Errorf("passed on %q, answer %q", parts.Passed, parts.Answer)
		}
		if len(whole.Answer) > len(reply) {
			t.Errorf("the answer %q is longer than the reply %q", whole.Answer, reply)
		}
	})
}
