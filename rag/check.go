package rag

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// supported is the share of a claim's content words that a passage must hold.
const supported = 0.5

// Check turns a draft into an answer that says only what the passages bear. It
// is pure and total: whatever the draft, every Quote of the answer is in its
// article at its offsets, and every sentence has a footnote. A claim stands on
// the passages it cites, or else on another that bears it; a claim that none
// bears is dropped, and an answer of which nothing is left is a refusal.
func Check(d Draft, passages []Passage) Answer {
	a := Answer{Verdict: Answered, Passages: passages, Model: d.Model, Usage: d.Usage}
	var text strings.Builder
	for _, c := range d.Claims {
		cites := support(c, passages)
		if len(cites) == 0 {
			continue
		}
		if text.Len() > 0 {
			text.WriteString(c.Break)
		}
		text.WriteString(c.Text)
		for _, cite := range cites {
			text.WriteString(" [" + strconv.Itoa(a.number(cite)) + "]")
		}
	}
	a.Text = text.String()
	if a.Text == "" {
		a.Verdict, a.Reason = Refused, "No passage answers the question."
		if len(d.Claims) > 0 {
			a.Reason = "No passage bears out what the model wrote."
		}
	}
	return a
}

// number gives the footnote of a cite, a new one if it was not cited before.
func (a *Answer) number(c Cite) int {
	p := a.Passages[c.Passage]
	for _, have := range a.Citations {
		if have.Doc == p.Chunk.Doc && have.Start == c.Start && have.End == c.End {
			return have.N
		}
	}
	a.Citations = append(a.Citations, Citation{
		N: len(a.Citations) + 1, Title: p.Chunk.Title, URL: p.Chunk.URL, Doc: p.Chunk.Doc, Source: p.Source, Published: p.Chunk.Published,
		Quote: p.Text[c.Start-p.Start : c.End-p.Start], Start: c.Start, End: c.End,
	})
	return len(a.Citations)
}

// support returns where the claim is borne out: its own cites, each narrowed
// to the words that bear it, or the first passage that does.
func support(c Claim, passages []Passage) []Cite {
	var good []Cite
	for _, cite := range c.Cites {
		if cite.Passage < 0 || cite.Passage >= len(passages) {
			continue
		}
		if p := passages[cite.Passage]; cite.Start < cite.End {
			if cite.Start >= p.Start && cite.End <= p.End && verbatim(c.Text, p.Text[cite.Start-p.Start:cite.End-p.Start]) {
				good = append(good, cite)
			}
		} else if at, ok := bears(c.Text, p); ok {
			good = append(good, Cite{cite.Passage, at.start, at.end})
		}
	}
	for i := 0; i < len(passages) && len(good) == 0; i++ {
		if at, ok := bears(c.Text, passages[i]); ok {
			good = append(good, Cite{i, at.start, at.end})
		}
	}
	return good
}

// verbatim reports whether two texts are the same but for white space.
func verbatim(a, b string) bool { return slices.Equal(strings.Fields(a), strings.Fields(b)) }

// bears finds the sentence of a passage, or the two together, that holds most
// of the claim's content words and all of its numbers.
func bears(claim string, p Passage) (span, bool) {
	want := stemSet(claim)
	if len(want) == 0 {
		return span{}, false
	}
	best, most := span{}, 0.
	for i, s := range p.Sentences {
		for j := i; j < len(p.Sentences) && j < i+2; j++ {
			at := span{s.Start, p.Sentences[j].End}
			have := stemSet(p.Text[at.start-p.Start : at.end-p.Start])
			n := 0
			numbers := true
			for w := range want {
				if have[w] {
					n++
				} else if strings.ContainsFunc(w, unicode.IsDigit) {
					numbers = false
				}
			}
			// A second sentence must bear a good deal more to be quoted too.
			share := float64(n)/float64(len(want)) - .15*float64(j-i)
			if numbers && share > most {
				best, most = at, share
			}
		}
	}
	return best, most >= supported
}
