package bot

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Clean returns s without the characters that could control a terminal or hide
// text: escape sequences, control characters other than line ends and tabs, and
// Unicode characters that change the direction of text.
func Clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, ansi.Strip(s))
}
