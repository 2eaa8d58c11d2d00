package bert

import (
	"bytes"
	"testing"
)

func TestWithin64(t *testing.T) {
	t.Parallel()
	for v := -128; v < 128; v++ {
		for at := range 16 {
			b := bytes.Repeat([]byte{0xc0}, 16) // −64
			b[at] = byte(v)
			if got, want := within64(b), v >= -64 && v <= 64; got != want {
				t.Errorf("%d at %d: %v, want %v", v, at, got, want)
			}
		}
	}
}
