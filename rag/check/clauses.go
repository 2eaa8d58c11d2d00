package check

import (
	"regexp"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/text"
)

// joints matches where a new clause of a sentence begins: at a conjunction, a
// relative pronoun or a participle after a comma, at words that give a reason
// or a time, and at an "and" that is followed by a verb or a pronoun. A
// relative clause without a comma says which thing is meant, and is not cut
// off.
var joints = regexp.MustCompile(`(?i)(?:[,;:—–] *|\s-\s)(?:(?:and|but|or|so|yet|nor|while|whereas|although|though|which|who|whose|whom|where|when|after|before|because|since|as|if|until|with|including|thus|thereby|despite|\p{L}{2,}ing)\b)|[;—–]|\s(?:but|while|whereas|although|because|after|before|when|until|thereby)\s|\sand (?:(?:he|she|it|they|we|has|have|had|is|are|was|were|will|would|can|could|did|does|\p{Ll}+ed)\b)`)

// onlyThat matches the words before a "but" that joins no clauses, as in
// "nothing but".
var onlyThat = regexp.MustCompile(`(?i)\b(?:not|nothing|none|all|anything)$`)

// purpose matches an infinitive, which may say what something was done for.
var purpose = regexp.MustCompile(`\sto \p{Ll}{2,}\s`)

// clause is a part of a claim that says something by itself.
type clause struct {
	text string
	claimTokens
	deed   claimTokens     // up to its first infinitive
	denied map[string]bool // keys of the words that it negates
}

// clauses splits a claim at its joints, sentence by sentence.
func clauses(body string) []clause {
	var all []clause
	for _, s := range text.Sentences(body, text.Span{Start: 0, End: len(body)}) {
		one := s.Of(body)
		from := 0
		for _, at := range append(joints.FindAllStringIndex(one, -1), []int{len(one)}) {
			if at[0] <= from || onlyThat.MatchString(one[from:at[0]]) {
				continue
			}
			part := strings.TrimSpace(one[from:at[0]])
			c := clause{text: part, claimTokens: readTokens(part)}
			c.deed, c.denied = c.claimTokens, text.Negated(c.all)
			if to := purpose.FindStringIndex(part); to != nil {
				c.deed = readTokens(part[:to[0]])
			}
			all, from = append(all, c), at[0]
		}
	}
	return all
}

// clauseTexts returns the text of the claim's clauses. A clause of fewer than
// leastPiece content words is joined to the one before, and a short first
// clause to the second.
func (c claimTokens) clauseTexts() []string {
	var all []string
	for i, part := range c.clauses {
		if n := len(all); n > 0 && (len(part.content) < leastPiece || len(c.clauses[i-1].content) < leastPiece && n == 1) {
			all[n-1] += " " + part.text
			continue
		}
		all = append(all, part.text)
	}
	return all
}

// clauseThreshold is the share of a clause below which two sentences say nothing
// of it.
const clauseThreshold = .2

// clauseReason returns why a text does not support a clause of the claim; empty if it
// supports all. A text does not support a clause of which it has next to
// nothing, or one that negates words that the text never negates.
func (c claimTokens) clauseReason(text []sentenceTokens) rag.Reason {
	denies := func(said map[string]bool) bool { // whether the text negates one of the words in said
		return slices.ContainsFunc(text, func(s sentenceTokens) bool {
			for k := range s.denied {
				if said[k] {
					return true
				}
			}
			return false
		})
	}
	for _, part := range c.clauses {
		clause := []string{strings.TrimLeft(part.text, ",;:—– ")}
		if len(c.clauses) > 1 && len(part.content) >= 3 {
			if _, share := best(part.content, text, 2); share < clauseThreshold {
				return rag.Reason{Code: rag.ClauseNotFound, Words: clause}
			}
		}
		if len(part.denied) > 0 && !denies(part.denied) {
			return rag.Reason{Code: rag.ClauseNotNegated, Words: clause}
		}
	}
	return rag.Reason{}
}

// displacedIn reports whether displaced is true of a clause of the claim, with
// or without its purpose.
func (c claimTokens) displacedIn(text []sentenceTokens, pairs map[[2]string]bool) bool {
	return slices.ContainsFunc(c.clauses, func(part clause) bool {
		for _, deed := range []claimTokens{part.claimTokens, part.deed} {
			if len(deed.run) < 4 {
				continue
			}
			if at, _ := best(deed.run[2:], text, 1); len(at) > 0 && deed.displaced(text, at[0], pairs) {
				return true
			}
		}
		return false
	})
}
