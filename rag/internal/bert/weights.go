package bert

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"slices"
	"unsafe"
)

// The shape of the models, except for their number of layers.
const (
	// Hidden is the size of a token's vector.
	Hidden = 384

	// MaxTokens is the most tokens of a sequence, including [CLS] and [SEP].
	MaxTokens = 512

	hidden   = Hidden
	wide     = 4 * hidden // size of the inner layer of the feed-forward step
	heads    = 12
	headSize = hidden / heads

	headerSize = 64
	panel      = 16 // columns stored together
)

// Format says what a weights file must hold.
type Format struct {
	Magic    string // its first 8 bytes
	Layers   int    // 0: as many as the header says
	Segments int    // rows of the table of segment embeddings, at least 1
	Extra    int    // float32 numbers at the end that are not the transformer's
}

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
	layers                  []layer
	word, position, segment table
	norm                    normalizer
	extra                   []float32
}

// loadWeights reads a weights file:
//
//   - a header of 64 bytes: 8 bytes of magic, the CRC-32C of what follows the
//     header, the number of layers (two uint32), and zeros,
//   - all 8-bit numbers: of each layer the matrices qkv, out, up and down, then
//     the tables of words, positions and segments,
//   - all float32 numbers: of each layer those of the four matrices (scale,
//     bias, sum and levels) and the two normalizations (gain and bias), then the
//     scales of the tables, the last normalization, and the extra numbers.
//
// Numbers are little endian. The 8-bit numbers stay in file; the rest is
// copied, which also aligns it. The error contains name. It is not nil if the
// file does not have the format, its checksum differs, a weight is beyond ±64,
// or a float32 is infinite or NaN.
func loadWeights(name, file string, f Format) (*weights, error) {
	if len(file) < headerSize || file[:8] != f.Magic {
		return nil, fmt.Errorf("%s: not a weights file", name)
	}
	bytes := unsafe.Slice(unsafe.StringData(file), len(file)) // must not be written to
	header, body := bytes[:headerSize], bytes[headerSize:]
	layers := f.Layers
	if layers == 0 {
		layers = int(binary.LittleEndian.Uint32(header[12:]))
	}
	if layers < 1 || layers > maxLayers {
		return nil, fmt.Errorf("%s: %d layers, want 1 to %d", name, layers, maxLayers)
	}
	matrixBytes := layers * layerBytes
	byteCount := matrixBytes + (vocabSize+MaxTokens+f.Segments)*hidden
	floatCount := layers*layerFloats + 3 + 2*hidden + f.Extra
	if want := byteCount + 4*floatCount; len(body) != want {
		return nil, fmt.Errorf("%s: %d bytes, want %d: the file is damaged", name, len(file), headerSize+want)
	}
	valid := make(chan bool, 1)
	go func() { valid <- within64(body[:matrixBytes]) }()
	sum, want := crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)), binary.LittleEndian.Uint32(header[8:])
	if sum != want {
		return nil, fmt.Errorf("%s: checksum is %08x, want %08x: the file is damaged", name, sum, want)
	}
	r := reader{bytes: body, floats: body[byteCount:]}
	w := &weights{layers: make([]layer, layers)}
	for i := range w.layers {
		l := &w.layers[i]
		l.qkv = r.matrix(hidden, 3*hidden)
		l.out = r.matrix(hidden, hidden)
		l.up = r.matrix(hidden, wide)
		l.down = r.matrix(wide, hidden)
		l.norm = [2]normalizer{r.norm(), r.norm()}
	}
	w.word = r.table(vocabSize)
	w.position = r.table(MaxTokens)
	w.segment = r.table(f.Segments)
	w.norm = r.norm()
	w.extra = r.float32s(f.Extra)
	switch {
	case !<-valid:
		return nil, fmt.Errorf("%s: a weight is not within ±64", name)
	case r.infinite:
		return nil, fmt.Errorf("%s: a number is infinite or NaN", name)
	}
	return w, nil
}

const (
	maxLayers   = 64
	layerBytes  = 3*hidden*hidden + hidden*hidden + 2*hidden*wide
	layerFloats = 3*(3*hidden+hidden+wide+hidden) + 4 + 4*hidden
)

// reader takes the parts of a weights file in order.
type reader struct {
	bytes, floats []byte
	infinite      bool // a float32 was infinite or NaN
}

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
	const exponent = 0xff << 23
	v := make([]float32, n)
	for i := range v {
		bits := binary.LittleEndian.Uint32(r.floats[4*i:])
		if bits&exponent == exponent {
			r.infinite = true
		}
		v[i] = math.Float32frombits(bits)
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
