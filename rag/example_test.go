package rag_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/ragtest"
	"footnote/rag/write"
)

// This program stores two articles in a library and asks a question about them.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "footnote")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	// An embedder turns text into vectors. The one for tests compares only words;
	// use encoder.New or model.OpenEmbedder to compare meanings.
	embedder := ragtest.Embedder{}
	store, err := library.Open(filepath.Join(dir, "articles.db"), library.Options{Space: embedder.Name()})
	if err != nil {
		log.Fatal(err)
	}
	defer store.Close()

	// The first flow: articles → store. Package source reads files and pages;
	// here the articles are in the program.
	ferry := rag.Document{ID: "ferry", Title: "Island ferry", Text: "The ferry to the island sails at nine. A ticket costs four pounds."}
	tower := rag.Document{ID: "tower", Title: "Old tower", Text: "The tower was built in 1820. It is forty metres tall."}
	articles := func(yield func(rag.Document, error) bool) {
		_ = yield(ferry, nil) && yield(tower, nil)
	}
	indexer := index.Indexer{Store: store, Embedder: embedder}
	if _, err := indexer.Sync(ctx, articles); err != nil {
		log.Fatal(err)
	}

	// The second flow: question → answer. This writer quotes one sentence.
	answerer := ask.Answerer{Store: store, Embedder: embedder, Writer: write.Quote{Most: 1}}
	answer, err := answerer.Ask(ctx, rag.Question{Text: "When does the ferry to the island sail?"}, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Verdict)
	fmt.Println(answer.Text())
	for _, c := range answer.Citations {
		fmt.Printf("[%d] %s: %q\n", c.N, c.Title, c.Quote)
	}
	// Output:
	// answered
	// The ferry to the island sails at nine. [1]
	// [1] Island ferry: "The ferry to the island sails at nine."
}
