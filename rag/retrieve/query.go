package retrieve

import (
	"context"
	"math"

	"footnote/rag"
	"footnote/rag/question"
)

// Query is a question and what the store knows about its words.
type Query struct {
	question.Reading
	Terms       []Term    // Reading.Terms with their rarity
	StoreChunks int       // number of chunks that the filter selects
	vector      []float32 // of the question
}

// Term is a content word of a question. Each stem occurs once.
type Term struct {
	question.Term
	Rarity float64 // inverse document frequency in the store, scaled to 0 … 1
}

// NewQuery returns the query of a question, with the rarity of its terms among
// the chunks that its filter selects. vector is the question's, as
// [Retriever.Rank] returns it.
func NewQuery(ctx context.Context, store rag.Searcher, r question.Reading, vector []float32) (Query, error) {
	words := make([]string, len(r.Terms))
	for i, t := range r.Terms {
		words[i] = t.Word
	}
	counts, total, err := store.Frequency(ctx, words, r.Filter)
	if err != nil {
		return Query{}, err
	}
	q := Query{Reading: r, vector: vector, StoreChunks: total}
	for i, t := range r.Terms {
		q.Terms = append(q.Terms, Term{t, rarity(counts[i], total)})
	}
	return q, nil
}

// titleOf returns the title of a chunk's article, with the date that it was published
// if the question asks about a time, not about what was before or after it. A question
// writes a date in words.
func (q Query) titleOf(c rag.Chunk) string {
	if q.Period == nil || q.Period.Fades || c.Published.IsZero() {
		return c.Title
	}
	return c.Title + ", " + c.Published.UTC().Format("2 January 2006")
}

// rarity returns the inverse document frequency of BM25 (Robertson and Zaragoza
// 2009), divided by that of a word that no chunk contains. It uses Lucene's
// variant, with 1 added inside the logarithm, which is never negative.
func rarity(count, total int) float64 {
	idf := func(n float64) float64 { return math.Log1p((float64(total) - n + .5) / (n + .5)) }
	return idf(min(float64(count), float64(total))) / idf(0)
}

// coverage returns the share of the question's terms that are in set, weighted
// by rarity: 0 … 1. It returns 0 for a question without terms.
func (q Query) coverage(set map[string]bool) float64 {
	have, all := 0., 0.
	for _, t := range q.Terms {
		all += t.Rarity
		if set[t.Stem] {
			have += t.Rarity
		}
	}
	if all == 0 {
		return 0
	}
	return have / all
}
