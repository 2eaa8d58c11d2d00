// Package pack writes weights files of package bert, in the layout that its
// loadWeights describes. The exporters of the models use it.
package pack

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// File collects the parts of a weights file in the order in which they are
// read. The zero value is empty.
type File struct {
	bytes  bytes.Buffer
	floats []float32
}

// Part is a linear layer y = scale·(w·x) + bias. Weights is rows by columns,
// row-major, within ±64; a row belongs to one number of the input. Scale and
// Bias have one number for each column.
type Part struct {
	Weights     []int8
	Scale, Bias []float32
}

// Matrix adds layers with the same input and the same shape side by side. rows
// and columns are those of each part, multiples of 16.
func (f *File) Matrix(rows, columns int, parts ...Part) {
	var scales, biases, sums []float32
	bound := 0
	for _, p := range parts {
		scales, biases = append(scales, p.Scale...), append(biases, p.Bias...)
		for c := range columns {
			column := make([]int8, rows)
			sum := 0
			for r := range rows {
				column[r] = p.Weights[r*columns+c]
				sum += int(column[r])
			}
			sums = append(sums, float32(sum)) // exact: at most 64·1536
			bound = max(bound, PartialBound(column))
		}
		f.panels(p.Weights, rows, columns)
	}
	f.Floats(scales...)
	f.Floats(biases...)
	f.Floats(sums...)
	f.Floats(float32(Levels(bound)))
}

// Table adds a table of embeddings, scale·(entry − 128), with Hidden columns.
func (f *File) Table(entries []uint8, scale float32) {
	f.bytes.Write(entries)
	f.Floats(scale)
}

// Floats adds other numbers, such as those of a normalization.
func (f *File) Floats(v ...float32) { f.floats = append(f.floats, v...) }

// Bytes returns the file. magic has 8 bytes. layers goes into the header; it is
// 0 for a model whose number of layers is fixed.
func (f *File) Bytes(magic string, layers int) []byte {
	out := make([]byte, 64, 64+f.bytes.Len()+4*len(f.floats))
	out = append(out, f.bytes.Bytes()...)
	out, _ = binary.Append(out, binary.LittleEndian, f.floats) // cannot fail: a slice of float32
	copy(out, magic)
	binary.LittleEndian.PutUint32(out[8:], crc32.Checksum(out[64:], crc32.MakeTable(crc32.Castagnoli)))
	binary.LittleEndian.PutUint32(out[12:], uint32(layers))
	return out
}

// panels orders a matrix for the kernels: panels of 16 columns, each with its
// rows in groups of four. A group stores the four weights of a column together.
func (f *File) panels(w []int8, rows, columns int) {
	for c := 0; c < columns; c += 16 {
		for r := 0; r < rows; r += 4 {
			for j := range 16 {
				for i := range 4 {
					f.bytes.WriteByte(byte(w[(r+i)*columns+c+j]))
				}
			}
		}
	}
}

// Levels returns the largest activation that a matrix allows if bound is the
// largest PartialBound of its columns: at most 127.
func Levels(bound int) int { return min(127, 32767/max(bound, 1)) }

// PartialBound returns the largest magnitude that a kernel's 16-bit sum can
// reach per level of the activations, for one column. Such a sum takes eight of
// 16 consecutive rows, the even pairs or the odd pairs (0,1, 4,5, 8,9, 12,13 or
// 2,3, 6,7, 10,11, 14,15). At worst, only weights of one sign count.
// len(column) is a multiple of 16.
func PartialBound(column []int8) int {
	bound := 0
	for ; len(column) > 0; column = column[16:] {
		var up, down [2]int
		for i, w := range column[:16] {
			up[i/2%2] += max(int(w), 0)
			down[i/2%2] += max(-int(w), 0)
		}
		bound = max(bound, up[0], up[1], down[0], down[1])
	}
	return bound
}
