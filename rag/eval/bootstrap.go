package eval

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
)

// Estimate is the mean of a metric over the questions that it applies to, with
// its 95 % interval by the percentile bootstrap over questions (Efron and
// Tibshirani 1993, chapter 13). If all questions have the same value, both ends
// of the interval are that value.
type Estimate struct {
	Mean float64 `json:"mean"`
	Lo   float64 `json:"lo"`
	Hi   float64 `json:"hi"`
	N    int     `json:"n"` // questions
}

// Seed is the random seed of samples, intervals and tests.
const Seed = 1

// statistic is a number computed from a sample of questions. Question i is in
// the sample weight[i] times. ok is false if the number is undefined for the
// sample.
type statistic interface {
	at(weight []float64) (value float64, ok bool)
}

// mean is the mean of a metric over the questions that have it.
type mean struct {
	questions []int
	values    []float64
}

func (m *mean) add(question int, value float64) {
	m.questions, m.values = append(m.questions, question), append(m.values, value)
}

func (m *mean) at(weight []float64) (float64, bool) {
	sum, n := 0., 0.
	for i, q := range m.questions {
		sum += weight[q] * m.values[i]
		n += weight[q]
	}
	return sum / n, n > 0
}

// confidences is a statistic of all confidences, lowest first.
type confidences struct {
	all []judged
	of  func([]judged, []float64) float64
}

func (c confidences) at(weight []float64) (float64, bool) { return c.of(c.all, weight), len(c.all) > 0 }

// resample returns the values of each statistic in random samples of n
// questions, drawn with replacement. Samples in which a statistic is undefined
// are left out. Every statistic and every call sees the same samples: sample i
// is drawn by a PCG generator seeded with Seed and i.
func resample(n, samples int, of []statistic) [][]float64 {
	values := make([][]float64, len(of))
	for i := range values {
		values[i] = make([]float64, samples)
	}
	workers := runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			weight := make([]float64, n)
			for s := w; s < samples; s += workers {
				clear(weight)
				draw := rand.New(rand.NewPCG(Seed, uint64(s)))
				for range n {
					weight[draw.IntN(n)]++
				}
				for i, x := range of {
					v, ok := x.at(weight)
					if !ok {
						v = math.NaN()
					}
					values[i][s] = v
				}
			}
		})
	}
	all.Wait()
	for i := range values {
		values[i] = slices.DeleteFunc(values[i], math.IsNaN)
	}
	return values
}

// interval returns the range of the middle 95 % of values, 0 and 0 for none. It
// sorts values.
func interval(values []float64) (lo, hi float64) {
	if len(values) == 0 {
		return 0, 0
	}
	slices.Sort(values)
	return quantile(values, .025), quantile(values, .975)
}

// quantile returns the quantile q, 0 to 1, of sorted values. It interpolates
// linearly between neighbours, and returns 0 for no values.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
