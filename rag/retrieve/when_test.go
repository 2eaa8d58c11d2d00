package retrieve

import (
	"testing"
	"time"

	"footnote/rag"
)

func TestPeriodOf(t *testing.T) {
	t.Parallel()
	today := time.Date(2024, 5, 8, 0, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{ // from and to (exclusive)
		"Who won in 2019?":                             "2019-01-01 2020-01-01",
		"Who won the 2016 election?":                   "2016-01-01 2017-01-01",
		"What happened last year?":                     "2023-01-01 2024-01-01",
		"What did it cost in the last year?":           "2023-01-01 2024-01-01",
		"Who led it in March 2020?":                    "2020-03-01 2020-04-01",
		"Who led it in March?":                         "2024-03-01 2024-04-01",
		"Who led it in June?":                          "2023-06-01 2023-07-01",
		"What happened on August 9, 2020?":             "2020-08-09 2020-08-10",
		"What happened on the 9th of August 2020?":     "2020-08-09 2020-08-10",
		"What happened on 2020-08-09?":                 "2020-08-09 2020-08-10",
		"What changed since 2018?":                     "2018-01-01 -",
		"Who led it before 2018?":                      "- 2018-01-01",
		"Who led it after the summer of 2018?":         "2018-01-01 -",
		"What changed between 2015 and 2018?":          "2015-01-01 2019-01-01",
		"Who led it two years ago?":                    "2022-01-01 2023-01-01",
		"May he go in peace?":                          "",
		"How many of the 2000 men fled?":               "2000-01-01 2001-01-01", // not a year, but the effect is small
		"How many people were detained?":               "",
		"Who led it before the election?":              "",
		"Was there a plan in 1066 rooms of the palace": "",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			show := func(t time.Time) string {
				if t.IsZero() {
					return "-"
				}
				return rag.FormatDate(t)
			}
			got := ""
			if p, ok := periodOf(text, today); ok {
				got = show(p.from) + " " + show(p.to)
			}
			if got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
}

// FuzzPeriodOf checks that a period ends after it begins, for any question.
func FuzzPeriodOf(f *testing.F) {
	for _, s := range []string{"in 2019", "between 2018 and 2015", "since August 99, 2020", "on 2020-13-45", "12 years ago", "in the last year of May 31st", "\xff in 1899"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		today := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
		p, ok := periodOf(text, today)
		if ok && !p.from.IsZero() && !p.to.IsZero() && !p.from.Before(p.to) {
			t.Errorf("period ends before it begins: from %v to %v", p.from, p.to)
		}
		for _, d := range []time.Time{{}, today, p.from, p.to} {
			if fit := p.fits(d); fit < 0 || fit > 1 {
				t.Errorf("fits = %v, want 0 to 1", fit)
			}
		}
	})
}
