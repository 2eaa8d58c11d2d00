package source

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

const (
	maxTitle    = 160 // runes of a title that the article gives itself
	maxSentence = 64  // runes of a title made from its first sentence
)

var heading = lazyregexp.New(`(?m)^#{1,6} +(.*)$`)

// title returns the title of an article on one line: the loader's, the first
// heading, or the beginning of the first sentence.
func title(d rag.Document) string {
	if hasWord(d.Title) {
		return shorten(oneLine(d.Title), maxTitle)
	}
	for rest := d.Text; ; {
		at := heading.FindStringSubmatchIndex(rest)
		if at == nil {
			break
		}
		if h := rest[at[2]:at[3]]; hasWord(h) {
			return shorten(oneLine(h), maxTitle)
		}
		rest = rest[at[1]:]
	}
	return shorten(firstSentence(d.Text), maxSentence)
}

// noteTitle returns the title of Markdown in the named file: the heading at its
// top, or else what its name says. A text in a file such as README.md has its
// first heading of the highest level, or else the beginning of its text.
func noteTitle(name, text string) string {
	if h := topHeading(text); h != "" {
		return h
	}
	if named := nameTitle(name); named != "" {
		return named
	}
	for _, pattern := range []lazyregexp.Regexp{mainHeading, beginHeading} {
		if h := pattern.FindStringSubmatch(text); h != nil && hasWord(h[1]) {
			return h[1]
		}
	}
	return shorten(firstSentence(text), maxSentence)
}

var (
	mainHeading  = lazyregexp.New(`(?m)^# +(.*)$`)
	beginHeading = lazyregexp.New(`^#{1,6} +(.*)`)
)

// topHeading returns the first heading if it is the title of the whole text: no
// sentence comes before it, and it is of the first level or the only heading of
// its level and above.
func topHeading(text string) string {
	title, level := "", 0
	for line := range strings.Lines(text) {
		m := heading.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		switch {
		case m == nil:
			if title == "" && (sentenceEnd.MatchString(line) || utf8.RuneCountInString(line) > maxTitle) {
				return ""
			}
		case !hasWord(m[1]):
		case title == "":
			title, level = m[1], strings.IndexByte(m[0], ' ')
			if level == 1 {
				return title
			}
		case strings.IndexByte(m[0], ' ') <= level:
			return ""
		}
	}
	return title
}

// dateline matches the place where a news report was written, before its first
// sentence: "MOSCOW — ", "NEW YORK (AP) - ", "WASHINGTON, Sept. 14 -- ".
var dateline = lazyregexp.New(`^\p{Lu}{3}[^—–\n]{0,40}? ?(?:—|–| --? )\s*(["'“‘]?[\p{Lu}\d])`)

// sentenceEnd matches the end of a sentence. A full stop after a short
// capitalized word does not count, since most such words are abbreviations:
// "Mr.", "Prof.", "Sept."
var sentenceEnd = lazyregexp.New(`(?:(?:(?:^|[^\pL])\p{Ll}{3,}|\pL{5}|\d|[)"'”’])\.|[!?…])["'”’)\]]*(?:\s|$)|[。！？]`)

// firstSentence returns the first sentence of text without its dateline and its
// full stop. A line above the text that looks like a title takes its place.
func firstSentence(text string) string {
	s := opening(text)
	if at := dateline.FindStringSubmatchIndex(s); at != nil {
		s = s[at[2]:]
	}
	for _, at := range sentenceEnd.FindAllStringIndex(s, -1) {
		if at[1] > maxSentence/4 { // a shorter one does not distinguish articles
			s = s[:at[1]]
			break
		}
	}
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "."))
}

// opening returns the first paragraph of text on one line, or its first
// 16*maxSentence bytes or so, or the title line above it.
func opening(text string) string {
	const enough = 16 * maxSentence
	all := ""
	for line := range strings.Lines(text) {
		if len(line) > enough {
			line = strings.ToValidUTF8(line[:enough], "")
		}
		line = oneLine(line)
		switch {
		case all == "" && !hasWord(line):
		case all == "":
			all = strings.TrimPrefix(line, "- ")
		case !hasWord(line) || len(all) > enough || isTitle(all, line):
			return all
		default:
			all += " " + line
		}
	}
	return all
}

// isTitle reports whether a line is the title of the next. Such a line is too
// short to be a wrapped one, and the next line starts with a capital letter or
// a digit.
func isTitle(line, next string) bool {
	first, _ := utf8.DecodeRuneInString(next)
	return utf8.RuneCountInString(line) <= 50 && !strings.HasSuffix(line, ",") && (unicode.IsUpper(first) || unicode.IsDigit(first))
}

// shorten cuts s to at most n runes with an ellipsis, at the end of a word if
// possible.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)[:n] // the last rune makes room for the ellipsis
	cut := len(runes) - 1
	for i := cut; i > n/2; i-- {
		if unicode.IsSpace(runes[i]) {
			cut = i
			break
		}
	}
	return strings.TrimRightFunc(string(runes[:cut]), func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:.–—-", r) }) + "…"
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
