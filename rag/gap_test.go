package rag_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

func TestNewMiss(t *testing.T) {
	t.Parallel()
	passages := []rag.Passage{{Chunk: rag.Chunk{Doc: "best"}}, {Chunk: rag.Chunk{Doc: "other"}}}
	coast := rag.Filter{Collections: []string{"coast"}}
	for name, test := range map[string]struct {
		answer rag.Answer
		want   rag.Miss
		is     bool
	}{
		"refused":               {rag.Answer{Verdict: rag.Refused, Question: "and now?", FollowUp: true, Searched: "and now? ferry", Passages: passages}, rag.Miss{Question: "and now? ferry", Filter: coast, Verdict: rag.Refused, Nearest: "best"}, true},
		"nothing found":         {rag.Answer{Verdict: rag.Refused, Question: "why so?", Searched: "why"}, rag.Miss{Question: "why so?", Filter: coast, Verdict: rag.Refused}, true},
		"nearest":               {rag.Answer{Verdict: rag.Nearest, Question: "why so?", Searched: "why", Passages: passages, Citations: []rag.Citation{{Doc: "cited"}}}, rag.Miss{Question: "why so?", Filter: coast, Verdict: rag.Nearest, Nearest: "cited"}, true},
		"answered":              {rag.Answer{Verdict: rag.Answered, Question: "why so?", Searched: "why"}, rag.Miss{Question: "why so?", Filter: coast, Verdict: rag.Answered}, false},
		"nothing to search for": {rag.Answer{Verdict: rag.Refused, Question: "?!"}, rag.Miss{Question: "?!", Filter: coast, Verdict: rag.Refused}, false},
	} {
		got, is := rag.NewMiss(test.answer, coast)
		if d := cmp.Diff(test.want, got); d != "" || is != test.is {
			t.Errorf("%s: reported %v, want %v; miss (-want +got):\n%s", name, is, test.is, d)
		}
	}
}
