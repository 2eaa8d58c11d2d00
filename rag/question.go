package rag

import "time"

// Question is a person's question.
type Question struct {
	Text    string    // as the person wrote it
	History []Turn    // earlier turns of the conversation, oldest first; nil if none
	Today   time.Time // the day of the question; zero: time.Now
	Filter  Filter    // the articles to answer from
}

// Turn is one question of a conversation and its answer.
type Turn struct {
	Question, Answer string
	Title            string    // of the article that the answer cites first; empty: none
	Published        time.Time // of that article; zero: unknown
}

// NewTurn returns the turn of an answer that a person read as text.
func NewTurn(a Answer, text string) Turn {
	t := Turn{Question: a.Question, Answer: text}
	if len(a.Citations) > 0 {
		t.Title, t.Published = a.Citations[0].Title, a.Citations[0].Published
	}
	return t
}

// AskedOn returns Today, or the current time if it is zero.
func (q Question) AskedOn() time.Time {
	if q.Today.IsZero() {
		return time.Now()
	}
	return q.Today
}

// Outdated reports whether an article was published more than a year before the
// day of the question; false if its date is unknown.
func (q Question) Outdated(published time.Time) bool {
	return !published.IsZero() && published.AddDate(1, 0, 0).Before(q.AskedOn())
}
