package retrieve

import (
	"math"
	"strings"
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
			t.Errorf("conflicts(%q, %q) = %v, want %v", c.question, c.sentence, got, c.want)
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

// TestConfidence checks the confidence at the thresholds: in large and small
// stores, and for long questions.
func TestConfidence(t *testing.T) {
	t.Parallel()
	short, long := "Who opened the bridge?", strings.Repeat("word ", 40)
	at := func(score float64, asked string, chunks int) float64 {
		return Evidence{Score: score}.Confidence(len(text.Words(asked)), chunks)
	}
	for _, tt := range []struct {
		name  string
		score float64
		query string
		size  int
		want  float64
	}{
		{"nearest in a large store", nearestScore, short, 1e9, rag.Balanced.NearestThreshold()},
		{"answered in a large store", answeredScore, short, 1e9, rag.Balanced.AnsweredThreshold()},
		{"nearest in the sample", nearestScore - .16, short, 8, rag.Balanced.NearestThreshold()},
		{"answered in a store of one chunk", answeredScore - .85/8, short, 1, rag.Balanced.AnsweredThreshold()},
		{"nearest for a long question", nearestScore - .12, long, 1e9, rag.Balanced.NearestThreshold()},
		{"answered for a long question", answeredScore, long, 1e9, rag.Balanced.AnsweredThreshold()},
	} {
		if got := at(tt.score, tt.query, tt.size); math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("%s: confidence %.4f, want %.4f", tt.name, got, tt.want)
		}
	}
	for chunks, last := 1, 1.; chunks < 1e6; chunks *= 2 {
		p := at(2.1, short, chunks)
		if p > last {
			t.Errorf("confidence is greater with %d chunks than with half as many", chunks)
		}
		last = p
	}
}
