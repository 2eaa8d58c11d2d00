package text

import "testing"

func TestContradicts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"The ferry sails.", "The ferry does not sail.", true},
		{"The ferry does not sail.", "The ferry never sails.", false},
		{"The ferry sails.", "The ferry sails not only on Sundays.", false},
		{"Fares rose.", "Fares fell.", true},
		{"Fares rose, then fell.", "Fares fell.", false},
		{"Hull won't play.", "Hull will play.", true},
		{"Hull won the cup.", "Hull took the cup.", false},
		{"", "", false},
	} {
		a, b := Tokens(c.a), Tokens(c.b)
		if got := Contradicts(a, b); got != c.want {
			t.Errorf("Contradicts(%q, %q) = %v, want %v", c.a, c.b, got, c.want)
		}
		if got := Contradicts(b, a); got != c.want {
			t.Errorf("Contradicts(%q, %q) = %v, want %v", c.b, c.a, got, c.want)
		}
	}
}
