package check

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/tmc/langchaingo/llms"

	"footnote/rag"
)

// fakeModel is a model that gives one reply after the other and records what it
// was asked.
type fakeModel struct {
	replies []string // "" for an error
	asked   []string
}

func (m *fakeModel) GenerateContent(_ context.Context, messages []llms.MessageContent, _ ...llms.CallOption) (*llms.ContentResponse, error) {
	var all []string
	for _, one := range messages {
		all = append(all, one.Parts[0].(llms.TextContent).Text)
	}
	m.asked = append(m.asked, strings.Join(all, "\n"))
	if len(m.asked) > len(m.replies) {
		return &llms.ContentResponse{}, nil
	}
	reply := m.replies[len(m.asked)-1]
	if reply == "" {
		return nil, errors.New("gone")
	}
	return &llms.ContentResponse{Choices: []*llms.ContentChoice{{Content: reply, GenerationInfo: map[string]any{"PromptTokens": 5, "CompletionTokens": 2}}}}, nil
}

func (m *fakeModel) Call(context.Context, string, ...llms.CallOption) (string, error) {
	return "", errors.ErrUnsupported
}

// TestModelJudge checks requests, verdicts and errors of both kinds of judges.
func TestModelJudge(t *testing.T) {
	t.Parallel()
	two := []Statement{{"It sank.", []Evidence{{"Ferry", "2019-03-02", "The ferry sank."}, {Text: "It is gone."}}}, {"It rose.", nil}}
	for name, tt := range map[string]struct {
		model   string
		replies []string
		want    []rag.Support
		usage   rag.Usage
		failed  bool
		asked   []string // in each request
	}{
		"all":                     {"openai/x", []string{"1 yes\n2 no"}, []rag.Support{"yes", "no"}, rag.Usage{PromptTokens: 5, CompletionTokens: 2}, false, []string{"It rose."}},
		"one":                     {"openai/x", []string{"2 partly"}, []rag.Support{"", "partly"}, rag.Usage{PromptTokens: 5, CompletionTokens: 2}, false, []string{"Title: Ferry; Date: 2019-03-02"}},
		"prose":                   {"openai/x", []string{"They all follow."}, nil, rag.Usage{PromptTokens: 5, CompletionTokens: 2}, true, []string{""}},
		"fails":                   {"openai/x", []string{""}, nil, rag.Usage{}, true, []string{""}},
		"no reply":                {"openai/x", nil, nil, rag.Usage{}, true, []string{""}},
		"MiniCheck":               {"ollama/bespoke-MiniCheck", []string{"Yes", "No"}, []rag.Support{"yes", "no"}, rag.Usage{PromptTokens: 10, CompletionTokens: 4}, false, []string{"Document: The ferry sank. It is gone.\nClaim: It sank.", "Claim: It rose."}},
		"MiniCheck, second fails": {"ollama/bespoke-minicheck", []string{"Yes", ""}, []rag.Support{"yes"}, rag.Usage{PromptTokens: 5, CompletionTokens: 2}, true, []string{"", ""}},
	} {
		m := &fakeModel{replies: tt.replies}
		got, usage, err := ModelJudge{Model: m, Name: tt.model}.Judge(t.Context(), two)
		if diff := cmp.Diff(tt.want, got); diff != "" || usage != tt.usage || (err != nil) != tt.failed {
			t.Errorf("%s: usage %+v, want %+v; error %v, want one: %v; verdicts (-want +got):\n%s", name, usage, tt.usage, err, tt.failed, diff)
		}
		if len(m.asked) != len(tt.asked) {
			t.Fatalf("%s: %d requests, want %d", name, len(m.asked), len(tt.asked))
		}
		for i, want := range tt.asked {
			if !strings.Contains(m.asked[i], want) {
				t.Errorf("%s: request %d lacks %q:\n%s", name, i, want, m.asked[i])
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := (ModelJudge{Model: &fakeModel{replies: []string{"1 yes"}}}).Judge(ctx, two); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled context: error %v", err)
	}
}

// TestParseVerdicts checks that verdicts are read from any reply.
func TestParseVerdicts(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string][]rag.Support{
		"1 yes\n2 no\n3 partly":                         {"yes", "no", "partly"},
		"2. No.\n1. **Yes**\n3: Partially, the date is": {"yes", "no", "partly"},
		"Here you go:\n\n- 1: yes\n- 3: NO\n":           {"yes", "", "no"},
		"Sentence 1: yes\nSentence 2 – no":              {"yes", "no", ""},
		"1 yes\n1 no\n4 yes\n0 no":                      {"yes", "", ""},
		"Yes, all of them follow.":                      {"", "", ""},
		"":                                              {"", "", ""},
		"\xff1 yes":                                     {"", "", ""},
	} {
		if diff := cmp.Diff(want, parseVerdicts(reply, 3)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", reply, diff)
		}
	}
	for reply, want := range map[string]rag.Support{"Yes": "yes", "No.": "no", "**No**, because": "no", "Maybe": ""} {
		if got := parseVerdicts(reply, 1)[0]; got != want {
			t.Errorf("%q: %q, want %q", reply, got, want)
		}
	}
}
