package eval

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Comparison compares two runs of the same questions, question by question.
type Comparison struct {
	Old, New Run
	Changes  []Change // one for each metric that both runs have, in the order of Metrics
	Flips    []Flip   // questions whose outcome changed, in the order of New
}

// Change is how a metric changed over the questions that have it in both runs.
type Change struct {
	Metric   Metric
	N        int // questions
	Old, New float64
	// Lo and Hi are the 95 % interval of New-Old by the paired bootstrap.
	Lo, Hi float64
	// P is the p-value of the null hypothesis that the metric did not change.
	// Yes/no metrics use McNemar's exact test (McNemar 1947). The others use
	// the paired bootstrap, shifted to no difference (Efron and Tibshirani
	// 1993, chapter 16).
	P float64
	// Holm is P corrected for the number of metrics (Holm 1979).
	Holm float64
	// Needed estimates the number of questions at which a difference of this
	// size would be found with a power of 80 % at a level of 5 %, if this were
	// the only metric tested. It is 0 if there is no difference, or if no single
	// question has the metric.
	Needed int
}

// Flip is a question whose outcome changed.
type Flip struct {
	Old, New Result
	Better   []string // names of the yes/no metrics that improved
	Worse    []string // names of the yes/no metrics that got worse
}

// Level is the significance level: a change whose Holm exceeds it counts as none.
const Level = .05

// testSamples is the number of bootstrap samples of a test. The smallest p-value
// is 1 / (testSamples + 1).
const testSamples = 5000

// ErrDifferentSets is returned, wrapped, for runs that asked different questions.
var ErrDifferentSets = errors.New("two runs of different sets cannot be compared")

// Compare pairs the questions of two runs. The runs must have asked the same
// questions, else the error wraps [ErrDifferentSets].
func Compare(old, new Run) (Comparison, error) {
	if old.Config.SetHash != new.Config.SetHash {
		return Comparison{}, fmt.Errorf("%w: %s (%s) and %s (%s) have different questions", ErrDifferentSets, old.Set, old.Config.SetHash, new.Set, new.Config.SetHash)
	}
	by := map[string]Result{}
	for _, q := range old.Questions {
		by[q.ID] = q
	}
	before := make([]Result, len(new.Questions))
	for i, q := range new.Questions {
		var ok bool
		if before[i], ok = by[q.ID]; !ok {
			return Comparison{}, fmt.Errorf("%w: question %q is only in the new run", ErrDifferentSets, q.ID)
		}
	}
	old.Questions = before
	c := Comparison{Old: old, New: new}
	c.test()
	for i, now := range new.Questions {
		if f := flip(before[i], now); len(f.Better)+len(f.Worse) > 0 {
			c.Flips = append(c.Flips, f)
		}
	}
	return c, nil
}

// test fills in the changes, with their intervals and p-values.
func (c *Comparison) test() {
	olds, news := c.Old.statistics(), c.New.statistics()
	differences := c.differences()
	var of []statistic
	for _, m := range Metrics {
		if olds[m.Name] == nil || news[m.Name] == nil {
			continue
		}
		if m.aggregate {
			of = append(of, difference{olds[m.Name], news[m.Name]})
		} else if d := differences[m.Name]; d != nil {
			of = append(of, d)
		} else {
			continue
		}
		c.Changes = append(c.Changes, Change{Metric: m})
	}
	whole := slices.Repeat([]float64{1}, len(c.New.Questions))
	for i, values := range resample(len(whole), testSamples, of) {
		x := &c.Changes[i]
		seen, _ := of[i].at(whole)
		extreme := 1 // the observed difference counts as a sample (Phipson and Smyth 2010)
		for _, v := range values {
			if math.Abs(v-seen) >= math.Abs(seen)-1e-12 {
				extreme++
			}
		}
		x.P = float64(extreme) / float64(len(values)+1)
		x.Lo, x.Hi = interval(values)
		switch d := of[i].(type) {
		case *mean:
			x.N = len(d.values)
			x.Old, x.New = c.pairedMeans(x.Metric.Name)
			x.Needed = needed(d.values)
			if x.Metric.YesNo {
				x.P = mcnemar(d.values)
			}
		case difference:
			x.N = len(whole)
			x.Old, _ = d.old.at(whole)
			x.New, _ = d.new.at(whole)
		}
	}
	holm(c.Changes)
}

// difference is the difference of a statistic between two runs.
type difference struct{ old, new statistic }

func (d difference) at(weight []float64) (float64, bool) {
	a, okA := d.old.at(weight)
	b, okB := d.new.at(weight)
	return b - a, okA && okB
}

// differences returns the change of each metric for each question that has it in
// both runs.
func (c *Comparison) differences() map[string]*mean {
	all := map[string]*mean{}
	for i, now := range c.New.Questions {
		for name, v := range now.Metrics {
			before, ok := c.Old.Questions[i].Metrics[name]
			if !ok {
				continue
			}
			if all[name] == nil {
				all[name] = &mean{}
			}
			all[name].add(i, v-before)
		}
	}
	return all
}

// pairedMeans returns a metric's two means over the questions that have it in
// both runs.
func (c *Comparison) pairedMeans(name string) (old, new float64) {
	n := 0.
	for i, now := range c.New.Questions {
		a, okA := c.Old.Questions[i].Metrics[name]
		b, okB := now.Metrics[name]
		if okA && okB {
			old, new, n = old+a, new+b, n+1
		}
	}
	return old / n, new / n
}

// mcnemar returns the two-sided exact p-value of the hypothesis that a question
// is as likely to improve as to get worse.
func mcnemar(differences []float64) float64 {
	up, down := 0, 0
	for _, d := range differences {
		switch {
		case d > 0:
			up++
		case d < 0:
			down++
		}
	}
	n := up + down
	tail := 0.
	for k := range min(up, down) + 1 {
		tail += math.Exp(choose(n, k) - float64(n)*math.Ln2)
	}
	return min(1, 2*tail)
}

// choose returns the natural logarithm of the binomial coefficient n over k.
func choose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// needed returns the number of questions that a paired, two-sided test at 5 %
// needs for a power of 80 %, in the normal approximation. The quantiles are
// 1.960 and 0.842. It returns 0 if the mean difference is 0.
func needed(differences []float64) int {
	n, sum := float64(len(differences)), 0.
	for _, d := range differences {
		sum += d
	}
	m := sum / n
	if m == 0 || n < 2 {
		return 0
	}
	square := 0.
	for _, d := range differences {
		square += (d - m) * (d - m)
	}
	z := (1.960 + .842) / m
	return int(math.Ceil(max(2, z*z*square/(n-1))))
}

// holm fills in each change's Holm, which corrects P for the number of changes.
func holm(changes []Change) {
	order := make([]*Change, len(changes))
	for i := range changes {
		order[i] = &changes[i]
	}
	slices.SortStableFunc(order, func(a, b *Change) int {
		switch {
		case a.P < b.P:
			return -1
		case a.P > b.P:
			return 1
		}
		return 0
	})
	least := 0.
	for i, x := range order {
		least = max(least, min(1, x.P*float64(len(order)-i)))
		x.Holm = least
	}
}

// flip returns the yes/no metrics that have another value for a question in the
// new run. Of the metrics of retrieval, only hit@1 and hit@5 count.
func flip(old, new Result) Flip {
	f := Flip{Old: old, New: new}
	for _, name := range slices.Sorted(maps.Keys(new.Metrics)) {
		m, _ := MetricNamed(name)
		before, ok := old.Metrics[name]
		now := new.Metrics[name]
		if !ok || !m.YesNo || before == now || !m.Headline && name != "hit@5" {
			continue
		}
		if m.Better(now, before) {
			f.Better = append(f.Better, name)
		} else {
			f.Worse = append(f.Worse, name)
		}
	}
	return f
}

// Verdict returns a sentence or two that say whether New is better than Old.
func (c Comparison) Verdict() string {
	var better, worse []string
	for _, x := range c.Changes {
		if x.Holm > Level || x.Old == x.New || !x.Metric.Headline {
			continue
		}
		text := fmt.Sprintf("%s %.3f to %.3f", x.Metric.Name, x.Old, x.New)
		if x.Metric.Better(x.New, x.Old) {
			better = append(better, text)
		} else {
			worse = append(worse, text)
		}
	}
	switch {
	case len(better) > 0 && len(worse) > 0:
		return "Some metrics are better, others are worse. Better: " + list(better) + ". Worse: " + list(worse) + "."
	case len(better) > 0:
		return "Better: " + list(better) + "."
	case len(worse) > 0:
		return "Worse: " + list(worse) + "."
	}
	return "Cannot tell with " + count(len(c.New.Questions), "question") + ". " + c.power()
}

// power returns a sentence about the change with the lowest p-value, and how
// many questions would make it significant.
func (c Comparison) power() string {
	var best *Change
	for i := range c.Changes {
		x := &c.Changes[i]
		if x.Metric.Headline && x.Needed > 0 && (best == nil || x.P < best.P) {
			best = x
		}
	}
	if best == nil {
		return "No metric differs."
	}
	return fmt.Sprintf("The closest to a difference is %s (%+.4f). If it is real, about %d questions of this kind would show it.", best.Metric.Name, best.New-best.Old, max(best.Needed, len(c.New.Questions)+1))
}

// list joins up to four parts with commas, and counts the rest.
func list(parts []string) string {
	if len(parts) > 4 {
		parts = append(slices.Clone(parts[:4]), fmt.Sprintf("%d more", len(parts)-4))
	}
	text := ""
	for i, p := range parts {
		if i > 0 {
			text += ", "
		}
		text += p
	}
	return text
}
