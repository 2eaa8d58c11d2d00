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
	depth         = 100 // hits from each of the two searches
	maxPassages   = 8   // passages for a writer
	maxPerArticle = 3   // passages from one article, unless all hits are from one
)

// Ranked is a chunk that was found, with its scores.
type Ranked struct {
	Chunk   Chunk
	Score   float64 // combined score; only comparisons are meaningful
	Dense   float64 // cosine to the question
	Lexical float64 // BM25; 0 if the words did not match
	Timely  float64 // how well the article's date fits the time that the question asks about, 0 … 1; 0 if it asks about none
}

// Rank returns the chunks found for the question's text, best first, and the
// vector of the text. Equal scores are sorted by chunk ID. The lexical search
// runs while the question is embedded.
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

// Weights of a chunk's score, in points of cosine. The score is the sum of
// three parts: the cosine; lexicalWeight * (1 - exp(-BM25/lexicalScale)); and
// timeWeight times Ranked.Timely. The exponential limits the lexical part,
// because BM25 grows with the length of the question.
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

// cosine returns the cosine of two unit vectors, or unknown if b is empty
// because the store did not return it.
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

// passages merges ranked chunks that touch into passages, splits them into
// sentences and returns the best. At most maxPerArticle are from one article,
// unless all chunks are from one.
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

// join merges x into a passage that it touches, and reports whether there is
// one. The passage may become at most three times as long as the longer of its
// best chunk and x.
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
