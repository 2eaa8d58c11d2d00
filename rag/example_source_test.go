package rag_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"strings"

	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/ragtest"
)

// notes returns a [rag.Source] that reads one article from each line of a file.
// A line is a title, a colon and a text. name is the name of the file.
func notes(name string, r io.Reader) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		lines := bufio.NewScanner(r)
		for n := 1; lines.Scan(); n++ {
			var d rag.Document
			var err error
			title, text, ok := strings.Cut(lines.Text(), ": ")
			if ok {
				// Source stays the same when the text changes, and so does the ID. So the
				// changed article replaces the old version.
				source := name + "#" + title
				d = rag.Document{ID: rag.DocumentID(source), Source: source, Title: title, Text: text}
			} else {
				err = fmt.Errorf("%s:%d: no title", name, n) // concerns this line only
			}
			if !yield(d, err) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(rag.Document{}, err)
		}
	}
}

// A source yields articles, and an error for each article that it cannot read.
// Sync stores new and changed articles, and reports the errors. This example
// uses the store of the example for Store.
func ExampleSource() {
	indexer := index.Indexer{Store: &memory{}, Embedder: ragtest.Embedder{}}
	for _, file := range []string{
		"Ferry: It sails at nine.\nTower: It is forty metres tall.\n",
		"Ferry: It sails at ten.\nTower: It is forty metres tall.\nCafé\n",
	} {
		report, err := indexer.Sync(context.Background(), notes("notes.txt", strings.NewReader(file)))
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(report.Added, "added,", report.Changed, "changed,", report.Unchanged, "unchanged, skipped:", report.Skipped)
	}
	// Output:
	// 2 added, 0 changed, 0 unchanged, skipped: []
	// 0 added, 1 changed, 1 unchanged, skipped: [notes.txt:3: no title]
}
