package check

import (
	"regexp"

	"footnote/rag/text"
)

// leastPiece is the minimum number of different content words in a piece. A
// shorter piece is joined to the next.
const leastPiece = 3

// breaks matches where a sentence can be split into pieces: between clauses and
// between the members of a list.
var breaks = regexp.MustCompile(`(?i)[;—–]|--|,\s|\b(?:and|but|while|whereas|although|though|because|which|who|whose|where|when|after|before|until|if|making|leading|resulting|causing|including|such as)\b`)

// pieces returns the content words of each piece of a text. Pieces are shorter
// than [clauses] and need not say anything by themselves.
func pieces(body string) [][]text.Token {
	var all [][]text.Token
	for _, s := range text.Sentences(body, text.Span{Start: 0, End: len(body)}) {
		sentence, from, begun := s.Of(body), 0, len(all)
		end := func(to int) bool {
			c := text.Distinct(text.Tokens(sentence[from:to]))
			if len(c) >= leastPiece {
				all, from = append(all, c), to
			}
			return from == to
		}
		for _, at := range breaks.FindAllStringIndex(sentence, -1) {
			end(at[0])
		}
		if !end(len(sentence)) && len(all) > begun { // the rest belongs to the last piece
			rest := text.Distinct(text.Tokens(sentence[from:]))
			all[len(all)-1] = append(all[len(all)-1], rest...)
		}
	}
	return all
}

// unevenness returns most, which is the share of the whole claim that one
// sentence has, less the share of the claim's weakest piece that its best
// sentence has. It is high for a claim that is half true, and negative if every
// piece is covered better than the whole. It is 0 for a claim with fewer than
// two pieces.
func (c claimTokens) unevenness(text []sentenceTokens, most float64) float64 {
	if len(c.pieces) < 2 {
		return 0
	}
	weakest := 1.
	for _, piece := range c.pieces {
		_, share := best(piece, text, 1)
		weakest = min(weakest, share)
	}
	return most - weakest
}
