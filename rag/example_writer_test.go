package rag_test

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"slices"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/index"
	"footnote/rag/ragtest"
)

// oneEach is a [rag.Writer] that quotes one sentence of each article.
type oneEach struct{}

// Write gets the passages that were found, best first, with a score for each
// sentence. It returns claims, each with the place in a passage that supports it.
func (oneEach) Write(_ context.Context, _ rag.Question, passages []rag.Passage, stream func(string)) (rag.Draft, error) {
	draft := rag.Draft{Model: "one-each"}
	quoted := map[string]bool{} // article IDs
	for i, p := range passages {
		if quoted[p.Chunk.Doc] || len(p.Sentences) == 0 {
			continue
		}
		quoted[p.Chunk.Doc] = true
		best := slices.MaxFunc(p.Sentences, func(a, b rag.ScoredSentence) int { return cmp.Compare(a.Score, b.Score) })
		claim := rag.Claim{
			Text:  p.SentenceText(best),
			Cites: []rag.Cite{{Passage: i, Start: best.Start, End: best.End}},
		}
		if len(draft.Claims) > 0 {
			claim.Break = " "
		}
		draft.Claims = append(draft.Claims, claim)
		if stream != nil { // the caller shows the draft while it grows
			stream(claim.Break + claim.Text)
		}
	}
	return draft, nil
}

// A writer turns passages into a draft. The Answerer then checks the draft and
// removes what the passages don't support, so a writer may make mistakes. This
// example uses the store of the example for Store.
func ExampleWriter() {
	ctx := context.Background()
	store, embedder := &memory{}, ragtest.Embedder{}
	articles := func(yield func(rag.Document, error) bool) {
		_ = yield(rag.Document{ID: "ferry", Title: "Island ferry", Text: "The ferry to the island sails at nine. It takes an hour."}, nil) &&
			yield(rag.Document{ID: "island", Title: "The island", Text: "The last ferry to the island sails at dusk. Dogs must stay on the lead."}, nil)
	}
	indexer := index.Indexer{Store: store, Embedder: embedder}
	if _, err := indexer.Sync(ctx, articles); err != nil {
		log.Fatal(err)
	}
	answerer := ask.Answerer{Store: store, Embedder: embedder, Writer: oneEach{}}
	answer, err := answerer.Ask(ctx, rag.Question{Text: "When does the ferry to the island sail?"}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Text())
	// Output: The ferry to the island sails at nine. [1] The last ferry to the island sails at dusk. [2]
}
