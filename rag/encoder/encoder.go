// Package encoder turns text into vectors. The inner product of two vectors says
// how similar their texts are in meaning.
//
// The model is e5-small-v2: 12 layers, 384 dimensions, texts of up to 512 tokens.
// Its 8-bit weights are in the binary, and it runs in this process, in Go with
// assembly kernels for common processors (see rag/internal/bert). Set
// FOOTNOTE_KERNEL to the name of a kernel to use it instead of the fastest.
//
// These commands measure its speed, and how close its vectors are to those of
// float32 arithmetic:
//
//	go test ./rag/encoder -run '^$' -bench 'Passages|Query|New' -cpu 1,2
//	go test ./rag/encoder -run 'Fidelity|Recall' -v
package encoder

import (
	"context"
	_ "embed"
	"math"

	"footnote/rag/internal/bert"
)

const (
	// MaxTokens is the most tokens of a text that the model reads, including
	// the prefix, [CLS] and [SEP].
	MaxTokens = bert.MaxTokens

	// Dimensions is the length of a vector.
	Dimensions = bert.Hidden
)

// The model was trained with these prefixes before its texts.
const (
	passagePrefix = "passage: "
	queryPrefix   = "query: "
)

const weightsName = "e5-small-v2.int8"

// weightsFile is the output of internal/export, in the layout of package bert,
// with one segment and no extra numbers.
//
// It is a string because the linker then maps it from the binary. Nothing is
// copied at start, and unused pages, such as most words' embeddings, are not
// read.
//
//go:generate go run ./internal/export -model e5-small-v2-q.onnx -o e5-small-v2.int8
//go:embed e5-small-v2.int8
var weightsFile string

var weightsFormat = bert.Format{Magic: "e5small1", Layers: 12, Segments: 1}

// Encoder embeds texts. Several goroutines may use it. The zero value is not
// ready: use New.
type Encoder struct {
	model          *bert.Model
	passage, query []int32 // ids of the prefixes, with [CLS] and [SEP]
}

// New loads the weights in the binary. It returns an error if FOOTNOTE_KERNEL
// names a kernel that this machine cannot run, or if the binary is damaged.
func New() (*Encoder, error) {
	m, _, err := bert.Load(weightsName, weightsFile, weightsFormat)
	if err != nil {
		return nil, err
	}
	return &Encoder{
		model:   m,
		passage: m.Encode(nil, passagePrefix, MaxTokens),
		query:   m.Encode(nil, queryPrefix, MaxTokens),
	}, nil
}

// Name is the name of the vector space. Vectors of the same name can be
// compared, whatever machine made them.
const Name = "e5-small-v2-int8"

// Name returns [Name].
func (e *Encoder) Name() string { return Name }

// Kernel returns the name of the kernel that an Encoder would use, without
// loading the weights. The error is that of [New].
func Kernel() (string, error) { return bert.Kernel() }

// Kernel returns the kernel in use: "avx512vnni", "avxvnni", "avx2", "sdot" or
// "generic", which is slow.
func (e *Encoder) Kernel() string { return e.model.Kernel() }

// CountTokens returns the number of tokens of text, without the prefix, [CLS]
// and [SEP].
func (e *Encoder) CountTokens(text string) int {
	return e.model.Count(text)
}

// EmbedDocuments returns a vector of length 1 with Dimensions numbers for each
// text, to be compared with questions. It uses only the first MaxTokens tokens
// of a text. A text may have any bytes. All processors share the work, one text
// each. When ctx ends, it returns the error of ctx after at most the time of
// one text.
func (e *Encoder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	var all []int32 // the ids of all texts in turn
	ends := make([]int, len(texts)+1)
	for i, text := range texts {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		all = e.appendIDs(all, e.passage, text)
		ends[i+1] = len(all)
	}
	vectors := make([][]float32, len(texts))
	numbers := make([]float32, len(texts)*Dimensions)
	for i := range vectors {
		vectors[i] = numbers[i*Dimensions:][:Dimensions:Dimensions]
	}
	size := func(i int) int { return ends[i+1] - ends[i] }
	err := e.model.Each(ctx, len(texts), size, func(w *bert.Worker, i int) {
		embed(vectors[i], w, all[ends[i]:ends[i+1]])
	})
	if err != nil {
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
	w := e.model.Take()
	defer e.model.Put(w)
	v := make([]float32, Dimensions)
	embed(v, w, e.appendIDs(nil, e.query, text))
	return v, nil
}

// appendIDs appends [CLS], the ids of a prefix and a text, and [SEP], at most
// MaxTokens in all. prefix is the result of Encode for the prefix. A prefix
// ends in a space, so no word spans prefix and text.
func (e *Encoder) appendIDs(ids, prefix []int32, text string) []int32 {
	n := len(prefix) - 2 // Encode writes [CLS] over the place of the prefix's last id
	ids = append(ids, prefix[:n]...)
	at := len(ids)
	ids = e.model.Encode(ids, text, MaxTokens-n)
	ids[at] = prefix[n]
	return ids
}

// embed writes the unit vector of a sequence of 1 to MaxTokens ids to out,
// which has Dimensions numbers: the mean of the tokens' vectors, scaled to
// length 1.
func embed(out []float32, w *bert.Worker, ids []int32) {
	clear(out)
	for x := w.Run(ids, len(ids), len(ids)); len(x) > 0; x = x[Dimensions:] {
		for i, v := range x[:Dimensions] {
			out[i] += v
		}
	}
	scale(out)
}

// scale scales a vector to length 1.
func scale(v []float32) {
	var squares float64
	for _, x := range v {
		squares += float64(x) * float64(x)
	}
	length := float32(math.Sqrt(squares))
	for i := range v {
		v[i] /= length
	}
}
