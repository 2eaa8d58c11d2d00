package rag

import (
	"context"
	"time"
)

// Trace is what is remembered, from one run to the next, of a place that
// articles are read from: a file, a page, a feed.
type Trace struct {
	Source   string    // a path or URL, as it was first named
	Stamp    string    // tells one version of it from another; empty if nothing does
	Target   string    // where it led to, if elsewhere; Document.Source of its article
	Articles int       // how many it gave
	Failure  string    // why it could not be read; empty if it could
	Tries    int       // failures in a row
	At       time.Time // when it was last read or tried
	Next     time.Time // not to be tried before; zero: at any time
}

// Link is a second place of an article that a store holds: the same story under
// another path or URL.
type Link struct {
	Source, URL string // of the second place
	Hash        string // Document.Hash of what was read there
	Article     string // ID of the article that is held
}

// Linker is an ability of a Catalog: it knows articles by their fingerprints,
// and keeps the links of those that it holds. Links go with their article.
type Linker interface {
	// Fingerprints gives Fingerprint of the text of each article, by its ID.
	Fingerprints(ctx context.Context) (map[string]uint64, error)
	Links(ctx context.Context) ([]Link, error)
	// Relink drops the links of the given sources, then puts others.
	Relink(ctx context.Context, put []Link, drop []string) error
}
