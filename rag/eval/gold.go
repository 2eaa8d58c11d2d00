package eval

import (
	"context"
	"slices"
	"strings"
	"sync"

	"footnote/rag"
	"footnote/rag/index"
)

// gold finds the chunks that a question's answer stands in. It cuts articles as
// they were cut for the store.
type gold struct {
	store   rag.Catalog
	chunker index.Chunker

	mu       sync.Mutex
	articles map[string][]cut
}

// cut is a chunk as gold answers are compared with it.
type cut struct {
	id    string
	words []string
}

// chunks gives the relevant chunks of a question: those that hold its evidence,
// or where none does to the letter, a right answer. It is empty if none is
// known to be.
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

// quotes reports whether the chunk holds the words of a piece of evidence.
func (c cut) quotes(evidence []string) bool {
	whole := " " + strings.Join(c.words, " ") + " "
	return slices.ContainsFunc(evidence, func(e string) bool {
		words := normal(e)
		return len(words) > 0 && strings.Contains(whole, " "+strings.Join(words, " ")+" ")
	})
}

func (g *gold) article(ctx context.Context, id string) ([]cut, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if all, ok := g.articles[id]; ok {
		return all, nil
	}
	d, err := g.store.Document(ctx, id)
	if err != nil {
		return nil, err
	}
	var all []cut
	for _, c := range g.chunker.Chunks(d) {
		all = append(all, cut{c.ID, normal(c.Text)})
	}
	if g.articles == nil {
		g.articles = map[string][]cut{}
	}
	g.articles[id] = all
	return all, nil
}

// yesOrNo reports whether answers are yes or no, which any text may hold.
func yesOrNo(answers []string) bool {
	return len(answers) > 0 && !slices.ContainsFunc(answers, func(a string) bool {
		w := strings.Join(normal(a), " ")
		return w != "yes" && w != "no"
	})
}
