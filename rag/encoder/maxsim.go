package encoder

import (
	"context"
	"slices"
)

// MaxSim returns how far a passage has what a question asks for, word by word: for each token of the question the
// greatest cosine to a token of the passage, and the mean of these, -1 … 1; 0 if either has no token. It is the late
// interaction of ColBERT (Khattab and Zaharia 2020), for which this model was not trained. Of either text the first
// MaxTokens count. It uses one processor, for as long as embedding both takes.
func (e *Encoder) MaxSim(ctx context.Context, question, passage string) (float64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	w := e.take()
	defer e.put(w)
	asked := slices.Clone(w.contextual(e.appendIDs(nil, e.query, question), len(e.query)-1))
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	said := w.contextual(e.appendIDs(nil, e.passage, passage), len(e.passage)-1)
	if len(asked) == 0 || len(said) == 0 {
		return 0, nil
	}
	sum := 0.
	for q := range slices.Chunk(asked, hidden) {
		most := float32(-1)
		for p := range slices.Chunk(said, hidden) {
			most = max(most, dot(q, p))
		}
		sum += float64(most)
	}
	return sum / float64(len(asked)/hidden), nil
}

// contextual gives the unit vectors of the tokens of a sequence, one after the other, but for those of its prefix and
// the mark at its end. They are the worker's until its next run.
func (s *worker) contextual(ids []int32, prefix int) []float32 {
	s.run(ids)
	x := s.x[prefix*hidden : (len(ids)-1)*hidden]
	for v := range slices.Chunk(x, hidden) {
		scale(v)
	}
	return x
}

func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var sum float32
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}
