package eval_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/eval/page"
)

// made returns a run with one question for each value of hit@1.
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
		"unclear": {half, little, "Cannot tell with 200 questions. The closest to a difference is", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := eval.Compare(made("x", c.old...), made("x", c.new...))
			if err != nil {
				t.Fatal(err)
			}
			if v := got.Verdict(); !strings.HasPrefix(v, c.verdict) {
				t.Errorf("verdict %q, want one that begins with %q", v, c.verdict)
			}
			if len(got.Flips) != c.flips {
				t.Errorf("%d flips, want %d", len(got.Flips), c.flips)
			}
		})
	}
	if _, err := eval.Compare(made("x", 1), made("y", 1)); !errors.Is(err, eval.ErrDifferentSets) {
		t.Errorf("comparing runs of two sets returned error %v, want ErrDifferentSets", err)
	}
}

// TestMcNemar checks the exact p-value of discordant pairs, computed by hand: for
// 9 of 10 in one direction it is 2(1+10)/1024.
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
	// With two metrics, Holm's method doubles the smaller p-value, and the larger
	// one must not end up below it.
	if a, b := c.Changes[0], c.Changes[1]; math.Max(a.Holm, b.Holm) < math.Max(a.P, b.P) || math.Min(a.Holm, b.Holm) != math.Min(1, 2*math.Min(a.P, b.P)) {
		t.Errorf("Holm's method corrected %v and %v to %v and %v", a.P, b.P, a.Holm, b.Holm)
	}
}

// TestIntervalCovers checks that about 95 of 100 intervals contain the true mean.
func TestIntervalCovers(t *testing.T) {
	t.Parallel()
	covered := 0
	const runs = 100
	for seed := range runs {
		x := uint64(seed + 1)
		r := made("x", repeat(100, func(int) float64 { // xorshift; 3 of 10 values are 1
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
		t.Errorf("only %d of %d intervals contain the true mean", covered, runs)
	}
}

// TestPageKeepsText checks that text of articles and models can't become markup
// of the page.
func TestPageKeepsText(t *testing.T) {
	t.Parallel()
	hostile := `</script><script>alert(1)</script><img src=x onerror=alert(1)>`
	r := made("x", 1, 0, 1)
	for i := range r.Questions {
		q := &r.Questions[i]
		q.Question, q.Answer, q.Verdict, q.Kind, q.Confidence = hostile, hostile, rag.Answered, hostile+strconv.Itoa(i), .5
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
		t.Errorf("text became markup: the page has %d scripts, want 2", strings.Count(s, "<script"))
	}
	if got := strings.Count(b.String(), "<svg"); got != 4 {
		t.Errorf("the page has %d figures, want 4: recall, reliability, risk and question types", got)
	}
}

func TestKappa(t *testing.T) {
	t.Parallel()
	// Computed by hand: both say yes 20 times and no 15 times, and they differ 5
	// and 10 times. So 35 of 50 agree; by chance (25·30 + 25·20) / 50² = 1/2 would.
	var a, b []bool
	for _, c := range []struct {
		a, b bool
		n    int
	}{{true, true, 20}, {true, false, 5}, {false, true, 10}, {false, false, 15}} {
		for range c.n {
			a, b = append(a, c.a), append(b, c.b)
		}
	}
	if got := eval.Kappa(a, b); math.Abs(got-.4) > 1e-12 {
		t.Errorf("kappa is %v, want 0.4", got)
	}
	if got := eval.Kappa([]bool{true}, []bool{true}); got != 1 {
		t.Errorf("kappa of one question on which both agree is %v, want 1", got)
	}
}

// TestWords checks the metrics of answers against values computed by hand.
func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer       string
		right        []string
		em, f1, roug float64
	}{
		{"The Black Sea.", []string{"black sea"}, 1, 1, 1},
		{"sea black", []string{"black sea"}, 0, 1, .5},
		{"It flows to the Black Sea", []string{"Baltic", "the Black Sea"}, 0, 4. / 7, 4. / 7},
		{"", []string{"Black Sea"}, 0, 0, 0},
	} {
		got := []float64{eval.ExactMatch(c.answer, c.right), eval.F1(c.answer, c.right), eval.ROUGEL(c.answer, c.right)}
		for i, want := range []float64{c.em, c.f1, c.roug} {
			if math.Abs(got[i]-want) > 1e-12 {
				t.Errorf("%q: metric %d is %v, want %v", c.answer, i, got[i], want)
			}
		}
	}
}

// TestECE checks the calibration error and the reliability table against values
// computed by hand.
func TestECE(t *testing.T) {
	t.Parallel()
	bins := eval.Reliability([]float64{.95, 1, .05, .05}, []bool{true, true, false, true})
	if b := bins[9]; b.N != 2 || b.Answerable != 1 || math.Abs(b.Confidence-.975) > 1e-12 {
		t.Errorf("the last bin is %+v", b)
	}
	if got, want := eval.ECE(bins), (2*.025+2*.45)/4; math.Abs(got-want) > 1e-12 {
		t.Errorf("ECE is %v, want %v", got, want)
	}
}

func TestRequirements(t *testing.T) {
	t.Parallel()
	r := eval.Run{Set: "s", Metrics: map[string]eval.Estimate{"ndcg@10": {Mean: .9, Lo: .86, Hi: .94, N: 9}, "ece": {Mean: .04, Lo: .02, Hi: .06, N: 9}}}
	for text, want := range map[string]bool{
		"ndcg@10>=0.86": true, "ndcg@10>=0.87": false, "ece<=0.06": true, "ece<=0.05": false, "f1>=0": false,
	} {
		q, err := eval.ParseRequirements(text)
		if err != nil {
			t.Fatal(err)
		}
		if met := q[0].Shortfall(r) == ""; met != want {
			t.Errorf("requirement %s met: %v, want %v", text, met, want)
		}
	}
}
