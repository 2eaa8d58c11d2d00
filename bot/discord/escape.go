package discord

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf16"

	"footnote/bot"
)

// Limits of lengths in UTF-16 units, which is how Discord counts at most. The
// first two are Discord's, the others ours.
const (
	maxContent     = 2000 // of a message's text
	maxDescription = 4096 // of an embed's text
	maxQuote       = 600  // of the quote in a footnote
	maxTitle       = 200  // of an article's title in a footnote
	maxAddress     = 500  // of a link in a footnote, in bytes
)

// units returns the length of s in UTF-16 units.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// cutUnits returns s if it fits into n units. Otherwise it returns the beginning
// of s with an ellipsis, cut after a word if one ends near.
func cutUnits(s string, n int) string {
	if units(s) <= n {
		return s
	}
	at, used := 0, 0
	for i, r := range s {
		if used += max(1, utf16.RuneLen(r)); used > n-1 {
			break
		}
		at = i + len(string(r))
	}
	head := s[:at]
	if space := strings.LastIndexAny(head, " \n"); space > at*3/4 {
		head = head[:space]
	}
	for strings.HasSuffix(head, `\`) { // half of an escape
		head = head[:len(head)-1]
	}
	return strings.TrimSpace(head) + "…"
}

// plainURL matches a URL without characters that Discord treats as formatting.
var plainURL = regexp.MustCompile(`https?://[A-Za-z0-9][A-Za-z0-9./?=&%:,;+-]*[A-Za-z0-9/=]`)

// escape returns s cleaned and escaped, so that Discord shows it as it is: it
// contains no ping, no link with another text, no heading, quotation, spoiler or
// code.
func escape(s string) string {
	s = bot.Clean(s)
	var b strings.Builder
	last := 0
	for _, at := range plainURL.FindAllStringIndex(s, -1) {
		escapeTo(&b, s[last:at[0]])
		b.WriteString(s[at[0]:at[1]])
		last = at[1]
	}
	escapeTo(&b, s[last:])
	return b.String()
}

func escapeTo(b *strings.Builder, s string) {
	for i, r := range s {
		switch {
		case strings.ContainsRune("\\*_~`|<>[]", r):
			b.WriteByte('\\')
		case r == '(' && i > 0 && s[i-1] == ']':
			b.WriteByte('\\')
		case strings.ContainsRune("#-+", r) && (i == 0 || s[i-1] == '\n'):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		if r == '@' {
			b.WriteString("\u200b") // a zero-width space, so that no mention begins here
		}
	}
}

// inCode returns s cleaned, for a block of code that it cannot end.
func inCode(s string) string { return strings.ReplaceAll(bot.Clean(s), "```", "`\u200b`\u200b`") }

// link returns a link to address, or only the text if address is not a web
// address. It escapes text.
func link(text, address string) string {
	text = escape(strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "://", ":\u200b//"))
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(address) > maxAddress {
		return text
	}
	return "[" + text + "](" + strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", `\`, "%5C").Replace(u.String()) + ")"
}

// escapeIn returns as much of s as fits into n units when it is escaped.
func escapeIn(s string, n int) string {
	for m := n; ; m = m * 3 / 4 {
		if e := escape(cutUnits(s, m)); units(e) <= n || m < 2 {
			return e
		}
	}
}

// unescape undoes escape, closely enough to search for the text.
func unescape(s string) string { return strings.NewReplacer(`\`, "", "\u200b", "").Replace(s) }

// oneLine returns s cleaned and in one line.
func oneLine(s string) string { return strings.Join(strings.Fields(bot.Clean(s)), " ") }
