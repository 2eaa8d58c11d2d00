package eval_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/eval/page"
)

// made is a run whose questions have the hit@1 of each value.
func made(hash string, values ...float64) eval.Run {
	var results []eval.Result
	for i, v := range values {
		results = append(results, eval.Result{
			ID: fmt.Sprint("q", i), Question: fmt.Sprintf("Question %d?", i), Answerable: true, Relevant: map[string]int{"a": 1}, Ranked: []string{"b", "a"},
			Metrics: map[string]float64{"hit@1": v, "ndcg@10": v / 2},
		})
	}
	return eval.Summarize("made", eval.Config{SetHash: hash}, results, 0)
}

func repeat(n int, f func(int) float64) []float64 {
	var all []float64
	for i := range n {
		all = append(all, f(i))
	}
	return all
}

func TestCompare(t *testing.T) {
	t.Parallel()
	half := repeat(200, func(i int) float64 { return float64(i % 2) })
	more := repeat(200, func(i int) float64 { return max(float64(i%2), float64((i/2)%2)) })
	little := append([]float64{1}, half[1:]...)
	for name, c := range map[string]struct {
		old, new []float64
		verdict  string
		flips    int
	}{
		"better":  {half, more, "Better: ndcg@10 0.250 to 0.375, hit@1 0.500 to 0.750.", 50},
		"worse":   {more, half, "Worse: ndcg@10 0.375 to 0.250, hit@1 0.750 to 0.500.", 50},
		"same":    {half, half, "Cannot tell with 200 questions. No metric differs.", 0},
		"unclear": {half, little, "Cannot tell with 200 questions. The nearest to a difference is", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := eval.Compare(made("x", c.old...), made("x", c.new...))
			if err != nil {
				t.Fatal(err)
			}
			if v := got.Verdict(); !strings.HasPrefix(v, c.verdict) {
				t.Errorf("verdict %q", v)
			}
			if len(got.Flips) != c.flips {
				t.Errorf("%d flips, want %d", len(got.Flips), c.flips)
			}
		})
	}
	if _, err := eval.Compare(made("x", 1), made("y", 1)); !errors.Is(err, eval.ErrDifferentSets) {
		t.Errorf("runs of two sets: %v", err)
	}
}

// TestMcNemar holds the exact p of discordant pairs, by hand: of ten, nine one
// way have 2(1+10)/1024.
func TestMcNemar(t *testing.T) {
	t.Parallel()
	old := repeat(40, func(i int) float64 { return float64(i % 2) })
	changed := append([]float64{}, old...)
	for i := range 9 {
		changed[2*i] = 1
	}
	changed[1] = 0
	c, err := eval.Compare(made("x", old...), made("x", changed...))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range c.Changes {
		if x.Metric.Name == "hit@1" && math.Abs(x.P-22./1024) > 1e-9 {
			t.Errorf("p %v, want %v", x.P, 22./1024)
		}
	}
	// Two metrics: Holm doubles the lesser p, and the greater is no less.
	if a, b := c.Changes[0], c.Changes[1]; math.Max(a.Holm, b.Holm) < math.Max(a.P, b.P) || math.Min(a.Holm, b.Holm) != math.Min(1, 2*math.Min(a.P, b.P)) {
		t.Errorf("Holm made %v and %v of %v and %v", a.Holm, b.Holm, a.P, b.P)
	}
}

// TestIntervalCovers holds that 95 % intervals hold the truth about as often.
func TestIntervalCovers(t *testing.T) {
	t.Parallel()
	covered := 0
	const runs = 100
	for seed := range runs {
		x := uint64(seed + 1)
		r := made("x", repeat(100, func(int) float64 { // xorshift: 3 in 10 are 1
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
			if x%10 < 3 {
				return 1
			}
			return 0
		})...)
		if e := r.Metrics["hit@1"]; e.Lo <= .3 && .3 <= e.Hi {
			covered++
		}
	}
	if covered < 88 {
		t.Errorf("%d of %d intervals hold the truth", covered, runs)
	}
}

// TestPageKeepsText holds that what articles and models say does not become
// part of the page.
func TestPageKeepsText(t *testing.T) {
	t.Parallel()
	hostile := `</script><script>alert(1)</script><img src=x onerror=alert(1)>`
	r := made("x", 1, 0, 1)
	for i := range r.Questions {
		q := &r.Questions[i]
		q.Question, q.Answer, q.Verdict, q.Kind, q.Confidence = hostile, hostile, rag.Answered, hostile+fmt.Sprint(i), .5
		q.Passages = []eval.Passage{{Chunk: hostile, Text: hostile}}
		q.Citations = []eval.Citation{{Title: hostile, Quote: hostile}}
	}
	r = eval.Summarize(hostile, r.Config, r.Questions, 0)
	c, err := eval.Compare(r, r)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := page.Write(&b, r, &c); err != nil {
		t.Fatal(err)
	}
	if s := strings.ToLower(b.String()); strings.Contains(s, "<img") || strings.Count(s, "<script") != 2 || strings.Count(s, "</script") != 2 {
		t.Errorf("text got out of its place: %d scripts", strings.Count(s, "<script"))
	}
	if got := strings.Count(b.String(), "<svg"); got != 4 {
		t.Errorf("%d figures, want recall, reliability, risk and types", got)
	}
}
