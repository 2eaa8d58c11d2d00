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

// batch is how many texts go into one request: few enough that a local server
// answers in time.
const batch = 64

// prefixes are what an embedder wants before a question and before a passage.
// Other prefixes give other vectors, so a change here changes [Embedder.Name].
type prefixes struct{ query, document string }

// wanted is by the beginning of the model's name.
var wanted = map[string]prefixes{
	"nomic-embed-text": {"search_query: ", "search_document: "}, // https://huggingface.co/nomic-ai/nomic-embed-text-v1.5
}

// Embedder turns text into unit vectors on a model server. Its methods may be
// called from several goroutines.
type Embedder struct {
	inner embeddings.Embedder
	guard guard
	with  prefixes

	mu   sync.Mutex
	dims int // of every vector; 0 before the first
}

var _ embeddings.Embedder = (*Embedder)(nil)

// OpenEmbedder returns the embedder that spec names: openai/NAME or
// ollama/NAME. All else is as for [Open].
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
	// It would put spaces for line ends.
	inner, err := embeddings.NewEmbedder(client, embeddings.WithStripNewLines(false), embeddings.WithBatchSize(batch))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", spec, err)
	}
	e := &Embedder{inner: inner, guard: guard{cfg, at}}
	for name, with := range wanted {
		if strings.HasPrefix(at.model, name) {
			e.with = with
		}
	}
	return e, nil
}

// Name is the vector space: the embedder as it was named to [OpenEmbedder],
// and the prefixes if it wants any.
func (e *Embedder) Name() string {
	if e.with == (prefixes{}) {
		return e.guard.at.spec
	}
	return fmt.Sprintf("%s (%q, %q)", e.guard.at.spec, e.with.query, e.with.document)
}

// EmbedDocuments returns a unit vector for each text, in order. Config's times
// hold for each 64 texts.
func (e *Embedder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	return e.embed(ctx, e.with.document, texts)
}

// EmbedQuery returns the unit vector of a question.
func (e *Embedder) EmbedQuery(ctx context.Context, text string) ([]float32, error) {
	vectors, err := e.embed(ctx, e.with.query, []string{text})
	if err != nil {
		return nil, err
	}
	return vectors[0], nil
}

func (e *Embedder) embed(ctx context.Context, prefix string, texts []string) ([][]float32, error) {
	all := make([][]float32, 0, len(texts))
	for len(texts) > 0 {
		some := make([]string, min(batch, len(texts)))
		for i := range some {
			some[i] = prefix + texts[i]
		}
		var vectors [][]float32
		err := e.guard.try(ctx, notBegun, func(ctx context.Context) (err error) {
			vectors, err = e.inner.EmbedDocuments(ctx, some)
			if err != nil {
				return err
			}
			return e.check(vectors, len(some))
		})
		if err != nil {
			return nil, err
		}
		all, texts = append(all, vectors...), texts[len(some):]
	}
	return all, nil
}

// errVectors is for a reply that can be read and is of no use.
var errVectors = errors.New("the vectors are not usable")

func notBegun() bool { return false }

// check scales n vectors to length 1 and holds them to one number of
// dimensions for good.
func (e *Embedder) check(vectors [][]float32, n int) error {
	if len(vectors) != n {
		return fmt.Errorf("%w: %d for %d texts", errVectors, len(vectors), n)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, v := range vectors {
		if e.dims == 0 {
			e.dims = len(v)
		}
		if len(v) != e.dims {
			return fmt.Errorf("%w: one of %d dimensions, after %d", errVectors, len(v), e.dims)
		}
		sum := 0.0
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		if !(sum > 0) || math.IsInf(sum, 1) {
			return fmt.Errorf("%w: one without a direction", errVectors)
		}
		for i := range v {
			v[i] = float32(float64(v[i]) / math.Sqrt(sum))
		}
	}
	return nil
}
