package source

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	utf "golang.org/x/text/encoding/unicode"

	"footnote/rag/source/charset"
)

var (
	littleEndian = utf.UTF16(utf.LittleEndian, utf.IgnoreBOM)
	bigEndian    = utf.UTF16(utf.BigEndian, utf.IgnoreBOM)
)

// decode returns the text of a file as tidy UTF-8. It reads UTF-8 and UTF-16,
// with or without a byte order mark, and the encodings that package charset
// detects. An error is a *Skipped.
func decode(data []byte) (string, error) {
	text, err := decodeAny(data)
	if err == nil && !isText(text) {
		err = &Skipped{Reason: Binary}
	}
	return tidy(text), err
}

func decodeAny(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return repairUTF8(data[3:]), nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decodeAs(littleEndian, data[2:])
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeAs(bigEndian, data[2:])
	case bytes.IndexByte(data, 0) >= 0:
		return guessUTF16(data)
	}
	if e, ok := charset.IsISO2022JP(data); ok {
		return e.Decode(data), nil
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	var runes, wrong, high int
	for rest := data; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if r == utf8.RuneError && n == 1 {
			wrong++
		} else if n > 1 {
			runes++
		}
		if rest[0] >= utf8.RuneSelf {
			high += n
		}
		rest = rest[n:]
	}
	if runes > wrong { // UTF-8 that is cut off or has a few wrong bytes
		return repairUTF8(data), nil
	}
	e, ok := charset.Detect(data)
	if !ok && high >= len(data)/100 { // with fewer, a mistake does little harm
		return "", &Skipped{Reason: Binary, Err: fmt.Errorf("its encoding is not certain (%s?); convert it with iconv -f ENCODING -t UTF-8", e.Name)}
	}
	return e.Decode(data), nil
}

// repairUTF8 replaces each run of invalid bytes with U+FFFD.
func repairUTF8(data []byte) string {
	return strings.ToValidUTF8(string(data), string(utf8.RuneError))
}

func decodeAs(e encoding.Encoding, data []byte) (string, error) {
	text, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", &Skipped{Reason: Binary, Err: err}
	}
	return string(text), nil
}

// guessUTF16 decodes text that has NUL bytes and no byte order mark. In the
// wrong byte order, spaces and line ends become rare characters.
func guessUTF16(data []byte) (string, error) {
	if rest := bytes.ReplaceAll(data, []byte{0}, nil); len(rest) > len(data)/4*3 && utf8.Valid(rest) && isText(string(rest)) {
		return "", &Skipped{Reason: Binary} // records separated by NULs
	}
	var best string
	most := 0
	for _, e := range []encoding.Encoding{littleEndian, bigEndian} {
		text, err := decodeAs(e, data)
		if err != nil {
			return "", err
		}
		var all, odd, common int
		for _, r := range text {
			all++
			switch {
			case r == ' ' || r == '\n' || r == '\u3000' || r == '\u3002' || 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
				common++
			case !unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) || r == utf8.RuneError:
				odd++
			}
		}
		if odd <= 1+all/50 && common > most {
			best, most = text, common
		}
	}
	if most == 0 {
		return "", &Skipped{Reason: Binary}
	}
	return best, nil
}

// isText reports whether s is text: it has no NUL, and at most one in twenty
// characters, plus one, is a control character or invalid.
func isText(s string) bool {
	var all, wrong int
	for _, r := range s {
		all++
		switch {
		case r == 0:
			return false
		case unicode.IsControl(r) && !unicode.IsSpace(r) || r == utf8.RuneError:
			wrong++
		}
	}
	return wrong <= 1+all/20
}

// tidy ends every line with "\n" and removes invisible characters that must not
// reach a terminal or a model:
//   - control characters other than "\n" and "\t"
//   - bidirectional controls, which a sentence cut out of its text would leave open
//   - tag characters, which can hide whole sentences
//   - soft hyphens and byte order marks, which would split a word
func tidy(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || ' ' <= r && r <= '~':
			return r
		case r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case unicode.IsControl(r) || r == '\u00ad' || r == '\ufeff' ||
			'\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' || 0xe0000 <= r && r <= 0xe007f:
			return -1
		}
		return r
	}, s)
}
