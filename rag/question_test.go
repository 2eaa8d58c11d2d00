package rag

import (
	"testing"
	"time"
)

func TestOutdated(t *testing.T) {
	t.Parallel()
	q := Question{Today: time.Date(2024, 5, 2, 0, 0, 0, 0, time.UTC)}
	for day, want := range map[string]bool{"2023-05-01": true, "2023-05-02": false, "2024-05-01": false, "2025-01-01": false} {
		published, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.Outdated(published); got != want {
			t.Errorf("published %s: outdated = %v, want %v", day, got, want)
		}
	}
	if q.Outdated(time.Time{}) {
		t.Error("published without a date: outdated = true, want false")
	}
}
