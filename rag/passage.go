package rag

import (
	"cmp"
	"slices"
	"strings"
)

// Passage is a run of text of one article that was found for a question:
// one chunk, or several that touch or overlap.
type Passage struct {
	Chunk      Chunk            // the best chunk in it, with its own Start and End
	Source     string           // Document.Source
	Text       string           // Document.Text[Start:End]
	Start, End int              // byte offsets in Document.Text
	Columns    string           // the row that names the columns of a table within which Text begins; otherwise empty
	ColumnsAt  int              // byte offset of Columns in Document.Text
	Score      float64          // of the best chunk; see [Ranked]
	Dense      float64          // cosine similarity of the best chunk to the question
	Lexical    float64          // BM25 score of the best chunk; 0: no match
	Page       int              // page of the article where it begins, from 1; 0: no pages
	Chunks     []Ranked         // the chunks that it joins, best first
	Sentences  []ScoredSentence // in the order of the text, scored for the question; nil if not scored
}

// ScoredSentence is one sentence of a passage. Its text is
// Document.Text[Start:End].
type ScoredSentence struct {
	Start, End int
	Cosine     float64  // cosine similarity to the question; 0 if not computed
	Score      float64  // probability that it is the sentence that answers, if one does; 0: not scored
	Answer     Span     // the words of it that answer the question by themselves; zero if not known
	Features   Features // what the score is computed from
}

// Features holds what the score of a sentence is computed from. A [Reader] gives
// Answers and Span, and only its best sentences get a Meaning of their own: the
// others have the least of these. Own and Kind then do not count. Without one there
// are Meaning and CentredCosine.
type Features struct {
	Answers       float64 `json:"answers,omitzero"`        // log odds that the passage answers, by the reader
	Span          float64 `json:"span,omitzero"`           // log odds of the best words of the sentence, by the reader
	Meaning       float64 `json:"meaning,omitzero"`        // cosine similarity to the question, of both sentences if this one refers to the one before
	CentredCosine float64 `json:"centred_cosine,omitzero"` // cosine similarity to the question after the mean of all scored sentences is subtracted from both
	Passage       float64 `json:"passage"`                 // retrieval score of its chunk
	Coverage      float64 `json:"coverage"`                // rarity-weighted share of the question's terms in the sentence, the one before, the title and the headings
	Own           float64 `json:"own"`                     // the same for the sentence alone
	Kind          float64 `json:"kind"`                    // above 0 if it has the kind of thing asked for; below 0 if it is itself a question
}

// SentenceText returns the text of a sentence of the passage.
func (p Passage) SentenceText(s ScoredSentence) string {
	return p.Text[s.Start-p.Start : s.End-p.Start]
}

// AnswerText returns the words of a sentence of the passage that answer the
// question by themselves; "" if they are not known.
func (p Passage) AnswerText(s ScoredSentence) string {
	if s.Answer.End == 0 {
		return ""
	}
	return p.Text[s.Answer.Start-p.Start : s.Answer.End-p.Start]
}

// Of returns the bytes start to end of the article, which are in Text or in Columns.
func (p Passage) Of(start, end int) string {
	if p.Columns != "" && start < p.Start {
		return p.Columns[start-p.ColumnsAt : end-p.ColumnsAt]
	}
	return p.Text[start-p.Start : end-p.Start]
}

// Citation returns footnote n, for an answer to q: the bytes start to end of the article.
func (p Passage) Citation(n, start, end int, q Question) Citation {
	c := Citation{
		N: n, Title: p.Chunk.Title, URL: p.Chunk.URL, Doc: p.Chunk.Doc, Source: p.Source, Published: p.Chunk.Published,
		Old: q.Outdated(p.Chunk.Published), Quote: p.Of(start, end), Start: start, End: end,
	}
	if p.Page > 0 && start >= p.Start {
		c.Page = p.Page + strings.Count(p.Text[:start-p.Start], PageBreak)
	}
	return c
}

// SentenceScores returns the best score and the best cosine of the chunks that
// contain a sentence. It returns the passage's own if no chunk contains it.
func (p Passage) SentenceScores(s ScoredSentence) (score, dense float64) {
	for _, c := range p.Chunks {
		if c.Chunk.Start <= s.Start && s.End <= c.Chunk.End {
			score, dense = max(score, c.Score), max(dense, c.Dense)
		}
	}
	return cmp.Or(score, p.Score), cmp.Or(dense, p.Dense)
}

// PassageSentence is a scored sentence of one of several passages.
type PassageSentence struct {
	Passage int // index of the passage
	ScoredSentence
}

// ByScore returns the scored sentences of passages, best first.
func ByScore(passages []Passage) []PassageSentence {
	var all []PassageSentence
	for i, p := range passages {
		for _, s := range p.Sentences {
			if s.Score != 0 {
				all = append(all, PassageSentence{i, s})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b PassageSentence) int { return cmp.Compare(b.Score, a.Score) })
	return all
}

// Ranked is a chunk that was found, with its scores.
type Ranked struct {
	Chunk   Chunk
	Score   float64 // from both searches together; only the order means anything
	Dense   float64 // cosine similarity to the question
	Lexical float64 // BM25 score; 0: no match
	Timely  float64 // how well the article's date fits the time that the question asks about, 0 … 1; 0 if it asks about none
}
