package rag

import (
	"errors"
	"time"
)

// ErrNoGap is returned, wrapped, for a gap that is not in the library.
var ErrNoGap = errors.New("no such gap")

// Person is a hash that identifies a person in one library. Records show that
// the same person did two things, but not who it was. Empty: unknown.
type Person string

// Feedback is a person's opinion of an answer. The program that records it
// decides whether to keep texts, and leaves them empty if not.
type Feedback struct {
	Answer   string   // identifies the answer, such as a message ID; not empty
	Who      Person   // a person's later opinion of the answer replaces the earlier
	Question string   // as asked
	Text     string   // of the answer
	Verdict  Verdict  // of the answer
	Docs     []string // IDs of the articles that it cites
	Filter   Filter   // what was visible where it was asked
	Good     bool
	Reason   string    // in the person's words
	At       time.Time // in UTC, to the millisecond; zero: now
}

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

// NewMiss returns the miss that a records. The caller sets Private, Who and At.
// NewMiss returns false if the question was answered, had no word to search for,
// or got quotes instead of what a model wrote.
func NewMiss(a Answer, f Filter) (Miss, bool) {
	m := Miss{Question: a.Searched, Filter: f, Verdict: a.Verdict}
	switch {
	case len(a.Citations) > 0:
		m.Nearest = a.Citations[0].Doc
	case len(a.Passages) > 0:
		m.Nearest = a.Passages[0].Chunk.Doc
	}
	return m, a.Verdict != Answered && a.Searched != "" && !a.StoodIn
}

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

// Quota is the state of a quota's token bucket at one moment.
type Quota struct {
	Key    string // identifies the quota, such as "channel/123"
	Who    Person // the person that it limits; empty: not one person
	Tokens float64
	At     time.Time // the moment; this and Until are in UTC, to the millisecond
	Until  time.Time // when the bucket is full again and can be deleted
}
