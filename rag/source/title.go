package source

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag"
)

const (
	maxTitle    = 160 // runes of a title that the article gives itself
	maxSentence = 64  // runes of a title made of its first sentence
)

var heading = regexp.MustCompile(`(?m)^#{1,6} +(.*)$`)

// title names an article whose loader may have found a title, on one line.
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

// dateline is where a report of news was written, before its first sentence:
// "MOSCOW — ", "NEW YORK (AP) - ", "WASHINGTON, Sept. 14 -- ".
var dateline = regexp.MustCompile(`^\p{Lu}{3}[^—–\n]{0,40}? ?(?:—|–| --? )\s*(["'“‘]?[\p{Lu}\d])`)

// sentenceEnd ends a sentence. A full stop after a short word with a capital
// does not, since most of those are abbreviations: "Mr.", "Prof.", "Sept."
var sentenceEnd = regexp.MustCompile(`(?:(?:(?:^|[^\pL])\p{Ll}{3,}|\pL{5}|\d|[)"'”’])\.|[!?…])["'”’)\]]*(?:\s|$)|[。！？]`)

// firstSentence is the first sentence of text, without a dateline and a full
// stop, or the line above it that stands for a title.
func firstSentence(text string) string {
	s := opening(text)
	if at := dateline.FindStringSubmatchIndex(s); at != nil {
		s = s[at[2]:]
	}
	for _, at := range sentenceEnd.FindAllStringIndex(s, -1) {
		if at[1] > maxSentence/4 { // else too short to tell one article from another
			s = s[:at[1]]
			break
		}
	}
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "."))
}

// opening is the first paragraph of text on one line, or as much of it as
// could matter, or the line above it.
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

// isTitle reports whether a line is a title of the next: it is too short to
// have been broken for its length, and the next begins anew.
func isTitle(line, next string) bool {
	first, _ := utf8.DecodeRuneInString(next)
	return utf8.RuneCountInString(line) <= 50 && !strings.HasSuffix(line, ",") && (unicode.IsUpper(first) || unicode.IsDigit(first))
}

// shorten cuts s to at most n runes, at the end of a word where there is one.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	runes := []rune(s)[:n] // the last makes room for the ellipsis
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
