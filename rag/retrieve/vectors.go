package retrieve

import (
	"cmp"
	"context"
	"math"
	"slices"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/text"
)

// scoreByVectors scores candidates by the cosine of sentence and question, and
// by their words. It embeds at most maxEmbedded of them, those that score best
// without an embedding.
func scoreByVectors(ctx context.Context, embedder rag.Embedder, q Query, all []*candidate) (Evidence, error) {
	slices.SortStableFunc(all, func(a, b *candidate) int { return cmp.Compare(b.prescore(), a.prescore()) })
	all = all[:min(maxEmbedded, len(all))]
	if len(all) == 0 {
		return Evidence{}, nil
	}
	vectors, err := setCosines(ctx, embedder, q, all)
	if err != nil {
		return Evidence{}, err
	}
	for _, c := range all {
		c.contradicts = contradicts(q.Tokens, text.Tokens(c.text))
	}
	centred := centredCosines(q.vector, vectors)
	var best Evidence
	for i, c := range all {
		c.centredCosine = centred[i]
		c.Score = perPoint * (c.meaning() + centredWeight*c.centredCosine + c.prescore() + timeWeight*c.timely)
		c.Features = c.features()
		if e := evidenceByVectors(c); e.Score > best.Score {
			best = e
		}
	}
	toProbabilities(all)
	return best, nil
}

// perPoint makes a point of cosine a difference in log odds. 40 gives the sentences
// with a gold answer of squad, clapnq and realtimeqa the highest likelihood.
const perPoint = 40

// setCosines sets the Cosine of candidates and returns their vectors, in order.
func setCosines(ctx context.Context, embedder rag.Embedder, q Query, all []*candidate) ([][]float32, error) {
	texts := make([]string, len(all))
	for i, c := range all {
		texts[i] = c.context()
	}
	vectors, err := embedder.EmbedDocuments(ctx, texts)
	if err != nil {
		return nil, err
	}
	for i, c := range all {
		c.Cosine = dot(q.vector, vectors[i])
	}
	return vectors, nil
}

// prescore returns the part of a candidate's score that needs no embedding.
func (c candidate) prescore() float64 {
	return passageWeight*c.passage + coverageWeight*c.coverage + ownCoverageWeight*c.own + codesWeight*c.codes + c.bonus
}

// meaning returns the cosine of the sentence to the question. If the sentence
// begins with a word such as "He", which refers to the sentence before, it
// returns the mean cosine of both.
func (c candidate) meaning() float64 {
	if c.before == nil || c.before.Cosine == 0 || !text.RefersBack(c.text) {
		return c.Cosine
	}
	return (c.Cosine + c.before.Cosine) / 2
}

// features returns the features that the score of a sentence is made of.
func (c *candidate) features() rag.Features {
	return rag.Features{Meaning: c.meaning(), CentredCosine: c.centredCosine, Passage: c.passage, Coverage: c.coverage, Own: c.own, Kind: c.bonus}
}

// Weights of a sentence's score, in points of cosine. They are near a
// conditional logit that this command fits:
//
//	go run ./cmd/footnote/internal/fit sentences ../shared/data/squad ../shared/data/clapnq ../shared/data/realtimeqa
const (
	passageWeight     = .70 // of the chunk's retrieval score
	coverageWeight    = .08
	ownCoverageWeight = .03
	codesWeight       = readCodes / perPoint
	kindWeight        = .03 // of the logarithm of 1/share, for the share of sentences that contain the kind asked for
	questionWeight    = .20 // subtracted from a sentence that is a question: web pages repeat quiz questions
	centredWeight     = .05 // of the centred cosine
)

// maxEmbedded is the maximum number of sentences that are embedded for a
// question. Embedding takes a large part of the time of an answer.
const maxEmbedded = 20

// context returns the text that is embedded for a sentence. A short title comes
// first, because the sentence may say "it" for the article's topic. A headline
// is left out, because it would dominate the vector.
func (c candidate) context() string {
	if c.title == "" || utf8.RuneCountInString(c.title) > maxTopicTitle {
		return c.text
	}
	return c.title + "\n" + c.text
}

// maxTopicTitle is the maximum length in runes of a title that names the topic
// of its article. A longer title is a headline.
const maxTopicTitle = 40

// centredCosines returns the centred cosine of each vector to the query: the
// mean of the vectors is subtracted from both first. If all articles are about
// one topic, every sentence is close to every question about it. Subtracting
// the mean shows the remaining differences. All vectors are unit vectors of one
// length.
func centredCosines(query []float32, vectors [][]float32) []float64 {
	mean := make([]float32, len(query))
	for _, v := range vectors {
		for i, x := range v {
			mean[i] += x / float32(len(vectors))
		}
	}
	// Expand (q−m)·(v−m) and the lengths into products of q, v and m.
	qm, mm := dot(query, mean), dot(mean, mean)
	cosines := make([]float64, len(vectors))
	for i, v := range vectors {
		vm := dot(v, mean)
		lengths := math.Sqrt((dot(query, query) - 2*qm + mm) * (dot(v, v) - 2*vm + mm))
		if lengths > 1e-6 {
			cosines[i] = (dot(query, v) - qm - vm + mm) / lengths
		}
	}
	return cosines
}
