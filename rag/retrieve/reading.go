package retrieve

import (
	"cmp"
	"context"
	"math"
	"slices"

	"footnote/rag"
	"footnote/rag/text"
)

// Reading takes most of the time of an answer. So at most maxRead passages are
// read for a question, and none after the first maxReadBytes of text.
const (
	maxRead      = 8
	maxReadBytes = 3000
)

// readable returns the indices of the passages to read: the first that are in
// English.
func readable(passages []rag.Passage) []int {
	var all []int
	size := 0
	for i, p := range passages {
		if len(all) < maxRead && size < maxReadBytes && text.MayBeEnglish(p.Text) {
			all, size = append(all, i), size+len(p.Text)
		}
	}
	return all
}

// scoreByReading has the reader read some of the passages together with the
// question, and scores the candidates in them. The cosines of the best ones break
// near ties. A Score is the probability that the sentence is the one that
// answers, if one does.
func scoreByReading(ctx context.Context, embedder rag.Embedder, reader rag.Reader, q Query, passages []rag.Passage, read []int, all []*candidate) (Evidence, error) {
	some := make([]rag.Passage, len(read))
	for i, at := range read {
		some[i] = passages[at]
		some[i].Chunk.Title = q.titleOf(some[i].Chunk)
	}
	got, err := reader.Read(ctx, q.Text, some)
	if err != nil {
		return Evidence{}, err
	}
	readings := make(map[int]rag.Reading, len(read))
	for i, at := range read {
		readings[at] = got[i]
	}
	var found []*candidate
	for _, c := range all {
		if r, ok := readings[c.of]; ok && r.Spans[c.index].End > 0 {
			c.answers, c.Answer = r.Answers, r.Spans[c.index]
			c.Score = c.readScore()
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		return Evidence{}, nil
	}
	byScore := func(a, b *candidate) int { return cmp.Compare(b.Score, a.Score) }
	slices.SortStableFunc(found, byScore)
	least, err := addCosines(ctx, embedder, q, found)
	if err != nil {
		return Evidence{}, err
	}
	slices.SortStableFunc(found, byScore)
	for _, c := range found {
		c.Features = rag.Features{Answers: c.answers, Span: c.Answer.Score, Meaning: cmp.Or(c.Cosine, least), Passage: c.passage, Coverage: c.coverage, Own: c.own, Kind: c.bonus}
	}
	toProbabilities(found)
	first := found[0]
	first.contradicts = contradicts(q.Tokens, text.Tokens(first.text))
	return evidenceByReading(first), nil
}

// toProbabilities replaces the Scores of candidates, which are logarithms, by
// probabilities with a sum of 1.
func toProbabilities(all []*candidate) {
	most, sum := math.Inf(-1), 0.
	for _, c := range all {
		most = max(most, c.Score)
	}
	for _, c := range all {
		c.Score = math.Exp(c.Score - most)
		sum += c.Score
	}
	for _, c := range all {
		c.Score = max(c.Score/sum, math.SmallestNonzeroFloat64)
	}
}

// maxCosines is the number of sentences that were read whose cosines count.
const maxCosines = 6

// addCosines adds the cosine to the question to the scores of the first
// candidates. The others get the least of these, which it returns, so that they stay
// behind.
func addCosines(ctx context.Context, embedder rag.Embedder, q Query, found []*candidate) (least float64, err error) {
	best := found[:min(maxCosines, len(found))]
	if _, err := setCosines(ctx, embedder, q, best); err != nil {
		return 0, err
	}
	least = best[0].Cosine
	for _, c := range best {
		least = min(least, c.Cosine)
	}
	for _, c := range found {
		c.Score += readCosine * cmp.Or(c.Cosine, least)
	}
	return least, nil
}

// readScore returns the logarithm of a candidate's Score, up to a constant.
func (c *candidate) readScore() float64 {
	return readAnswers*c.answers + readSpan*c.Answer.Score + readPassage*c.passage + readCoverage*c.coverage + readPlace*c.place + readCodes*c.codes + readTimely*c.timely
}

// Weights of a sentence that was read: a conditional logit (McFadden 1974) that
// this command fits, except for four. readTimely is as much as a passage gets.
// readCoverage, readPlace and readCodes are chosen: between 0 and 1.2 the first makes no
// difference to these sets, but they have no headings, whose words count in both, and
// hardly a code. E1043 is another thing than E1042, however alike their sentences are.
//
//	go run ./cmd/footnote/internal/fit sentences ../shared/data/squad ../shared/data/clapnq ../shared/data/realtimeqa
const (
	readAnswers  = .09
	readSpan     = .25
	readPassage  = 24.
	readCoverage = 1.2
	readPlace    = 3.
	readCodes    = 8.
	readCosine   = 19.
	readTimely   = readPassage * timeWeight
)
