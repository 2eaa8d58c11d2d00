package check

import (
	"regexp"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/text"
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
func (c *checker) quotations(s string, cites []rag.Cite) (plain, against string) {
	var b strings.Builder
	last := 0
	for _, m := range inMarks.FindAllStringSubmatchIndex(s, -1) {
		at := text.Span{Start: m[0], End: m[1]}
		inner := at
		for g := 2; g < len(m); g += 2 {
			if m[g] >= 0 {
				inner = text.Span{Start: m[g], End: m[g+1]}
			}
		}
		if c.says(inner.Of(s), cites) {
			continue
		}
		if len(text.Words(inner.Of(s))) > emphasis {
			return s, "nobody says there: " + at.Of(s)
		}
		b.WriteString(s[last:at.Start] + inner.Of(s))
		last = at.End
	}
	b.WriteString(s[last:])
	return b.String(), ""
}

// covers reports whether each part of a quotation is in a cited passage or its
// title. Ellipses and words in brackets separate the parts.
func (c *checker) says(quotation string, cites []rag.Cite) bool {
	for _, part := range leftOut.Split(quotation, -1) {
		want := text.Normalize(part)
		if want != "" && !slices.ContainsFunc(cites, func(x rag.Cite) bool {
			p := c.passages[x.Passage]
			return strings.Contains(" "+text.Normalize(p.Chunk.Title+"\n"+p.Text)+" ", " "+want+" ")
		}) {
			return false
		}
	}
	return true
}
