package retrieve

import (
	"math"
	"testing"

	"footnote/rag"
)

// TestConfidence checks the confidence at the thresholds: in large and small
// stores, and for long questions.
func TestConfidence(t *testing.T) {
	t.Parallel()
	nearest, answered := rag.Balanced.NearestThreshold(), rag.Balanced.AnsweredThreshold()
	for read, x := range map[bool]thresholds{false: byVectors, true: byReading} {
		at := func(score float64, words, chunks int) float64 {
			return Evidence{Read: read, Score: score}.Confidence(words, chunks)
		}
		for _, tt := range []struct {
			name          string
			score         float64
			words, chunks int
			want          float64
		}{
			{"nearest in a large store", x.nearest, 4, 1e9, nearest},
			{"answered in a large store", x.answered, 4, 1e9, answered},
			{"nearest in the sample", x.nearest - x.nearestFew/8, 4, 8, nearest},
			{"answered in a store of one chunk", x.answered - x.answeredFew/8, 4, 1, answered},
			{"nearest for a long question", x.nearest - 10*x.nearestLong, 40, 1e9, nearest},
			{"answered for a long question", x.answered - 10*x.answeredLong, 40, 1e9, answered},
		} {
			if got := at(tt.score, tt.words, tt.chunks); math.Abs(got-tt.want) > 1e-6 {
				t.Errorf("read %v: %s: confidence %.4f, want %.4f", read, tt.name, got, tt.want)
			}
		}
		for _, score := range []float64{x.nearest - 5*x.nearestFew/8, x.nearest, (x.nearest + x.answered) / 2} {
			for chunks, last := 1, 1.; chunks < 1e6; chunks *= 2 {
				p := at(score, 4, chunks)
				if p > last {
					t.Errorf("read %v: for a score of %.2f, confidence is greater with %d chunks than with half as many", read, score, chunks)
				}
				last = p
			}
		}
	}
}
