package rag

import (
	"context"
	"math"
)

// query is a question with the data that scoring sentences and confidence
// needs.
type query struct {
	Question
	vector []float32
	terms  []term
	asked  map[string]bool // every word of the question
	chunks int             // number of chunks that the filter selects
	wants  answerKind
}

// term is a content word of a question. Each stem occurs once.
type term struct {
	word, stem string
	rarity     float64 // inverse document frequency, scaled to 0 … 1
}

// newQuery returns the query of a question, with the rarity of its terms among
// the chunks that its filter selects.
func newQuery(ctx context.Context, store Searcher, question Question, vector []float32) (query, error) {
	text := question.Text
	q := query{Question: question, vector: vector, wants: kindOf(text), asked: map[string]bool{}}
	for _, w := range words(text) {
		q.asked[w] = true
	}
	seen := map[string]bool{}
	var asked []string
	code := languageOf(words(text))
	for _, w := range content(text) {
		if s := stemIn(code, w); !seen[s] {
			seen[s] = true
			asked = append(asked, w)
			q.terms = append(q.terms, term{word: w, stem: s})
		}
	}
	counts, total, err := store.Frequency(ctx, asked, question.Filter)
	if err != nil {
		return query{}, err
	}
	q.chunks = total
	for i := range q.terms {
		q.terms[i].rarity = rarity(counts[i], total)
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

// stemSet returns the stems of the content words of texts, in English and in
// the language that each text seems to be in.
func stemSet(texts ...string) map[string]bool {
	set := map[string]bool{}
	for _, t := range texts {
		ws := words(t)
		code := languageOf(ws)
		for _, w := range ws {
			if !isStopWord(w) {
				set[stem(w)] = true
			}
			if code != "" && !isStop(code, w) {
				set[stemIn(code, w)] = true
			}
		}
	}
	return set
}

// coverage returns the share of the question's terms that are in set, weighted
// by rarity: 0 … 1. It returns 0 for a question without terms.
func (q query) coverage(set map[string]bool) float64 {
	have, all := 0., 0.
	for _, t := range q.terms {
		all += t.rarity
		if set[t.stem] {
			have += t.rarity
		}
	}
	if all == 0 {
		return 0
	}
	return have / all
}
