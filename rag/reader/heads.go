package reader

import (
	"math"
	"sort"

	"footnote/rag"
	"footnote/rag/internal/bert"
)

// head turns the vector of [CLS] into a logit: BERT's pooler, a linear layer
// and tanh, and a second linear layer with one output.
type head struct {
	pool     []float32 // Hidden outputs by Hidden inputs
	poolBias []float32
	out      []float32
	bias     float32
}

const headSize = bert.Hidden*bert.Hidden + 2*bert.Hidden + 1 // numbers of a head in the weights file

// newHead takes the numbers of a head in the order of its fields.
func newHead(v []float32) head {
	const square = bert.Hidden * bert.Hidden
	return head{
		pool:     v[:square],
		poolBias: v[square:][:bert.Hidden],
		out:      v[square+bert.Hidden:][:bert.Hidden],
		bias:     v[headSize-1],
	}
}

// logit uses the first Hidden numbers of x.
func (h *head) logit(x []float32) float64 {
	sum := float64(h.bias)
	for i, out := range h.out {
		y := dot(h.pool[i*bert.Hidden:][:bert.Hidden], x) + h.poolBias[i]
		sum += float64(out) * math.Tanh(float64(y))
	}
	return sum
}

// spanHead turns the vector of each token into two logits, that an answer
// starts there and that it ends there. It has no biases: a span's score is a
// difference, in which they cancel.
type spanHead struct{ start, end []float32 }

const spanSize = 2 * bert.Hidden // numbers of the spanHead in the weights file

func newSpanHead(v []float32) spanHead {
	return spanHead{start: v[:bert.Hidden], end: v[bert.Hidden:]}
}

// maxAnswer is the most tokens of a span.
const maxAnswer = 30

// find returns for each sentence of the window's passage the best span in it; the
// zero Span if no token of the sentence is in the window. A token that is only
// partly in a sentence does not count. x holds the vectors of the window's
// sequence.
func (h *spanHead) find(x []float32, w *window, p rag.Passage) []rag.Span {
	token := func(i int) []float32 { return x[i*bert.Hidden:][:bert.Hidden] }
	none := dot(h.start, token(0)) + dot(h.end, token(0))
	var starts, ends [maxPair]float32
	for i := range w.tokens {
		v := token(w.at(i))
		starts[i], ends[i] = dot(h.start, v), dot(h.end, v)
	}
	spans := make([]rag.Span, len(p.Sentences))
	for n, s := range p.Sentences {
		from := sort.Search(len(w.tokens), func(i int) bool { return p.Start+w.tokens[i].Start >= s.Start })
		to := sort.Search(len(w.tokens), func(i int) bool { return p.Start+w.tokens[i].End > s.End })
		first, last, most := -1, -1, float32(math.Inf(-1))
		for i := from; i < to; i++ {
			for j := i; j < min(to, i+maxAnswer); j++ {
				if v := starts[i] + ends[j]; v > most {
					first, last, most = i, j, v
				}
			}
		}
		if first >= 0 {
			spans[n] = rag.Span{Start: p.Start + w.tokens[first].Start, End: p.Start + w.tokens[last].End, Score: float64(most - none)}
		}
	}
	return spans
}

// dot returns the inner product of a and the beginning of b. len(a) is a
// multiple of four.
func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	for i := 0; i+3 < len(a) && i+3 < len(b); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	return (s0 + s1) + (s2 + s3)
}
