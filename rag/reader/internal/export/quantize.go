package main

import (
	"fmt"
	"math"
	"slices"

	"footnote/rag/internal/pack"
)

const (
	most      = 64  // the largest magnitude of a weight
	minLevels = 113 // the fewest levels of the activations that weights must allow
)

// quantizeMatrix rounds the weights of a linear layer, columns by rows as in the
// checkpoint. Each column has its own scale.
func quantizeMatrix(w, bias []float32, rows int, l *loss) pack.Part {
	columns := len(bias)
	p := pack.Part{Weights: make([]int8, len(w)), Scale: make([]float32, columns), Bias: bias}
	for c := range columns {
		column, scale := quantizeColumn(w[c*rows:][:rows])
		p.Scale[c] = scale
		for r, q := range column {
			p.Weights[r*columns+c] = q
			l.add(w[c*rows+r], scale*float32(q))
		}
	}
	return p
}

// quantizeColumn returns integers within ±most and the scale that makes their
// products close to x. The scale is the smallest that clips nothing and allows
// minLevels levels of the activations. A smaller one, which clips the largest
// numbers and rounds the others better, gives no better logits.
func quantizeColumn(x []float32) (q []int8, scale float32) {
	for _, v := range x {
		scale = max(scale, float32(math.Abs(float64(v)))/most)
	}
	q = make([]int8, len(x))
	if scale == 0 {
		return q, 0
	}
	for ; ; scale *= 1.02 {
		for i, v := range x {
			q[i] = int8(max(-most, min(most, math.RoundToEven(float64(v/scale)))))
		}
		if pack.Levels(pack.PartialBound(q)) >= minLevels {
			return q, scale
		}
	}
}

// quantizeTable rounds a table of embeddings to 256 steps between its least and
// its largest number. Its entries are scale·(entry − z) for some z. The z that
// the file means, 128, differs from it, but that adds the same number to all
// numbers of a token, and the normalization that follows takes it away.
func quantizeTable(x []float32, l *loss) (entries []uint8, scale float32) {
	low, high := slices.Min(x), slices.Max(x)
	scale = (high - low) / 255
	if scale == 0 {
		return make([]uint8, len(x)), 0
	}
	entries = make([]uint8, len(x))
	zero := math.RoundToEven(float64(-low / scale))
	for i, v := range x {
		q := max(0, min(255, math.RoundToEven(float64(v/scale))+zero))
		entries[i] = uint8(q)
		l.add(v, scale*float32(q-zero))
	}
	return entries, scale
}

// loss is the error of rounding, summed over all weights.
type loss struct{ errors, squares float64 }

func (l *loss) add(want, got float32) {
	d := float64(want - got)
	l.errors += d * d
	l.squares += float64(want) * float64(want)
}

// String returns the error in per cent of the weights, both as root mean
// squares.
func (l *loss) String() string {
	return fmt.Sprintf("rounding error %.2f %%", 100*math.Sqrt(l.errors/l.squares))
}
