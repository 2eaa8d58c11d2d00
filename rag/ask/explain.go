package ask

import (
	"cmp"
	"context"
	"slices"

	"footnote/rag"
	"footnote/rag/retrieve"
)

// Explanation records how an answer was found.
type Explanation struct {
	Searched     string            `json:"searched"` // the question that was searched for
	Parts        []string          `json:"parts"`    // the questions that it was split into; empty if it asks one thing
	Terms        []Term            `json:"terms"`
	Ranked       []Chunk           `json:"ranked"`    // best first, at most 10
	Sentences    []Sentence        `json:"sentences"` // the scored ones, best first
	Evidence     retrieve.Evidence `json:"evidence"`
	Confidence   float64           `json:"confidence"`
	AnsweredFrom float64           `json:"answered_from"`
	NearestFrom  float64           `json:"nearest_from"`
	Answer       rag.Answer        `json:"answer"`
}

// Term is a search term and its rarity in the store, from 0 to 1.
type Term struct {
	Word   string  `json:"word"`
	Rarity float64 `json:"rarity"`
}

// Chunk is a chunk that was found, with its scores.
type Chunk struct {
	Chunk   string  `json:"chunk"`
	Score   float64 `json:"score"`
	Dense   float64 `json:"dense"`
	Lexical float64 `json:"lexical"`
	Text    string  `json:"text"`
}

// Sentence is a sentence of a passage, with its score and features.
type Sentence struct {
	Chunk    string       `json:"chunk"`
	Score    float64      `json:"score"`
	Dense    float64      `json:"dense"`
	Features rag.Features `json:"signs"`
	Text     string       `json:"text"`
}

// Explanation answers a question and returns how the answer was found.
func (a Answerer) Explain(ctx context.Context, q rag.Question) (Explanation, error) {
	asked := q.Text
	q, err := a.standAlone(ctx, q)
	if err != nil {
		return Explanation{}, err
	}
	var t rag.Timings
	if out, ok, err := a.collected(ctx, q, &t, nil); ok || err != nil {
		out.Question = asked
		return Explanation{Searched: q.Text, Confidence: out.Confidence, AnsweredFrom: a.Caution.AnsweredThreshold(), NearestFrom: a.Caution.NearestThreshold(), Answer: out}, err
	}
	f, err := a.find(ctx, q, &t)
	if err != nil {
		return Explanation{}, err
	}
	w := Explanation{Searched: q.Text, Evidence: f.evidence, Confidence: f.confidence, AnsweredFrom: a.Caution.AnsweredThreshold(), NearestFrom: a.Caution.NearestThreshold()}
	for _, x := range f.query.Terms {
		w.Terms = append(w.Terms, Term{x.Word, x.Rarity})
	}
	for _, x := range f.ranked[:min(10, len(f.ranked))] {
		w.Ranked = append(w.Ranked, Chunk{x.Chunk.ID, x.Score, x.Dense, x.Lexical, x.Chunk.Text})
	}
	for _, p := range f.passages {
		for _, s := range p.Sentences {
			if s.Score != 0 {
				w.Sentences = append(w.Sentences, Sentence{p.Chunk.ID, s.Score, s.Cosine, s.Features, p.SentenceText(s)})
			}
		}
	}
	slices.SortStableFunc(w.Sentences, func(a, b Sentence) int { return cmp.Compare(b.Score, a.Score) })
	if w.Parts = a.split(ctx, q); len(w.Parts) > 1 {
		w.Answer, err = a.inParts(ctx, q, w.Parts, &t, nil)
	} else {
		w.Answer, err = a.answer(ctx, q, f, &t, nil)
	}
	w.Answer.Question = asked
	return w, err
}
