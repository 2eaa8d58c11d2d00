package bert

// assembly is a kernel's functions in the form the assembler sees: pointers,
// sizes, and strides in elements. internal/asm generates and documents them.
type assembly struct {
	product   func(out *float32, stride int, in *uint8, rows *row, n int, w *int8, k int, scale, bias, sum *float32)
	multiply  func(c *float32, cStride int, a *float32, aStride int, b *float32, bStride, k, columns int, scale *float32)
	quantize  func(q *uint8, x *float32, n int, levels float64, e *extremes)
	softmax   func(s *float32, columns, rows int, extra float64, sums *float32)
	gelu      func(x *float32, n int)
	normalize func(x, y, gain, bias *float32)
}

func (a assembly) kernel(name string, tile, span int) *kernel {
	return &kernel{
		name: name, tile: tile, span: span,
		quantize: func(q []uint8, r *row, x []float32, levels float32) {
			a.quantize(&q[0], &x[0], len(x), float64(levels), &r.extremes)
			r.set(r.extremes, levels)
			r.find(q, x, levels)
		},
		product: func(out []float32, stride int, in []uint8, rows []row, n int, m *matrix, first int) {
			a.product(&out[first], stride, &in[0], &rows[0], n, &m.w[first*m.rows], m.rows,
				&m.scale[first], &m.bias[first], &m.sum[first])
		},
		multiply: func(c []float32, cStride int, x []float32, xStride int, y []float32, yStride, k, columns int, scale []float32) {
			a.multiply(&c[0], cStride, &x[0], xStride, &y[0], yStride, k, columns, &scale[0])
		},
		softmax: func(s []float32, n, columns int, sums []float32) {
			a.softmax(&s[0], columns, tile, float64(columns-n), &sums[0])
		},
		gelu:      func(x []float32) { a.gelu(&x[0], len(x)) },
		normalize: func(x, y []float32, n *normalizer) { a.normalize(&x[0], &y[0], &n.gain[0], &n.bias[0]) },
	}
}
