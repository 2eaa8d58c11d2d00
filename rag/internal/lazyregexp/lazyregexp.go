// Package lazyregexp compiles regular expressions on first use. The patterns of this
// program would otherwise take most of the time and memory of its start, whatever it is
// to do.
package lazyregexp

import (
	"os"
	"regexp"
	"strings"
	"sync"
)

// Regexp is a [regexp.Regexp] that is compiled on first use. Its methods are those of
// that type, and safe for concurrent use.
type Regexp struct {
	compiled func() *regexp.Regexp
}

// inTest: tests compile at once, so that no wrong expression waits to be used.
var inTest = strings.HasSuffix(strings.TrimSuffix(os.Args[0], ".exe"), ".test")

// New returns the expression. It panics on first use, and in tests at once, if the
// expression is wrong.
func New(expression string) Regexp {
	r := Regexp{sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })}
	if inTest {
		r.compiled()
	}
	return r
}

// The methods of [regexp.Regexp] that are used.
func (r Regexp) Match(b []byte) bool                  { return r.compiled().Match(b) }
func (r Regexp) MatchString(s string) bool            { return r.compiled().MatchString(s) }
func (r Regexp) FindString(s string) string           { return r.compiled().FindString(s) }
func (r Regexp) Find(b []byte) []byte                 { return r.compiled().Find(b) }
func (r Regexp) String() string                       { return r.compiled().String() }
func (r Regexp) FindIndex(b []byte) []int             { return r.compiled().FindIndex(b) }
func (r Regexp) FindStringIndex(s string) []int       { return r.compiled().FindStringIndex(s) }
func (r Regexp) FindSubmatch(b []byte) [][]byte       { return r.compiled().FindSubmatch(b) }
func (r Regexp) FindSubmatchIndex(b []byte) []int     { return r.compiled().FindSubmatchIndex(b) }
func (r Regexp) FindStringSubmatch(s string) []string { return r.compiled().FindStringSubmatch(s) }
func (r Regexp) FindStringSubmatchIndex(s string) []int {
	return r.compiled().FindStringSubmatchIndex(s)
}
func (r Regexp) FindAllString(s string, n int) []string { return r.compiled().FindAllString(s, n) }
func (r Regexp) FindAllStringIndex(s string, n int) [][]int {
	return r.compiled().FindAllStringIndex(s, n)
}
func (r Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.compiled().FindAllStringSubmatch(s, n)
}
func (r Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return r.compiled().FindAllStringSubmatchIndex(s, n)
}
func (r Regexp) ReplaceAllString(s, by string) string { return r.compiled().ReplaceAllString(s, by) }
func (r Regexp) ReplaceAllStringFunc(s string, by func(string) string) string {
	return r.compiled().ReplaceAllStringFunc(s, by)
}
func (r Regexp) Split(s string, n int) []string { return r.compiled().Split(s, n) }
