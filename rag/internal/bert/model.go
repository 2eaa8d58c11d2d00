// Package bert runs BERT models of 384 dimensions with 8-bit weights, in Go with
// assembly kernels for common processors (see kernel.go). rag/encoder and
// rag/reader use it, each with its own weights.
//
// A [Model] turns a sequence of WordPiece ids into one vector for each token; the
// caller makes an embedding or logits of them. Set FOOTNOTE_KERNEL to the name of
// a kernel to use it instead of the fastest.
package bert

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Model is a transformer and its tokenizer. Several goroutines may use it. The
// zero value is not ready: use Load.
type Model struct {
	*Tokenizer
	weights *weights
	kernel  *kernel

	mu   sync.Mutex
	idle []*Worker
}

// Load reads a weights file, which is usually embedded in the binary; see
// loadWeights for its layout. The model keeps using file. extra holds the
// f.Extra numbers at its end. The error names the file if that is damaged, or
// FOOTNOTE_KERNEL if it names a kernel that this machine cannot run.
func Load(name, file string, f Format) (m *Model, extra []float32, err error) {
	k, err := chooseKernel()
	if err != nil {
		return nil, nil, err
	}
	w, err := loadWeights(name, file, f)
	if err != nil {
		return nil, nil, err
	}
	t, err := newTokenizer()
	if err != nil {
		return nil, nil, err
	}
	return &Model{Tokenizer: t, weights: w, kernel: k}, w.extra, nil
}

// Kernel returns the kernel in use: "avx512vnni", "avxvnni", "avx2", "sdot" or
// "generic", which is slow.
func (m *Model) Kernel() string { return m.kernel.name }

// Layers returns the number of layers.
func (m *Model) Layers() int { return len(m.weights.layers) }

// Take returns an idle worker, or a new one. Give it back with Put.
func (m *Model) Take() *Worker {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.idle); n > 0 {
		w := m.idle[n-1]
		m.idle = m.idle[:n-1]
		return w
	}
	return newWorker(m.kernel, m.weights)
}

// Put gives back a worker. Nobody may use it, or what it returned, afterwards.
func (m *Model) Put(w *Worker) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.idle = append(m.idle, w)
}

// Each calls do once for each i from 0 to n−1. All processors share the calls,
// and each has its own worker. Calls with a large size come first, so that the
// processors finish at about the same time. When ctx ends, Each returns the
// error of ctx after at most the time of one call.
func (m *Model) Each(ctx context.Context, n int, size func(i int) int, do func(w *Worker, i int)) error {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(size(b), size(a)) })
	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), n) {
		g.Go(func() error {
			w := m.Take()
			defer m.Put(w)
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				if err := ctx.Err(); err != nil {
					return err
				}
				do(w, order[i])
			}
			return nil
		})
	}
	return g.Wait()
}
