package library

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// norm returns the length of v.
func norm(v []float32) float64 {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return math.Sqrt(sum)
}

// unit returns v scaled to length 1, to within 1e-6. chromem-go copies vectors
// of any other length, which would store them in memory twice.
func unit(v []float32) []float32 {
	n := norm(v)
	u := slices.Clone(v)
	for i := range u {
		u[i] = float32(float64(u[i]) / n)
	}
	return u
}

// encode returns v as little-endian float32 values.
func encode(v []float32) []byte {
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	return b
}

// decode returns the unit vector that encode made b of.
func decode(b []byte, dimensions int) ([]float32, error) {
	if len(b) != 4*dimensions {
		return nil, fmt.Errorf("%w: a vector has %d bytes, not %d", ErrNotLibrary, len(b), 4*dimensions)
	}
	v := make([]float32, dimensions)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	if err := checkVector(v); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotLibrary, err)
	}
	return v, nil
}
