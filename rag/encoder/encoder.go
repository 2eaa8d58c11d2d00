// Package encoder turns text into vectors. The inner product of two vectors says
// how similar their texts are in meaning.
//
// The model is e5-small-v2: 12 layers, 384 dimensions, texts of up to 512 tokens.
// Its 8-bit weights are in the binary, and it runs in this process, in Go with
// assembly kernels for common processors (see kernel.go). Set FOOTNOTE_KERNEL to
// the name of a kernel to use it instead of the fastest.
//
// These commands measure its speed, and how close its vectors are to those of
// float32 arithmetic:
//
//	go test ./rag/encoder -run '^$' -bench 'Passages|Query|New' -cpu 1,2
//	go test ./rag/encoder -run 'Fidelity|Recall' -v
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
	// MaxTokens is the most tokens of a text that the model reads, including
	// the prefix, [CLS] and [SEP].
	MaxTokens = 512

	// Dimensions is the length of a vector.
	Dimensions = hidden
)

// The model was trained with these prefixes before its texts.
const (
	passagePrefix = "passage: "
	queryPrefix   = "query: "
)

// Encoder embeds texts. Several goroutines may use it. The zero value is not
// ready: use New.
type Encoder struct {
	tokens         *tokenizer
	passage, query []int32 // ids of the prefixes, with [CLS] and [SEP]
	weights        *weights
	kernel         *kernel

	mu   sync.Mutex
	idle []*worker
}

// New loads the weights in the binary. It returns an error if FOOTNOTE_KERNEL
// names a kernel that this machine cannot run, or if the binary is damaged.
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

// Name returns the name of the vector space. Vectors of the same name can be
// compared, whatever machine made them.
func (e *Encoder) Name() string { return "e5-small-v2-int8" }

// Kernel returns the kernel in use: "avx512vnni", "avxvnni", "avx2", "sdot" or
// "generic", which is slow.
func (e *Encoder) Kernel() string { return e.kernel.name }

// CountTokens returns the number of tokens of text, without the prefix, [CLS]
// and [SEP].
func (e *Encoder) CountTokens(text string) int {
	return e.tokens.count(text)
}

// EmbedDocuments returns a vector of length 1 with Dimensions numbers for each
// text, to be compared with questions. It uses only the first MaxTokens tokens
// of a text. A text may have any bytes. All processors share the work, one text
// each. When ctx ends, it returns the error of ctx after at most the time of
// one text.
func (e *Encoder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	var all []int32 // the ids of all texts in turn
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
	// Long texts first, so that the processors finish at about the same time.
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

// EmbedQuery returns a vector of length 1 with Dimensions numbers for a
// question, to be compared with passages. It uses one processor: sharing a
// short question among several is slower on a busy machine.
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

// appendIDs appends [CLS], the ids of a prefix and a text, and [SEP], at most
// MaxTokens in all. prefix is the result of encode for the prefix. A prefix
// ends in a space, so no word spans prefix and text.
func (e *Encoder) appendIDs(ids, prefix []int32, text string) []int32 {
	n := len(prefix) - 2 // encode writes [CLS] over the place of the prefix's last id
	ids = append(ids, prefix[:n]...)
	at := len(ids)
	ids = e.tokens.encode(ids, text, MaxTokens-n)
	ids[at] = prefix[n]
	return ids
}

// take returns an idle worker, or a new one.
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
