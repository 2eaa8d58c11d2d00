package discord

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"footnote/bot/phrase"
	"footnote/rag"
)

// footnotes returns the footnotes of one article as Discord shows them, with at most
// quote units of each quote.
func footnotes(s phrase.Source, quote int) string {
	out := "**" + strings.ReplaceAll(s.Marks, " ", "** **") + "** " + source(s.Title, s.URL, s.Published)
	if s.Page > 0 {
		out += fmt.Sprintf(", p. %d", s.Page)
	}
	for _, c := range s.Quotes {
		words := strings.Join(strings.Fields(c.Quote), " ")
		if words == "" || quote <= 0 {
			continue
		}
		mark := ""
		if len(s.Quotes) > 1 {
			mark = fmt.Sprintf("**[%d]** ", c.N)
		}
		out += "\n> " + mark + "“" + escapeIn(words, quote) + "”"
	}
	return out
}

// source returns an article's title as a link, and its date, in less than 1,000
// units.
func source(title, address string, published time.Time) string {
	if strings.TrimSpace(title) == "" {
		title = "an article without a title"
	}
	return link(cutUnits(title, maxTitle), address) + strings.TrimPrefix(rag.WithDate(title, published), title)
}

// piece is a part of an answer that is not split if it fits into a message: a
// sentence with its footnote numbers, or a line of code.
type piece struct {
	text string // escaped, with the white space after it
	code string // the fence of the block of code, as in "```go"; empty: not code
}

var (
	sentenceEnd   = regexp.MustCompile(`[.!?…]+["'”’»)]*(?:[ \t]*\[\d+\])*(?:\s+|$)|\n+`)
	escapedNumber = regexp.MustCompile(`\\\[(\d+)\\\]`)
)

// pieces splits an answer that has n footnotes.
func pieces(text string, n int) []piece {
	var all []piece
	var prose []string
	flush := func() {
		s := strings.Join(prose, "\n")
		prose = nil
		for strings.TrimSpace(s) != "" {
			end := len(s)
			if at := sentenceEnd.FindStringIndex(s); at != nil {
				end = at[1]
			}
			all = append(all, piece{text: numbered(escape(s[:end]), n)})
			s = s[end:]
		}
	}
	fence := ""
	for line := range strings.SplitSeq(text, "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "```") && fence == "":
			flush()
			fence = "```" + strings.Map(func(r rune) rune {
				if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == '-' {
					return r
				}
				return -1
			}, cutUnits(trimmed[3:], 20))
		case strings.HasPrefix(trimmed, "```"):
			fence = ""
			if rest := strings.TrimSpace(strings.TrimLeft(trimmed, "`")); rest != "" {
				prose = append(prose, rest)
			}
		case fence != "":
			all = append(all, piece{text: inCode(line) + "\n", code: fence})
		default:
			prose = append(prose, line)
		}
	}
	flush()
	return all
}

// numbered undoes the escaping of footnote numbers from 1 to n.
func numbered(s string, n int) string {
	return escapedNumber.ReplaceAllStringFunc(s, func(m string) string {
		if k, err := strconv.Atoi(escapedNumber.FindStringSubmatch(m)[1]); err != nil || k < 1 || k > n {
			return m
		}
		return strings.ReplaceAll(m, `\`, "")
	})
}

// numbers returns the numbers in brackets that a piece contains.
func (p piece) numbers() []int {
	if p.code != "" {
		return nil
	}
	var all []int
	for _, m := range number.FindAllStringSubmatch(p.text, -1) {
		if k, err := strconv.Atoi(m[1]); err == nil {
			all = append(all, k)
		}
	}
	return all
}

var number = regexp.MustCompile(`\[(\d+)\]`)

// part is the text and the embed of one message.
type part struct {
	text  string
	notes string
}

// layout splits an answer into as few messages as it fits into. Each sentence is
// in the same message as its footnotes. limit is the most units of text, at
// least 400. The footnotes are in notes, of at most maxDescription units; if
// together is set, they are in the text.
func layout(text string, citations []rag.Citation, limit int, together bool) []part {
	by := map[int]note{}
	for _, c := range citations {
		by[c.N] = note{c, units(footnotes(phrase.Source{Citation: c, Marks: fmt.Sprintf("[%d]", c.N), Quotes: []rag.Citation{c}}, maxQuote))}
	}
	var parts []part
	var now unfinished
	for _, p := range pieces(text, len(citations)) {
		for _, p := range p.fit(limit / 2) {
			next := now.with(p, by)
			if now.text != "" && !next.fits(limit, together) {
				parts = append(parts, now.done(limit, together))
				next = unfinished{}.with(p, by)
			}
			now = next
		}
	}
	if now.text != "" {
		parts = append(parts, now.done(limit, together))
	}
	return parts
}

// fit splits a piece that is longer than n units.
func (p piece) fit(n int) []piece {
	var all []piece
	for units(p.text) > n {
		at, used := 0, 0
		for i, r := range p.text {
			if used += max(1, utf16.RuneLen(r)); used > n-1 {
				break
			}
			at = i + utf8.RuneLen(r)
		}
		head := p.text[:at]
		if space := strings.LastIndexAny(head, " \n"); space > at*3/4 {
			head = head[:space+1]
		}
		for (len(head)-len(strings.TrimRight(head, `\`)))%2 == 1 { // half of an escape
			head = head[:len(head)-1]
		}
		if p.text = p.text[len(head):]; p.code != "" && !strings.HasSuffix(head, "\n") {
			head += "\n"
		}
		all = append(all, piece{head, p.code})
	}
	if p.text != "" {
		all = append(all, p)
	}
	return all
}

// unfinished is a part that is being filled.
type unfinished struct {
	text, fence string
	notes       []note
}

// note is a footnote, and its length in units if it is not shortened.
type note struct {
	rag.Citation
	units int
}

// with returns the part with a piece and its footnotes added.
func (d unfinished) with(p piece, by map[int]note) unfinished {
	switch {
	case d.fence != "" && d.fence != p.code:
		d.text += "```\n"
		d.fence = ""
	case d.fence == "" && p.code != "" && d.text != "" && !strings.HasSuffix(d.text, "\n"):
		d.text += "\n"
	}
	if d.fence == "" && p.code != "" {
		d.text += p.code + "\n"
	}
	d.fence = p.code
	d.text += p.text
	d.notes = slices.Clone(d.notes)
	for _, k := range p.numbers() {
		c, ok := by[k]
		if ok && !slices.ContainsFunc(d.notes, func(x note) bool { return x.N == k }) {
			d.notes = append(d.notes, c)
		}
	}
	return d
}

// fits reports whether the part fits into a message.
func (d unfinished) fits(limit int, together bool) bool {
	text, notes := units(d.shown()), 0
	for _, n := range d.notes {
		notes += n.units + 1
	}
	if together {
		return text+2+notes <= limit
	}
	return text <= limit && notes <= maxDescription
}

// shown returns the text, with its last block of code closed.
func (d unfinished) shown() string {
	s := strings.TrimRight(d.text, " \n")
	if d.fence != "" {
		s += "\n```"
	}
	return strings.TrimLeft(s, "\n")
}

// written returns the sources, and below each its quotes, of which at most quote units
// are shown.
func (d unfinished) written(quote int) string {
	var a rag.Answer
	for _, n := range d.notes {
		a.Citations = append(a.Citations, n.Citation)
	}
	var all []string
	for _, s := range phrase.Sources(a) {
		all = append(all, footnotes(s, quote))
	}
	return strings.Join(all, "\n")
}

// done returns the finished part. If the footnotes of a sentence do not fit
// because they are many or long, it first shortens their quotes, then leaves out
// their links, and then leaves out the last footnotes.
func (d unfinished) done(limit int, together bool) part {
	text, room := d.shown(), maxDescription
	if together {
		room = max(0, limit-units(text)-2)
	}
	notes := d.written(maxQuote)
	for quote := maxQuote / 2; units(notes) > room && quote >= 0; quote -= maxQuote / 6 {
		notes = d.written(quote)
	}
	if units(notes) > room {
		for i := range d.notes {
			d.notes[i].URL = ""
		}
		notes = d.written(0)
	}
	for n := len(d.notes); units(notes) > room; n-- {
		d.notes = d.notes[:n-1]
		notes = d.written(0)
	}
	if together && notes != "" {
		return part{text: text + "\n\n" + notes}
	}
	return part{text, notes}
}
