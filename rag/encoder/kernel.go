package encoder

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

// A kernel is the arithmetic of the encoder for one kind of processor. All kernels compute the same integers; their
// floating-point results differ by rounding alone.
//
// Matrices are row-major, a stride is the distance between rows in elements. Rows come in tiles of tile rows:
// buffers must hold as many rows as full tiles need, and what stands in the rows past the last is computed but means
// nothing.
type kernel struct {
	name string
	tile int // rows at a time, a divisor of blockRows
	span int // columns of a product at a time, a multiple of panel

	// quantize turns n numbers into activations, see row.
	quantize func(q []uint8, r *row, x []float32, levels float32)

	// product computes columns [first, first+span) of n rows: out = in·m + bias. in has the stride m.rows.
	product func(out []float32, stride int, in []uint8, rows []row, n int, m *matrix, first int)

	// multiply computes c = scale·(a·b) for one tile of rows; a is tile by k, b is k by columns, columns a multiple
	// of 32, and scale holds one number for each row.
	multiply func(c []float32, cStride int, a []float32, aStride int, b []float32, bStride, k, columns int, scale []float32)

	// softmax puts exp(s − maximum of the row) in place of each score s of one tile of rows, and in sums
	// 1 / the sum of the row. columns is a multiple of 32; those from n on must repeat the score of column n−1 and
	// do not count.
	softmax func(s []float32, n, columns int, sums []float32)

	// gelu puts x·Φ(x) in place of each x, Φ being the normal distribution function. len(x) is a multiple of 32.
	gelu func(x []float32)

	// normalize puts the normalised sum of x and y, two rows of hidden numbers, in place of x.
	normalize func(x, y []float32, n *normalizer)
}

// A row says what the activations q of a row stand for. The number at column k is low + step·q[k], except for two:
// BERT's rows have outliers of 20 to 38 times their root mean square, and steps wide enough to reach them would
// blur all the rest. So the smallest and the largest number are left out when step and low are chosen, and what
// they lie below and above is kept beside.
type row struct {
	step, low        float32
	below, above     float32 // to be added to the numbers at the next two columns; 0 where there is no outlier
	belowAt, aboveAt int64   // where in a panel of weights those of the two columns begin, see packed

	extremes
}

// extremes are the two smallest and the two largest numbers of a row.
type extremes struct{ least, least2, most, most2 float32 }

// set chooses low and step.
func (r *row) set(e extremes, levels float32) {
	*r = row{low: e.least2, step: (e.most2 - e.least2) / levels, extremes: e}
}

// find looks up where the outliers are: they have the lowest and the highest activation.
func (r *row) find(q []uint8, x []float32, levels float32) {
	half := r.step / 2 // nearer than that is no outlier
	if d := r.least - r.least2; -d > half {
		r.below, r.belowAt = d, packed(index(q, x, 0, r.least))
	}
	if d := r.most - r.most2; d > half {
		r.above, r.aboveAt = d, packed(index(q, x, uint8(levels), r.most))
	}
}

// index returns where x is v, which is a place where q is a.
func index(q []uint8, x []float32, a uint8, v float32) int {
	for at := 0; ; at++ {
		n := bytes.IndexByte(q[at:], a)
		if n < 0 {
			return 0 // x holds a NaN: there is no right answer
		}
		if at += n; x[at] == v {
			return at
		}
	}
}

// packed returns where in a panel the weight of a row and the first column stands. That of column c is 4c further.
func packed(row int) int64 { return int64(row/4*4*panel + row%4) }

// forceKernel is the environment variable that names the kernel to use.
const forceKernel = "FOOTNOTE_KERNEL"

// chooseKernel returns the fastest kernel that the processor can run, or the one that is forced.
func chooseKernel() (*kernel, error) {
	possible := append(vectorKernels(), &genericKernel)
	forced := os.Getenv(forceKernel)
	if forced == "" {
		return possible[0], nil
	}
	var names []string
	for _, k := range possible {
		if k.name == forced {
			return k, nil
		}
		names = append(names, k.name)
	}
	return nil, fmt.Errorf("%s=%s: this machine can run %s", forceKernel, forced, strings.Join(names, ", "))
}
