package eval_test

import (
	"context"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"footnote/prompts"
	"footnote/rag"
	"footnote/rag/eval"
)

// alwaysSure is an embedder that gives every text the same vector, so that
// every question is answered.
type alwaysSure struct{}

func (alwaysSure) Name() string { return "same vector" }
func (alwaysSure) EmbedDocuments(_ context.Context, texts []string) ([][]float32, error) {
	all := make([][]float32, len(texts))
	for i := range all {
		all[i] = []float32{1, 0}
	}
	return all, nil
}
func (alwaysSure) EmbedQuery(context.Context, string) ([]float32, error) { return []float32{1, 0}, nil }

// TestJudge checks the judge's metrics, and that a second run asks for no verdict
// again.
func TestJudge(t *testing.T) {
	t.Parallel()
	s, err := eval.Load(folder(t, corpus, queries, qrels))
	if err != nil {
		t.Fatal(err)
	}
	store := open(t, s, alwaysSure{})
	path := filepath.Join(t.TempDir(), "judge.jsonl")
	var asked atomic.Int32
	judged := func() eval.Result {
		j, err := eval.OpenJudge("test", path, func(_ context.Context, p prompts.Prompt) (string, error) {
			asked.Add(1)
			if strings.Contains(p.User, "right answer") {
				return "<think>No, or is it?</think> Yes, it does.", nil
			}
			return "Not surely.", nil
		})
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		results, err := eval.Runner{Store: store, Embedder: alwaysSure{}, Answers: true, Judge: j}.Run(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if results[0].Verdict == rag.Refused {
			t.Fatal("the question was refused, so there is nothing to judge")
		}
		return results[0]
	}
	first := judged()
	if first.Metrics["judge_correct"] != 1 || first.Metrics["judge_supported"] != 0 || first.Metrics["judge_clear"] != 1./2 {
		t.Errorf("the judge's metrics are wrong: %v", first.Metrics)
	}
	n := asked.Load()
	if again := judged(); again.Metrics["judge_correct"] != 1 || asked.Load() != n || n == 0 {
		t.Errorf("the judge was asked %d times and %d more in the second run, want 0 more", n, asked.Load()-n)
	}
}
