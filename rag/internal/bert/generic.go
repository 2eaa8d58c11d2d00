package bert

import "math"

// genericKernel is plain Go. The other kernels are tested against it.
var genericKernel = kernel{
	name: "generic", tile: 1, span: panel,
	quantize:  quantizeGeneric,
	product:   productGeneric,
	multiply:  multiplyGeneric,
	softmax:   softmaxGeneric,
	gelu:      geluGeneric,
	normalize: normalizeGeneric,
}

func quantizeGeneric(q []uint8, r *row, x []float32, levels float32) {
	e := extremes{inf, inf, -inf, -inf}
	for _, v := range x {
		e.least2 = min(e.least2, max(e.least, v))
		e.least = min(e.least, v)
		e.most2 = max(e.most2, min(e.most, v))
		e.most = max(e.most, v)
	}
	r.set(e, levels)
	scale := levels / max(e.most2-e.least2, 1e-30)
	for i, v := range x {
		q[i] = uint8(math.RoundToEven(float64(min(max((v-r.low)*scale, 0), levels))))
	}
	r.find(q, x, levels)
}

var inf = float32(math.Inf(1))

func productGeneric(out []float32, stride int, in []uint8, rows []row, n int, m *matrix, first int) {
	w := m.w[first*m.rows:][:panel*m.rows]
	for i := range n {
		var acc [panel]int32
		for k := 0; k < m.rows; k += 4 {
			a := (*[4]uint8)(in[i*m.rows+k:])
			a0, a1, a2, a3 := int32(a[0]), int32(a[1]), int32(a[2]), int32(a[3])
			group := (*[4 * panel]int8)(w[k*panel:])
			for c := range acc {
				acc[c] += a0*int32(group[4*c]) + a1*int32(group[4*c+1]) + a2*int32(group[4*c+2]) + a3*int32(group[4*c+3])
			}
		}
		r := &rows[i]
		below, above := w[r.belowAt:], w[r.aboveAt:]
		for c, a := range acc {
			y := r.step*float32(a) + r.low*m.sum[first+c]
			y += r.below*float32(below[4*c]) + r.above*float32(above[4*c])
			out[i*stride+first+c] = y*m.scale[first+c] + m.bias[first+c]
		}
	}
}

func multiplyGeneric(c []float32, _ int, a []float32, _ int, b []float32, bStride, k, columns int, scale []float32) {
	c = c[:columns]
	clear(c)
	for i, v := range a[:k] {
		for j, w := range b[i*bStride:][:columns] {
			c[j] += v * w
		}
	}
	for j := range c {
		c[j] *= scale[0]
	}
}

func softmaxGeneric(s []float32, n, _ int, sums []float32) {
	var top, sum float32 = s[0], 0
	for _, v := range s[:n] {
		top = max(top, v)
	}
	for i, v := range s[:n] {
		s[i] = float32(math.Exp(float64(v - top)))
		sum += s[i]
	}
	sums[0] = 1 / sum
}

func geluGeneric(x []float32) {
	for i, v := range x {
		x[i] = float32(float64(v) / 2 * (1 + math.Erf(float64(v)/math.Sqrt2)))
	}
}

func normalizeGeneric(x, y []float32, n *normalizer) {
	var sum, squares float32
	for i := range x {
		x[i] += y[i]
		sum += x[i]
	}
	mean := sum / hidden
	for i := range x {
		x[i] -= mean
		squares += x[i] * x[i]
	}
	scale := 1 / float32(math.Sqrt(float64(squares/hidden+epsilon)))
	for i := range x {
		x[i] = x[i]*scale*n.gain[i] + n.bias[i]
	}
}

const epsilon = 1e-12 // added to the variance in BERT's layer normalization
