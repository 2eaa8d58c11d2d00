package bert

import (
	"math"
	"unicode"
	"unicode/utf8"
)

// The ids of the tokens that are not from a text.
const (
	CLS = clsID // begins a sequence
	SEP = sepID // ends each part of a sequence
)

// Token is an id and the text it stands for: text[Start:End], in bytes. That is
// never empty, and begins and ends between two characters.
type Token struct {
	ID         int32
	Start, End int
}

// Tokens returns the ids of text as Encode does, without [CLS] and [SEP], each
// with its place in the text. With limit > 0 it returns at most limit tokens.
//
// A place is that of the characters as they stand in the text, before case is
// folded and accents are removed. It includes removed characters inside the
// token and accents after it. The tokens of a character that is cut into
// several, such as a Hangul syllable, all have the place of that character.
func (t *Tokenizer) Tokens(text string, limit int) []Token {
	if limit <= 0 {
		limit = math.MaxInt
	}
	var tokens []Token
	var ids [wordRunes]int32
	var o origins
	for w := (words{rest: text}); len(tokens) < limit; {
		start := len(text) - len(w.rest)
		if !w.next() {
			break
		}
		o.find(text, start, len(text)-len(w.rest))
		from := 0
		for _, id := range t.appendPieces(ids[:0], &w) {
			to := o.n // an unknown word has one token
			if id != unkID {
				piece, _ := cutPrefix(t.piece(id))
				to = from + len(piece)
			}
			tokens = append(tokens, Token{id, o.starts[from], o.ends[to-1]})
			from = to
		}
	}
	return tokens[:min(len(tokens), limit)]
}

// origins says where the bytes of a folded word come from.
type origins struct {
	n            int // of the bytes of the word that next kept, at least 1
	starts, ends [wordRunes * utf8.UTFMax]int
}

// find sets the origins of the word that next found in text[at:end]. A word that
// is longer than the arrays has no pieces; find then sets the last end to that
// of the word.
func (o *origins) find(text string, at, end int) {
	o.n = 0
	for at < end {
		start := at
		r, size := utf8.DecodeRuneInString(text[at:])
		at += size
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			o.add(1, start, at)
			continue
		}
		var folded [4]rune
		runes, _ := fold(folded[:0], r)
		for _, r := range runes {
			o.add(utf8.RuneLen(r), start, at)
		}
		if len(runes) == 0 && o.n > 0 && isIn(r, unicode.Mn) {
			for last, i := o.starts[o.n-1], o.n-1; i >= 0 && o.starts[i] == last; i-- {
				o.ends[i] = at
			}
		}
	}
}

// add says that the next n bytes of the word come from text[start:end].
func (o *origins) add(n, start, end int) {
	for range n {
		if o.n == len(o.starts) {
			o.ends[o.n-1] = end
			return
		}
		o.starts[o.n], o.ends[o.n] = start, end
		o.n++
	}
}
