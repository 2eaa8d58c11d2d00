package model

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"

	"github.com/tmc/langchaingo/embeddings"
	"github.com/tmc/langchaingo/llms/openai"
)

// batch is the number of texts in one request. It is small enough for a local
// server to answer in time.
const batch = 64

// prefixes are the texts that an embedder expects before a question and before a
// passage. Other prefixes give other vectors, so they are part of
// [Embedder.Name].
type prefixes struct{ query, document string }

// knownPrefixes is keyed by the beginning of the model's name.
var knownPrefixes = map[string]prefixes{
	"nomic-embed-text": {"search_query: ", "search_document: "}, // https://huggingface.co/nomic-ai/nomic-embed-text-v1.5
}

// Embedder turns text into unit vectors on a model server. Its methods may be
// called from several goroutines.
type Embedder struct {
	inner    embeddings.Embedder
	guard    guard
	prefixes prefixes

	mu         sync.Mutex
	dimensions int // of every vector; 0 before the first one
}

var _ embeddings.Embedder = (*Embedder)(nil)

// OpenEmbedder returns the embedder that spec names: openai/NAME or
// ollama/NAME. It reads keys and addresses like [Open].
func OpenEmbedder(spec string, cfg Config) (*Embedder, error) {
	cfg = cfg.withDefaults()
	at, err := locate(spec, cfg)
	if err != nil {
		return nil, err
	}
	if at.provider == "anthropic" {
		return nil, &Error{Msg: at.spec + ": Anthropic has no embedders", Fix: "choose one of openai/NAME or ollama/NAME"}
	}
	client, err := at.openai(openai.WithEmbeddingModel(at.model))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	// By default it replaces line ends with spaces, in the caller's slice.
	inner, err := embeddings.NewEmbedder(client, embeddings.WithStripNewLines(false), embeddings.WithBatchSize(batch))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	e := &Embedder{inner: inner, guard: guard{cfg, at}}
	for name, p := range knownPrefixes {
		if strings.HasPrefix(at.model, name) {
			e.prefixes = p
		}
	}
	return e, nil
}

// Name returns the name of the vector space: the spec given to [OpenEmbedder],
// and the prefixes if the embedder expects any.
func (e *Embedder) Name() string {
	if e.prefixes == (prefixes{}) {
		return e.guard.at.spec
	}
	return fmt.Sprintf("%s (%q, %q)", e.guard.at.spec, e.prefixes.query, e.prefixes.document)
}

// EmbedDocuments returns a unit vector for each text, in order. The durations in
// Config apply to each request, and a request has up to 64 texts.
func (e *Embedder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	return e.embed(ctx, e.prefixes.document, texts)
}

// EmbedQuery returns the unit vector of a question.
func (e *Embedder) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	vectors, err := e.embed(ctx, e.prefixes.query, []string{text})
	if err != nil {
		return nil, err
	}
	return vectors[0], nil
}

func (e *Embedder) embed(ctx context.Context, prefix string, texts []string) ([][]float32, error) {
	all := make([][]float32, 0, len(texts))
	for len(texts) > 0 {
		part := make([]string, min(batch, len(texts)))
		for i := range part {
			part[i] = prefix + texts[i]
		}
		b := &embedding{e: e, texts: part}
		if err := e.guard.try(ctx, b); err != nil {
			return nil, err
		}
		all, texts = append(all, b.vectors...), texts[len(part):]
	}
	return all, nil
}

// errVectors marks a reply that follows the protocol but whose vectors cannot
// be used.
var errVectors = errors.New("the vectors are not usable")

// embedding is one request to an embedder.
type embedding struct {
	e       *Embedder
	texts   []string
	vectors [][]float32
}

func (b *embedding) request(ctx context.Context, _ *exchange) (err error) {
	b.vectors, err = b.e.inner.EmbedDocuments(ctx, b.texts)
	if err != nil {
		return err
	}
	return b.e.check(b.vectors, len(b.texts))
}

func (*embedding) prepare(*exchange)            {}
func (*embedding) adapt(*Error, *exchange) bool { return false }
func (*embedding) over() bool                   { return false }

// check scales n vectors to length 1. It returns an error if one has another
// number of dimensions than the first vector of this embedder.
func (e *Embedder) check(vectors [][]float32, n int) error {
	if len(vectors) != n {
		return fmt.Errorf("%w: %d for %d texts", errVectors, len(vectors), n)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, v := range vectors {
		if e.dimensions == 0 {
			e.dimensions = len(v)
		}
		if len(v) != e.dimensions {
			return fmt.Errorf("%w: one has %d dimensions, the others %d", errVectors, len(v), e.dimensions)
		}
		sum := 0.0
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		if !(sum > 0) || math.IsInf(sum, 1) {
			return fmt.Errorf("%w: one is zero or not finite", errVectors)
		}
		for i := range v {
			v[i] = float32(float64(v[i]) / math.Sqrt(sum))
		}
	}
	return nil
}
