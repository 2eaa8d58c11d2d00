package text

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

var (
	clauseEnd   = lazyregexp.New(`^[ \t]*(?:\n|$|[.,;:!?…。，；：！？][\s"”’)*_]*(?:\s|$|\p{Lu}|[^\x00-\x{2000}])|[\[【［(<])`)
	sentenceEnd = lazyregexp.New(`^[ \t]*(?:\n|$|[.!?…。！？]+\s*(?:\n|$|\p{Lu}|[\[【［"“])|\s\p{Lu})`)
)

// clauseEnds reports whether a mark without its bracket may end at a byte
// offset: a sentence or a line does.
func (p *markParser) clauseEnds(at int) bool {
	return sentenceEnd.MatchString(p.s[at:min(len(p.s), at+32)])
}

var (
	// unclosedQuote matches a mark whose quote does not end before the bracket or
	// the line does; unquoted one with text in no quotation marks; cutOff the
	// beginning of a mark at the end of the text.
	unclosedQuote = lazyregexp.New(`^[\[【［]\s*(?:\pL+\s*)?(\d{1,3})\s*[:,–-]?\s*["“„«'‘]([^\[\]【】［］\n]{2,300})(?:[\]】］]|$|\n)`)
	unquoted      = lazyregexp.New(`^[\[【［]\s*(?:\pL+\s*)?(\d{1,3})(\s*[:–-]\s*|\s+)[^\[\]【】［］\n]{2,300}[\]】］]`)
	cutOff        = lazyregexp.New(`^[\[【［]\s*(?:(?i:passages?|articles?|sources?)?\s*)?\^?(\d{0,3})\s*[:,–-]?\s*["“„«'‘]?$`)
)

// unfinished returns the mark at a byte offset that lacks a bracket or a
// quotation mark.
func (p *markParser) unfinished(at int) (Mark, bool) {
	_, size := utf8.DecodeRuneInString(p.s[at:])
	if end, tokens, ok := p.tokens(at+size, square, true, 0); ok {
		if m, ok := p.mark(at, end, tokens); ok {
			return m, true
		}
	}
	rest := p.s[at:min(len(p.s), at+maxQuote)]
	if m := unclosedQuote.FindStringSubmatch(rest); m != nil {
		return p.single(at, at+len(strings.TrimSuffix(m[0], "\n")), m[1], m[2])
	}
	if m := unquoted.FindStringSubmatch(rest); m != nil {
		end := at + len(m[0])
		before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(p.s[:at], " "))
		if strings.TrimSpace(m[2]) != "" || strings.ContainsRune(".!?", before) || len(strings.Fields(m[0])) > 4 && clauseEnd.MatchString(p.s[end:]) {
			return p.single(at, end, m[1], "")
		}
	}
	if m := cutOff.FindStringSubmatch(rest); m != nil && at+len(m[0]) == len(p.s) {
		if one, ok := p.single(at, len(p.s), m[1], ""); ok {
			return one, true
		}
		return Mark{Start: at, End: len(p.s)}, p.n > 0
	}
	return Mark{}, false
}

// single returns a mark with one number, if that names a passage.
func (p *markParser) single(start, end int, number, quote string) (Mark, bool) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > p.n {
		return Mark{}, false
	}
	return Mark{Start: start, End: end, Cites: []MarkCite{{n - 1, plainQuote(quote)}}}, true
}

// counted matches words after which a number in parentheses is no citation, as
// in "section (2)" and "three (3)".
var counted = lazyregexp.New(`(?i)(?:^|[^\pL])(?:sections?|articles?|amendments?|paragraphs?|clauses?|chapters?|figures?|tables?|rules?|steps?|parts?|items?|numbers?|no\.|types?|groups?|phases?|levels?|class|category|grades?|options?|points?|versions?|volumes?|vol\.|one|two|three|four|five|six|seven|eight|nine|ten|\d[\d.,]*)\s*$`)

// parenthesis returns the mark in parentheses at a byte offset.
func (p *markParser) parenthesis(at, size int) (Mark, bool) {
	end, tokens, ok := p.tokens(at+size, round, false, 0)
	if !ok {
		return Mark{}, false
	}
	m, ok := p.mark(at, end, tokens)
	if !ok || m.Dangling > 0 || len(m.Cites) == 0 {
		return Mark{}, false
	}
	quoted := slices.ContainsFunc(m.Cites, func(c MarkCite) bool { return c.Quote != "" })
	word := ""
	for _, t := range tokens {
		word = cmp.Or(word, t.word)
	}
	switch word {
	case "":
		m.weak = !quoted
	case "article", "articles", "artikel", "p", "in": // (Article 5) may be of a treaty
		m.weak = !quoted
	}
	if m.weak {
		before := strings.TrimRight(p.s[:at], " ")
		last, _ := utf8.DecodeLastRuneInString(before)
		switch {
		case before == "", last == '\n', !clauseEnd.MatchString(p.s[end:]):
			return Mark{}, false
		case len(before) == at && (unicode.IsLetter(last) || unicode.IsNumber(last)), counted.MatchString(before[max(0, len(before)-24):]):
			return Mark{}, false
		}
	}
	return m, true
}

var (
	latexMark = lazyregexp.New(`^\$\^\{?\s*\[?(\d{1,3}(?:\s*,\s*\d{1,3})*)\]?\s*\}?\$`)
	tagMark   = lazyregexp.New(`(?i)^<(?:cite|sup|ref|source|citation)\b[^<>]{0,80}>\s*[\[(]?\s*(?:passages?\s*)?(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*[\])]?\s*</(?:cite|sup|ref|source|citation)>`)
	// attributeMark matches <cite id="1"/> and the opening of <cite id="1">…</cite>.
	attributeMark = lazyregexp.New(`(?i)^<(?:cite|ref|source|citation)\b[^<>]{0,80}?=\s*["']?(?:passage[\s_-]?)?(\d{1,3}(?:\s*[,–-]\s*\d{1,3})*)["']?[^<>]{0,80}>`)
	closingTag    = lazyregexp.New(`(?i)^[^<>]{0,1000}</(?:cite|ref|source|citation)>`)
	listed        = lazyregexp.New(`(\d+)(?:\s*([–-])\s*(\d+))?`)
)

// tag returns the mark that is a tag at a byte offset.
func (p *markParser) tag(at int) (Mark, bool) {
	if m, ok := p.pattern(tagMark, at); ok {
		power := strings.EqualFold(p.s[at:at+4], "<sup") && (len(m.Cites) == 0 || unit.MatchString(p.s[max(0, at-16):at]))
		return m, !power
	}
	m, ok := p.pattern(attributeMark, at)
	if !ok || strings.HasSuffix(p.s[at:m.End], "/>") {
		return m, ok
	}
	if text := closingTag.FindString(p.s[m.End:]); text != "" {
		m.Keep, m.End = text[:strings.LastIndexByte(text, '<')], m.End+len(text)
	}
	return m, true
}

// pattern returns the mark that re matches at a byte offset. Its first group is
// the list of numbers, all of which must name passages.
func (p *markParser) pattern(re lazyregexp.Regexp, at int) (Mark, bool) {
	found := re.FindStringSubmatch(p.s[at:min(len(p.s), at+256)])
	if found == nil {
		return Mark{}, false
	}
	var tokens []markToken
	for _, m := range listed.FindAllStringSubmatch(found[1], -1) {
		tokens = append(tokens, number(m[1], m[2], m[3]))
	}
	m, ok := p.mark(at, at+len(found[0]), tokens)
	return m, ok && (m.Dangling == 0 || p.n == 0)
}

// superscript returns the value of a superscript digit, or -1.
func superscript(r rune) int {
	switch {
	case r == '¹':
		return 1
	case r == '²', r == '³':
		return int(r-'²') + 2
	case r == '⁰', r >= '⁴' && r <= '⁹':
		return int(r - '⁰')
	}
	return -1
}

// unit matches the end of a text after which a superscript is a power, as in 5
// km².
var unit = lazyregexp.New(`(?i)(?:^|[^\pL])(?:\pL|[kcm]m|mi|ft|in|yd|sec|miles|feet|metres|meters|kilometres|kilometers|inches|yards)\s*$|\d$`)

// superscript returns the mark of superscripts at a byte offset. A run of digits
// is one number if it names a passage, else each digit is one.
func (p *markParser) superscript(at int) (Mark, bool) {
	if at == 0 || unit.MatchString(p.s[max(0, at-16):at]) {
		return Mark{}, false
	}
	var tokens []markToken
	end := at
	for i := at; i < len(p.s); {
		value, single := 0, []markToken{}
		for i < len(p.s) {
			r, size := utf8.DecodeRuneInString(p.s[i:])
			d := superscript(r)
			if d < 0 || len(single) > 8 {
				break
			}
			value = 10*value + d
			single = append(single, markToken{from: d, to: d, bad: d == 0})
			i += size
		}
		if len(single) == 0 {
			break
		}
		if value <= p.n && single[0].from > 0 {
			single = []markToken{{from: value, to: value}}
		}
		tokens, end = append(tokens, single...), i
		for i < len(p.s) {
			r, size := utf8.DecodeRuneInString(p.s[i:])
			if !strings.ContainsRune(" ,˒⁻ʼ'", r) {
				break
			}
			i += size
		}
	}
	m, ok := p.mark(at, end, tokens)
	return m, ok && m.Dangling == 0
}
