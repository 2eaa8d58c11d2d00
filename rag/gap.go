package rag

import (
	"errors"
	"time"
)

// Gap is a question that the articles do not answer. It sums up the misses of
// the question in one scope.
type Gap struct {
	ID       int64     // unique in its library
	Question string    // as first asked; empty: not kept
	Times    int       // how often it was asked, at least once
	First    time.Time // when it was first asked; this and later times are in UTC, to the millisecond
	Last     time.Time // when it was last asked
	Verdict  Verdict   // when it was last asked
	Nearest  string    // ID of the closest article then; empty: none, or no longer visible
	Filter   Filter    // what was visible where it was asked
	Closed   time.Time // zero: still open
	ClosedBy string    // ID of the article that closed it; empty: none, or not visible
}

// ErrNoGap is returned, wrapped, for a gap that is not in the library.
var ErrNoGap = errors.New("no such gap")

// Miss is one time that the articles did not answer a question.
type Miss struct {
	Question string
	Private  bool    // keep only a hash of the question, to count it
	Filter   Filter  // what was visible where it was asked
	Verdict  Verdict // Refused or Nearest
	Nearest  string  // ID of the closest article; empty: none
	Who      Person
	At       time.Time // to the millisecond; zero: now
}

// NewMiss returns the miss that a records, in the words of the person, or if it is a
// follow-up question, as it stands alone. The caller sets Private, Who and At.
// NewMiss returns false if the question was answered, had no word to search for,
// or got quotes instead of what a model wrote.
func NewMiss(a Answer, f Filter) (Miss, bool) {
	m := Miss{Question: a.Question, Filter: f, Verdict: a.Verdict}
	if a.FollowUp {
		m.Question = a.Searched
	}
	switch {
	case len(a.Citations) > 0:
		m.Nearest = a.Citations[0].Doc
	case len(a.Passages) > 0:
		m.Nearest = a.Passages[0].Chunk.Doc
	}
	return m, a.Verdict != Answered && a.Searched != "" && !a.StoodIn
}
