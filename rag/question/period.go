package question

import (
	"strings"
	"time"

	"footnote/rag/internal/lazyregexp"
	"footnote/rag/text"
)

// Period is the time that a question asks about, in UTC.
type Period struct {
	From, To time.Time // To is exclusive; zero: open
	Fades    bool      // an article fits less, the farther its date is from the bound that is not open
}

// Event is something that a question names to say which time it asks about, as
// in "before the election".
type Event struct {
	text.Analysis        // of the words that name it
	preposition   string // the preposition, in lower case
}

// Period returns the period that the question asks about if the event happened
// in [from, to).
func (e Event) Period(from, to time.Time) Period {
	if e.preposition == "before" && to.Sub(from) > 24*time.Hour { // only the year of the event is known, so include that year
		return periodBy("until", from, to)
	}
	return periodBy(e.preposition, from, to)
}

// periodOf returns the period that a question asks about by a date; false if it
// names none.
func periodOf(s string, today time.Time) (Period, bool) {
	if m := betweenDates.FindStringSubmatch(s); m != nil {
		from, _, ok := text.ParseDate(m[1], today)
		_, to, ok2 := text.ParseDate(m[2], today)
		return Period{From: from, To: to}, ok && ok2 && from.Before(to)
	}
	if m := yearsAgo.FindStringSubmatch(s); m != nil {
		n := text.ParseNumber(m[1])
		year := time.Date(today.Year()-max(1, int(n)), 1, 1, 0, 0, 0, 0, time.UTC)
		return Period{From: year, To: year.AddDate(1, 0, 0)}, true
	}
	if lastYear.MatchString(s) {
		from, to, ok := text.ParsePeriod("last year", today)
		return Period{From: from, To: to}, ok
	}
	for _, m := range atDate.FindAllStringSubmatch(s, -1) {
		preposition := strings.ToLower(m[1])
		if preposition == "the" && !text.IsYear(m[2]) {
			continue // "the May elections" have no year
		}
		if from, to, ok := text.ParsePeriod(m[2], today); ok {
			return periodBy(preposition, from, to), true
		}
	}
	return Period{}, false
}

// eventOf returns the event that a question names; nil if it names none.
func eventOf(s string) *Event {
	m := atEvent.FindStringSubmatch(s)
	if m == nil {
		return nil
	}
	return &Event{text.Analyse(mainClause.ReplaceAllString(m[2], "")), strings.ToLower(m[1])}
}

// periodBy returns the period that a word such as "before" makes of a date or
// an event.
func periodBy(word string, from, to time.Time) Period {
	switch word {
	case "since":
		return Period{From: from}
	case "after", "following":
		return Period{From: from, Fades: true}
	case "before", "ahead of", "prior to":
		return Period{To: from, Fades: true}
	case "until", "till", "by":
		return Period{To: to, Fades: true}
	}
	return Period{From: from, To: to}
}

var (
	betweenDates = lazyregexp.New(`(?i)\b(?:between|from) (` + text.YearPattern + `) (?:and|to|until) (` + text.YearPattern + `)\b`)
	atDate       = lazyregexp.New(`\b((?i:in|during|since|after|before|until|till|by|from|of|on|the))\s+(?:(?i:the)\s+)?(?:(?i:year|end|start|beginning|spring|summer|autumn|fall|winter)\s+(?:of\s+)?)?(` + text.DatePattern + `|` + text.ShortDatePattern + `|` + text.YearPattern + `|` + text.MonthPattern + `)\b`)
	lastYear     = lazyregexp.New(`(?i)\blast year\b`)
	yearsAgo     = lazyregexp.New(`(?i)\b(an?|\d{1,2}|two|three|four|five|six|seven|eight|nine|ten) years? ago\b`)
	atEvent      = lazyregexp.New(`(?i)\b(before|after|since|until|during|following|ahead of|prior to)\s+((?:[\p{L}\p{N}'’-]+\s*){1,8})`)
	mainClause   = lazyregexp.New(`(?i)\b(?:who|whom|what|when|where|why|how|which|did|does|do|is|are|was|were|has|have|had|will|would|could|should)\b.*$`)
)
