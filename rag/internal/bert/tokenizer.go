package bert

import (
	_ "embed"
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/rangetable"
)

// vocab holds the model's WordPiece pieces, one a line; the line number from 0
// is the id. See vocab.md for its origin.
//
//go:embed vocab.txt
var vocab string

const (
	vocabSize = 30522 // rows of the model's table of word embeddings

	unkID = 100
	clsID = 101
	sepID = 102

	wordRunes  = 100 // longer words are unknown
	pieceBytes = 32  // the longest piece in bytes, without "##"
)

// Tokenizer cuts text into the ids of BERT's WordPiece vocabulary, as the crate
// tokenizers 0.23 does with the model's tokenizer.json (BertNormalizer,
// BertPreTokenizer, WordPiece, TemplateProcessing). It removes control
// characters, folds case and accents, splits off punctuation and ideographs,
// and cuts each word into the longest pieces from the left.
//
// It differs on purpose in one point: the reference turns "[MASK]" and similar
// texts into special tokens, but here they stay text. No text gives the id of a
// special token, except [UNK] for an unknown word.
//
// Several goroutines may use it.
type Tokenizer struct {
	ends  [vocabSize]uint32 // the end of each piece's line in vocab
	slots [slotCount]uint32 // hash table, open addressing: upper half a tag of the hash, lower half id+1; 0 is free
}

const slotCount = 1 << 16 // twice the pieces, so that probes are short

// newTokenizer indexes the embedded vocabulary. It returns an error if that is
// not the model's.
func newTokenizer() (*Tokenizer, error) {
	t := new(Tokenizer)
	id := 0
	for at := 0; at < len(vocab); id++ {
		n := strings.IndexByte(vocab[at:], '\n')
		if n < 0 || id == vocabSize {
			return nil, fmt.Errorf("vocab.txt: line %d: the file must have %d lines", id+1, vocabSize)
		}
		t.ends[id] = uint32(at + n)
		text, start := cutPrefix(vocab[at : at+n])
		if len(text) == 0 || len(text) > pieceBytes {
			return nil, fmt.Errorf("vocab.txt: line %d: piece has %d bytes, want 1 to %d", id+1, len(text), pieceBytes)
		}
		h := start
		for i := range len(text) {
			h = h.add(text[i])
		}
		slot, tag := h.place()
		for t.slots[slot] != 0 {
			slot = (slot + 1) % slotCount
		}
		t.slots[slot] = tag | uint32(id+1)
		at += n + 1
	}
	if id != vocabSize {
		return nil, fmt.Errorf("vocab.txt: %d lines, want %d", id, vocabSize)
	}
	for id, want := range map[int32]string{unkID: "[UNK]", clsID: "[CLS]", sepID: "[SEP]"} {
		if got := t.piece(id); got != want {
			return nil, fmt.Errorf("vocab.txt: line %d: %q, want %q", id+1, got, want)
		}
	}
	return t, nil
}

// piece returns the line of an id, including "##".
func (t *Tokenizer) piece(id int32) string {
	start := uint32(0)
	if id > 0 {
		start = t.ends[id-1] + 1
	}
	return vocab[start:t.ends[id]]
}

// Encode appends [CLS], the ids of text and [SEP] to dst. With limit > 0 it
// appends at most limit ids, at least 2: it cuts off ids of text and keeps
// [SEP]. A text may have any bytes; invalid UTF-8 is skipped.
func (t *Tokenizer) Encode(dst []int32, text string, limit int) []int32 {
	if limit <= 0 {
		limit = math.MaxInt
	}
	before, room := len(dst), max(limit, 2)-1 // room for all but [SEP]
	dst = append(dst, clsID)
	for w := (words{rest: text}); len(dst)-before < room && w.next(); {
		dst = t.appendPieces(dst, &w)
	}
	if n := len(dst) - before; n > room {
		dst = dst[:before+room]
	}
	return append(dst, sepID)
}

// Count returns the number of ids of text without [CLS] and [SEP].
func (t *Tokenizer) Count(text string) int {
	var scratch [wordRunes]int32
	n := 0
	for w := (words{rest: text}); w.next(); {
		n += len(t.appendPieces(scratch[:0], &w))
	}
	return n
}

// appendPieces appends the ids of one word: the longest piece it begins with,
// then the longest piece of the rest, and so on. A word that is too long or has
// no such piece becomes [UNK] alone.
func (t *Tokenizer) appendPieces(dst []int32, w *words) []int32 {
	if w.runes > wordRunes {
		return append(dst, unkID)
	}
	before, start := len(dst), wordStart
	for rest := w.word(); len(rest) > 0; start = wordInside {
		id, n := t.longest(rest, start)
		if n == 0 {
			return append(dst[:before], unkID)
		}
		dst, rest = append(dst, id), rest[n:]
	}
	return dst
}

// longest returns the id and the length in bytes of the longest piece that s
// begins with; length 0: none. A match cannot end inside a rune, because both
// are UTF-8.
func (t *Tokenizer) longest(s []byte, start hash) (id int32, n int) {
	var hashes [pieceBytes]hash // of s[:i+1]
	s = s[:min(len(s), pieceBytes)]
	h := start
	for i, c := range s {
		h = h.add(c)
		hashes[i] = h
	}
	for n := len(s); n > 0; n-- {
		slot, tag := hashes[n-1].place()
		for ; t.slots[slot] != 0; slot = (slot + 1) % slotCount {
			if t.slots[slot]&^0xffff != tag {
				continue
			}
			id := int32(t.slots[slot]&0xffff) - 1
			if text, from := cutPrefix(t.piece(id)); from == start && text == string(s[:n]) {
				return id, n
			}
		}
	}
	return 0, 0
}

// hash is the 64-bit FNV-1a hash of a piece's text. Its start value separates
// pieces at the start of a word from those inside one ("##" in the vocabulary).
type hash uint64

const (
	wordStart  hash = 14695981039346656037
	wordInside hash = wordStart ^ 0x2323
)

func cutPrefix(piece string) (text string, start hash) {
	if text, inside := strings.CutPrefix(piece, "##"); inside && text != "" {
		return text, wordInside
	}
	return piece, wordStart
}

func (h hash) add(c byte) hash { return (h ^ hash(c)) * 1099511628211 }

// place returns where a search for the hash begins, and the upper half of its
// slots. FNV-1a alone gives short texts similar upper bits; Fibonacci hashing
// (Knuth, TAOCP 3, 6.4) spreads them.
func (h hash) place() (slot, tag uint32) {
	h *= 0x9E3779B97F4A7C15
	return uint32(h >> 48), uint32(h>>16) &^ 0xffff
}

// words cuts a text into folded words. Set rest, then call next until it
// returns false.
type words struct {
	rest  string
	runes int // of the word
	size  int // of the word in bytes, up to wordRunes runes
	buf   [wordRunes * utf8.UTFMax]byte
}

func (w *words) next() bool {
	w.runes, w.size = 0, 0
	for len(w.rest) > 0 {
		c := w.rest[0]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' {
			w.add(rune(c))
			w.rest = w.rest[1:]
			continue
		}
		r, size := utf8.DecodeRuneInString(w.rest)
		var folded [4]rune // the longest decomposition has four runes
		runes, kind := fold(folded[:0], r)
		if kind == alone && w.runes > 0 {
			return true // begin with r next time
		}
		w.rest = w.rest[size:]
		for _, r := range runes {
			w.add(r)
		}
		if kind != inside && w.runes > 0 {
			return true
		}
	}
	return w.runes > 0
}

func (w *words) add(r rune) {
	w.runes++
	if w.runes <= wordRunes {
		w.size += utf8.EncodeRune(w.buf[w.size:], r)
	}
}

// word returns the word, valid until the next call of next.
func (w *words) word() []byte { return w.buf[:w.size] }

// kind says how a code point stands to its neighbours.
type kind int

const (
	inside kind = iota // part of a word, or removed
	space              // between words
	alone              // a word of its own
)

// fold appends the normalized form of r, as in the reference, to dst and
// returns its kind. Folding rune by rune is enough: decomposition reorders only
// combining marks, and no mark that is kept is in the vocabulary, so a word
// with one is unknown in any order.
func fold(dst []rune, r rune) ([]rune, kind) {
	switch {
	case r == '\t', r == '\n', r == '\r', r == ' ':
		return dst, space
	case r == utf8.RuneError, isIn(r, unicode.C): // this includes U+0085, VT and FF
		return dst, inside
	case unicode.IsSpace(r):
		return dst, space
	}
	before := len(dst)
	dst = decompose(dst, r)
	kept := dst[:before]
	for _, r := range dst[before:] {
		if !isIn(r, unicode.Mn) {
			kept = append(kept, unicode.ToLower(r))
		}
	}
	if isIdeograph(r) || len(kept) > before && isPunct(kept[before]) {
		return kept, alone
	}
	return kept, inside
}

// decompose appends the canonical decomposition of r.
func decompose(dst []rune, r rune) []rune {
	const ( // The Unicode Standard, 3.12, Hangul syllable decomposition
		syllables, leads, vowels, trails = 0xAC00, 0x1100, 0x1161, 0x11A7
		nVowels, nTrails, nSyllables     = 21, 28, 11172
	)
	if i := r - syllables; 0 <= i && i < nSyllables { // norm computes this decomposition but does not return it
		dst = append(dst, leads+i/(nVowels*nTrails), vowels+i/nTrails%nVowels)
		if i%nTrails != 0 {
			dst = append(dst, trails+i%nTrails)
		}
		return dst
	}
	var utf [utf8.UTFMax]byte
	d := norm.NFD.Properties(utf[:utf8.EncodeRune(utf[:], r)]).Decomposition()
	if d == nil {
		return append(dst, r)
	}
	for len(d) > 0 {
		r, n := utf8.DecodeRune(d)
		dst, d = append(dst, r), d[n:]
	}
	return dst
}

// isIdeograph has the reference's ranges, including its gap at U+2B820 to
// U+2B91F (part of extension E).
func isIdeograph(r rune) bool {
	switch {
	case 0x4E00 <= r && r <= 0x9FFF, 0x3400 <= r && r <= 0x4DBF, 0x20000 <= r && r <= 0x2A6DF,
		0x2A700 <= r && r <= 0x2B73F, 0x2B740 <= r && r <= 0x2B81F, 0x2B920 <= r && r <= 0x2CEAF,
		0xF900 <= r && r <= 0xFAFF, 0x2F800 <= r && r <= 0x2FA1F:
		return true
	}
	return false
}

func isPunct(r rune) bool {
	if r < utf8.RuneSelf {
		return unicode.IsPunct(r) || unicode.IsSymbol(r)
	}
	return isIn(r, unicode.P)
}

// unicode8 is the version of the reference's categories (its crate
// unicode_categories). Later characters have no category.
var unicode8 = rangetable.Assigned("8.0.0")

// isIn reports whether r is in a general category of Unicode 8.
func isIn(r rune, category *unicode.RangeTable) bool {
	switch r { // changed since Unicode 8
	case 0x166D, 0x111C9:
		return category == unicode.P
	case 0x1734:
		return category == unicode.Mn
	case 0x1885, 0x1886, 0xA9BD:
		return false
	}
	return unicode.Is(category, r) && unicode.Is(unicode8, r)
}
