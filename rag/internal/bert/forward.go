package bert

import "math"

// blockRows is the number of tokens that pass together through the steps
// between two attentions. Their intermediate results must fit the second-level
// cache, but a small block reads the weights more often. It is a multiple of
// every kernel's tile.
const blockRows = 48

// keyStep is the multiple to which the number of keys is rounded up for
// attention.
const keyStep = 32

// Worker runs sequences through a model, one at a time. Its buffers, about 4 MB,
// are reused. Only one goroutine may use it at a time. Model.Take returns one.
type Worker struct {
	k *kernel
	w *weights

	x   []float32 // tokens by hidden: the sequence between layers
	qkv []float32 // tokens by 3·hidden: queries, keys and values; attention's output replaces the queries

	keys   []float32 // headSize by tokens: the keys of one head, transposed
	values []float32 // tokens by headSize: the values of one head
	scores []float32 // a tile of queries by tokens
	sums   []float32 // 1 / the sum of each row of scores
	root   []float32 // 1/√headSize for each row of scores

	y      []float32 // a block by hidden: output of a linear layer
	inner  []float32 // a block by wide
	levels []uint8   // a block by wide: input of a linear layer
	rows   []row     // the row of each row of levels
}

func newWorker(k *kernel, w *weights) *Worker {
	const rows = (MaxTokens + blockRows - 1) / blockRows * blockRows
	return &Worker{
		k: k, w: w,
		x:      make([]float32, rows*hidden),
		qkv:    make([]float32, rows*3*hidden),
		keys:   make([]float32, headSize*MaxTokens),
		values: make([]float32, MaxTokens*headSize),
		scores: make([]float32, k.tile*MaxTokens),
		sums:   make([]float32, k.tile),
		root:   repeat(1/float32(math.Sqrt(headSize)), k.tile),
		y:      make([]float32, blockRows*hidden),
		inner:  make([]float32, blockRows*wide),
		levels: make([]uint8, blockRows*wide),
		rows:   make([]row, blockRows),
	}
}

// Run returns the model's output for a sequence of 1 to MaxTokens ids: Hidden
// numbers for each of its first outputs tokens, 1 to len(ids). They are valid
// until the next Run, and the caller may change them. Tokens from index second
// on are in the second segment, the others in the first; with second = len(ids)
// there is one segment.
func (s *Worker) Run(ids []int32, second, outputs int) []float32 {
	n := len(ids)
	s.lookUp(ids, second)
	for i := range s.w.layers {
		l := &s.w.layers[i]
		s.blocks(n, func(first, n int) {
			s.linear(s.qkv[first*3*hidden:], 3*hidden, s.x[first*hidden:], hidden, n, &l.qkv)
		})
		wanted := n // tokens that the next layer, or the caller, needs
		if i == len(s.w.layers)-1 {
			wanted = outputs
		}
		for h := range heads {
			s.attend(n, wanted, h)
		}
		s.blocks(wanted, func(first, n int) {
			x := s.x[first*hidden:]
			s.linear(s.y, hidden, s.qkv[first*3*hidden:], 3*hidden, n, &l.out)
			s.addNormalized(x, n, &l.norm[0])
			s.linear(s.inner, wide, x, hidden, n, &l.up)
			s.k.gelu(s.inner[:n*wide])
			s.linear(s.y, hidden, s.inner, wide, n, &l.down)
			s.addNormalized(x, n, &l.norm[1])
		})
	}
	return s.x[:outputs*hidden]
}

// blocks calls f for each block of n rows, with its first row and its number of
// rows.
func (s *Worker) blocks(n int, f func(first, n int)) {
	for first := 0; first < n; first += blockRows {
		f(first, min(blockRows, n-first))
	}
}

// lookUp sets x to the normalized sums of the embeddings of word, position and
// segment.
func (s *Worker) lookUp(ids []int32, second int) {
	zero := s.y[:hidden]
	clear(zero)
	w := s.w
	segment := w.segment.row(0)
	for i, id := range ids {
		if i == second {
			segment = w.segment.row(1)
		}
		word, position := w.word.row(int(id)), w.position.row(i)
		x := s.x[i*hidden:][:hidden]
		for j := range x {
			x[j] = w.word.scale*float32(int(word[j])-128) +
				w.segment.scale*float32(int(segment[j])-128) +
				w.position.scale*float32(int(position[j])-128)
		}
		s.k.normalize(x, zero, &w.norm)
	}
}

// linear computes out = in·m for n rows of a block.
func (s *Worker) linear(out []float32, stride int, in []float32, inStride, n int, m *matrix) {
	for i := range n {
		s.k.quantize(s.levels[i*m.rows:][:m.rows], &s.rows[i], in[i*inStride:][:m.rows], m.levels)
	}
	for first := 0; first < m.columns; first += s.k.span {
		s.k.product(out, stride, s.levels, s.rows, n, m, first)
	}
}

// attend replaces the queries of one head, for the first wanted of n tokens, by
// the output of its attention.
func (s *Worker) attend(n, wanted, head int) {
	const stride = 3 * hidden
	columns := (n + keyStep - 1) / keyStep * keyStep
	s.gather(n, columns, head)
	for first := 0; first < wanted; first += s.k.tile {
		queries := s.qkv[first*stride+head*headSize:]
		s.k.multiply(s.scores, columns, queries, stride, s.keys, columns, headSize, columns, s.root)
		s.k.softmax(s.scores, n, columns, s.sums)
		s.k.multiply(queries, stride, s.scores, columns, s.values, headSize, n, headSize, s.sums)
	}
}

// gather copies the keys and values of one head to where multiply reads them.
// It repeats the last key up to columns, as softmax needs.
func (s *Worker) gather(n, columns, head int) {
	const stride = 3 * hidden
	for i := range n {
		from := s.qkv[i*stride+head*headSize:]
		copy(s.values[i*headSize:][:headSize], from[2*hidden:])
		for j, v := range from[hidden:][:headSize] {
			s.keys[j*columns+i] = v
		}
	}
	for j := range headSize {
		row := s.keys[j*columns:][:columns]
		for i := n; i < columns; i++ {
			row[i] = row[n-1]
		}
	}
}

// addNormalized replaces n rows of x by the normalized sum of x and y.
func (s *Worker) addNormalized(x []float32, n int, by *normalizer) {
	for i := range n {
		s.k.normalize(x[i*hidden:][:hidden], s.y[i*hidden:][:hidden], by)
	}
}

func repeat(v float32, n int) []float32 {
	s := make([]float32, n)
	for i := range s {
		s[i] = v
	}
	return s
}
