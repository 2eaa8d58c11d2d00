package eval

import (
	"context"
	"slices"
	"strings"
	"sync"

	"footnote/rag"
	"footnote/rag/index"
)

// gold finds the chunks that contain a question's answer. Its chunker must be
// the one that the store was filled with.
type gold struct {
	store   rag.Catalog
	chunker index.Chunker

	mu       sync.Mutex
	articles map[string][]goldChunk
}

// goldChunk is a chunk with the words that gold answers are compared with.
type goldChunk struct {
	id    string
	words []string
}

// chunks returns the relevant chunks of a question, and how relevant each is.
// They contain its evidence word for word. If no chunk does, they contain a
// right answer. The map is empty if no relevant chunk is known.
func (g *gold) chunks(ctx context.Context, q Question) (map[string]int, error) {
	byEvidence, byAnswer := map[string]int{}, map[string]int{}
	for doc, grade := range q.Relevant {
		all, err := g.article(ctx, doc)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			if c.quotes(q.Evidence) {
				byEvidence[c.id] = grade
			}
			if !yesOrNo(q.Answers) && contained(c.words, q.Answers) {
				byAnswer[c.id] = grade
			}
		}
	}
	if len(byEvidence) > 0 {
		return byEvidence, nil
	}
	return byAnswer, nil
}

// quotes reports whether the chunk contains the words of a piece of evidence, in
// a row.
func (c goldChunk) quotes(evidence []string) bool {
	whole := " " + strings.Join(c.words, " ") + " "
	return slices.ContainsFunc(evidence, func(e string) bool {
		words := normalWords(e)
		return len(words) > 0 && strings.Contains(whole, " "+strings.Join(words, " ")+" ")
	})
}

// article returns the chunks of an article.
func (g *gold) article(ctx context.Context, id string) ([]goldChunk, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if all, ok := g.articles[id]; ok {
		return all, nil
	}
	d, err := g.store.Document(ctx, id)
	if err != nil {
		return nil, err
	}
	var all []goldChunk
	for _, c := range g.chunker.Chunks(d) {
		all = append(all, goldChunk{c.ID, normalWords(c.Text)})
	}
	if g.articles == nil {
		g.articles = map[string][]goldChunk{}
	}
	g.articles[id] = all
	return all, nil
}

// yesOrNo reports whether all answers are yes or no. Many chunks contain such a
// word without answering the question.
func yesOrNo(answers []string) bool {
	return len(answers) > 0 && !slices.ContainsFunc(answers, func(a string) bool {
		w := strings.Join(normalWords(a), " ")
		return w != "yes" && w != "no"
	})
}
