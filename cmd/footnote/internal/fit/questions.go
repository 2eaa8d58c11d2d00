package main

import (
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/encoder"
	"footnote/rag/eval"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/reader"
	"footnote/rag/text"
)

// observation is a question of a set, and how footnote answered it.
type observation struct {
	Set        string
	ID         string
	Answerable bool
	Answers    []string
	Chunks     int    // in the library
	HasAnswer  []bool // for each sentence of Why.Sentences, whether it contains a gold answer
	Why        ask.Explanation
}

// askSets asks the questions of the sets in dirs. use picks the observations to
// keep of each set. askSets returns them by the set's name, and the names in the
// order of dirs.
func askSets(ctx context.Context, dirs []string, cache string, most int, use func([]observation) ([]observation, error)) (sets map[string][]observation, names []string, err error) {
	sets = map[string][]observation{}
	for _, dir := range dirs {
		all, err := askSet(ctx, dir, cache, most)
		if err == nil {
			all, err = use(all)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", dir, err)
		}
		sets[all[0].Set], names = all, append(names, all[0].Set)
	}
	return sets, names, nil
}

// People also type only the key words of a question. A set whose folder follows
// keywordsPrefix is asked so, and its name is followed by keywordsSuffix.
const (
	keywordsPrefix = "keywords:"
	keywordsSuffix = " (key words)"
)

// askSet asks at most most questions of the set in dir, evenly spaced. It keeps
// the set's library and the embedded texts in cache.
func askSet(ctx context.Context, dir, cache string, most int) ([]observation, error) {
	dir, keywords := strings.CutPrefix(dir, keywordsPrefix)
	s, err := eval.Load(dir)
	if err != nil {
		return nil, err
	}
	embedder, err := openCache(filepath.Join(cache, s.Name+".vectors"))
	if err != nil {
		return nil, err
	}
	e := embedder.Encoder
	store, err := library.Open(filepath.Join(cache, s.Name+".db"), library.Options{Space: e.Name()})
	if err != nil {
		return nil, err
	}
	defer store.Close()
	x := index.Indexer{Store: store, Embedder: e, Chunker: index.Chunker{Tokens: e}}
	if _, err := x.Sync(ctx, s.Source()); err != nil {
		return nil, err
	}
	_, chunks, err := store.Frequency(ctx, nil, rag.Filter{})
	if err != nil {
		return nil, err
	}
	var all []observation
	r, err := reader.New()
	if err != nil {
		return nil, err
	}
	a := ask.Answerer{Store: store, Embedder: embedder, Reader: r}
	step := max(1, float64(len(s.Questions))/float64(most))
	for at := 0.; int(at) < len(s.Questions); at += step {
		q, name := s.Questions[int(at)], s.Name
		if keywords {
			q.Text, name = strings.Join(text.ContentWords(q.Text), " "), name+keywordsSuffix
		}
		w, err := a.Explain(ctx, rag.Question{Text: q.Text, Today: q.Date})
		if err != nil {
			return nil, err
		}
		one := observation{Set: name, ID: q.ID, Answerable: q.Answerable, Answers: q.Answers, Chunks: chunks, Why: w}
		for _, x := range w.Sentences {
			one.HasAnswer = append(one.HasAnswer, eval.Contained(x.Text, q.Answers))
		}
		all = append(all, one)
	}
	return all, embedder.save()
}

// cachingEmbedder is an embedder that keeps vectors in a file, by text.
type cachingEmbedder struct {
	*encoder.Encoder
	file    string
	mu      sync.Mutex
	Vectors map[string][]float32
}

// openCache returns an embedder with the vectors of file. A missing file has
// none.
func openCache(file string) (*cachingEmbedder, error) {
	e, err := encoder.New()
	if err != nil {
		return nil, err
	}
	r := &cachingEmbedder{Encoder: e, file: file}
	return r, r.load()
}

func (r *cachingEmbedder) load() error {
	r.Vectors = map[string][]float32{}
	f, err := os.Open(r.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	return gob.NewDecoder(f).Decode(&r.Vectors)
}

func (r *cachingEmbedder) save() error {
	f, err := os.Create(r.file)
	if err != nil {
		return err
	}
	return errors.Join(gob.NewEncoder(f).Encode(r.Vectors), f.Close())
}

func (r *cachingEmbedder) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var missing []string
	for _, t := range texts {
		if r.Vectors[t] == nil {
			missing = append(missing, t)
		}
	}
	made, err := r.Encoder.EmbedDocuments(ctx, missing)
	if err != nil {
		return nil, err
	}
	for i, v := range made {
		r.Vectors[missing[i]] = v
	}
	out := make([][]float32, len(texts))
	for i, t := range texts {
		out[i] = r.Vectors[t]
	}
	return out, nil
}

// dump writes observations to standard output, one JSON object per line, without
// the answer and the ranking.
func dump(ctx context.Context, cache string, most int, dirs []string) error {
	out := json.NewEncoder(os.Stdout)
	for _, dir := range dirs {
		all, err := askSet(ctx, dir, cache, most)
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		for _, one := range all {
			one.Why.Answer = rag.Answer{Short: one.Why.Answer.Short, Verdict: one.Why.Answer.Verdict}
			if err := out.Encode(one); err != nil {
				return err
			}
		}
	}
	return nil
}
