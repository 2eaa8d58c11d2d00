package discordcmd

import (
	"context"
	"errors"

	"footnote/rag"
	"footnote/rag/library"
	"footnote/rag/source"
)

// discordArticles are the library's articles, as the bot uses them.
type discordArticles struct {
	*library.Library
	x rag.Indexer
}

func (a discordArticles) Add(ctx context.Context, d rag.Document) error {
	_, err := a.x.Sync(ctx, func(yield func(rag.Document, error) bool) { yield(d, nil) })
	return err
}

func (a discordArticles) Remove(ctx context.Context, id string) error {
	return a.Update(ctx, nil, []string{id})
}

// readAttachment reads a file that somebody attached, as `footnote add` would.
// Of one that holds several articles, the first is read.
func readAttachment(ctx context.Context, name string, data []byte) (rag.Document, error) {
	for d, err := range (source.Reader{}).Bytes(ctx, name, "", data) {
		if skipped := (*source.Skipped)(nil); errors.As(err, &skipped) {
			return d, errors.New("this file cannot be read: " + skipped.Error())
		}
		return d, err
	}
	return rag.Document{}, errors.New("there is no article in it")
}
