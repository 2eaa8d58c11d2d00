// Package encoder turns text into vectors whose inner product says how near two texts are in meaning.
//
// The model is e5-small-v2, with its weights in the binary: 12 layers, 384 dimensions, texts of up to 512 tokens. It
// runs in this process, in Go with kernels in assembly for the common processors (see kernel.go), on weights of 8
// bits.
package encoder

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

const (
	// MaxTokens is how many tokens of a text count, the prefix and the marks at both ends among them.
	MaxTokens = 512

	// Dimensions is the length of a vector.
	Dimensions = hidden
)

// The model was trained with these before its texts.
const (
	passagePrefix = "passage: "
	queryPrefix   = "query: "
)

// An Encoder embeds texts. It may be used by several goroutines at once. The zero value is not ready: use New.
type Encoder struct {
	tokens  *tokenizer
	weights *weights
	kernel  *kernel

	mu   sync.Mutex
	idle []*worker
	busy int // workers in use
}

// New makes the weights in the binary ready, in a few milliseconds. It errs where FOOTNOTE_KERNEL names a kernel
// that this machine cannot run, and where the binary is damaged.
func New() (*Encoder, error) {
	k, err := chooseKernel()
	if err != nil {
		return nil, err
	}
	w, err := loadWeights(weightsName, weightsFile)
	if err != nil {
		return nil, err
	}
	t, err := newTokenizer()
	if err != nil {
		return nil, err
	}
	return &Encoder{tokens: t, weights: w, kernel: k}, nil
}

// Name names the vector space: the model, its weights and how it is used. Vectors of one name can be compared,
// whatever machine made them.
func (e *Encoder) Name() string { return "e5-small-v2-int8" }

// Kernel names the arithmetic in use: "avx512vnni", "avxvnni", "avx2", "sdot" or "generic", which is slow.
func (e *Encoder) Kernel() string { return e.kernel.name }

// CountTokens returns how many tokens the text has, not counting what is put around it: at most 500 or so are seen
// by the model.
func (e *Encoder) CountTokens(text string) int {
	return e.tokens.count(text)
}

// EmbedDocuments returns for each text, as a passage that may answer a question, a vector of length 1 with
// Dimensions numbers. Of a text longer than MaxTokens the beginning counts. It uses all processors, and returns
// the context's error within the time of one text where the context ends.
func (e *Encoder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	ids := make([][]int32, len(texts))
	order := make([]int, len(texts))
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		ids[i] = e.tokens.encode(nil, passagePrefix+text, MaxTokens)
		order[i] = i
	}
	// Long ones first, so that the processors finish together.
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(len(ids[b]), len(ids[a])) })

	vectors := make([][]float32, len(texts))
	g, ctx := errgroup.WithContext(ctx)
	var mu sync.Mutex
	next := 0
	for range min(runtime.GOMAXPROCS(0), len(texts)) {
		g.Go(func() error {
			s := e.take()
			defer e.put(s)
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= len(order) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				v := make([]float32, Dimensions)
				s.embed(v, ids[order[i]])
				vectors[order[i]] = v
			}
		})
	}
	if err := g.Wait(); err != nil {
		return nil, fmt.Errorf("embed: %w", err)
	}
	return vectors, nil
}

// EmbedQuery returns for a question, to be compared with passages, a vector of length 1 with Dimensions numbers.
func (e *Encoder) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := e.take()
	defer e.put(s)
	s.crew.start(e.spare())
	defer s.crew.stop()
	v := make([]float32, Dimensions)
	s.embed(v, e.tokens.encode(nil, queryPrefix+text, MaxTokens))
	return v, nil
}

// spare returns how many processors could help one that embeds: none while others embed too. More than three add
// nothing to a text's speed.
func (e *Encoder) spare() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.busy > 1 {
		return 0
	}
	return min(runtime.GOMAXPROCS(0)-1, 3)
}

// take returns a worker that nobody uses.
func (e *Encoder) take() *worker {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.busy++
	if n := len(e.idle); n > 0 {
		s := e.idle[n-1]
		e.idle = e.idle[:n-1]
		return s
	}
	return newWorker(e.kernel, e.weights)
}

func (e *Encoder) put(s *worker) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.busy--
	e.idle = append(e.idle, s)
}
