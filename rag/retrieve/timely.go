package retrieve

import (
	"context"
	"math"
	"regexp"
	"time"

	"footnote/rag"
	"footnote/rag/question"
	"footnote/rag/text"
)

// period returns the period that a question asks about; nil if it asks about no
// time. The date of an event comes from an article that states it in the same
// sentence.
func (r Retriever) period(ctx context.Context, q question.Reading) (*question.Period, error) {
	if q.Period != nil || q.Event == nil {
		return q.Period, nil
	}
	from, to, ok, err := r.eventDate(ctx, *q.Event, q.Filter)
	if err != nil || !ok {
		return nil, err
	}
	p := q.Event.Period(from, to)
	return &p, nil
}

// eventDate returns when an event happened: the date nearest to its words in a
// sentence that contains all of them, or else the year in the words themselves.
// ok is false if neither is found.
func (r Retriever) eventDate(ctx context.Context, event question.Event, f rag.Filter) (from, to time.Time, ok bool, err error) {
	var want []string
	for _, w := range event.Content {
		if text.IsYear(w) {
			from, to, ok = text.ParseDate(w, time.Time{})
			continue
		}
		want = append(want, text.Stem(w))
	}
	if len(want) == 0 {
		return from, to, ok, nil
	}
	hits, err := r.Store.Match(ctx, event.SearchTerms(), 20, f)
	if err != nil {
		return from, to, false, err
	}
	for _, h := range hits {
		for _, s := range text.Sentences(h.Chunk.Text, text.Span{Start: 0, End: len(h.Chunk.Text)}) {
			day, found := nearestDate(s.Of(h.Chunk.Text), want, h.Chunk.Published)
			if found && (!ok || !day.Before(from) && day.Before(to)) {
				return day, day.AddDate(0, 0, 1), true, nil
			}
		}
	}
	return from, to, ok, nil
}

// nearestDate returns the date in sentence that is nearest to the words in
// want. ok is false unless the sentence contains all of them. A date without a
// year gets the year that brings it nearest to published.
func nearestDate(sentence string, want []string, published time.Time) (day time.Time, ok bool) {
	at := map[string]int{}
	for _, m := range wordPattern.FindAllStringIndex(sentence, -1) {
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
	for _, date := range text.Dates(sentence) {
		from, _, good := text.ParsePeriod(date.Of(sentence), published)
		if !good {
			continue
		}
		for _, w := range want {
			if far := max(date.Start-at[w], at[w]-date.End); far < nearest {
				day, ok, nearest = from, true, far
			}
		}
	}
	return day, ok
}

// wordPattern matches a word, with the punctuation inside it.
var wordPattern = regexp.MustCompile(`[\p{L}\p{N}][\p{L}\p{N}'’.-]*`)

// periodFit returns how well an article fits a period by its date, from 0 to 1.
// It is 1 for a date in the period. It decreases with the time before the
// period, and more slowly with the time after it, because articles look back.
// It is 0 if the date is unknown, or on the wrong side of "before" or "after".
func periodFit(p question.Period, published time.Time) float64 {
	fade := func(from, to time.Time, days float64) float64 {
		return math.Exp(-max(0, to.Sub(from).Hours()/24) / days)
	}
	switch {
	case published.IsZero():
		return 0
	case published.Before(p.From):
		if p.To.IsZero() {
			return 0
		}
		return fade(published, p.From, 30)
	case !p.To.IsZero() && !published.Before(p.To):
		if p.From.IsZero() {
			return 0
		}
		return fade(p.To, published, 180)
	case p.Fades && p.From.IsZero():
		return fade(published, p.To, 365)
	case p.Fades && p.To.IsZero():
		return fade(p.From, published, 365)
	}
	return 1
}

// newness returns how new an article is on a day: 1 on that day, and a factor e
// less for every 60 days of age. It is 0 if the article has no date, or one
// more than a day later.
func newness(on, published time.Time) float64 {
	age := on.Sub(published).Hours() / 24
	if published.IsZero() || age < -1 {
		return 0
	}
	return math.Exp(-max(0, age) / 60)
}

// timeliness returns for each passage how well its article's date fits the time
// that the question asks about, from 0 to 1. If the question is about now and
// all articles are old, "now" is the date of the newest.
func timeliness(q question.Reading, passages []rag.Passage) []float64 {
	var now time.Time
	if q.Now {
		for _, p := range passages {
			if at := p.Chunk.Published; at.After(now) && newness(q.AskedOn(), at) > 0 {
				now = at
			}
		}
	}
	all := make([]float64, len(passages))
	for i, p := range passages {
		switch {
		case len(p.Chunks) > 0 && !q.Now:
			all[i] = p.Chunks[0].Timely
		case q.Now && !p.Chunk.Published.IsZero() && !now.IsZero():
			all[i] = newness(now, p.Chunk.Published)
		}
	}
	return all
}
