package question

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
)

func TestFaithful(t *testing.T) {
	t.Parallel()
	q := rag.Question{Text: "What was its religion?", History: []rag.Turn{{Question: "Why was the Byzantine Empire called so?", Answer: "After the town of Byzantium. [1]"}}}
	tests := []struct {
		name, reply, want string
	}{
		{"faithful", "What was the religion of the Byzantine Empire?", "What was the religion of the Byzantine Empire?"},
		{"label and quotation marks", "Question: \"What was the Byzantine Empire's religion?\"\n", "What was the Byzantine Empire's religion?"},
		{"answer instead of a question", "The religion of the Byzantine Empire was Orthodox Christianity.", ""},
		{"different question", "When did the Byzantine Empire fall?", ""},
		{"lacks what was asked", "Why was the Byzantine Empire called so?", ""},
		{"two lines", "What was the religion?\nOf the Byzantine Empire?", ""},
		{"empty", " \n", ""},
		{"no words", "???", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, _ := Faithful(tt.reply, q)
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFaithfulParts(t *testing.T) {
	t.Parallel()
	q := rag.Question{Text: "When did the train leave and how much did the ticket cost?"}
	tests := []struct {
		name  string
		reply []string
		want  []string
	}{
		{"faithful", []string{"When did the train leave?", "", "How much did the ticket cost?"}, []string{"When did the train leave?", "How much did the ticket cost?"}},
		{"one thing", []string{q.Text}, nil},
		{"a part left out", []string{"When did the train leave?", "When did it leave?"}, nil},
		{"a part answered", []string{"When did the train leave?", "The ticket cost 12 euros."}, nil},
		{"too many", []string{"When train?", "leave?", "how much ticket?", "cost?", "train leave?"}, nil},
		{"nothing", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, Read(q).FaithfulParts(tt.reply)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
