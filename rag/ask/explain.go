package ask

import (
	"context"

	"footnote/rag"
	"footnote/rag/retrieve"
)

// Explanation records how an answer was found. For a question about the
// articles themselves, only the confidences and Answer are set, besides
// Searched.
type Explanation struct {
	Searched     string            `json:"searched"` // the question that was searched for, in its standalone form
	Parts        []string          `json:"parts"`    // the questions that it was split into; empty if it asks one thing
	Terms        []Term            `json:"terms"`
	Ranked       []Chunk           `json:"ranked"`    // best first, at most 10
	Sentences    []Sentence        `json:"sentences"` // the scored ones, best first
	Evidence     retrieve.Evidence `json:"evidence"`
	Confidence   float64           `json:"confidence"`    // 0 to 1
	AnsweredFrom float64           `json:"answered_from"` // the least confidence of the verdict Answered
	NearestFrom  float64           `json:"nearest_from"`  // the least confidence of the verdict Nearest
	Answer       rag.Answer        `json:"answer"`
}

// Term is a search term and its rarity in the store, from 0 to 1.
type Term struct {
	Word   string  `json:"word"`
	Rarity float64 `json:"rarity"`
}

// Chunk is a chunk that was found, with its scores; see [rag.Ranked].
type Chunk struct {
	Chunk   string  `json:"chunk"` // its ID
	Score   float64 `json:"score"`
	Dense   float64 `json:"dense"`
	Lexical float64 `json:"lexical"`
	Text    string  `json:"text"`
}

// Sentence is a sentence of a passage, with its score and features.
type Sentence struct {
	Chunk    string       `json:"chunk"` // ID of the passage's best chunk
	Score    float64      `json:"score"`
	Dense    float64      `json:"dense"` // cosine to the question
	Features rag.Features `json:"features"`
	Answer   string       `json:"answer,omitzero"` // the words that answer best, by the reader
	Text     string       `json:"text"`
}

// Explain answers a question like [Answerer.Ask], and returns how the answer
// was found.
func (a Answerer) Explain(ctx context.Context, q rag.Question) (Explanation, error) {
	r, err := a.read(ctx, q)
	if err != nil {
		return Explanation{}, err
	}
	var t rag.Timings
	e := Explanation{Searched: r.Text, AnsweredFrom: a.Caution.AnsweredThreshold(), NearestFrom: a.Caution.NearestThreshold()}
	if out, ok, err := a.fromCatalogue(ctx, r, &t, nil); ok || err != nil {
		out.Question = r.Original
		e.Confidence, e.Answer = out.Confidence, out
		return e, err
	}
	f, err := a.find(ctx, r, &t)
	if err != nil {
		return Explanation{}, err
	}
	e.Evidence, e.Confidence = f.evidence, f.confidence
	for _, x := range f.query.Terms {
		e.Terms = append(e.Terms, Term{x.Word, x.Rarity})
	}
	for _, x := range f.ranked[:min(10, len(f.ranked))] {
		e.Ranked = append(e.Ranked, Chunk{x.Chunk.ID, x.Score, x.Dense, x.Lexical, x.Chunk.Text})
	}
	for _, s := range rag.ByScore(f.passages) {
		p := f.passages[s.Passage]
		e.Sentences = append(e.Sentences, Sentence{p.Chunk.ID, s.Score, s.Cosine, s.Features, p.AnswerText(s.ScoredSentence), p.SentenceText(s.ScoredSentence)})
	}
	if out, ok, err := a.compare(ctx, r, &t); ok || err != nil {
		out.Question = r.Original
		e.Confidence, e.Answer = out.Confidence, out
		return e, err
	}
	if e.Parts = a.split(ctx, r); len(e.Parts) > 1 {
		e.Answer, err = a.inParts(ctx, r, e.Parts, &t, nil)
	} else {
		e.Answer, err = a.answer(ctx, r, f, &t, nil)
	}
	e.Answer.Question = r.Original
	return e, err
}
