// Package charset detects the character encoding of a text that does not declare
// it. It decodes a sample with each encoding that is in use, and takes the one
// whose result is the most probable text: a model of letters and pairs of letters
// for each language gives the probability.
package charset

import (
	"bytes"
	"math"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/unicode/norm"
)

// Encoding is a character encoding that [Detect] knows.
type Encoding struct {
	Name      string // as iconv and browsers call it
	encoding  encoding.Encoding
	languages []string // that use it
	rarity    float64  // negative logarithm of how often it is used, up to a constant
}

var (
	western  = []string{"en", "fr", "de", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "is", "ca", "ga", "eu"}
	central  = []string{"en", "pl", "cs", "sk", "hu", "ro", "hr", "sl", "de"}
	baltic   = []string{"en", "lt", "lv", "et"}
	cyrillic = []string{"ru", "uk", "bg", "be", "mk", "sr"}
	turkish  = []string{"en", "tr"}
	arabic   = []string{"ar", "fa"}
	chinese  = []string{"zs", "zh"}
)

// encodings lists the encodings, those with the same letters at most places in
// the order of their use.
var encodings = []Encoding{
	{"windows-1252", charmap.Windows1252, western, 0},
	{"iso-8859-15", charmap.ISO8859_15, western, 4},
	{"cp850", charmap.CodePage850, western, 8},
	{"cp437", charmap.CodePage437, western, 9},
	{"macintosh", charmap.Macintosh, western, 8},
	{"windows-1250", charmap.Windows1250, central, 2},
	{"iso-8859-2", charmap.ISO8859_2, central, 3},
	{"cp852", charmap.CodePage852, central, 8},
	{"windows-1251", charmap.Windows1251, cyrillic, 1},
	{"koi8-r", charmap.KOI8R, cyrillic, 2},
	{"koi8-u", charmap.KOI8U, cyrillic, 3},
	{"cp866", charmap.CodePage866, cyrillic, 4},
	{"iso-8859-5", charmap.ISO8859_5, cyrillic, 6},
	{"x-mac-cyrillic", charmap.MacintoshCyrillic, cyrillic, 6},
	{"windows-1253", charmap.Windows1253, []string{"el"}, 2},
	{"iso-8859-7", charmap.ISO8859_7, []string{"el"}, 3},
	{"windows-1254", charmap.Windows1254, turkish, 3},
	{"windows-1255", charmap.Windows1255, []string{"he"}, 2},
	{"cp862", charmap.CodePage862, []string{"he"}, 8},
	{"windows-1256", charmap.Windows1256, arabic, 2},
	{"iso-8859-6", charmap.ISO8859_6, arabic, 6},
	{"windows-1257", charmap.Windows1257, baltic, 3},
	{"windows-1258", charmap.Windows1258, []string{"vi"}, 4},
	{"windows-874", charmap.Windows874, []string{"th"}, 2},
	{"shift_jis", japanese.ShiftJIS, []string{"ja"}, 1},
	{"euc-jp", japanese.EUCJP, []string{"ja"}, 2},
	{"gb18030", simplifiedchinese.GB18030, chinese, 1},
	{"big5", traditionalchinese.Big5, []string{"zh"}, 2},
	{"euc-kr", korean.EUCKR, []string{"ko"}, 2},
}

// iso2022jp is the encoding of Japanese mail. Its bytes are ASCII.
var iso2022jp = Encoding{Name: "iso-2022-jp", encoding: japanese.ISO2022JP}

// IsISO2022JP reports whether data is Japanese in ASCII bytes with escape
// sequences, and returns its encoding.
func IsISO2022JP(data []byte) (Encoding, bool) {
	return iso2022jp, (bytes.Contains(data, []byte("\x1b$B")) || bytes.Contains(data, []byte("\x1b$@"))) &&
		!slices.ContainsFunc(data, func(b byte) bool { return b >= utf8.RuneSelf || b == 0 })
}

// Decode returns data as UTF-8, with U+FFFD for each invalid byte.
func (e Encoding) Decode(data []byte) string {
	text, err := e.encoding.NewDecoder().Bytes(data)
	if err != nil {
		return string(utf8.RuneError)
	}
	if e.encoding == charmap.Windows1258 { // its accents are separate characters
		text = norm.NFC.Bytes(text)
	}
	return string(text)
}

const (
	sampleBytes = 4096
	minMargin   = 3.  // how much less probable the next best result must be, as a natural logarithm
	maxCost     = 8.  // of a character beyond ASCII, on average
	maxCostHan  = 11. // the same for the scripts with thousands of characters
)

// Detect returns the most probable encoding of a text that is not UTF-8, UTF-16 or
// ASCII. ok is false if that does not make a plausible text of it, or if a
// different text is about as plausible.
func Detect(data []byte) (e Encoding, ok bool) {
	raw := sample(data)
	best, next := candidate{total: math.Inf(1)}, math.Inf(1)
	for _, c := range candidates(raw) {
		if c.total < best.total {
			best, next = c, best.total
		} else {
			next = min(next, c.total)
		}
	}
	limit := maxCost
	if best.wide() {
		limit = maxCostHan
	}
	return best.Encoding, best.mean <= limit && next-best.total >= minMargin
}

// candidate is a result of decoding a sample.
type candidate struct {
	Encoding // the most frequent one with this result
	text     string
	total    float64 // cost of the text and the rarity of the encoding
	mean     float64 // cost of a character beyond ASCII
}

// candidates returns the different results of decoding a sample.
func candidates(raw []byte) []candidate {
	var all []candidate
	for _, e := range encodings {
		text := e.Decode(raw)
		at := slices.IndexFunc(all, func(c candidate) bool { return c.text == text })
		if at < 0 {
			at = len(all)
			all = append(all, candidate{e, text, math.Inf(1), math.Inf(1)})
		}
		for _, code := range e.languages {
			if total, mean := models()[code].cost(text); total+e.rarity < all[at].total {
				all[at].total, all[at].mean = total+e.rarity, mean
			}
		}
	}
	return all
}

// wide reports whether the characters of an encoding have several bytes.
func (e Encoding) wide() bool {
	_, single := e.encoding.(*charmap.Charmap)
	return !single
}

// sample returns lines with bytes beyond ASCII, up to sampleBytes.
func sample(data []byte) []byte {
	var all []byte
	for line := range bytes.Lines(data) {
		at := bytes.IndexFunc(line, func(r rune) bool { return r >= utf8.RuneSelf })
		if at < 0 {
			continue
		}
		if len(line) > sampleBytes { // a paragraph, or a binary file
			line = line[max(0, at-sampleBytes/8):]
		}
		all = append(all, line[:min(len(line), sampleBytes-len(all))]...)
		if len(all) == sampleBytes {
			break
		}
	}
	return all
}
