package write

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"footnote/rag"
)

// Quote is a [rag.Writer] without a model. It quotes the sentences with the highest
// scores word for word, best first.
type Quote struct {
	Most int // maximum number of sentences; 0: 3
}

// Write implements [rag.Writer].
func (w Quote) Write(_ context.Context, q rag.Question, passages []rag.Passage, stream func(string)) (rag.Draft, error) {
	type choice struct {
		passage int
		rag.Sentence
	}
	var all []choice
	for i, p := range passages {
		for _, s := range p.Sentences {
			if s.Score != 0 {
				all = append(all, choice{i, s})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b choice) int { return cmp.Compare(b.Score, a.Score) })
	most := w.Most
	if most <= 0 {
		most = 3
	}
	d := rag.Draft{Model: "quote"}
	said := map[string]bool{}
	for _, c := range all {
		text := strings.Join(strings.Fields(passages[c.passage].SentenceText(c.Sentence)), " ")
		if said[text] {
			continue // another article has the same sentence
		}
		said[text] = true
		claim := rag.Claim{Text: text, Cites: []rag.Cite{{Passage: c.passage, Start: c.Start, End: c.End}}}
		if len(d.Claims) > 0 {
			claim.Break = " "
		}
		d.Claims = append(d.Claims, claim)
		if len(d.Claims) == most {
			break
		}
	}
	if len(d.Claims) > 0 {
		d.Short = Short(q.Text, d.Claims[0].Text)
	}
	if stream != nil {
		for _, c := range d.Claims {
			stream(c.Break + c.Text)
		}
	}
	return d, nil
}

var _ rag.Writer = Quote{}
