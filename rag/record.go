package rag

import (
	"errors"
	"time"
)

// ErrNoGap is returned, wrapped, for a gap that a library does not hold.
var ErrNoGap = errors.New("no such gap")

// Person stands for somebody in one library: a hash, so that what is recorded
// says that two things were done by one person and not by whom. Empty: not
// known.
type Person string

// Feedback is what a person thought of an answer. Whether texts are kept is
// for the recording program to decide: those left empty are not.
type Feedback struct {
	Answer   string   // names the answer, such as a message's id; not empty
	Who      Person   // a person has one opinion of an answer, the last
	Question string   // as it was asked
	Text     string   // of the answer
	Verdict  Verdict  // of the answer
	Docs     []string // ids of the articles that it cites
	Filter   Filter   // what could be seen where it was asked
	Good     bool
	Reason   string    // in the person's words
	At       time.Time // to the millisecond, in UTC; zero: now
}

// Miss is one time that the articles did not answer a question.
type Miss struct {
	Question string
	Private  bool    // keep no more of the question than a hash, which counts it
	Filter   Filter  // what could be seen where it was asked
	Verdict  Verdict // Refused or Nearest
	Nearest  string  // id of the nearest article; empty: none
	Who      Person
	At       time.Time // to the millisecond; zero: now
}

// NewMiss is the miss that an answer is: of nobody and now, for the caller to
// fill in. It reports false for an answer that is none: one that was answered,
// or to a question without a word that could be looked for.
func NewMiss(a Answer, f Filter) (Miss, bool) {
	m := Miss{Question: a.Searched, Filter: f, Verdict: a.Verdict}
	switch {
	case len(a.Citations) > 0:
		m.Nearest = a.Citations[0].Doc
	case len(a.Passages) > 0:
		m.Nearest = a.Passages[0].Chunk.Doc
	}
	return m, a.Verdict != Answered && a.Searched != ""
}

// Gap is a question that the articles do not answer, asked in one scope: the
// misses of one question where the same could be seen.
type Gap struct {
	ID       int64     // names it in its library
	Question string    // as it was first asked; empty: not kept
	Times    int       // how often it was asked, 1 at least
	First    time.Time // this and those below to the millisecond, in UTC
	Last     time.Time // when it was last asked
	Verdict  Verdict   // when it was last asked
	Nearest  string    // id of the nearest article then; empty: none, or it cannot be seen any more
	Filter   Filter    // what could be seen where it was asked
	Closed   time.Time // zero: it is open
	ClosedBy string    // id of the article that closed it; empty: none, or it cannot be seen
}

// Quota is how full the bucket of a quota was at a moment.
type Quota struct {
	Key    string // names the quota, such as "channel/123"
	Who    Person // whose it is; empty: no one person's
	Tokens float64
	At     time.Time // this and Until to the millisecond, in UTC
	Until  time.Time // when the bucket is full again, and need not be kept
}
