package check

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPieces(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text string
		want []string
	}{
		{"", nil},
		{"The ferry sails.", nil},
		{"The night ferry sails.", []string{"night ferry sails"}},
		{"The night ferry sails at noon, which surprised many old sailors.", []string{"night ferry sails noon", "surprised many old sailors"}},
		{"The night ferry sails; it is late.", []string{"night ferry sails late"}},
		{"In May, the night ferry sails at 1,500 metres.", []string{"May night ferry sails 1,500 metres"}},
		{"The council met in Brest. It bought three new ferries and sold the old bridge.", []string{"council met Brest", "bought three new ferries", "sold old bridge"}},
		{", and; but —", nil},
	}
	for _, tt := range tests {
		var got []string
		for _, piece := range pieces(tt.text) {
			var words []string
			for _, w := range piece {
				words = append(words, w.Raw)
			}
			got = append(got, strings.Join(words, " "))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.text, diff)
		}
	}
}

// TestUneven checks that Uneven is high only for a claim of which the text has
// one half and lacks the other.
func TestUneven(t *testing.T) {
	t.Parallel()
	const text = "The council bought three new ferries in May. The mayor opened the harbour bridge on Sunday."
	for claim, want := range map[string]bool{
		"The council bought three new ferries in May, and the mayor opened the harbour bridge on Sunday.": false,
		"The council bought three new ferries in May, which angered fishermen across the whole province.": true,
		"The council bought three new ferries.":                                                           false,
	} {
		if got := Supports(claim, text).Uneven; (got > .2) != want {
			t.Errorf("%q: Uneven = %.2f, want above .2: %v", claim, got, want)
		}
	}
}
