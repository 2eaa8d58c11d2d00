// Package encoder turns text into vectors whose inner product says how near two texts are in meaning.
//
// The model is e5-small-v2, with its weights in the binary: 12 layers, 384 dimensions, texts of up to 512 tokens. It
// runs in this process, in Go with kernels in assembly for the common processors (see kernel.go), on weights of 8
// bits.
//
// # Speed
//
// Tokens a second on one core, passages of 132 tokens, beside onnxruntime 1.32 with 8-bit weights and one thread on the
// same core, in turn; medians of five pairs on a Zen 4 server, both of whose processors are threads of one core:
//
//	kernel       tok/s  to onnxruntime  a question of 12 tokens
//	avx512vnni   5,600            1.54                   2.3 ms
//	avx2         4,200            1.14                   3.1 ms
//	generic         81             .04                   160 ms
//	onnxruntime  3,650               1                   3.6 ms
//
// Two processors did 1.88 to 2.00 times as much as one. The commands, of which the second tells how near the vectors
// are to those of float32 arithmetic:
//
//	go test ./rag/encoder -run '^$' -bench 'Passages|Query|New' -cpu 1,2
//	go test ./rag/encoder -run 'Fidelity|Recall' -v
//
// FOOTNOTE_KERNEL=NAME takes another kernel than the fastest.
package encoder

import (
	"cmp"
	"context"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

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
	tokens         *tokenizer
	passage, query []int32 // ids of the prefixes, marks included
	weights        *weights
	kernel         *kernel

	mu   sync.Mutex
	idle []*worker
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
	return &Encoder{
		tokens: t, weights: w, kernel: k,
		passage: t.encode(nil, passagePrefix, MaxTokens),
		query:   t.encode(nil, queryPrefix, MaxTokens),
	}, nil
}

// Name names the vector space: the model, its weights and how it is used. Vectors of one name can be compared,
// whatever machine made them.
func (e *Encoder) Name() string { return "e5-small-v2-int8" }

// Kernel names the arithmetic in use: "avx512vnni", "avxvnni", "avx2", "sdot" or "generic", which is slow.
func (e *Encoder) Kernel() string { return e.kernel.name }

// CountTokens returns how many tokens the text has, the prefix and the marks around it not counted.
func (e *Encoder) CountTokens(text string) int {
	return e.tokens.count(text)
}

// EmbedDocuments returns for each text, as a passage that may answer a question, a vector of length 1 with
// Dimensions numbers. Of a text longer than MaxTokens the beginning counts; any bytes will do. It uses all
// processors, a text on each, and where the context ends it returns the context's error within the time of one text.
func (e *Encoder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	var all []int32 // the ids of one text after the other
	ends := make([]int, len(texts)+1)
	order := make([]int, len(texts))
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		all = e.appendIDs(all, e.passage, text)
		ends[i+1], order[i] = len(all), i
	}
	ids := func(i int) []int32 { return all[ends[i]:ends[i+1]] }
	// Long ones first, so that the processors finish together.
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(len(ids(b)), len(ids(a))) })

	vectors := make([][]float32, len(texts))
	numbers := make([]float32, len(texts)*Dimensions)
	for i := range vectors {
		vectors[i] = numbers[i*Dimensions:][:Dimensions:Dimensions]
	}
	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), len(texts)) {
		g.Go(func() error {
			w := e.take()
			defer e.put(w)
			for i := next.Add(1) - 1; i < int64(len(order)); i = next.Add(1) - 1 {
				if err := ctx.Err(); err != nil {
					return err
				}
				w.embed(vectors[order[i]], ids(order[i]))
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return vectors, nil
}

// EmbedQuery returns for a question, to be compared with passages, a vector of length 1 with Dimensions numbers. It
// uses one processor: sharing the few milliseconds of a short question among several was tried, and gained a quarter
// on an idle machine and lost half on a busy one.
func (e *Encoder) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := e.take()
	defer e.put(w)
	v := make([]float32, Dimensions)
	w.embed(v, e.appendIDs(nil, e.query, text))
	return v, nil
}

// appendIDs appends the ids of a prefix and a text with the marks around them, MaxTokens at most. prefix is what
// encode makes of the prefix; a prefix ends in a space, so that no word spans the two.
func (e *Encoder) appendIDs(ids, prefix []int32, text string) []int32 {
	n := len(prefix) - 2 // where encode would put its first mark stands the prefix's last id
	ids = append(ids, prefix[:n]...)
	at := len(ids)
	ids = e.tokens.encode(ids, text, MaxTokens-n)
	ids[at] = prefix[n]
	return ids
}

// take returns a worker that nobody uses.
func (e *Encoder) take() *worker {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n := len(e.idle); n > 0 {
		w := e.idle[n-1]
		e.idle = e.idle[:n-1]
		return w
	}
	return newWorker(e.kernel, e.weights)
}

func (e *Encoder) put(w *worker) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.idle = append(e.idle, w)
}
