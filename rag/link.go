package rag

import (
	"context"
)

// Link is a second place of an article in a store: the same story under another
// path or URL.
type Link struct {
	Source, URL string // of the second place
	Hash        string // Document.Hash of what was read there
	Article     string // ID of the article in the store
}

// Linker is an optional ability of a [Catalog]. It returns the fingerprints of
// its articles and stores their links. Removing an article also removes its
// links.
type Linker interface {
	// Fingerprints returns the fingerprint of each article's text, by ID. It is
	// the one of package rag/text.
	Fingerprints(ctx context.Context) (map[string]uint64, error)
	// Links returns all links, in any order.
	Links(ctx context.Context) ([]Link, error)
	// Relink removes the links of the sources in drop, then adds those in put.
	Relink(ctx context.Context, put []Link, drop []string) error
}
