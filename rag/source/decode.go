package source

import (
	"bytes"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	utf "golang.org/x/text/encoding/unicode"
)

var (
	littleEndian = utf.UTF16(utf.LittleEndian, utf.IgnoreBOM)
	bigEndian    = utf.UTF16(utf.BigEndian, utf.IgnoreBOM)

	errEncoding = errors.New("neither UTF-8, UTF-16 nor Windows-1252")
)

// decode gives the text of a file as tidy UTF-8: of UTF-8 and UTF-16, with a
// byte order mark or without, and of Windows-1252. An error is a *Skipped.
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
		return broken(data[3:]), nil
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decodeAs(littleEndian, data[2:])
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeAs(bigEndian, data[2:])
	case bytes.IndexByte(data, 0) >= 0:
		return guessUTF16(data)
	case utf8.Valid(data):
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
	switch {
	case runes > wrong: // UTF-8, cut off or with scraps of something else in it
		return broken(data), nil
	case high > len(data)/3: // more accents than any language of Windows-1252 has
		return "", &Skipped{Reason: Binary, Err: errEncoding}
	}
	return decodeAs(charmap.Windows1252, data)
}

// broken is data, which is UTF-8 but for a few bytes.
func broken(data []byte) string {
	return strings.ToValidUTF8(string(data), string(utf8.RuneError))
}

func decodeAs(e encoding.Encoding, data []byte) (string, error) {
	text, err := e.NewDecoder().Bytes(data)
	if err != nil {
		return "", &Skipped{Reason: Binary, Err: err}
	}
	return string(text), nil
}

// guessUTF16 decodes text with NULs in it and no byte order mark. Of the two
// orders of bytes, the wrong one makes rare characters of spaces and line ends.
func guessUTF16(data []byte) (string, error) {
	if rest := bytes.ReplaceAll(data, []byte{0}, nil); len(rest) > len(data)/4*3 && utf8.Valid(rest) && isText(string(rest)) {
		return "", &Skipped{Reason: Binary} // records of something, between NULs
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

// isText tells text from the bytes of something else: it has no NUL, and but for
// one, at most one in twenty of its characters is a control character or broken.
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

// tidy ends every line with "\n" and takes out what cannot be seen and must
// not reach a terminal or a model: control characters but "\n" and "\t", the
// marks that turn the direction of writing (a sentence cut out of its text
// would leave them open), tag characters, which can hide whole sentences, and
// soft hyphens and byte order marks, which would part a word in two.
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
