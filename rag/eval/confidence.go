package eval

import (
	"math"
	"slices"
)

// AUROC returns the area under the ROC curve: the probability that a random
// value of yes is greater than a random value of no, where a tie counts half
// (Hanley and McNeil 1982). It returns 0 if yes or no is empty.
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
	question   int // index of the question
}

// inOrder sorts by confidence, lowest first, in place.
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

// auroc returns the area under the ROC curve of sorted confidences. Each
// question counts weight times. It returns 0 if all that count are right, or
// none is.
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

// Bins is the number of bins of equal width in a reliability table.
const Bins = 10

// Bin is one row of a reliability table: the questions whose confidence is in
// [From, To). The last bin includes To.
type Bin struct {
	From       float64 `json:"from"`
	To         float64 `json:"to"`
	N          int     `json:"n"`
	Confidence float64 `json:"confidence"` // mean; 0 if N is 0
	Answerable float64 `json:"answerable"` // share of answerable questions; 0 if N is 0
}

// Reliability returns the reliability table of confidences. right[i] says
// whether the question with confidence[i] is answerable.
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

// ECE returns the expected calibration error of a reliability table (Guo et al.
// 2017): the distance between mean confidence and share of answerable questions,
// averaged over the bins by their number of questions. It returns 0 if there are
// no questions.
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

// bin returns the index of the bin of a confidence.
func bin(confidence float64) int { return max(0, min(Bins-1, int(confidence*Bins))) }

// ece returns the expected calibration error of confidences. Each question
// counts weight times.
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
