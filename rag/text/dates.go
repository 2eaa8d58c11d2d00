package text

import (
	"strings"
	"time"

	"footnote/rag/internal/lazyregexp"
)

// ParsePeriod returns the period [from, to), in UTC, of a phrase such as
// "yesterday" or "last week", relative to today, or of a date that [ParseDate]
// reads. A week begins on Monday.
func ParsePeriod(phrase string, today time.Time) (from, to time.Time, ok bool) {
	day := time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)
	monthStart := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
	weekStart := day.AddDate(0, 0, -(int(day.Weekday())+6)%7)
	yearStart := time.Date(day.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	switch strings.ToLower(phrase) {
	case "today":
		return day, day.AddDate(0, 0, 1), true
	case "yesterday":
		return day.AddDate(0, 0, -1), day, true
	case "this week":
		return weekStart, weekStart.AddDate(0, 0, 7), true
	case "last week":
		return weekStart.AddDate(0, 0, -7), weekStart, true
	case "the past week":
		return day.AddDate(0, 0, -7), day.AddDate(0, 0, 1), true
	case "this month":
		return monthStart, monthStart.AddDate(0, 1, 0), true
	case "last month":
		return monthStart.AddDate(0, -1, 0), monthStart, true
	case "the past month":
		return day.AddDate(0, -1, 0), day.AddDate(0, 0, 1), true
	case "this year":
		return yearStart, yearStart.AddDate(1, 0, 0), true
	case "last year":
		return yearStart.AddDate(-1, 0, 0), yearStart, true
	case "the past year":
		return day.AddDate(-1, 0, 0), day.AddDate(0, 0, 1), true
	}
	return ParseDate(phrase, day)
}

// ParseDate returns the period [from, to), in UTC, of a day, a month or a year,
// such as "August 9th, 2020", "2020-08" or "May". A month without a year is the
// latest one that has begun by today. A day without a year is the one nearest
// to today. Both are rejected if today is zero.
func ParseDate(date string, today time.Time) (from, to time.Time, ok bool) {
	date = ordinal.ReplaceAllString(datePunctuation.Replace(date), "$1")
	for _, f := range []struct {
		layout              string
		years, months, days int
	}{
		{"2006-01-02", 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}, {"January 2006", 0, 1, 0}, {"January", 0, 1, 0},
		{"January 2 2006", 0, 0, 1}, {"Jan 2 2006", 0, 0, 1}, {"2 January 2006", 0, 0, 1}, {"2 Jan 2006", 0, 0, 1},
		{"January 2", 0, 0, 1}, {"Jan 2", 0, 0, 1}, {"2 January", 0, 0, 1}, {"2 Jan", 0, 0, 1},
	} {
		t, err := time.Parse(f.layout, date)
		if err != nil {
			continue
		}
		switch {
		case strings.Contains(f.layout, "2006"):
		case today.IsZero():
			return from, to, false
		case f.layout == "January":
			if t = time.Date(today.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC); t.After(today) {
				t = t.AddDate(-1, 0, 0)
			}
		default:
			t = nearestYear(t, today)
		}
		return t, t.AddDate(f.years, f.months, f.days), true
	}
	return from, to, false
}

// nearestYear returns the date of t's month and day that is nearest to today.
func nearestYear(t, today time.Time) time.Time {
	best := t
	for year := today.Year() - 1; year <= today.Year()+1; year++ {
		if day := time.Date(year, t.Month(), t.Day(), 0, 0, 0, 0, time.UTC); best.Equal(t) || day.Sub(today).Abs() < best.Sub(today).Abs() {
			best = day
		}
	}
	return best
}

// ordinal matches a day such as 9th. datePunctuation removes what the layouts of
// [ParseDate] lack.
var (
	ordinal         = lazyregexp.New(`(\d)(?:st|nd|rd|th)\b`)
	datePunctuation = strings.NewReplacer(",", "", ".", "", " of ", " ", "Sept ", "Sep ")
)

// Dates returns the spans of the dates in a text, with or without a year, in
// order; nil if there are none.
func Dates(text string) []Span {
	var all []Span
	for _, m := range anyDate.FindAllStringIndex(text, -1) {
		all = append(all, Span{m[0], m[1]})
	}
	return all
}

// IsYear reports whether a word is a year from 1800 to 2099.
func IsYear(word string) bool { return wholeYear.MatchString(word) }

var (
	wholeYear = lazyregexp.New(`^` + YearPattern + `$`)
	anyDate   = lazyregexp.New(DatePattern + `|` + ShortDatePattern)
)

// Patterns of dates in a sentence, to build regular expressions from. None has a
// capturing group. They match English names of months in full, a day of a month
// without a year, a date with a year, and a year from 1800 to 2099.
const (
	MonthPattern     = `(?:January|February|March|April|May|June|July|August|September|October|November|December)`
	ShortDatePattern = `(?:(?:` + MonthPattern + `|(?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\b\.?) \d{1,2}(?:st|nd|rd|th)?\b|\b\d{1,2}(?:st|nd|rd|th)? (?:of )?` + MonthPattern + `)`
	DatePattern      = `(?:` + ShortDatePattern + `,? \d{4}|` + MonthPattern + `,? \d{4}|\d{4}-\d\d(?:-\d\d)?)`
	YearPattern      = `(?:1[89]|20)\d\d`
)
