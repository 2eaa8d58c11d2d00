package eval

import (
	"math"
	"slices"
)

// AUROC is the probability that one of yes is greater than one of no, ties
// counting half (Hanley and McNeil 1982). 0 if either is empty.
func AUROC(yes, no []float64) float64 {
	var all []judged
	for _, c := range yes {
		all = append(all, judged{c, true, len(all)})
	}
	for _, c := range no {
		all = append(all, judged{c, false, len(all)})
	}
	return auroc(inOrder(all), slices.Repeat([]float64{1}, len(all)))
}

// judged is a confidence and whether it should have been high.
type judged struct {
	confidence float64
	right      bool
	question   int // its place among the questions
}

// inOrder sorts by confidence, least first.
func inOrder(all []judged) []judged {
	slices.SortStableFunc(all, func(a, b judged) int {
		switch {
		case a.confidence < b.confidence:
			return -1
		case a.confidence > b.confidence:
			return 1
		}
		return 0
	})
	return all
}

// auroc is AUROC of confidences in order; weight says how often each question
// counts. It is 0 if one of the two kinds is not there.
func auroc(all []judged, weight []float64) float64 {
	below, yes, wins := 0., 0., 0.
	for i := 0; i < len(all); {
		tiedYes, tiedNo := 0., 0.
		j := i
		for ; j < len(all) && all[j].confidence == all[i].confidence; j++ {
			if all[j].right {
				tiedYes += weight[all[j].question]
			} else {
				tiedNo += weight[all[j].question]
			}
		}
		wins += tiedYes * (below + tiedNo/2)
		below += tiedNo
		yes += tiedYes
		i = j
	}
	if yes == 0 || below == 0 {
		return 0
	}
	return wins / yes / below
}

// Bins is the number of bins that confidences are sorted into, of equal width.
const Bins = 10

// Bin is one row of a reliability table: the questions whose confidence is in
// [From, To), or [From, To] of the last.
type Bin struct {
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	N          int     `json:"n"`
	Confidence float64 `json:"confidence"` // mean; 0 if N is
	Answerable float64 `json:"answerable"` // the share that is; 0 if N is
}

// Reliability sorts confidences into bins; right says of each whether its
// question is answerable.
func Reliability(confidence []float64, right []bool) []Bin {
	bins := make([]Bin, Bins)
	for i := range bins {
		bins[i].From, bins[i].To = float64(i)/Bins, float64(i+1)/Bins
	}
	for i, c := range confidence {
		b := &bins[bin(c)]
		b.N++
		b.Confidence += c
		if right[i] {
			b.Answerable++
		}
	}
	for i := range bins {
		if b := &bins[i]; b.N > 0 {
			b.Confidence /= float64(b.N)
			b.Answerable /= float64(b.N)
		}
	}
	return bins
}

// ECE is the expected calibration error of a reliability table (Guo et al.
// 2017): the mean distance of confidence and truth, weighted by questions.
func ECE(bins []Bin) float64 {
	n, sum := 0, 0.
	for _, b := range bins {
		n += b.N
		sum += float64(b.N) * math.Abs(b.Confidence-b.Answerable)
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func bin(confidence float64) int { return max(0, min(Bins-1, int(confidence*Bins))) }

// ece is ECE of confidences; weight says how often each question counts.
func ece(all []judged, weight []float64) float64 {
	var confidence, right [Bins]float64
	n := 0.
	for _, x := range all {
		b, w := bin(x.confidence), weight[x.question]
		confidence[b] += w * x.confidence
		if x.right {
			right[b] += w
		}
		n += w
	}
	sum := 0.
	for b := range Bins {
		sum += math.Abs(confidence[b] - right[b])
	}
	if n == 0 {
		return 0
	}
	return sum / n
}
