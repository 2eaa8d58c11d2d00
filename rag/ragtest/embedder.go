package ragtest

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"

	"footnote/rag"
)

// Embedder returns unit vectors in which each stemmed word is hashed to a few
// dimensions. So two texts have a high cosine if they share words. It treats
// questions and passages alike. Equal texts have equal vectors on every
// machine. The zero value has 256 dimensions.
type Embedder struct {
	Dimensions int
}

var _ rag.Embedder = Embedder{}

// Name implements [rag.Embedder]. It returns a name such as ragtest-256.
func (e Embedder) Name() string { return fmt.Sprintf("ragtest-%d", e.dimensions()) }

// EmbedDocuments implements [rag.Embedder]. It fails only if ctx is cancelled.
func (e Embedder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	vectors := make([][]float32, len(texts))
	for i, t := range texts {
		vectors[i] = e.embed(t)
	}
	return vectors, nil
}

// EmbedQuery implements [rag.Embedder]. It fails only if ctx is cancelled.
func (e Embedder) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return e.embed(text), nil
}

// dimensions returns Dimensions or its default.
func (e Embedder) dimensions() int {
	if e.Dimensions <= 0 {
		return 256
	}
	return e.Dimensions
}

// embed adds up the vectors of the words. A text without words has the vector
// of the empty word.
func (e Embedder) embed(text string) []float32 {
	counts := map[string]int{}
	order := stems(text)
	for _, w := range order {
		counts[w]++
	}
	if len(order) == 0 {
		order, counts[""] = []string{""}, 1
	}
	sum := make([]float64, e.dimensions())
	for _, w := range order { // in text order, so that rounding is always the same
		if counts[w] == 0 {
			continue
		}
		weight := 1 + math.Log(float64(counts[w]))
		counts[w] = 0
		h := fnv.New64a()
		h.Write([]byte(w))
		// Use four dimensions with random signs for each word, so that two
		// words rarely have similar vectors.
		for x, i := mix(h.Sum64()), 0; i < 4; x, i = mix(x), i+1 {
			sign := float64(1)
			if x>>63 == 1 {
				sign = -1
			}
			sum[x%uint64(len(sum))] += sign * weight
		}
	}
	return unit(sum)
}

// unit returns sum scaled to length 1.
func unit(sum []float64) []float32 {
	var square float64
	for _, x := range sum {
		square += x * x
	}
	v := make([]float32, len(sum))
	if square == 0 { // the words cancel each other out
		v[0] = 1
		return v
	}
	for i, x := range sum {
		v[i] = float32(x / math.Sqrt(square))
	}
	return v
}

// mix is the finaliser of MurmurHash3. Every bit of x affects every bit of the
// result.
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33 + 0x9e3779b97f4a7c15
}

// stems returns the English stems of the words of text that are not common.
func stems(text string) []string {
	var all []string
	for w := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		if common[w] {
			continue
		}
		env := snowballstem.NewEnv(w)
		english.Stem(env)
		all = append(all, env.Current())
	}
	return all
}

// common holds the stop words.
var common = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`a about after all also an and any are as at be been but by can could did do does
		for from had has have he her his how i if in into is it its many more much no not of on or our s said she so some
		such t than that the their them then there these they this to up was we were what when where which who whom whose
		why will with would you your`) {
		m[w] = true
	}
	return m
}()
