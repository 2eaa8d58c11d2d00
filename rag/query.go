package rag

import (
	"context"
	"math"
)

// query is a question as the scoring of sentences and of confidence sees it.
type query struct {
	Question
	vector []float32
	terms  []term
	asked  map[string]bool // every word of it
	chunks int             // in what of the store it may see
	wants  answerKind
}

// term is a content word of a question, each stem once.
type term struct {
	word, stem string
	rarity     float64 // inverse document frequency, scaled to 0 … 1
}

// newQuery looks up how rare the words of a question are in what of the
// store it may see.
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

// rarity is the inverse document frequency of BM25 (Robertson and Zaragoza
// 2009, with Lucene's 1 inside the logarithm so that it is never negative),
// divided by that of a word found nowhere.
func rarity(count, total int) float64 {
	idf := func(n float64) float64 { return math.Log1p((float64(total) - n + .5) / (n + .5)) }
	return idf(min(float64(count), float64(total))) / idf(0)
}

// stemSet is the stems of the content words of texts, by English and by the
// language that each seems to be in.
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

// coverage is the share of the question's terms, by rarity, that a set holds:
// 0 … 1, and 0 for a question without terms.
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
