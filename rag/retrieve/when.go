package retrieve

import (
	"context"
	"math"
	"regexp"
	"strings"
	"time"

	"footnote/rag"
	"footnote/rag/text"
)

// period is the time that a question asks about.
type period struct {
	from, to time.Time // to is exclusive; zero: open
	fades    bool      // an article fits less, the farther its date is from the bound that is not open
}

// fits returns how well an article fits the period by its date, from 0 to 1. It
// is 1 for a date in the period. It decreases with the time before the period,
// and more slowly with the time after it, because articles look back. It is 0
// if the date is unknown, or on the wrong side of "before" or "after".
func (p period) fits(published time.Time) float64 {
	fade := func(from, to time.Time, days float64) float64 {
		return math.Exp(-max(0, to.Sub(from).Hours()/24) / days)
	}
	switch {
	case published.IsZero():
		return 0
	case published.Before(p.from):
		if p.to.IsZero() {
			return 0
		}
		return fade(published, p.from, 30)
	case !p.to.IsZero() && !published.Before(p.to):
		if p.from.IsZero() {
			return 0
		}
		return fade(p.to, published, 180)
	case p.fades && p.from.IsZero():
		return fade(published, p.to, 365)
	case p.fades && p.to.IsZero():
		return fade(p.from, published, 365)
	}
	return 1
}

const (
	shortDate = `(?:(?:` + text.MonthPattern + `|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\b\.?) \d{1,2}(?:st|nd|rd|th)?\b|\b\d{1,2}(?:st|nd|rd|th)? (?:of )?` + text.MonthPattern + `)`
	wholeDate = `(?:` + shortDate + `,? \d{4}|` + text.MonthPattern + `,? \d{4}|\d{4}-\d\d(?:-\d\d)?)`
	yearDate  = `(?:1[89]|20)\d\d`
)

var (
	betweenDates = regexp.MustCompile(`(?i)\b(?:between|from) (` + yearDate + `) (?:and|to|until) (` + yearDate + `)\b`)
	atDate       = regexp.MustCompile(`\b((?i:in|during|since|after|before|until|till|by|from|of|on|the))\s+(?:(?i:the)\s+)?(?:(?i:year|end|start|beginning|spring|summer|autumn|fall|winter)\s+(?:of\s+)?)?(` + wholeDate + `|` + shortDate + `|` + yearDate + `|` + text.MonthPattern + `)\b`)
	lastYear     = regexp.MustCompile(`(?i)\blast year\b`)
	aYear        = regexp.MustCompile(`^` + yearDate + `$`)
	yearsAgo     = regexp.MustCompile(`(?i)\b(an?|\d{1,2}|two|three|four|five|six|seven|eight|nine|ten) years? ago\b`)
	atEvent      = regexp.MustCompile(`(?i)\b(before|after|since|until|during|following|ahead of|prior to)\s+((?:[\p{L}\p{N}'’-]+\s*){1,8})`)
	mainClause   = regexp.MustCompile(`(?i)\b(?:who|whom|what|when|where|why|how|which|did|does|do|is|are|was|were|has|have|had|will|would|could|should)\b.*$`)
	dateIn       = regexp.MustCompile(wholeDate + `|` + shortDate)
	aWord        = regexp.MustCompile(`[\p{L}\p{N}][\p{L}\p{N}'’.-]*`)
)

// when returns the period that a question asks about. The question may contain
// a date or an event ("before the election"). The date of an event comes from
// an article that states it in the same sentence. ok is false if the question
// asks about no time or about now.
func (r Retriever) when(ctx context.Context, q rag.Question) (p period, ok bool, err error) {
	if q.AboutNow() {
		return period{}, false, nil
	}
	today := time.Date(q.AskedOn().Year(), q.AskedOn().Month(), q.AskedOn().Day(), 0, 0, 0, 0, time.UTC)
	if p, ok := periodOf(q.Text, today); ok {
		return p, true, nil
	}
	m := atEvent.FindStringSubmatch(q.Text)
	if m == nil {
		return period{}, false, nil
	}
	event := mainClause.ReplaceAllString(m[2], "")
	from, to, ok, err := r.dateOf(ctx, event, q.Filter)
	if err != nil || !ok {
		return period{}, false, err
	}
	word := strings.ToLower(m[1])
	if word == "before" && to.Sub(from) > 24*time.Hour { // only the year of the event is known, so include that year
		word = "until"
	}
	return around(word, from, to), true, nil
}

// periodOf returns the period for a date in text.
func periodOf(s string, today time.Time) (period, bool) {
	if m := betweenDates.FindStringSubmatch(s); m != nil {
		from, _, ok := text.ParseDate(m[1], today)
		_, to, ok2 := text.ParseDate(m[2], today)
		return period{from: from, to: to}, ok && ok2 && from.Before(to)
	}
	if m := yearsAgo.FindStringSubmatch(s); m != nil {
		n := text.NumberOf(m[1])
		year := time.Date(today.Year()-max(1, int(n)), 1, 1, 0, 0, 0, 0, time.UTC)
		return period{from: year, to: year.AddDate(1, 0, 0)}, true
	}
	if lastYear.MatchString(s) {
		from, to, ok := text.DayRange("last year", today)
		return period{from: from, to: to}, ok
	}
	for _, m := range atDate.FindAllStringSubmatch(s, -1) {
		word := strings.ToLower(m[1])
		if word == "the" && !aYear.MatchString(m[2]) {
			continue // "the May elections" have no year
		}
		if from, to, ok := text.DayRange(m[2], today); ok {
			return around(word, from, to), true
		}
	}
	return period{}, false
}

// around returns the period that a word such as "before" makes of a date or an
// event.
func around(word string, from, to time.Time) period {
	switch word {
	case "since":
		return period{from: from}
	case "after", "following":
		return period{from: from, fades: true}
	case "before", "ahead of", "prior to":
		return period{to: from, fades: true}
	case "until", "till", "by":
		return period{to: to, fades: true}
	}
	return period{from: from, to: to}
}

// dateOf returns when an event happened: the date nearest to its words in a
// sentence that contains all of them, or else the year in the words themselves.
func (r Retriever) dateOf(ctx context.Context, event string, f rag.Filter) (from, to time.Time, ok bool, err error) {
	var want []string
	for _, w := range text.ContentWords(event) {
		if aYear.MatchString(w) {
			from, to, ok = text.ParseDate(w, time.Time{})
			continue
		}
		want = append(want, text.Stem(w))
	}
	if len(want) == 0 {
		return from, to, ok, nil
	}
	hits, err := r.Store.Match(ctx, text.SearchTerms(event), 20, f)
	if err != nil {
		return from, to, false, err
	}
	for _, h := range hits {
		for _, s := range text.Sentences(h.Chunk.Text, text.Span{Start: 0, End: len(h.Chunk.Text)}) {
			day, found := dayNear(s.Of(h.Chunk.Text), want, h.Chunk.Published)
			if found && (!ok || !day.Before(from) && day.Before(to)) {
				return day, day.AddDate(0, 0, 1), true, nil
			}
		}
	}
	return from, to, ok, nil
}

// dayNear returns the date in sentence that is nearest to the words in want. ok
// is false unless the sentence contains all of them. A date without a year gets
// the year that brings it nearest to published.
func dayNear(sentence string, want []string, published time.Time) (day time.Time, ok bool) {
	at := map[string]int{}
	for _, m := range aWord.FindAllStringIndex(sentence, -1) {
		for _, w := range text.Words(sentence[m[0]:m[1]]) {
			at[text.Stem(w)] = m[0]
		}
	}
	for _, w := range want {
		if _, has := at[w]; !has {
			return day, false
		}
	}
	nearest := math.MaxInt
	for _, m := range dateIn.FindAllStringIndex(sentence, -1) {
		from, _, good := text.DayRange(sentence[m[0]:m[1]], published)
		if !good {
			continue
		}
		for _, w := range want {
			if far := max(m[0]-at[w], at[w]-m[1]); far < nearest {
				day, ok, nearest = from, true, far
			}
		}
	}
	return day, ok
}

// Timed raises the scores of sentences whose article's date fits the time asked
// about. If the question is about now and all articles are old, "now" is the
// date of the newest. The evidence does not change.
func Timed(q rag.Question, passages []rag.Passage) {
	if q.AboutNow() {
		newest := time.Time{}
		for _, p := range passages {
			if at := p.Chunk.Published; at.After(newest) && q.Newness(at) > 0 {
				newest = at
			}
		}
		q.Today = newest
	}
	for _, p := range passages {
		timely := 0.
		switch {
		case len(p.Chunks) > 0 && !q.AboutNow():
			timely = p.Chunks[0].Timely
		case !p.Chunk.Published.IsZero() && !q.Today.IsZero():
			timely = q.Newness(p.Chunk.Published)
		}
		for i := range p.Sentences {
			if s := &p.Sentences[i]; s.Score != 0 {
				s.Score += timeWeight * timely
			}
		}
	}
}
