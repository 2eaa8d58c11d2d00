package text

import (
	"testing"
	"time"
)

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	today := time.Date(2024, 5, 8, 15, 0, 0, 0, time.UTC) // a Wednesday
	for phrase, want := range map[string]string{          // from and to (exclusive)
		"yesterday":        "2024-05-07 2024-05-08",
		"Last week":        "2024-04-29 2024-05-06",
		"the past month":   "2024-04-08 2024-05-09",
		"August 9th, 2020": "2020-08-09 2020-08-10",
		"2020-08":          "2020-08-01 2020-09-01",
		"May":              "2024-05-01 2024-06-01",
		"June":             "2023-06-01 2023-07-01",
		"31 December":      "2023-12-31 2024-01-01",
		"someday":          "",
	} {
		got := ""
		if from, to, ok := ParsePeriod(phrase, today); ok {
			got = from.Format(time.DateOnly) + " " + to.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", phrase, got, want)
		}
	}
	if _, _, ok := ParseDate("May", time.Time{}); ok {
		t.Error("a month without a year is accepted without today")
	}
}
