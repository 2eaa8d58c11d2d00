package main

import (
	"math"
	"math/rand/v2"
	"testing"

	"footnote/rag/retrieve"
)

// TestChoose checks that choose finds the weights that candidates were drawn with.
func TestChoose(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	want := logit{2, -1, 0}
	var all []choice
	for range 4000 {
		c := choice{weight: 1, right: make([]bool, 6)}
		sum, p := 0., make([]float64, 6)
		for k := range p {
			c.x = append(c.x, []float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()})
			p[k] = math.Exp(want.score(c.x[k]))
			sum += p[k]
		}
		at := r.Float64() * sum
		for k := range p {
			if at -= p[k]; at < 0 {
				c.right[k] = true
				break
			}
		}
		all = append(all, c)
	}
	for i, got := range choose(all) {
		if math.Abs(got-want[i]) > .1 {
			t.Errorf("weight %d is %.2f, want %.2f", i, got, want[i])
		}
	}
}

func TestThresholds(t *testing.T) {
	t.Parallel()
	var all []observation
	for i := range 100 {
		q := observation{Answerable: true}
		q.Why.Evidence = retrieve.Evidence{Score: float64(99-i) / 100}
		all = append(all, q, observation{})
	}
	m := fitThresholds(func(q observation) float64 { return q.Why.Evidence.Score }, all)
	if want := (thresholds{.02, .18}); m != want {
		t.Errorf("thresholds %v, want %v", m, want)
	}
	for score, want := range map[float64]float64{m.nearest: nearestFrom, m.answered: answeredFrom} {
		if got := m.confidence(score); math.Abs(got-want) > 1e-9 {
			t.Errorf("a score of %v is a confidence of %v, want %v", score, got, want)
		}
	}
}
