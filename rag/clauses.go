package rag

import "regexp"

// leastClause is how many different words that carry meaning a clause has at
// least; a shorter one goes with the next.
const leastClause = 3

// between stands between clauses, and between the members of a list.
var between = regexp.MustCompile(`(?i)[;—–]|--|,\s|\b(?:and|but|while|whereas|although|though|because|which|who|whose|where|when|after|before|until|if|making|leading|resulting|causing|including|such as)\b`)

// clauses gives, for each clause of a text, the words that carry meaning.
func clauses(text string) [][]token {
	var all [][]token
	for _, s := range sentences(text, span{0, len(text)}) {
		sentence, from, begun := s.of(text), 0, len(all)
		end := func(to int) bool {
			c := once(tokens(sentence[from:to]))
			if len(c) >= leastClause {
				all, from = append(all, c), to
			}
			return from == to
		}
		for _, at := range between.FindAllStringIndex(sentence, -1) {
			end(at[0])
		}
		if !end(len(sentence)) && len(all) > begun { // what is left goes with the one before
			rest := once(tokens(sentence[from:]))
			all[len(all)-1] = append(all[len(all)-1], rest...)
		}
	}
	return all
}

// unevenness is how much less of its weakest clause the text has in one
// sentence than of the whole claim; below 0 if all clauses are held better than
// the whole. A claim that is half true is uneven.
func (c claimTokens) unevenness(text []sentenceTokens) float64 {
	if len(c.clauses) < 2 {
		return 0
	}
	nearest := func(want []token) float64 {
		_, share := best(want, text, 1)
		return share
	}
	weakest := 1.
	for _, clause := range c.clauses {
		weakest = min(weakest, nearest(clause))
	}
	return nearest(c.content) - weakest
}
