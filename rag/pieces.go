package rag

import "regexp"

// leastPiece is how many different words that carry meaning a piece has at
// least; a shorter one goes with the next.
const leastPiece = 3

// breaks are where a sentence can be broken into pieces: between clauses, and
// between the members of a list.
var breaks = regexp.MustCompile(`(?i)[;—–]|--|,\s|\b(?:and|but|while|whereas|although|though|because|which|who|whose|where|when|after|before|until|if|making|leading|resulting|causing|including|such as)\b`)

// pieces gives, for each piece of a text, the words that carry meaning. They are
// finer than [clauses], which say something by themselves: with those in their
// place faithbench is .575 in five folds, not .595, and wice .723, not .731.
func pieces(text string) [][]token {
	var all [][]token
	for _, s := range sentences(text, span{0, len(text)}) {
		sentence, from, begun := s.of(text), 0, len(all)
		end := func(to int) bool {
			c := once(tokens(sentence[from:to]))
			if len(c) >= leastPiece {
				all, from = append(all, c), to
			}
			return from == to
		}
		for _, at := range breaks.FindAllStringIndex(sentence, -1) {
			end(at[0])
		}
		if !end(len(sentence)) && len(all) > begun { // what is left goes with the one before
			rest := once(tokens(sentence[from:]))
			all[len(all)-1] = append(all[len(all)-1], rest...)
		}
	}
	return all
}

// unevenness is how much less of its weakest piece the text has in one sentence
// than the most that one has of the whole claim; below 0 if it has more of every
// piece than of the whole. A claim that is half true is uneven.
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
