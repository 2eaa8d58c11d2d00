package ask

import (
	"context"
	"errors"
	"testing"

	"footnote/rag"
	"footnote/rag/write"
)

// rephraser is a model that answers every request to rephrase with one reply.
type rephraser struct {
	write.Quote
	reply string
	err   error
	asked *int
}

func (r rephraser) Standalone(context.Context, rag.Question) (string, error) {
	*r.asked++
	return r.reply, r.err
}

func (r rephraser) Split(context.Context, rag.Question) ([]string, error) {
	return nil, errors.ErrUnsupported
}

// TestModelRephrases checks that a model's rephrasing is used if it keeps to
// the conversation, and that the rules' is used otherwise.
func TestModelRephrases(t *testing.T) {
	t.Parallel()
	history := []rag.Turn{{Question: "How late was the ferry to Hull?", Answer: "It left two hours late. [1]"}}
	tests := []struct {
		name  string
		reply string
		err   error
		text  string
		want  string
		asked int
	}{
		{"faithful", "Why was the ferry to Hull late?", nil, "Why was it late?", "Why was the ferry to Hull late?", 1},
		{"invented", "Why did the captain drink?", nil, "Why was it late?", "Why was it late (ferry to Hull)?", 1},
		{"stands alone", "Nonsense", nil, "Who owns the harbour of Goole?", "Who owns the harbour of Goole?", 0},
		{"fails", "", errors.New("broken"), "Why was it late?", "Why was it late (ferry to Hull)?", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			a := Answerer{Writer: rephraser{reply: tt.reply, err: tt.err, asked: &asked}}
			got, err := a.read(t.Context(), rag.Question{Text: tt.text, History: history})
			if err != nil {
				t.Fatal(err)
			}
			if got.Text != tt.want || got.History != nil {
				t.Errorf("got %q, want %q", got.Text, tt.want)
			}
			if asked != tt.asked {
				t.Errorf("asked %d times, want %d", asked, tt.asked)
			}
		})
	}
}
