package text

import (
	"slices"
	"testing"
)

func TestAgrees(t *testing.T) {
	t.Parallel()
	number := func(s string) Token {
		t.Helper()
		all := Tokens(s)
		i := slices.IndexFunc(all, func(t Token) bool { return t.Number })
		if i < 0 {
			t.Fatalf("no number in %q", s)
		}
		return all[i]
	}
	for _, c := range []struct {
		claim, source string
		want          bool
	}{
		{"1,500 men", "1500 men", true},
		{"twelve men", "12 men", true},
		{"12 men", "13 men", false},
		{"about 1,500 men", "1,523 men", true},
		{"1,500 men", "1,523 men", false},
		{"1.5 billion", "1,532,000,000", true},
		{"5 euros", "5 dollars", false},
		{"5%", "5 percent", true},
		{"more than 12 men", "less than 12 men", false},
	} {
		if got := number(c.claim).Agrees(number(c.source)); got != c.want {
			t.Errorf("%q agrees with %q: %v, want %v", c.claim, c.source, got, c.want)
		}
	}
}
