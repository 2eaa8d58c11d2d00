package rag

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
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
	Score   float64 // of both searches together; only the order means anything
	Dense   float64 // cosine to the question
	Lexical float64 // BM25; 0 if it was not matched
	Timely  float64 // how well its article's date fits the time that the question asks about, 0 … 1; 0 if it asks about none
}

// Rank returns the chunks found for a question's text, best first, equal
// scores in the order of their ids, and the text's vector. It searches by words
// while the question is being embedded.
func (r Retriever) Rank(ctx context.Context, q Question) ([]Ranked, []float32, error) {
	g, ctx := errgroup.WithContext(ctx)
	var lexical, dense []Hit
	var vector []float32
	timely := func(time.Time) float64 { return 0 }
	g.Go(func() error {
		p, ok, err := r.when(ctx, q)
		switch {
		case ok:
			timely = p.fits
		case q.aboutNow():
			timely = q.newness
		}
		return err
	})
	g.Go(func() (err error) {
		lexical, err = r.Store.Match(ctx, searchTerms(q.Text), depth, q.Filter)
		return err
	})
	g.Go(func() (err error) {
		if vector, err = r.Embedder.EmbedQuery(ctx, q.Text); err != nil {
			return err
		}
		dense, err = r.Store.Nearest(ctx, vector, depth, q.Filter)
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	return fuse(timely, vector, dense, lexical), vector, nil
}

// A chunk scores its cosine; what its BM25 is worth, which is lexicalWeight at
// most and two thirds of that at lexicalScale, lest the many words of a long
// question drown the meaning; and, if the question asks about a time, how near
// its article's date is to that. Scaling each list to 0 … 1, as is common, did
// worse on four of five sets.
const (
	lexicalWeight = .12
	lexicalScale  = 40.
	timeWeight    = .04
)

// fuse merges the hits of the two searches into one list, best first.
func fuse(timely func(published time.Time) float64, vector []float32, dense, lexical []Hit) []Ranked {
	byID := make(map[string]*Ranked, len(dense)+len(lexical))
	farthest := 0.
	for _, h := range dense {
		byID[h.Chunk.ID] = &Ranked{Chunk: h.Chunk, Dense: h.Score}
		farthest = h.Score
	}
	for _, h := range lexical {
		if byID[h.Chunk.ID] == nil {
			byID[h.Chunk.ID] = &Ranked{Chunk: h.Chunk, Dense: cosine(vector, h.Vector, farthest)}
		}
		byID[h.Chunk.ID].Lexical = h.Score
	}
	all := make([]Ranked, 0, len(byID))
	for _, x := range byID {
		x.Timely = timely(x.Chunk.Published)
		x.Score = x.Dense + lexicalWeight*(1-math.Exp(-x.Lexical/lexicalScale)) + timeWeight*x.Timely
		all = append(all, *x)
	}
	slices.SortFunc(all, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Chunk.ID, b.Chunk.ID))
	})
	return all
}

// cosine of two unit vectors; unknown if the store did not give the second.
func cosine(a, b []float32, unknown float64) float64 {
	if len(b) == 0 {
		return unknown
	}
	return dot(a, b)
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
	articles := map[string]Document{}
	var all []Passage
	perArticle := map[string]int{}
	single := len(ranked) > 0 && !slices.ContainsFunc(ranked, func(x Ranked) bool { return x.Chunk.Doc != ranked[0].Chunk.Doc })
	for _, x := range ranked {
		if join(all, x) {
			continue
		}
		if len(all) == maxPassages {
			break
		}
		if perArticle[x.Chunk.Doc] == maxPerArticle && !single {
			continue
		}
		perArticle[x.Chunk.Doc]++
		all = append(all, Passage{Chunk: x.Chunk, Start: x.Chunk.Start, End: x.Chunk.End, Score: x.Score, Dense: x.Dense, Lexical: x.Lexical, chunks: []Ranked{x}})
	}
	for i := range all {
		p := &all[i]
		d, ok := articles[p.Chunk.Doc]
		if !ok {
			var err error
			if d, err = r.Store.Document(ctx, p.Chunk.Doc); err != nil {
				return nil, err
			}
			articles[d.ID] = d
		}
		p.Source, p.Text, p.page = d.Source, d.Text[p.Start:p.End], pageAt(d.Text, p.Start)
		for _, s := range sentences(d.Text, span{p.Start, p.End}) {
			p.Sentences = append(p.Sentences, Sentence{Start: s.start, End: s.end})
		}
	}
	return all, nil
}

// join widens a passage that x touches and reports whether there is one. A
// passage is never wider than three chunks.
func join(all []Passage, x Ranked) bool {
	c := x.Chunk
	for i := range all {
		p := &all[i]
		if p.Chunk.Doc != c.Doc || p.Chunk.Section != c.Section || c.Start > p.End+2 || c.End+2 < p.Start {
			continue
		}
		if start, end := min(p.Start, c.Start), max(p.End, c.End); end-start <= 3*max(len(p.Chunk.Text), len(c.Text)) {
			p.Start, p.End = start, end
			p.chunks = append(p.chunks, x)
			return true
		}
	}
	return false
}
