package eval_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"footnote/rag/eval"
)

// TestTRECEval checks the metrics of rankings against trec_eval's. To make the
// golden file again, run testdata/trec.py.
func TestTRECEval(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/trec.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		ID       string
		Ranked   []string
		Relevant map[string]int
		Want     map[string]float64
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) < 200 {
		t.Errorf("the golden file has %d cases, want at least 200", len(cases))
	}
	metrics := map[string]func([]string, map[string]int) float64{}
	for name, at := range map[string]func([]string, map[string]int, int) float64{
		"ndcg": eval.NDCG, "map": eval.MAP, "mrr": eval.MRR, "hit": eval.Hit, "recall": eval.Recall, "precision": eval.Precision,
	} {
		for cut, k := range map[string]int{"@1": 1, "@5": 5, "@10": 10} {
			metrics[name+cut] = func(ranked []string, relevant map[string]int) float64 { return at(ranked, relevant, k) }
		}
	}
	for _, c := range cases {
		for name, want := range c.Want {
			if got := metrics[name](c.Ranked, c.Relevant); math.Abs(got-want) > 1e-9 {
				t.Errorf("%s: %s is %.12f, but trec_eval has %.12f", c.ID, name, got, want)
			}
		}
	}
}
