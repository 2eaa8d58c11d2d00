package rag

import (
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
