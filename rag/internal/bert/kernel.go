package bert

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

// kernel is the arithmetic of a model for one kind of processor. All
// kernels compute the same integers. Their floating-point results differ only
// by rounding.
//
// Matrices are row-major. A stride is the distance between rows in elements.
// Rows come in tiles of tile rows. Buffers must have room for full tiles; rows
// after the last one are computed but have no meaning.
type kernel struct {
	name string
	tile int // rows at a time, a divisor of blockRows
	span int // columns of a product at a time, a multiple of panel

	// quantize turns numbers into activations, see row.
	quantize func(q []uint8, r *row, x []float32, levels float32)

	// product computes columns [first, first+span) of n rows: out = in·m +
	// bias. in has the stride m.rows.
	product func(out []float32, stride int, in []uint8, rows []row, n int, m *matrix, first int)

	// multiply computes c = scale·(a·b) for one tile of rows. a is tile by k, b
	// is k by columns, and columns is a multiple of 32. scale holds one number
	// for each row.
	multiply func(c []float32, cStride int, a []float32, aStride int, b []float32, bStride, k, columns int, scale []float32)

	// softmax replaces each score s of one tile of rows by exp(s − maximum of
	// the row), and sets sums to 1 / the sum of each row. columns is a multiple
	// of 32. Scores from n on must repeat the score of column n−1; they do not
	// count.
	softmax func(s []float32, n, columns int, sums []float32)

	// gelu replaces each x by x·Φ(x), where Φ is the normal distribution
	// function. len(x) is a multiple of 32.
	gelu func(x []float32)

	// normalize replaces x by the normalized sum of x and y, two rows of hidden
	// numbers.
	normalize func(x, y []float32, n *normalizer)
}

// row says which numbers the activations q of a row stand for. The number at
// column k is low + step·q[k], except for two: BERT's rows have outliers far
// beyond the other numbers, and steps wide enough for them would make the rest
// too coarse. So step and low ignore the smallest and the largest number. Their
// distances below and above the range are kept separately.
type row struct {
	step, low        float32
	below, above     float32 // added to the numbers at the next two columns; 0: no outlier
	belowAt, aboveAt int64   // where the weights of these two columns begin in a panel, see packed

	extremes
}

// extremes are the two smallest and the two largest numbers of a row.
type extremes struct{ least, least2, most, most2 float32 }

// set chooses low and step.
func (r *row) set(e extremes, levels float32) {
	*r = row{low: e.least2, step: (e.most2 - e.least2) / levels, extremes: e}
}

// find looks up the places of the outliers: they have the lowest and the
// highest activation.
func (r *row) find(q []uint8, x []float32, levels float32) {
	half := r.step / 2 // a smaller distance is not an outlier
	if d := r.least - r.least2; -d > half {
		r.below, r.belowAt = d, packed(index(q, x, 0, r.least))
	}
	if d := r.most - r.most2; d > half {
		r.above, r.aboveAt = d, packed(index(q, x, uint8(levels), r.most))
	}
}

// index returns the place of v in x. The activation q is a there.
func index(q []uint8, x []float32, a uint8, v float32) int {
	for at := 0; ; at++ {
		n := bytes.IndexByte(q[at:], a)
		if n < 0 {
			return 0 // x contains a NaN: there is no right answer
		}
		if at += n; x[at] == v {
			return at
		}
	}
}

// packed returns the place in a panel of the weight of a row and the first
// column. Column c is 4c further.
func packed(row int) int64 { return int64(row/4*4*panel + row%4) }

// forceKernel is the environment variable that selects a kernel.
const forceKernel = "FOOTNOTE_KERNEL"

// Kernel returns the name of the kernel that [Load] chooses, and its error.
func Kernel() (string, error) {
	k, err := chooseKernel()
	if err != nil {
		return "", err
	}
	return k.name, nil
}

// chooseKernel returns the kernel that forceKernel selects, or the fastest that
// the processor can run.
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
	return nil, fmt.Errorf("%s=%s: not available; this machine can run %s", forceKernel, forced, strings.Join(names, ", "))
}
