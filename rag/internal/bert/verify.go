package bert

import (
	"fmt"
	"math"
)

// Verify checks what Load takes on trust about the weights: that the sum of each
// column is right, and that the levels of each matrix are 100 to 127 and keep
// the kernels' sums within 16 bits. It is for tests and exporters; it takes much
// longer than Load.
func (m *Model) Verify() error {
	for i, l := range m.weights.layers {
		for _, part := range []struct {
			name string
			m    matrix
		}{{"qkv", l.qkv}, {"out", l.out}, {"up", l.up}, {"down", l.down}} {
			if err := part.m.verify(); err != nil {
				return fmt.Errorf("layer %d: %s: %w", i, part.name, err)
			}
		}
	}
	return nil
}

func (m *matrix) verify() error {
	worst := 0
	for c := range m.columns {
		w := func(r int) int { return int(m.w[c/panel*panel*m.rows+int(packed(r))+4*(c%panel)]) }
		total := 0
		for r := 0; r < m.rows; r += 16 {
			var up, down [2]int
			for j := range 16 {
				up[j/2%2] += max(w(r+j), 0)
				down[j/2%2] -= min(w(r+j), 0)
				total += w(r + j)
			}
			worst = max(worst, up[0], up[1], down[0], down[1])
		}
		if float32(total) != m.sum[c] {
			return fmt.Errorf("column %d: sum is %v, want %d", c, m.sum[c], total)
		}
	}
	if m.levels < 100 || m.levels > 127 || m.levels != float32(int(m.levels)) {
		return fmt.Errorf("%v levels, want 100 to 127", m.levels)
	}
	if sum := worst * int(m.levels); sum > math.MaxInt16 {
		return fmt.Errorf("%v levels allow a 16-bit sum of %d", m.levels, sum)
	}
	return nil
}
