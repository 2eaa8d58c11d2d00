package text

import (
	"strings"
	"testing"
)

// TestTokenKeys checks the keys of numbers and of the months of dates.
func TestTokenKeys(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1,500 men":               "1500",
		"the 3rd of twelve":       "3 12",
		"1.50 million, 2bn":       "1500000 2",
		"three million":           "3000000",
		"May 3 or 3 May":          "may. 3 3 may.",
		"she may go":              "",
		"on 2018-02-22":           "2018 feb. 22",
		"one of the first":        "",
		"a second time, twice":    "2 2",
		"the eleventh of a dozen": "12",
	} {
		var got []string
		for _, t := range Tokens(text) {
			if t.Number {
				got = append(got, t.Key)
			}
		}
		if keys := strings.Join(got, " "); keys != want {
			t.Errorf("%q: keys %q, want %q", text, keys, want)
		}
	}
}
