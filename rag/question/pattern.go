package question

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled on first use. The patterns of
// this package would otherwise be most of the memory that a command needs at its
// start.
type pattern func() *regexp.Regexp

func lazy(expression string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

func (p pattern) MatchString(s string) bool { return p().MatchString(s) }

func (p pattern) FindStringSubmatch(s string) []string { return p().FindStringSubmatch(s) }

func (p pattern) FindStringSubmatchIndex(s string) []int { return p().FindStringSubmatchIndex(s) }
