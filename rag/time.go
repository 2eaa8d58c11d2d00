package rag

import (
	"math"
	"regexp"
	"time"
)

var pointsAtNow = regexp.MustCompile(`(?i)\b(this (past )?(week|month|year|weekend|summer|winter|spring|fall|autumn)|recent(ly)?|latest|newest|now|current(ly)?|today|yesterday|tonight|tomorrow|(last|next) (week|month|night)|monday|tuesday|wednesday|thursday|friday|saturday|sunday|soon|upcoming)\b`)

// aboutNow reports whether the question is about the present or the days around
// it.
func (q Question) aboutNow() bool { return pointsAtNow.MatchString(q.Text) }

// today returns the day of the question.
func (q Question) today() time.Time {
	if q.Today.IsZero() {
		return time.Now()
	}
	return q.Today
}

// old reports whether an article was published more than a year before the day
// of the question; false if its date is unknown.
func (q Question) old(published time.Time) bool {
	return !published.IsZero() && published.AddDate(1, 0, 0).Before(q.today())
}

// newness returns how new an article is on the day of the question: 1 on the
// day itself, falling by a factor of e for every 60 days of age. It is 0 if the
// date is unknown or more than a day after the question's.
func (q Question) newness(published time.Time) float64 {
	age := q.today().Sub(published).Hours() / 24
	if published.IsZero() || age < -1 {
		return 0
	}
	return math.Exp(-max(0, age) / 60)
}
