package question

import "testing"

// TestPatterns compiles the patterns that are compiled on first use.
func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, p := range []pattern{asksAll, asksHowMany, asksWhich, asksNewest, asksFirst, asksAbout, asksWorks, asksSummary, asksTopicSummary, everything, referring,
		asksSummaryOf, asksOnlySummary, asksAuthor, asksWhen, asksItsSummary, mentions, dated, writtenBy, datedAtEnd} {
		p.MatchString("")
	}
}
