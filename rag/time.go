package rag

import (
	"math"
	"regexp"
	"time"
)

var pointsAtNow = regexp.MustCompile(`(?i)\b(this (past )?(week|month|year|weekend|summer|winter|spring|fall|autumn)|recent(ly)?|latest|newest|now|current(ly)?|today|yesterday|tonight|tomorrow|(last|next) (week|month|night)|monday|tuesday|wednesday|thursday|friday|saturday|sunday|soon|upcoming)\b`)

// aboutNow reports whether the question is about the days in which it is asked.
func (q Question) aboutNow() bool { return pointsAtNow.MatchString(q.Text) }

// today is the day on which the question is asked.
func (q Question) today() time.Time {
	if q.Today.IsZero() {
		return time.Now()
	}
	return q.Today
}

// old reports whether an article is more than a year old on the day of the
// question; false if its date is not known.
func (q Question) old(published time.Time) bool {
	return !published.IsZero() && published.AddDate(1, 0, 0).Before(q.today())
}

// newness is how new an article is on the day of the question: 1 on the day,
// and e times less with every 60 days of age; 0 if its date is not known, or is
// more than a day after the question's.
func (q Question) newness(published time.Time) float64 {
	age := q.today().Sub(published).Hours() / 24
	if published.IsZero() || age < -1 {
		return 0
	}
	return math.Exp(-max(0, age) / 60)
}
