package retrieve

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"footnote/rag"
	"footnote/rag/ragtest"
	"footnote/rag/text"
)

func TestContradicts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		question, sentence string
		want               bool
	}{
		{"Who did not leave the bridge?", "Captain Mary Lowe left the bridge.", true},
		{"Who did not leave the bridge?", "Captain Mary Lowe never left the bridge.", false},
		{"Who left the bridge?", "Captain Mary Lowe did not leave the bridge.", false},
		{"What is the smallest river?", "The Humber is the largest river.", true},
		{"What is the smallest river?", "The Hull is the smallest, the Humber the largest river.", false},
		{"", "", false},
	} {
		if got := contradicts(text.Tokens(c.question), text.Tokens(c.sentence)); got != c.want {
			t.Errorf("contradicts(%q, %q) = %v, want %v", c.question, c.sentence, got, c.want)
		}
	}
}

// TestCandidates checks that sentences without a content word are left out.
func TestCandidates(t *testing.T) {
	t.Parallel()
	p := ragtest.Passage("ferry", "Ferry", "Does it sail? No. The ferry sails at noon. And so it is.")
	var got []string
	for _, c := range candidates(Query{}, []rag.Passage{p}) {
		got = append(got, c.text)
	}
	if diff := cmp.Diff([]string{"Does it sail?", "The ferry sails at noon."}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
