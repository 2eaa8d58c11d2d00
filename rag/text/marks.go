package text

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

// Mark is a citation mark in a text, such as [1 "two hours late"].
type Mark struct {
	Start, End int // byte range
	Cites      []MarkCite
	Dangling   int // numbers that name no passage

	Keep string // text to leave in its place
	weak bool   // not a mark if the text has marks of a clearer kind
}

// MarkCite is one passage that a mark names.
type MarkCite struct {
	Passage int    // from 0
	Quote   string // what the mark quotes from it, on one line; may be empty
}

const (
	maxQuote  = 800 // bytes of a quote in a mark
	maxTokens = 64  // numbers and quotes of a mark
)

// CutMarks removes citation marks and the spaces before them from text. n is
// the number of passages.
func CutMarks(text string, n int) string {
	var b []byte
	last := 0
	for _, m := range FindMarks(text, n) {
		b = append(b, text[last:m.Start]...)
		if m.Keep == "" {
			b = bytes.TrimRight(b, " ")
		}
		b = append(b, m.Keep...)
		last = m.End
		if r, _ := utf8.DecodeRuneInString(text[last:]); len(b) > 0 && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
			b = append(b, ' ')
		}
	}
	return Unbracket(string(append(b, text[last:]...)))
}

// Unbracket replaces brackets with spaces if the text looks as if it had a
// citation mark, such as the rest of [[1]2] without its inner mark. Byte offsets
// stay the same.
func Unbracket(plain string) string {
	if HasMark(plain) {
		return unbracket.Replace(plain)
	}
	return plain
}

var unbracket = strings.NewReplacer("[", " ", "]", " ", "【", "   ", "】", "   ", "［", "   ", "］", "   ")

// HasMark reports whether text contains a citation mark in square brackets.
func HasMark(text string) bool {
	p := markParser{s: text}
	for at := 0; ; {
		i := strings.IndexAny(text[at:], "[【［")
		if i < 0 {
			return false
		}
		at += i
		if _, ok := p.bracket(at); ok {
			return true
		}
		at++
	}
}

// FindMarks returns the citation marks of a text in order. n is the number of
// passages. It finds numbers in square brackets with or without quotes, as in
// [1], [1, 2], [1-3], [^1], [[1]], 【4:0†source】, [Passage 1], [1](https://a.example)
// and [1 "a"; 3 "b"]; superscripts; and tags such as <cite>1</cite>. A number in
// parentheses is a mark if it has a quote or a word such as passage. A bare (1)
// is one at the end of a clause, if the text has no other marks, because prose
// is full of them.
func FindMarks(text string, n int) []Mark {
	p := markParser{s: text, n: n}
	var all []Mark
	for at := 0; at < len(text); {
		m, ok := p.at(at)
		if !ok {
			_, size := utf8.DecodeRuneInString(text[at:])
			at += size
			continue
		}
		all = append(all, m)
		at = m.End
	}
	if slices.ContainsFunc(all, func(m Mark) bool { return !m.weak }) {
		all = slices.DeleteFunc(all, func(m Mark) bool { return m.weak })
	}
	all = p.merge(all)
	for i := range all {
		next := len(text)
		if i+1 < len(all) {
			next = all[i+1].Start
		}
		p.widen(&all[i], next)
	}
	return all
}

// partialMark matches the beginning of a mark.
var partialMark = lazyregexp.New(`(?s)^[\[【［(（]{1,2}[\s,;^#]*(?:\pL{1,10}[.:]?\s*)?(?:$|\^?#?\d{1,3}(?:[\s\d,;:^#–—-]|and|†[^\]】\n]*)*(?:$|["“„«'‘].*))`)

// LeadingMark returns the citation mark in brackets that a text begins with. n is
// the number of passages. If more text may complete a mark, ok is false and
// partial is true.
func LeadingMark(text string, n int) (m Mark, ok, partial bool) {
	p := markParser{s: text, n: n}
	r, size := utf8.DecodeRuneInString(text)
	switch r {
	case '[', '【', '［':
		m, ok = p.bracket(0)
	case '(', '（':
		if m, ok = p.parenthesis(0, size); ok {
			ok = slices.ContainsFunc(m.Cites, func(c MarkCite) bool { return c.Quote != "" })
		}
	}
	return m, ok, !ok && len(text) < maxQuote && !strings.Contains(text, "\n\n") && partialMark.MatchString(text)
}

// between matches what stands between two marks that are one, as in "[1], [2]
// and [3]".
var between = lazyregexp.New(`^[ \t,;&、，+/|]*(?:(?:and|und|et|y) )?[ \t]*$`)

// merge joins marks that only separators are between.
func (p *markParser) merge(all []Mark) []Mark {
	var out []Mark
	for _, m := range all {
		if k := len(out) - 1; k >= 0 && out[k].Keep == "" && m.Keep == "" && m.Start-out[k].End < 16 && between.MatchString(p.s[out[k].End:m.Start]) {
			out[k].End = m.End
			out[k].Cites = append(out[k].Cites, m.Cites...)
			out[k].Dangling += m.Dangling
			continue
		}
		out = append(out, m)
	}
	return out
}

var (
	// around holds what may stand before and after a mark as part of it.
	around = []struct{ before, after lazyregexp.Regexp }{
		{lazyregexp.New(`[(（]\s*(?:(?i:` + sourceWord + `)[.:]?\s*)*$`), lazyregexp.New(`^\s*[)）]`)},
		{lazyregexp.New(`\$?\^?\{$`), lazyregexp.New(`^\}\$?`)},
		{lazyregexp.New(`\^$`), lazyregexp.New(`^\^?`)},
	}
	// named matches a word before a mark whose number belongs to the sentence, as
	// in "According to passage [1]".
	named = lazyregexp.New(`(?i)(?:^|[\s(])passages? $|(?:^|[.!?:]\s+|\s(?:to|in|from|by|per|on|of|and|as|while|but) )(?:articles?|sources?|documents?|texts?) $`)
	// quoteAfter matches a quote that follows its mark and ends the line.
	quoteAfter = lazyregexp.New(`^(?:[ \t]*[:–—-]?[ \t]*|\s*[-*(]?\s*(?i:(?:exact |direct |verbatim )?(?:quotes?|evidence|excerpt|zitat)):?\s*)["“„«]([^"“”„«»\n]{3,300})["“”»]\)?\.?[ \t]*(?:\n|$)`)
)

const sourceWord = `passages?|articles?|sources?|references?|refs?|see|see also|cf|from|in|quelle|siehe|fuente`

// widen makes a mark cover what is written around it, and a quote after it. It
// does not reach the next mark.
func (p *markParser) widen(m *Mark, next int) {
	if m.Keep != "" {
		return
	}
	before := p.s[max(0, m.Start-32):m.Start]
	wrapped := false
	for _, w := range around {
		b, a := w.before.FindString(before), w.after.FindString(p.s[m.End:next])
		if b != "" && w.after.MatchString(p.s[m.End:next]) {
			m.Start, m.End, wrapped = m.Start-len(b), m.End+len(a), true
			break
		}
	}
	if !wrapped && len(m.Cites) > 0 && named.MatchString(before) {
		m.Keep = numbers(m.Cites)
	}
	line := p.s[:m.Start]
	line = strings.TrimSpace(line[strings.LastIndexByte(line, '\n')+1:])
	if line != "" && len(m.Cites) == 1 && m.Cites[0].Quote == "" && m.Keep == "" {
		rest := p.s[m.End:min(next, m.End+512)]
		if found := quoteAfter.FindStringSubmatchIndex(rest); found != nil && (found[1] < len(rest) || next == len(p.s) || rest[found[1]-1] == '\n') {
			m.Cites[0].Quote = plainQuote(rest[found[2]:found[3]])
			m.End += len(strings.TrimRight(rest[:found[1]], "\n"))
		}
	}
}

// numbers returns the numbers of cites as a sentence names them, such as "1 and
// 3".
func numbers(cites []MarkCite) string {
	var all []string
	for _, c := range cites {
		all = append(all, strconv.Itoa(c.Passage+1))
	}
	all = slices.Compact(all)
	last := len(all) - 1
	if last == 0 {
		return all[0]
	}
	return strings.Join(all[:last], ", ") + " and " + all[last]
}
