package eval

import "math"

// NDCG is the normalised discounted cumulative gain of the first k of ranked
// ids (Järvelin and Kekäläinen 2002), with the gain itself, not a power of
// two, as trec_eval has it. 0 if nothing is relevant.
func NDCG(ranked []string, relevant map[string]int, k int) float64 {
	gain := 0.
	for i, id := range ranked[:min(k, len(ranked))] {
		gain += float64(relevant[id]) / math.Log2(float64(i)+2)
	}
	var ideal []int
	for _, g := range relevant {
		ideal = append(ideal, g)
	}
	best := 0.
	for i, g := range sorted(ideal)[:min(k, len(ideal))] {
		best += float64(g) / math.Log2(float64(i)+2)
	}
	if best == 0 {
		return 0
	}
	return gain / best
}

// Recall is the share of the relevant ids that are among the first k. 0 if
// nothing is relevant.
func Recall(ranked []string, relevant map[string]int, k int) float64 {
	if len(relevant) == 0 {
		return 0
	}
	n := 0
	for _, id := range ranked[:min(k, len(ranked))] {
		if relevant[id] > 0 {
			n++
		}
	}
	return float64(n) / float64(len(relevant))
}

// MRR is one divided by the place of the first relevant id, if it is among the
// first k, else 0.
func MRR(ranked []string, relevant map[string]int, k int) float64 {
	for i, id := range ranked[:min(k, len(ranked))] {
		if relevant[id] > 0 {
			return 1 / float64(i+1)
		}
	}
	return 0
}
