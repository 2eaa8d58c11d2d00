package question

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestComparison(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]*Comparison{
		"Which river is longer, the Volga or the Danube?":  {Things: [2]string{"the Volga", "the Danube"}, Values: [2]string{"How long is the Volga?", "How long is the Danube?"}},
		"Which is cheaper: the ferry or the train?":        {Things: [2]string{"the ferry", "the train"}, Values: [2]string{"How much does the ferry cost?", "How much does the train cost?"}, Less: true},
		"Who has more members, the choir or the club?":     {Things: [2]string{"the choir", "the club"}, Values: [2]string{"How many members does the choir have?", "How many members does the club have?"}},
		"Does the choir have fewer members than the club?": {Things: [2]string{"the choir", "the club"}, Values: [2]string{"How many members does the choir have?", "How many members does the club have?"}, Less: true, Whether: true},
		"Is the Volga longer than the Danube?":             {Things: [2]string{"the Volga", "the Danube"}, Values: [2]string{"How long is the Volga?", "How long is the Danube?"}, Whether: true},
		"Is the Nile more expensive than the Volga?":       {Things: [2]string{"the Nile", "the Volga"}, Values: [2]string{"How much does the Nile cost?", "How much does the Volga cost?"}, Whether: true},
		"Does the ferry cost less than the train?":         {Things: [2]string{"the ferry", "the train"}, Values: [2]string{"How much does the ferry cost?", "How much does the train cost?"}, Less: true, Whether: true},
		"Is it better than before?":                        nil,
		"Which opened first, the bridge or the tunnel?":    nil,
		"How long is the Volga?":                           nil,
		"Is there more rain or snow?":                      nil,
		"":                                                 nil,
	} {
		if diff := cmp.Diff(want, comparisonOf(s)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s, diff)
		}
	}
}
