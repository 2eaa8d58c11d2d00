package retrieve

import (
	"context"
	"math"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/text"
)

// Query is a question with the data that scoring sentences and confidence
// needs.
type Query struct {
	rag.Question
	vector      []float32
	Terms       []term
	asked       map[string]bool // every word of the question
	StoreChunks int             // number of chunks that the filter selects
	wants       question.Kind
}

// term is a content word of a question. Each stem occurs once.
type term struct {
	Word, stem string
	Rarity     float64 // inverse document frequency, scaled to 0 … 1
}

// NewQuery returns the query of a question, with the rarity of its terms among
// the chunks that its filter selects.
func NewQuery(ctx context.Context, store rag.Searcher, qtext rag.Question, vector []float32) (Query, error) {
	body := qtext.Text
	q := Query{Question: qtext, vector: vector, wants: question.KindOf(body), asked: map[string]bool{}}
	for _, w := range text.Words(body) {
		q.asked[w] = true
	}
	seen := map[string]bool{}
	var asked []string
	code := text.LanguageOf(text.Words(body))
	for _, w := range text.ContentWords(body) {
		if s := text.StemIn(code, w); !seen[s] {
			seen[s] = true
			asked = append(asked, w)
			q.Terms = append(q.Terms, term{Word: w, stem: s})
		}
	}
	counts, total, err := store.Frequency(ctx, asked, qtext.Filter)
	if err != nil {
		return Query{}, err
	}
	q.StoreChunks = total
	for i := range q.Terms {
		q.Terms[i].Rarity = rarity(counts[i], total)
	}
	return q, nil
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
		if set[t.stem] {
			have += t.Rarity
		}
	}
	if all == 0 {
		return 0
	}
	return have / all
}
