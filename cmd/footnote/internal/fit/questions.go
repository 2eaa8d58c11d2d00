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
	"sync"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/encoder"
	"footnote/rag/eval"
	"footnote/rag/index"
	"footnote/rag/library"
)

// asked is a question of a set and how it was answered.
type asked struct {
	Set        string
	ID         string
	Answerable bool
	Answers    []string
	Chunks     int
	Held       []bool // of the weighed sentences, best first: whether a gold answer is in it
	Why        ask.Explanation
}

// askAll asks the questions of sets, and gives what use picks of each by the
// set's name, and the names in order.
func askAll(ctx context.Context, dirs []string, cache string, most int, use func([]asked) ([]asked, error)) (sets map[string][]asked, names []string, err error) {
	sets = map[string][]asked{}
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

// askSet answers up to most questions of a set, evenly chosen. What was embedded
// is kept beside the library in cache.
func askSet(ctx context.Context, dir, cache string, most int) ([]asked, error) {
	s, err := eval.Load(dir)
	if err != nil {
		return nil, err
	}
	kept, err := remember(filepath.Join(cache, s.Name+".vectors"))
	if err != nil {
		return nil, err
	}
	e := kept.Encoder
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
	var all []asked
	a := ask.Answerer{Store: store, Embedder: kept}
	step := max(1, float64(len(s.Questions))/float64(most))
	for at := 0.; int(at) < len(s.Questions); at += step {
		q := s.Questions[int(at)]
		w, err := a.Explain(ctx, rag.Question{Text: q.Text, Today: q.Date})
		if err != nil {
			return nil, err
		}
		one := asked{Set: s.Name, ID: q.ID, Answerable: q.Answerable, Answers: q.Answers, Chunks: chunks, Why: w}
		for _, x := range w.Sentences {
			one.Held = append(one.Held, eval.Contained(x.Text, q.Answers))
		}
		all = append(all, one)
	}
	return all, kept.save()
}

// remembering is an embedder that keeps in a file what it embedded.
type remembering struct {
	*encoder.Encoder
	file    string
	mu      sync.Mutex
	Vectors map[string][]float32
}

// remember opens what was embedded.
func remember(file string) (*remembering, error) {
	e, err := encoder.New()
	if err != nil {
		return nil, err
	}
	r := &remembering{Encoder: e, file: file}
	return r, r.load()
}

func (r *remembering) load() error {
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

func (r *remembering) save() error {
	f, err := os.Create(r.file)
	if err != nil {
		return err
	}
	return errors.Join(gob.NewEncoder(f).Encode(r.Vectors), f.Close())
}

func (r *remembering) EmbedDocuments(ctx context.Context, texts []string) ([][]float32, error) {
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

// dump writes what was asked, one object a line.
func dump(ctx context.Context, cache string, most int, dirs []string) error {
	out := json.NewEncoder(os.Stdout)
	for _, dir := range dirs {
		all, err := askSet(ctx, dir, cache, most)
		if err != nil {
			return fmt.Errorf("%s: %w", dir, err)
		}
		for _, one := range all {
			one.Why.Answer, one.Why.Ranked = rag.Answer{}, nil
			if err := out.Encode(one); err != nil {
				return err
			}
		}
	}
	return nil
}
