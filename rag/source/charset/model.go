package charset

import (
	"bytes"
	"compress/gzip"
	_ "embed" // for the models
	"encoding/binary"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// letters holds the models. generate.go writes it.
//
//go:embed letters.bin.gz
var letters []byte

// model gives the cost of text in a language: the negative natural logarithm of
// its probability.
type model struct {
	code  string
	index map[rune]int
	one   []byte // cost of each letter, in sixteenths
	two   []byte // cost of the second letter of each pair, in sixteenths; nil: as one
}

// models returns the models by language code.
var models = sync.OnceValue(func() map[string]*model {
	z, err := gzip.NewReader(bytes.NewReader(letters))
	if err != nil {
		panic(err) // the file is embedded in the binary
	}
	data, err := io.ReadAll(z)
	if err != nil {
		panic(err)
	}
	all := map[string]*model{}
	for len(data) > 0 {
		m := &model{code: string(data[:2]), index: map[rune]int{}}
		pairs := data[2] == 1
		size, n := binary.Uvarint(data[3:])
		data = data[3+n:]
		for _, r := range string(data[:size]) {
			m.index[r] = len(m.index)
		}
		data = data[size:]
		count := len(m.index)
		m.one, data = data[:count], data[count:]
		if pairs {
			m.two, data = data[:count*count], data[count*count:]
		}
		all[m.code] = m
	}
	return all
})

// Costs of what the models of letters do not give.
const (
	space         = 1.8
	asciiSign     = 4.
	typographic   = 6. // quotation marks, dashes, no-break spaces
	commonSymbol  = 8.
	rareSymbol    = 11.
	drawing       = 13. // boxes
	sameSymbol    = 1.  // the same symbol as the one before
	fullWidth     = 3.5 // punctuation of scripts without spaces
	unknownLetter = 14. // a letter that the language does not have
	unknownHan    = 15.
	control       = 20.
	privateUse    = 20.
	wrong         = 25. // an invalid byte

	// These are added to the cost of a character.
	capital       = 2. // a capital letter at the start of a word
	capitals      = .7 // a capital letter after another
	capitalBehind = 6. // a capital letter after a small one
	symbolInside  = 6. // a symbol where a word goes on
	mixedScripts  = 6. // a letter after one of another script
	latinWord     = 3. // the first letter of a Latin word in another script
)

// costs is how many units of a model's costs are one of the natural logarithm.
const costs = 16.

// elides holds the languages that write an apostrophe between letters.
var elides = map[string]bool{"en": true, "fr": true, "it": true, "ca": true, "ga": true, "uk": true, "be": true}

// cost returns the cost of a text, and the mean cost of its characters beyond
// ASCII.
func (m *model) cost(text string) (total, mean float64) {
	english := models()["en"]
	before, high := rune(' '), 0
	var highCost float64
	for i, r := range text {
		c := 0.
		switch {
		case r == utf8.RuneError:
			c = wrong
		case unicode.IsLetter(r) || unicode.Is(unicode.M, r):
			c = m.letter(before, r, english)
		case r < utf8.RuneSelf:
			c = ascii(r)
		default:
			after, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
			if c = symbol(before, r, after); r == '’' && unicode.IsLetter(before) && unicode.IsLetter(after) && !elides[m.code] {
				c += symbolInside
			}
		}
		total += c
		if r >= utf8.RuneSelf {
			high++
			highCost += c
		}
		before = r
	}
	return total, highCost / float64(max(1, high))
}

// letter returns the cost of a letter after the character before it.
func (m *model) letter(before, r rune, english *model) float64 {
	small := unicode.ToLower(r)
	c := 0.
	if small != r {
		switch {
		case unicode.IsUpper(before):
			c = capitals
		case unicode.IsLower(before):
			c = capitalBehind
		default:
			c = capital
		}
	}
	at, known := m.index[small]
	prev, follows := m.index[unicode.ToLower(before)]
	switch {
	case known && follows && m.two != nil:
		return c + float64(m.two[prev*len(m.one)+at])/costs
	case known:
		if unicode.IsLetter(before) && !follows && !unicode.Is(unicode.Han, before) {
			c += mixedScripts
		}
		return c + float64(m.one[at])/costs
	case r < utf8.RuneSelf && m != english:
		if unicode.IsLetter(before) && before >= utf8.RuneSelf && !unicode.Is(unicode.Latin, before) {
			c += mixedScripts
		} else if before >= utf8.RuneSelf || !unicode.IsLetter(before) {
			c += latinWord
		}
		return c + english.letter(before, small, english)
	case unicode.Is(unicode.Han, r):
		return unknownHan
	case follows || unicode.IsLetter(before):
		c += mixedScripts / 2
	}
	return c + unknownLetter
}

func ascii(r rune) float64 {
	switch {
	case r == ' ' || r == '\n' || r == '\r' || r == '\t':
		return space
	case r < ' ' || r == 0x7f:
		return control
	}
	return asciiSign
}

// symbol returns the cost of a character beyond ASCII that is not a letter.
func symbol(before, r, after rune) float64 {
	inside := 0.
	if unicode.IsLetter(before) && unicode.IsLetter(after) {
		inside = symbolInside
	}
	switch {
	case 0x3000 <= r && r <= 0x30ff || 0xff01 <= r && r <= 0xff60:
		return fullWidth
	case unicode.Is(unicode.Cc, r):
		return control
	case unicode.Is(unicode.Co, r):
		return privateUse
	case unicode.In(r, unicode.Sm, unicode.So) && r == before:
		return sameSymbol
	case 0x2500 <= r && r <= 0x259f:
		return drawing
	case strings.ContainsRune("’…”»", r):
		return typographic
	case strings.ContainsRune("–—", r):
		if unicode.IsLetter(before) != unicode.IsLetter(after) { // as in "pi— d"
			return typographic + symbolInside
		}
		return typographic
	case strings.ContainsRune("\u00a0“‘„«•", r):
		if r != '\u00a0' && unicode.IsLetter(before) {
			inside = symbolInside
		}
		return typographic + inside
	case strings.ContainsRune("§°©®€£¿¡№·½²ºª™", r):
		return commonSymbol + inside
	}
	return rareSymbol + inside
}
