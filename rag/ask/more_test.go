package ask_test

import (
	"strings"
	"testing"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/ragtest"
)

// TestMore checks that More goes through the sentences by score, shows each once,
// and then says that there are no more.
func TestMore(t *testing.T) {
	t.Parallel()
	p := ragtest.Passage("ferry", "The ferry", "The ferry sails at nine. Tickets cost four pounds. Dogs travel free. The captain is Ann. It was built in Hull. Nobody swims.")
	for i, score := range []float64{.3, .25, .2, .1, .05, .001} {
		p.Sentences[i].Score = score
	}
	a := rag.Answer{
		Question: "And the ferry?", Searched: "Tell me about the ferry.", Verdict: rag.Answered, Passages: []rag.Passage{p},
		Sentences: []rag.Sentence{{Text: "The ferry sails at nine.", Citations: []int{1}}},
		Citations: []rag.Citation{{N: 1, Doc: "ferry", Start: p.Sentences[0].Start, End: p.Sentences[0].End}},
	}
	for _, want := range []string{"Tickets cost four pounds. [1] Dogs travel free. [2] The captain is Ann. [3]", "It was built in Hull. [1]", ""} {
		next, err := ask.More(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		if got := next.Text(); got != want {
			t.Errorf("more: %q, want %q", got, want)
		}
		if done := next.Reason.Code == rag.NothingMore; done != (want == "") || done != (next.Verdict == rag.Refused) {
			t.Errorf("after %q: verdict %s, reason %v", want, next.Verdict, next.Reason)
		}
		if next.Question != a.Question {
			t.Errorf("question %q, want %q", next.Question, a.Question)
		}
		a = a.With(next)
	}
	if got := a.Text(); !strings.Contains(got, "\nTickets cost four pounds. [2]") || !strings.HasSuffix(got, "It was built in Hull. [5]") {
		t.Errorf("all: %q", got)
	}
	refused, err := ask.More(t.Context(), rag.Answer{Verdict: rag.Refused, Passages: []rag.Passage{p}})
	if err != nil || refused.Reason.Code != rag.NothingMore {
		t.Errorf("after a refusal: %v, %v", refused.Reason, err)
	}
}
