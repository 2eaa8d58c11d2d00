package question

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

// TestRead checks what a reading says about a question.
func TestRead(t *testing.T) {
	t.Parallel()
	today := time.Date(2024, 5, 8, 0, 0, 0, 0, time.UTC)
	history := []rag.Turn{{Question: "Who built the bridge at Goole?", Answer: "Mary Lowe. [1]"}}
	type facts struct {
		Text                          string
		Leans, Catalogue, Now, Period bool
		SmallTalk                     SmallTalk
		Event                         bool
		Parts                         int
		Kind                          Kind
		Terms                         []Term
	}
	for name, tt := range map[string]struct {
		q    rag.Question
		want facts
	}{
		"plain": {rag.Question{Text: "Who opened the bridges?"},
			facts{Text: "Who opened the bridges?", Kind: Person, Terms: []Term{{"opened", "open"}, {"bridges", "bridg"}}}},
		"follow-up": {rag.Question{Text: "When was it opened?", History: history},
			facts{Text: "When was it opened (bridge at Goole)?", Leans: true, Kind: Time, Terms: []Term{{"opened", "open"}, {"bridge", "bridg"}, {"goole", "gool"}}}},
		"greeting": {rag.Question{Text: "Hello there"},
			facts{Text: "Hello there", SmallTalk: Courtesy, Terms: []Term{{"hello", "hello"}}}},
		"catalogue": {rag.Question{Text: "How many articles are there?"},
			facts{Text: "How many articles are there?", Catalogue: true, Kind: Number, Terms: []Term{{"many", "mani"}, {"articles", "articl"}}}},
		"period": {rag.Question{Text: "Who fled in 2019?"},
			facts{Text: "Who fled in 2019?", Period: true, Kind: Person, Terms: []Term{{"fled", "fled"}, {"2019", "2019"}}}},
		"event": {rag.Question{Text: "Who fled before the election?"},
			facts{Text: "Who fled before the election?", Event: true, Kind: Person, Terms: []Term{{"fled", "fled"}, {"election", "elect"}}}},
		"now": {rag.Question{Text: "Who fled this week?"},
			facts{Text: "Who fled this week?", Now: true, Kind: Person, Terms: []Term{{"fled", "fled"}, {"week", "week"}}}},
		"two parts": {rag.Question{Text: "Who fled and when did he flee?"},
			facts{Text: "Who fled and when did he flee?", Parts: 2, Kind: Time, Terms: []Term{{"fled", "fled"}, {"flee", "flee"}}}},
		"empty": {rag.Question{}, facts{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.q.Today = today
			r := Read(tt.q)
			got := facts{r.Text, r.Rewritten, r.Catalogue != nil, r.Now, r.Period != nil, r.SmallTalk, r.Event != nil, len(r.Parts), r.Kind, r.Terms}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if r.Original != tt.q.Text || r.History != nil {
				t.Errorf("original %q, history %v, want %q and none", r.Original, r.History, tt.q.Text)
			}
		})
	}
}
