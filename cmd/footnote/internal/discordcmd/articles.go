package discordcmd

import (
	"context"
	"errors"

	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/source"
)

// libraryArticles implements bot.Articles with the library.
type libraryArticles struct {
	*library.Library
	indexer index.Indexer
}

// Add embeds and stores an article.
func (a libraryArticles) Add(ctx context.Context, d rag.Document) error {
	_, err := a.indexer.Sync(ctx, func(yield func(rag.Document, error) bool) { yield(d, nil) })
	return err
}

// Remove deletes an article.
func (a libraryArticles) Remove(ctx context.Context, id string) error {
	return a.Update(ctx, nil, []string{id})
}

// readAttachment parses an attached file as `footnote add` does. If the file
// has several articles, it returns the first.
func readAttachment(ctx context.Context, name string, data []byte) (rag.Document, error) {
	for d, err := range (source.Reader{}).Bytes(ctx, name, "", data) {
		if skipped := (*source.Skipped)(nil); errors.As(err, &skipped) {
			return d, errors.New("cannot read this file: " + skipped.Error())
		}
		return d, err
	}
	return rag.Document{}, errors.New("the file contains no article")
}
