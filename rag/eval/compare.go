package eval

import (
	"fmt"
	"maps"
	"math"
	"slices"
)

// Comparison is what a change did: New against Old, question by question.
type Comparison struct {
	Old, New Run
	Changes  []Change // of every metric that both have, in the order of Metrics
	Flips    []Flip   // questions whose outcome changed, in their order
}

// Change is how a metric changed over the questions that both runs have it of.
type Change struct {
	Metric   Metric
	N        int // questions
	Old, New float64
	// Lo and Hi are the 95 % interval of New-Old by the paired bootstrap.
	Lo, Hi float64
	// P is the probability of a difference as great if there were none: of a
	// yes/no metric by McNemar's exact test (McNemar 1947), of others by the
	// paired bootstrap shifted to no difference (Efron and Tibshirani 1993,
	// chapter 16), of refusal_auroc and ece likewise.
	P float64
	// Holm is P corrected for the number of metrics (Holm 1979).
	Holm float64
	// Needed is about how many questions would tell a difference as great as
	// the one seen, 80 times in 100 at a level of 5 %, for one metric tested by
	// itself; 0 if none was seen, or the metric is of all questions together.
	Needed int
}

// Flip is a question whose outcome changed.
type Flip struct {
	Old, New Result
	Better   []string // names of the yes/no metrics that improved
	Worse    []string // that got worse
}

// Level is what Holm must not exceed for a change to count as one.
const Level = .05

// testSamples is how many samples a test draws: its least p is one in so many.
const testSamples = 5000

// ErrDifferentSets is returned, wrapped, for runs that asked different questions.
var ErrDifferentSets = fmt.Errorf("two runs of different sets cannot be compared")

// Compare pairs the questions of two runs of one set.
func Compare(old, new Run) (Comparison, error) {
	if old.Config.SetHash != new.Config.SetHash {
		return Comparison{}, fmt.Errorf("%w: the questions of %s (%s) are not those of %s (%s)", ErrDifferentSets, old.Set, old.Config.SetHash, new.Set, new.Config.SetHash)
	}
	by := map[string]Result{}
	for _, q := range old.Questions {
		by[q.ID] = q
	}
	before := make([]Result, len(new.Questions))
	for i, q := range new.Questions {
		var ok bool
		if before[i], ok = by[q.ID]; !ok {
			return Comparison{}, fmt.Errorf("%w: question %q is in one run only", ErrDifferentSets, q.ID)
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

// test fills in the changes.
func (c *Comparison) test() {
	olds, news := c.Old.statistics(), c.New.statistics()
	differences := c.differences()
	var of []statistic
	for _, m := range Metrics {
		if olds[m.Name] == nil || news[m.Name] == nil {
			continue
		}
		if m.whole {
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
		extreme := 1 // of the samples and what was seen (Phipson and Smyth 2010)
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

// difference is a statistic of all questions in two runs.
type difference struct{ old, new statistic }

func (d difference) at(weight []float64) (float64, bool) {
	a, okA := d.old.at(weight)
	b, okB := d.new.at(weight)
	return b - a, okA && okB
}

// differences gives of each metric that of each question that has it twice.
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

// pairedMeans gives a metric's means over the questions that have it twice.
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

// mcnemar is the two-sided exact p of as many questions that got better as got
// worse.
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

// choose is the logarithm of n over k.
func choose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

// needed is how many questions a paired test of their differences needs: the
// normal approximation, at 5 % both sides (1.960) and a power of 80 % (0.842).
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

// holm corrects the p of each change for there being so many.
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

// flip gives the yes/no metrics of which a question has another value now. Of
// those of retrieval only hit@5 and hit@1 count: others say the same again.
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

// Verdict says in a sentence or two whether the change did good.
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
		return "Better in some, worse in others. Better: " + list(better) + ". Worse: " + list(worse) + "."
	case len(better) > 0:
		return "Better: " + list(better) + "."
	case len(worse) > 0:
		return "Worse: " + list(worse) + "."
	}
	return "Cannot tell with " + count(len(c.New.Questions), "question") + ". " + c.power()
}

// power says how many questions would tell the difference that is nearest to
// being told.
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
	return fmt.Sprintf("The nearest to a difference is %s (%+.4f); if it is as great as it looks, about %d questions of this kind would tell.", best.Metric.Name, best.New-best.Old, max(best.Needed, len(c.New.Questions)+1))
}

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
