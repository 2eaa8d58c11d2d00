package rag

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// maxWeighed is how many sentences are embedded for a question: some 750
// tokens, a tenth of a second.
const maxWeighed = 30

// Evidence is what the best sentence says for an answer: Cosine, Passage and
// the weighted Coverage and Kind add up to its score.
type Evidence struct {
	Cosine   float64 `json:"cosine"`   // of the sentence to the question
	Passage  float64 `json:"passage"`  // of the chunk that holds it to the question
	Coverage float64 `json:"coverage"` // share of the question's terms, by rarity, in the sentence, the one before and the title
	Kind     bool    `json:"kind"`     // whether it shows the kind of thing asked for
	Score    float64 `json:"score"`
}

const (
	coverageWeight = .1
	kindWeight     = .02
)

// score adds up the evidence of a sentence.
func (e Evidence) score() float64 {
	s := e.Cosine + e.Passage + coverageWeight*e.Coverage
	if e.Kind {
		s += kindWeight
	}
	return s
}

// weigh scores the sentences of passages as answers to the question and
// returns the evidence of the best. It writes to passages' Sentences. The
// sentences that promise most without an embedding are embedded.
func weigh(ctx context.Context, embedder Embedder, q query, passages []Passage) (Evidence, error) {
	type candidate struct {
		sentence *Sentence
		text     string
		Evidence
	}
	var all []candidate
	for i := range passages {
		p := &passages[i]
		before := ""
		for j := range p.Sentences {
			s := &p.Sentences[j]
			text := p.text(*s)
			c := candidate{sentence: s, text: text, Evidence: Evidence{Passage: p.dense(*s), Coverage: q.coverage(stemSet(text, before, p.Chunk.Title)), Kind: q.wants.shown(text, q.asked)}}
			c.Score = c.score()
			all = append(all, c)
			before = text
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.Score, a.Score) })
	all = all[:min(maxWeighed, len(all))]
	if len(all) == 0 {
		return Evidence{}, nil
	}
	texts := make([]string, len(all))
	for i, c := range all {
		texts[i] = c.text
	}
	vectors, err := embedder.EmbedDocuments(ctx, texts)
	if err != nil {
		return Evidence{}, err
	}
	best := Evidence{}
	for i, c := range all {
		c.Cosine = dot(q.vector, vectors[i])
		c.Score = c.score()
		c.sentence.Cosine, c.sentence.Score = c.Cosine, c.Score
		if c.Score > best.Score {
			best = c.Evidence
		}
	}
	return best, nil
}

// text is the words of one of the passage's sentences.
func (p Passage) text(s Sentence) string { return p.Text[s.Start-p.Start : s.End-p.Start] }

// dense is the cosine of the nearest chunk that holds a sentence.
func (p Passage) dense(s Sentence) float64 {
	best := 0.
	for _, c := range p.chunks {
		if c.Chunk.Start <= s.Start && s.End <= c.Chunk.End {
			best = max(best, c.Dense)
		}
	}
	return cmp.Or(best, p.Dense)
}

// confidence is the probability that the articles answer the question, by the
// evidence of the best sentence: a logistic regression.
func (e Evidence) confidence() float64 {
	return 1 / (1 + math.Exp(-(confidenceBase + confidenceSlope*e.Score)))
}

const (
	confidenceBase  = -60.
	confidenceSlope = 35.
)
