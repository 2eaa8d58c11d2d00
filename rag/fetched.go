package rag

import (
	"context"
	"time"
)

// Fetched is what is remembered between runs about a place that articles are
// read from: a file, a page or a feed.
type Fetched struct {
	Source   string    // path or URL, as it was first named
	Stamp    string    // identifies a version of it; empty if nothing does
	Target   string    // Document.Source of its article, if Source led elsewhere
	Articles int       // how many were read from it
	Failure  string    // why it could not be read; empty if it could
	Tries    int       // consecutive failures
	At       time.Time // time of the last attempt
	Next     time.Time // earliest time of the next attempt; zero: any time
}

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
	// Fingerprints returns the [text.Fingerprint] of each article's text, by
	// ID.
	Fingerprints(ctx context.Context) (map[string]uint64, error)
	Links(ctx context.Context) ([]Link, error)
	// Relink removes the links of the sources in drop, then adds those in put.
	Relink(ctx context.Context, put []Link, drop []string) error
}
