package rag

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAtOdds(t *testing.T) {
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
		if got := atOdds(tokens(c.question), tokens(c.sentence)); got != c.want {
			t.Errorf("%q against %q: %v, want %v", c.question, c.sentence, got, c.want)
		}
	}
}

// What has no word that means anything is no answer.
func TestCandidates(t *testing.T) {
	t.Parallel()
	p := passageOf("ferry", "Ferry", "Does it sail? No. The ferry sails at noon. And so it is.")
	var got []string
	for _, c := range candidates(query{}, []Passage{p}) {
		got = append(got, c.text)
	}
	if diff := cmp.Diff([]string{"Does it sail?", "The ferry sails at noon."}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
