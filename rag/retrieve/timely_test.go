package retrieve

import (
	"testing"
	"time"

	"footnote/rag"
	"footnote/rag/question"
)

// FuzzPeriodFit checks that the fit of a date is from 0 to 1, for any question.
func FuzzPeriodFit(f *testing.F) {
	for _, s := range []string{"in 2019", "between 2015 and 2018", "since August 9, 2020", "before 2018", "12 years ago", "\xff in 1899"} {
		f.Add(s, int64(1577836800))
	}
	f.Fuzz(func(t *testing.T, asked string, published int64) {
		today := time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)
		r := question.Read(rag.Question{Text: asked, Today: today})
		if r.Period == nil {
			return
		}
		for _, d := range []time.Time{{}, today, r.Period.From, r.Period.To, time.Unix(published, 0)} {
			if fit := periodFit(*r.Period, d); fit < 0 || fit > 1 {
				t.Errorf("periodFit(%v) = %v, want 0 to 1", d, fit)
			}
		}
	})
}
