package eval

import (
	"math"
	"slices"
)

// The metrics of rankings take the ids found, best first and none twice, and
// of each relevant id how relevant it is, above 0. They are 0 where nothing is
// relevant. A golden file holds that they are those of trec_eval.

// NDCG is the normalised discounted cumulative gain of the first k (Järvelin
// and Kekäläinen 2002), with the gain itself, not a power of two, as trec_eval
// has it (ndcg_cut_k).
func NDCG(ranked []string, relevant map[string]int, k int) float64 {
	gain := 0.
	for i, id := range ranked[:min(k, len(ranked))] {
		gain += float64(relevant[id]) / math.Log2(float64(i)+2)
	}
	ideal := make([]int, 0, len(relevant))
	for _, g := range relevant {
		ideal = append(ideal, g)
	}
	slices.Sort(ideal)
	slices.Reverse(ideal)
	best := 0.
	for i, g := range ideal[:min(k, len(ideal))] {
		best += float64(g) / math.Log2(float64(i)+2)
	}
	if best == 0 {
		return 0
	}
	return gain / best
}

// Recall is the share of the relevant ids that are among the first k.
func Recall(ranked []string, relevant map[string]int, k int) float64 {
	if len(relevant) == 0 {
		return 0
	}
	return float64(found(ranked, relevant, k)) / float64(len(relevant))
}

// Precision is the share of the first k places that hold a relevant id; a
// place that is empty holds none.
func Precision(ranked []string, relevant map[string]int, k int) float64 {
	return float64(found(ranked, relevant, k)) / float64(k)
}

// Hit is 1 if a relevant id is among the first k, else 0 (trec_eval's
// success_k).
func Hit(ranked []string, relevant map[string]int, k int) float64 {
	if found(ranked, relevant, k) > 0 {
		return 1
	}
	return 0
}

// MRR is one divided by the place of the first relevant id, if it is among the
// first k, else 0 (Voorhees 1999). Its mean over questions is the mean
// reciprocal rank.
func MRR(ranked []string, relevant map[string]int, k int) float64 {
	for i, id := range ranked[:min(k, len(ranked))] {
		if relevant[id] > 0 {
			return 1 / float64(i+1)
		}
	}
	return 0
}

// MAP is the sum of the precision at the place of each relevant id among the
// first k, divided by the number of relevant ids (trec_eval's map_cut_k). Its
// mean over questions is the mean average precision.
func MAP(ranked []string, relevant map[string]int, k int) float64 {
	if len(relevant) == 0 {
		return 0
	}
	n, sum := 0, 0.
	for i, id := range ranked[:min(k, len(ranked))] {
		if relevant[id] > 0 {
			n++
			sum += float64(n) / float64(i+1)
		}
	}
	return sum / float64(len(relevant))
}

func found(ranked []string, relevant map[string]int, k int) int {
	n := 0
	for _, id := range ranked[:min(k, len(ranked))] {
		if relevant[id] > 0 {
			n++
		}
	}
	return n
}
