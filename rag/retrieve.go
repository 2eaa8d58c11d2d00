package rag

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Retriever finds passages for a question.
type Retriever struct {
	Store    Store
	Embedder Embedder
}

const (
	depth         = 100 // hits of each of the two searches
	maxPassages   = 8   // passages given to a writer
	maxPerArticle = 3   // of one article, unless only one matches
)

// Ranked is a chunk that was found, with what the two searches said of it.
type Ranked struct {
	Chunk   Chunk
	Score   float64   // fused, 0 to 1
	Dense   float64   // cosine to the question
	Lexical float64   // BM25; 0 if it was not matched
	vector  []float32 // nil if the store does not give it
}

// Rank returns the chunks found for a question, best first, equal scores in
// the order of their ids.
func (r Retriever) Rank(ctx context.Context, text string, f Filter) ([]Ranked, error) {
	vector, err := r.Embedder.EmbedQuery(ctx, text)
	if err != nil {
		return nil, err
	}
	return r.rank(ctx, text, vector, f)
}

func (r Retriever) rank(ctx context.Context, text string, vector []float32, f Filter) ([]Ranked, error) {
	dense, err := r.Store.Nearest(ctx, vector, depth, f)
	if err != nil {
		return nil, err
	}
	lexical, err := r.Store.Match(ctx, strings.Join(content(text), " "), depth, f)
	if err != nil {
		return nil, err
	}
	return fuse(vector, dense, lexical), nil
}

// fuse merges the hits of the two searches into one list: each score is scaled
// to 0 … 1 over its own list, and the two are averaged.
func fuse(query []float32, dense, lexical []Hit) []Ranked {
	byID := map[string]*Ranked{}
	for _, h := range dense {
		byID[h.Chunk.ID] = &Ranked{Chunk: h.Chunk, Dense: h.Score, vector: h.Vector}
	}
	for _, h := range lexical {
		if byID[h.Chunk.ID] == nil {
			byID[h.Chunk.ID] = &Ranked{Chunk: h.Chunk, Dense: dot(query, h.Vector), vector: h.Vector}
		}
		byID[h.Chunk.ID].Lexical = h.Score
	}
	d, l := scale(dense), scale(lexical)
	all := make([]Ranked, 0, len(byID))
	for _, x := range byID {
		x.Score = (d(x.Dense) + l(x.Lexical)) / 2
		all = append(all, *x)
	}
	slices.SortFunc(all, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Chunk.ID, b.Chunk.ID))
	})
	return all
}

// scale maps the scores of hits onto 0 … 1.
func scale(hits []Hit) func(float64) float64 {
	if len(hits) == 0 {
		return func(float64) float64 { return 0 }
	}
	best, worst := hits[0].Score, hits[len(hits)-1].Score
	if best == worst {
		worst = 0
	}
	return func(x float64) float64 { return min(1, max(0, (x-worst)/(best-worst))) }
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for i := range min(len(a), len(b)) {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}

// passages joins ranked chunks that touch into passages and returns the best,
// with their sentences. At most three are of one article, unless all are.
func (r Retriever) passages(ctx context.Context, ranked []Ranked) ([]Passage, error) {
	texts := map[string]string{}
	var all []Passage
	perArticle := map[string]int{}
	single := len(ranked) > 0 && !slices.ContainsFunc(ranked, func(x Ranked) bool { return x.Chunk.Doc != ranked[0].Chunk.Doc })
	for _, x := range ranked {
		if join(all, x.Chunk) {
			continue
		}
		if len(all) == maxPassages {
			break
		}
		if perArticle[x.Chunk.Doc] == maxPerArticle && !single {
			continue
		}
		perArticle[x.Chunk.Doc]++
		all = append(all, Passage{Chunk: x.Chunk, Start: x.Chunk.Start, End: x.Chunk.End, Score: x.Score, Dense: x.Dense, Lexical: x.Lexical})
	}
	for i := range all {
		p := &all[i]
		if _, ok := texts[p.Chunk.Doc]; !ok {
			d, err := r.Store.Document(ctx, p.Chunk.Doc)
			if err != nil {
				return nil, err
			}
			texts[p.Chunk.Doc] = d.Text
		}
		text := texts[p.Chunk.Doc]
		p.Text = text[p.Start:p.End]
		for _, s := range sentences(text, span{p.Start, p.End}) {
			p.Sentences = append(p.Sentences, Sentence{Start: s.start, End: s.end})
		}
	}
	return all, nil
}

// join widens the passage of all that c touches and reports whether there is
// one. A passage is never wider than three chunks.
func join(all []Passage, c Chunk) bool {
	for i := range all {
		p := &all[i]
		if p.Chunk.Doc != c.Doc || p.Chunk.Section != c.Section || c.Start > p.End+2 || c.End+2 < p.Start {
			continue
		}
		if start, end := min(p.Start, c.Start), max(p.End, c.End); end-start <= 3*max(len(p.Chunk.Text), len(c.Text)) {
			p.Start, p.End = start, end
			return true
		}
	}
	return false
}
