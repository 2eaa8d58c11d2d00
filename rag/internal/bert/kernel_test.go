package bert

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

// kernels calls f for each assembly kernel that this machine can run.
func kernels(t *testing.T, f func(t *testing.T, k *kernel)) {
	t.Helper()
	t.Parallel()
	names := map[string][]string{"amd64": {"avx512vnni", "avxvnni", "avx2"}, "arm64": {"sdot"}}[runtime.GOARCH]
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			for _, k := range vectorKernels() {
				if k.name == name {
					f(t, k)
					return
				}
			}
			t.Skip("this processor cannot run " + name)
		})
	}
}

// randoms returns n numbers like those of BERT's rows: about normal, with a few
// far outliers.
func randoms(r *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
		if r.IntN(200) == 0 {
			x[i] *= 30
		}
	}
	return x
}

// checkClose fails the test if two slices differ by more than the tolerance,
// relative to the larger of size and want.
func checkClose(t *testing.T, what string, want, got []float32, tolerance, size float64) {
	t.Helper()
	for i := range want {
		w, g := float64(want[i]), float64(got[i])
		if !(math.Abs(w-g) <= tolerance*max(size, math.Abs(w))) {
			t.Fatalf("%s: at %d of %d: %v, want %v", what, i, len(want), g, w)
		}
	}
}

func TestQuantize(t *testing.T) {
	cases := map[string]func(i int) float32{
		"zeros":            func(int) float32 { return 0 },
		"one value":        func(int) float32 { return -3.5 },
		"ramp":             func(i int) float32 { return float32(i) },
		"one high":         func(i int) float32 { return float32(map[bool]int{true: 1000}[i == 77]) },
		"one low":          func(i int) float32 { return float32(map[bool]int{true: -1000}[i == 191]) },
		"all low but one":  func(i int) float32 { return float32(map[bool]int{false: -5}[i == 3]) },
		"two high":         func(i int) float32 { return float32(map[bool]int{true: 40}[i%100 == 9]) },
		"high, low, small": func(i int) float32 { return map[int]float32{5: 1e30, 6: -1e30}[i] + float32(i)*1e-3 },
		"tiny":             func(i int) float32 { return float32(i) * 1e-25 },
	}
	r := rand.New(rand.NewPCG(1, 2))
	type line struct {
		name string
		x    []float32
	}
	var lines []line
	for _, n := range []int{hidden, wide} {
		lines = append(lines, line{"random", randoms(r, n)}, line{"random again", randoms(r, n)})
		for name, f := range cases {
			x := make([]float32, n)
			for i := range x {
				x[i] = f(i)
			}
			lines = append(lines, line{name, x})
		}
	}
	kernels(t, func(t *testing.T, k *kernel) {
		for _, l := range lines {
			q, n := make([]uint8, len(l.x)), len(l.x)
			var want, got row
			genericKernel.quantize(q, &want, l.x, 113)
			checkRow(t, l.name, q, want, l.x)
			k.quantize(q, &got, l.x, 113)
			checkRow(t, l.name, q, got, l.x)
			if got != want {
				t.Errorf("%s of %d: %+v, want %+v", l.name, n, got, want)
			}
		}
	})
}

// checkRow fails the test unless the activations stand for x, each to half a
// step.
func checkRow(t *testing.T, name string, q []uint8, r row, x []float32) {
	t.Helper()
	for i, v := range x {
		got := r.low + r.step*float32(q[i])
		if r.below != 0 && packed(i) == r.belowAt {
			got += r.below
		}
		if r.above != 0 && packed(i) == r.aboveAt {
			got += r.above
		}
		if d := math.Abs(float64(got - v)); d > 0.501*float64(r.step)+1e-6*math.Abs(float64(v)) || q[i] > 113 {
			t.Fatalf("%s of %d: at %d: activation %d means %v, want %v (%+v)", name, len(x), i, q[i], got, v, r)
		}
	}
}

func TestProduct(t *testing.T) {
	kernels(t, func(t *testing.T, k *kernel) {
		for _, rows := range []int{hidden, wide} {
			for _, n := range []int{1, 2, 3, 5, 6, 7, 12, 13, blockRows} {
				checkProduct(t, &genericKernel, rows, n)
				checkProduct(t, k, rows, n)
			}
		}
	})
}

func checkProduct(t *testing.T, k *kernel, rows, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(n), 3))
	m := extreme(r, rows, 128, 113)
	x := randoms(r, n*rows)
	x[0], x[rows-1] = -50, 60 // outliers at both ends
	q := make([]uint8, blockRows*rows)
	what := make([]row, blockRows)
	for i := range n {
		k.quantize(q[i*rows:][:rows], &what[i], x[i*rows:][:rows], m.levels)
	}
	for i := range q[rows : 2*rows] {
		q[rows+i] = uint8(m.levels) // the largest possible sum
	}
	y := make([]float32, blockRows*m.columns)
	for first := 0; first < m.columns; first += k.span {
		k.product(y, m.columns, q, what, n, m, first)
	}
	for i := range n {
		for c := range m.columns {
			want, size := exactly(m, q[i*rows:][:rows], what[i], c)
			if got := float64(y[i*m.columns+c]); !(math.Abs(got-want) <= 1e-6*size) {
				t.Fatalf("row %d of %d by %d, column %d: %v, want %v", i, n, rows, c, got, want)
			}
		}
	}
}

// extreme returns a matrix with some columns that reach the limit of the
// levels: 16-bit sums of 32,544.
func extreme(r *rand.Rand, rows, columns int, levels float32) *matrix {
	storage := make([]int8, 64+rows*columns) // kernels read, and drop, three bytes before the weights
	m := &matrix{
		rows: rows, columns: columns, levels: levels, w: storage[64:],
		scale: randoms(r, columns), bias: randoms(r, columns), sum: make([]float32, columns),
	}
	for c := range columns {
		for i := range rows {
			w := int8(r.IntN(65) - 32)
			switch c % 5 {
			case 0:
				w = int8(32767 / levels / 8)
			case 1:
				w = -int8(32767 / levels / 8)
			}
			m.w[c/panel*panel*rows+int(packed(i))+4*(c%panel)] = w
			m.sum[c] += float32(w)
		}
	}
	return m
}

// exactly returns one number of a product, and the sum of the magnitudes of its
// terms.
func exactly(m *matrix, q []uint8, r row, c int) (y, size float64) {
	w := func(at int64) float64 { return float64(m.w[c/panel*panel*m.rows+int(at)+4*(c%panel)]) }
	sum := 0
	for k, a := range q {
		sum += int(a) * int(w(packed(k)))
	}
	for _, v := range []float64{
		float64(r.step) * float64(sum), float64(r.low) * float64(m.sum[c]),
		float64(r.below) * w(r.belowAt), float64(r.above) * w(r.aboveAt),
	} {
		y += v
		size += math.Abs(v)
	}
	scale, bias := float64(m.scale[c]), float64(m.bias[c])
	return y*scale + bias, size*math.Abs(scale) + math.Abs(bias)
}

func TestMultiply(t *testing.T) {
	kernels(t, func(t *testing.T, v *kernel) {
		for _, shape := range [][2]int{{headSize, 32}, {headSize, 512}, {1, headSize}, {7, headSize}, {512, headSize}} {
			k, columns := shape[0], shape[1]
			const aStride = 600
			r := rand.New(rand.NewPCG(uint64(k), 4))
			a, b := randoms(r, v.tile*aStride), randoms(r, k*columns)
			scale := randoms(r, v.tile)
			want, got := make([]float32, v.tile*columns), make([]float32, v.tile*columns)
			for i := range v.tile {
				genericKernel.multiply(want[i*columns:], columns, a[i*aStride:], aStride, b, columns, k, columns, scale[i:])
			}
			v.multiply(got, columns, a, aStride, b, columns, k, columns, scale)
			checkClose(t, fmt.Sprint(shape), want, got, 1e-5, 100)
		}
	})
}

func TestSoftmax(t *testing.T) {
	kernels(t, func(t *testing.T, k *kernel) {
		for _, n := range []int{1, 2, 31, 32, 33, 113, 512} {
			columns := (n + keyStep - 1) / keyStep * keyStep
			r := rand.New(rand.NewPCG(uint64(n), 5))
			got, gotSums := randoms(r, k.tile*columns), make([]float32, k.tile)
			for i := range k.tile {
				for j := n; j < columns; j++ {
					got[i*columns+j] = got[i*columns+n-1]
				}
			}
			want, wantSums := append([]float32(nil), got...), make([]float32, k.tile)
			k.softmax(got, n, columns, gotSums)
			for i := range k.tile {
				genericKernel.softmax(want[i*columns:], n, columns, wantSums[i:])
				checkClose(t, fmt.Sprint("row of ", n), want[i*columns:][:n], got[i*columns:][:n], 1e-6, 1)
			}
			checkClose(t, fmt.Sprint("sums of ", n), wantSums, gotSums, 1e-6, 1)
		}
	})
}

func TestGELU(t *testing.T) {
	var x []float32
	for v := float32(-20); v < 20; v += 1.0 / 128 {
		x = append(x, v)
	}
	x = append(x, make([]float32, 64-len(x)%64)...)
	x[len(x)-1], x[len(x)-2] = 1e30, -1e30
	want := append([]float32(nil), x...)
	genericKernel.gelu(want)
	kernels(t, func(t *testing.T, k *kernel) {
		got := append([]float32(nil), x...)
		k.gelu(got)
		checkClose(t, "gelu", want, got, 1e-6, 1)
	})
}

func TestNormalize(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 7))
	x, y := randoms(r, hidden), randoms(r, hidden)
	n := &normalizer{gain: randoms(r, hidden), bias: randoms(r, hidden)}
	want := append([]float32(nil), x...)
	genericKernel.normalize(want, y, n)
	kernels(t, func(t *testing.T, k *kernel) {
		got := append([]float32(nil), x...)
		k.normalize(got, y, n)
		checkClose(t, "normalize", want, got, 1e-5, 1)
	})
}
