package rag

import (
	"time"
)

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
