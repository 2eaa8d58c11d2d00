package encoder

import (
	"context"
	"slices"
)

// MaxSim returns how well a passage covers a question, token by token: the mean
// over the question's tokens of the greatest cosine to a token of the passage.
// It is between -1 and 1, and 0 if either text has no tokens. This is the late
// interaction of ColBERT (Khattab and Zaharia 2020), for which this model was
// not trained. It uses the first MaxTokens tokens of each text and one
// processor, and takes as long as embedding both texts.
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

// contextual returns the unit vectors of the tokens of a sequence in turn,
// without its prefix and its final [SEP]. They are valid until the worker's
// next run.
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
