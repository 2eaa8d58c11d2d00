package eval

import (
	"testing"

	"footnote/rag"
)

func TestMeasureRepeated(t *testing.T) {
	t.Parallel()
	results := []Result{
		{Answer: "Fish. [1]", Verdict: rag.Answered}, {Answer: "Fish. [1]", Verdict: rag.Nearest}, {Answer: "Frogs. [1]", Verdict: rag.Answered},
		{Answer: "The articles do not say.", Verdict: rag.Refused}, {Answer: "The articles do not say.", Verdict: rag.Refused}, {Error: "timeout"}, {},
	}
	for i := range results {
		results[i].Metrics = map[string]float64{}
	}
	measureRepeated(results)
	for i, want := range []float64{1, 1, 0} {
		if got, ok := results[i].Metrics["repeated"]; !ok || got != want {
			t.Errorf("answer %d: %v, %v, want %v", i, got, ok, want)
		}
	}
	for _, r := range results[3:] {
		if len(r.Metrics) > 0 {
			t.Errorf("%+v is no answer, but has %v", r, r.Metrics)
		}
	}
}

func TestMeasureShort(t *testing.T) {
	t.Parallel()
	q := Question{Answerable: true, Answers: []string{"fish"}}
	for verdict, want := range map[rag.Verdict]bool{rag.Answered: true, rag.Nearest: false, rag.Refused: false} {
		r := Result{Short: "Fish", Verdict: verdict, Metrics: map[string]float64{}}
		measureAnswer(&r, q, []statement{{text: "Otters eat fish."}}, 1)
		em, measured := r.Metrics["short_em_answered"]
		if r.Metrics["short_em"] != 1 || measured != want || want && em != 1 {
			t.Errorf("%s: %v", verdict, r.Metrics)
		}
	}
}
