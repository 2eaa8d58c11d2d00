package check

import (
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/text"
)

// verbatim returns the cites with offsets of a claim that is, word for word, the
// text that one of them cites, or that all of them cite in their order; nil if it is
// neither.
func (s *sources) verbatim(claim rag.Claim) []rag.Cite {
	var all []rag.Cite
	var texts []string
	for _, x := range claim.Cites {
		if x.Passage < 0 || x.Passage >= len(s.passages) {
			continue
		}
		p := s.passages[x.Passage]
		if x.Start < p.Start || x.Start >= x.End || x.End > p.Start+len(p.Text) {
			continue
		}
		one := rag.Cite{Passage: x.Passage, Start: x.Start, End: x.End}
		if text.EqualIgnoringSpace(claim.Text, p.text(x)) {
			return []rag.Cite{one}
		}
		all, texts = append(all, one), append(texts, p.text(x))
	}
	if len(all) > 1 && text.EqualIgnoringSpace(claim.Text, strings.Join(texts, "\n")) {
		return all
	}
	return nil
}

// evidence returns the sentences that a claim points at, as cites with offsets,
// each once. A quote is looked up in the passage that the claim cites, then in
// the others, because models confuse numbers more often than words. A passage
// that is cited without a quote gives its best sentences for the claim. A claim
// that cites nothing, or passages that have nothing of it, gets the best
// sentences of all passages. unknown holds the quotes that no passage has.
func (s *sources) evidence(claim rag.Claim) (found []rag.Cite, unknown []string) {
	var cited []*passage
	for _, x := range claim.Cites {
		switch {
		case x.Passage < 0 || x.Passage >= len(s.passages) || x.Start < x.End:
		case x.Quote == "":
			cited = append(cited, s.passages[x.Passage])
		default:
			if y, ok := s.lookUp(x); !ok {
				unknown = append(unknown, x.Quote)
			} else if !slices.Contains(found, y) {
				found = append(found, y)
			}
		}
	}
	if len(found) > 0 || len(unknown) > 0 {
		return found, unknown
	}
	if found = s.best(claim.Text, cited); found == nil {
		found = s.best(claim.Text, s.passages)
	}
	return found, nil
}

// lookUp finds the sentences that contain the quote of a cite.
func (s *sources) lookUp(x rag.Cite) (rag.Cite, bool) {
	for k := range s.passages {
		i := k // the cited passage first, then the others
		switch {
		case k == 0:
			i = x.Passage
		case k <= x.Passage:
			i = k - 1
		}
		p := s.passages[i]
		at, ok := p.folded().find(x.Quote)
		if !ok {
			continue
		}
		y := rag.Cite{Passage: i, Start: p.Start + at.Start, End: p.Start + at.End}
		for _, one := range p.Sentences {
			if one.Start < y.End && y.Start < one.End {
				y.Start, y.End = min(y.Start, one.Start), max(y.End, one.End)
			}
		}
		return y, true
	}
	return rag.Cite{}, false
}

const (
	maxBest   = 2   // sentences that stand in for a missing quote
	minGained = .15 // share of a claim's words, by rarity, that a further sentence must add
)

// best returns the sentences of some passages that together cover most of a
// claim's words, weighted by rarity.
func (s *sources) best(claim string, among []*passage) []rag.Cite {
	want := text.Distinct(text.Tokens(claim))
	covered := map[string]bool{}
	share := 0.
	var chosen []rag.Cite
	for len(chosen) < maxBest {
		var next rag.Cite
		var keys map[string]bool
		top := share
		for i, p := range s.passages {
			if !slices.Contains(among, p) {
				continue
			}
			for j, have := range p.keys() {
				if v := text.Coverage(want, func(k string) bool { return covered[k] || have[k] }); v > top+1e-9 {
					next, keys, top = rag.Cite{Passage: i, Start: p.Sentences[j].Start, End: p.Sentences[j].End}, have, v
				}
			}
		}
		if keys == nil || len(chosen) > 0 && top < share+minGained {
			break
		}
		for k := range keys {
			covered[k] = true
		}
		chosen, share = append(chosen, next), top
	}
	return chosen
}
