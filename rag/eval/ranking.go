package eval

import (
	"math"
	"slices"
)

// The metrics of rankings take the ids found, best first, without duplicates,
// and how relevant each relevant id is, above 0. They return 0 if nothing is
// relevant. A golden file checks that they equal trec_eval's metrics.

// NDCG returns the normalised discounted cumulative gain of the first k (Järvelin
// and Kekäläinen 2002). The gain is the relevance itself, not a power of two, as
// in trec_eval's ndcg_cut_k.
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

// Recall returns the share of the relevant ids that are among the first k.
func Recall(ranked []string, relevant map[string]int, k int) float64 {
	if len(relevant) == 0 {
		return 0
	}
	return float64(found(ranked, relevant, k)) / float64(len(relevant))
}

// Precision returns the number of relevant ids among the first k, divided by k,
// even if fewer than k ids were found.
func Precision(ranked []string, relevant map[string]int, k int) float64 {
	return float64(found(ranked, relevant, k)) / float64(k)
}

// Hit returns 1 if a relevant id is among the first k, else 0 (trec_eval's
// success_k).
func Hit(ranked []string, relevant map[string]int, k int) float64 {
	if found(ranked, relevant, k) > 0 {
		return 1
	}
	return 0
}

// MRR returns 1 divided by the rank of the first relevant id, or 0 if it is not
// among the first k (Voorhees 1999). Its mean over questions is the mean
// reciprocal rank.
func MRR(ranked []string, relevant map[string]int, k int) float64 {
	for i, id := range ranked[:min(k, len(ranked))] {
		if relevant[id] > 0 {
			return 1 / float64(i+1)
		}
	}
	return 0
}

// MAP returns the average precision of the first k: the sum of the precision at
// the rank of each relevant id, divided by the number of relevant ids
// (trec_eval's map_cut_k). Its mean over questions is the mean average precision.
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

// found returns the number of relevant ids among the first k.
func found(ranked []string, relevant map[string]int, k int) int {
	n := 0
	for _, id := range ranked[:min(k, len(ranked))] {
		if relevant[id] > 0 {
			n++
		}
	}
	return n
}
