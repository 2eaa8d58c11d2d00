package rag

import (
	"regexp"
	"slices"
	"strings"
)

// inMarks finds words in quotation marks. Single marks are too often
// apostrophes.
var inMarks = regexp.MustCompile(`“([^“”]+)”|"([^"]+)"|«([^«»]+)»|„([^„“”]+)[“”]`)

// leftOut is where a quotation says that it leaves words out, or puts some in.
var leftOut = regexp.MustCompile(`…|\.{3,}|\[[^\]]*\]`)

// emphasis is up to how many words in quotation marks are taken for a way of
// speaking; more are somebody's words.
const emphasis = 3

// quotations holds what stands in quotation marks in a claim against the
// passages that it rests on. Words that are not there one after the other are
// no quotation: a few lose their marks, of more the claim does not stand.
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

// says reports whether a passage or its title has the words, one after the
// other but for what is left out.
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
