package rag

import (
	"context"
	"math"
)

// maxWeighed is how many sentences are embedded for a question: some 750
// tokens, a tenth of a second.
const maxWeighed = 30

// Evidence is what the passages found say of a question, all that the
// confidence is made of.
type Evidence struct {
	Passage  float64 `json:"passage"`  // cosine of the nearest passage
	Sentence float64 `json:"sentence"` // cosine of the nearest sentence
	Missing  float64 `json:"missing"`  // rarity of the rarest term that no passage holds, 0 … 1
}

// weigh scores the sentences of passages, best passages first, as answers to
// the question, and sums up the evidence. It writes to passages' Sentences.
func weigh(ctx context.Context, embedder Embedder, q query, passages []Passage) (Evidence, error) {
	type place struct{ passage, sentence int }
	var at []place
	var texts []string
	e := Evidence{Missing: 1}
	held := map[string]bool{}
	for i, p := range passages {
		e.Passage = max(e.Passage, p.Dense)
		for s := range stemSet(p.Chunk.Title, p.Chunk.Section, p.Text) {
			held[s] = true
		}
		for j, s := range p.Sentences {
			if len(at) < maxWeighed {
				at = append(at, place{i, j})
				texts = append(texts, p.text(s))
			}
		}
	}
	e.Missing = q.missing(held)
	if len(texts) == 0 {
		return e, nil
	}
	vectors, err := embedder.EmbedDocuments(ctx, texts)
	if err != nil {
		return e, err
	}
	mean, dev := 0., 0.
	for i, v := range vectors {
		c := dot(q.vector, v)
		passages[at[i].passage].Sentences[at[i].sentence].Cosine = c
		e.Sentence = max(e.Sentence, c)
		mean += c / float64(len(vectors))
		dev += c * c / float64(len(vectors))
	}
	dev = math.Sqrt(max(1e-6, dev-mean*mean))
	for _, a := range at {
		p := &passages[a.passage]
		s := &p.Sentences[a.sentence]
		before := ""
		if a.sentence > 0 {
			before = p.text(p.Sentences[a.sentence-1])
		}
		own := p.text(*s)
		s.Score = 1.18*(s.Cosine-mean)/dev + 1.69*q.coverage(stemSet(own, before, p.Chunk.Title)) + 5.54*p.Score
		if q.wants.holds(own, q.text) {
			s.Score += 1.19
		}
	}
	return e, nil
}

// text is the words of one of the passage's sentences.
func (p Passage) text(s Sentence) string { return p.Text[s.Start-p.Start : s.End-p.Start] }

// confidence is the probability that the articles answer the question: a
// logistic regression.
func (e Evidence) confidence() float64 {
	return 1 / (1 + math.Exp(-(-53.29 + 41.27*e.Passage + 22.13*e.Sentence - 1.58*e.Missing)))
}
