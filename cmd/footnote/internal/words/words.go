// Package words phrases small things for messages: counts, single lines and
// shortened titles.
package words

import (
	"fmt"
	"strings"
)

// Count returns a number and its noun, as in "1 article" or "3 articles". The
// noun must form its plural with an s.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// OneLine returns s with each run of white space replaced by one space.
func OneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Truncate returns at most n runes of s. A shortened string ends in "…".
func Truncate(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimSpace(string(r[:n-1])) + "…"
}
