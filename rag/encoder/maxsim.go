package encoder

import (
	"context"
	"slices"

	"footnote/rag/internal/bert"
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
	w := e.model.Take()
	defer e.model.Put(w)
	asked := slices.Clone(contextual(w, e.appendIDs(nil, e.query, question), len(e.query)-1))
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	said := contextual(w, e.appendIDs(nil, e.passage, passage), len(e.passage)-1)
	if len(asked) == 0 || len(said) == 0 {
		return 0, nil
	}
	sum := 0.
	for q := range slices.Chunk(asked, Dimensions) {
		most := float32(-1)
		for p := range slices.Chunk(said, Dimensions) {
			most = max(most, dot(q, p))
		}
		sum += float64(most)
	}
	return sum / float64(len(asked)/Dimensions), nil
}

// contextual returns the unit vectors of the tokens of a sequence in turn,
// without its prefix and its final [SEP]. They are valid until the worker's
// next run.
func contextual(w *bert.Worker, ids []int32, prefix int) []float32 {
	x := w.Run(ids, len(ids), len(ids))[prefix*Dimensions : (len(ids)-1)*Dimensions]
	for v := range slices.Chunk(x, Dimensions) {
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
