package eval

import (
	"context"
	"slices"

	"footnote/rag"
)

// Retrieval is how well the articles of a set are found, as means over the
// questions that have relevant articles. Articles are ranked by their best
// chunk.
type Retrieval struct {
	Questions              int
	NDCG10, Recall5, MRR10 float64
}

// Retrieve measures retrieval as answering does it.
func Retrieve(ctx context.Context, r rag.Retriever, s Set) (Retrieval, error) {
	var sum Retrieval
	for _, q := range s.Questions {
		if len(q.Relevant) == 0 {
			continue
		}
		ranked, _, err := r.Rank(ctx, rag.Question{Text: q.Text, Today: q.Date})
		if err != nil {
			return Retrieval{}, err
		}
		ids := Articles(ranked)
		sum.Questions++
		sum.NDCG10 += NDCG(ids, q.Relevant, 10)
		sum.Recall5 += Recall(ids, q.Relevant, 5)
		sum.MRR10 += MRR(ids, q.Relevant, 10)
	}
	if n := float64(sum.Questions); n > 0 {
		sum.NDCG10, sum.Recall5, sum.MRR10 = sum.NDCG10/n, sum.Recall5/n, sum.MRR10/n
	}
	return sum, nil
}

// Articles gives the articles of ranked chunks, each once, by its best chunk.
func Articles(ranked []rag.Ranked) []string {
	var ids []string
	seen := map[string]bool{}
	for _, x := range ranked {
		if !seen[x.Chunk.Doc] {
			seen[x.Chunk.Doc] = true
			ids = append(ids, x.Chunk.Doc)
		}
	}
	return ids
}

// sorted sorts greatest first.
func sorted(x []int) []int {
	slices.Sort(x)
	slices.Reverse(x)
	return x
}
