package encoder

import (
	_ "embed"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"unsafe"
)

// The shape of e5-small-v2, a BERT.
const (
	hidden    = 384        // size of a token's vector
	wide      = 4 * hidden // size of the inner layer of the feed-forward step
	layers    = 12
	heads     = 12
	headSize  = hidden / heads
	vocabRows = vocabSize
)

const (
	weightsName = "e5-small-v2.int8"
	weightsSum  = 0xe250d457 // CRC-32C of the file after its header
	headerSize  = 64
	panel       = 16 // columns stored together
)

// weightsFile is the output of internal/export: a header (8 bytes "e5small1", 4
// bytes CRC-32C of the rest, zeros up to 64), all 8-bit numbers, then all
// float32 numbers, little endian. loadWeights reads them in order.
//
// It is a string because the linker then maps it from the binary. Nothing is
// copied at start, and unused pages, such as most words' embeddings, are not
// read.
//
//go:generate go run ./internal/export -model e5-small-v2-q.onnx -o e5-small-v2.int8
//go:embed e5-small-v2.int8
var weightsFile string

// matrix is a linear layer: y = scale·(w·x) + bias for each column, where w·x
// is summed over the rows.
type matrix struct {
	rows, columns int

	// w holds panels of 16 columns, each with its rows in groups of four. A
	// group stores the four weights of a column together. The weight of row r
	// and column 16p+c, which lies within ±64, is
	//
	//	w[((p·rows/4 + r/4)·16 + c)·4 + r%4]
	w []int8

	scale, bias []float32
	sum         []float32 // of the weights of each column

	// levels is the largest activation allowed with these weights, at most 127.
	// It makes the sum of eight products, four times two neighbours of one
	// column (rows 0,1, 4,5, 8,9, 12,13 or 2,3, 6,7, 10,11, 14,15 of 16), fit
	// 16 bits for any activations. VPMADDUBSW and three VPADDW are then exact.
	levels float32
}

// normalizer is a layer normalization.
type normalizer struct{ gain, bias []float32 }

type layer struct {
	qkv      matrix // queries, keys and values side by side
	out      matrix
	up, down matrix
	norm     [2]normalizer // after attention, after the feed-forward step
}

// table holds embeddings: scale·(entry − 128).
type table struct {
	entries []uint8
	scale   float32
}

func (t table) row(i int) []uint8 { return t.entries[i*hidden:][:hidden] }

type weights struct {
	layers         [layers]layer
	word, position table
	segment        table // of the first and only segment
	norm           normalizer
}

// loadWeights reads a weights file. The 8-bit weights stay in file; the rest is
// copied, which also aligns it. It accepts only the exact file this package was
// written for, with all weights within ±64. The error contains name.
func loadWeights(name, file string) (*weights, error) {
	if len(file) < headerSize || file[:8] != "e5small1" {
		return nil, fmt.Errorf("%s: not a weights file", name)
	}
	bytes := unsafe.Slice(unsafe.StringData(file), len(file)) // must not be written to
	valid := make(chan bool, 1)
	go func() { valid <- within64(bytes[headerSize:][:min(matrixBytes, len(bytes)-headerSize)]) }()
	if sum := crc32.Checksum(bytes[headerSize:], crc32.MakeTable(crc32.Castagnoli)); sum != weightsSum {
		return nil, fmt.Errorf("%s: checksum is %08x, want %08x: the file is damaged", name, sum, weightsSum)
	}
	r := reader{bytes: bytes[headerSize:], floats: bytes[headerSize+byteCount:]}
	w := new(weights)
	for i := range w.layers {
		l := &w.layers[i]
		l.qkv = r.matrix(hidden, 3*hidden)
		l.out = r.matrix(hidden, hidden)
		l.up = r.matrix(hidden, wide)
		l.down = r.matrix(wide, hidden)
		l.norm = [2]normalizer{r.norm(), r.norm()}
	}
	w.word = r.table(vocabRows)
	w.position = r.table(MaxTokens)
	w.segment = r.table(1)
	w.norm = r.norm()
	if !<-valid {
		return nil, fmt.Errorf("%s: a weight is not within ±64", name)
	}
	return w, nil
}

const (
	matrixBytes = layers * (3*hidden*hidden + hidden*hidden + 2*hidden*wide)
	byteCount   = matrixBytes + (vocabRows+MaxTokens+1)*hidden
)

// reader takes the parts of a weights file in order.
type reader struct{ bytes, floats []byte }

func (r *reader) matrix(rows, columns int) matrix {
	b := r.next(rows * columns)
	return matrix{
		rows: rows, columns: columns,
		w:     unsafe.Slice((*int8)(unsafe.Pointer(&b[0])), len(b)),
		scale: r.float32s(columns), bias: r.float32s(columns), sum: r.float32s(columns),
		levels: r.float32s(1)[0],
	}
}

func (r *reader) table(rows int) table {
	return table{entries: r.next(rows * hidden), scale: r.float32s(1)[0]}
}

func (r *reader) norm() normalizer {
	return normalizer{gain: r.float32s(hidden), bias: r.float32s(hidden)}
}

func (r *reader) next(n int) []byte {
	b := r.bytes[:n:n]
	r.bytes = r.bytes[n:]
	return b
}

func (r *reader) float32s(n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = math.Float32frombits(binary.LittleEndian.Uint32(r.floats[4*i:]))
	}
	r.floats = r.floats[4*n:]
	return v
}

// within64 reports whether all bytes, taken as signed, lie within ±64. It
// checks eight at a time; len(b) must be a multiple of eight.
func within64(b []byte) bool {
	const top = 0x8080808080808080
	for ; len(b) >= 8; b = b[8:] {
		x := binary.LittleEndian.Uint64(b)
		// From −64 to 63 the two highest bits are equal; 64 itself is rare.
		if (x^x<<1)&top != 0 && slices.ContainsFunc(b[:8], func(v byte) bool { return int8(v) < -64 || int8(v) > 64 }) {
			return false
		}
	}
	return true
}
