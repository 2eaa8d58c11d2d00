package rag

import (
	"cmp"
	"context"
	"slices"
)

// Why records how an answer was found.
type Why struct {
	Searched     string        `json:"searched"` // the question that was searched for
	Parts        []string      `json:"parts"`    // the questions that it was split into; empty if it asks one thing
	Terms        []WhyTerm     `json:"terms"`
	Ranked       []WhyChunk    `json:"ranked"`    // best first, at most 10
	Sentences    []WhySentence `json:"sentences"` // the scored ones, best first
	Evidence     Evidence      `json:"evidence"`
	Confidence   float64       `json:"confidence"`
	AnsweredFrom float64       `json:"answered_from"`
	NearestFrom  float64       `json:"nearest_from"`
	Answer       Answer        `json:"answer"`
}

// WhyTerm is a search term and its rarity in the store, from 0 to 1.
type WhyTerm struct {
	Word   string  `json:"word"`
	Rarity float64 `json:"rarity"`
}

// WhyChunk is a chunk that was found, with its scores.
type WhyChunk struct {
	Chunk   string  `json:"chunk"`
	Score   float64 `json:"score"`
	Dense   float64 `json:"dense"`
	Lexical float64 `json:"lexical"`
	Text    string  `json:"text"`
}

// WhySentence is a sentence of a passage, with its score and features.
type WhySentence struct {
	Chunk string  `json:"chunk"`
	Score float64 `json:"score"`
	Dense float64 `json:"dense"`
	Signs Signs   `json:"signs"`
	Text  string  `json:"text"`
}

// Why answers a question and returns how the answer was found.
func (a Answerer) Why(ctx context.Context, q Question) (Why, error) {
	asked := q.Text
	q, err := a.standAlone(ctx, q)
	if err != nil {
		return Why{}, err
	}
	var t Timings
	if out, ok, err := a.collected(ctx, q, &t, nil); ok || err != nil {
		out.Question = asked
		return Why{Searched: q.Text, Confidence: out.Confidence, AnsweredFrom: a.Care.answeredFrom(), NearestFrom: a.Care.nearestFrom(), Answer: out}, err
	}
	f, err := a.find(ctx, q, &t)
	if err != nil {
		return Why{}, err
	}
	w := Why{Searched: q.Text, Evidence: f.evidence, Confidence: f.confidence, AnsweredFrom: a.Care.answeredFrom(), NearestFrom: a.Care.nearestFrom()}
	for _, x := range f.query.terms {
		w.Terms = append(w.Terms, WhyTerm{x.word, x.rarity})
	}
	for _, x := range f.ranked[:min(10, len(f.ranked))] {
		w.Ranked = append(w.Ranked, WhyChunk{x.Chunk.ID, x.Score, x.Dense, x.Lexical, x.Chunk.Text})
	}
	for _, p := range f.passages {
		for _, s := range p.Sentences {
			if s.Score != 0 {
				w.Sentences = append(w.Sentences, WhySentence{p.Chunk.ID, s.Score, s.Cosine, s.Signs, p.text(s)})
			}
		}
	}
	slices.SortStableFunc(w.Sentences, func(a, b WhySentence) int { return cmp.Compare(b.Score, a.Score) })
	if w.Parts = a.split(ctx, q); len(w.Parts) > 1 {
		w.Answer, err = a.inParts(ctx, q, w.Parts, &t, nil)
	} else {
		w.Answer, err = a.answer(ctx, q, f, &t, nil)
	}
	w.Answer.Question = asked
	return w, err
}
