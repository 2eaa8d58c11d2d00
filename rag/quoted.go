package rag

import (
	"regexp"
	"slices"
	"strings"
)

// inMarks matches words in double quotation marks. Single marks are too often
// apostrophes.
var inMarks = regexp.MustCompile(`“([^“”]+)”|"([^"]+)"|«([^«»]+)»|„([^„“”]+)[“”]`)

// leftOut matches an ellipsis, or words in brackets, within a quotation.
var leftOut = regexp.MustCompile(`…|\.{3,}|\[[^\]]*\]`)

// emphasis is the maximum number of words in quotation marks that may be mere
// emphasis. More words are a quotation.
const emphasis = 3

// quotations looks for the words in quotation marks of a claim in the passages
// that it cites. If the passages do not have them, up to emphasis words lose
// their marks. More words are a reason against the claim.
func (c *checker) quotations(text string, cites []Cite) (plain, against string) {
	var b strings.Builder
	last := 0
	for _, m := range inMarks.FindAllStringSubmatchIndex(text, -1) {
		at := span{m[0], m[1]}
		inner := at
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				inner = span{m[g], m[g+1]}
			}
		}
		if c.says(inner.of(text), cites) {
			continue
		}
		if len(words(inner.of(text))) > emphasis {
			return text, "nobody says there: " + at.of(text)
		}
		b.WriteString(text[last:at.start] + inner.of(text))
		last = at.end
	}
	b.WriteString(text[last:])
	return b.String(), ""
}

// says reports whether each part of a quotation is in a cited passage or its
// title. Ellipses and words in brackets separate the parts.
func (c *checker) says(quotation string, cites []Cite) bool {
	for _, part := range leftOut.Split(quotation, -1) {
		want := Normalize(part)
		if want != "" && !slices.ContainsFunc(cites, func(x Cite) bool {
			p := c.passages[x.Passage]
			return strings.Contains(" "+Normalize(p.Chunk.Title+"\n"+p.Text)+" ", " "+want+" ")
		}) {
			return false
		}
	}
	return true
}
