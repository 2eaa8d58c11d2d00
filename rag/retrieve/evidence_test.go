package retrieve

import (
	"math"
	"strings"
	"testing"

	"footnote/rag"
	"footnote/rag/text"
)

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
