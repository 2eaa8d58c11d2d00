package text

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

// markParser finds marks in a text about n passages. dead has a bit for each byte
// offset after a quote from which no mark of a kind can end. It makes the search
// for the end of a quote linear.
type markParser struct {
	s    string
	n    int
	dead []byte
}

type bracketKind int

const (
	square bracketKind = iota
	round
)

// at returns the mark that begins at a byte offset.
func (p *markParser) at(at int) (Mark, bool) {
	r, size := utf8.DecodeRuneInString(p.s[at:])
	switch r {
	case '[', '【', '［', '〔':
		if m, ok := p.bracket(at); ok {
			return m, true
		}
		return p.unfinished(at)
	case '(', '（':
		return p.parenthesis(at, size)
	case '<':
		return p.tag(at)
	case '$':
		return p.pattern(latexMark, at)
	}
	if superscript(r) >= 0 {
		return p.superscript(at)
	}
	return Mark{}, false
}

// markToken is a number or range of a mark, or a quote.
type markToken struct {
	from, to int // 0: not a number
	bad      bool
	quote    string
	word     string // before the number, in lower case
}

var (
	markLink   = lazyregexp.New(`^\([^()\s]*\)`)
	markWord   = lazyregexp.New(`^(?i:(passages?|articles?|sources?|references?|refs?|documents?|docs?|citations?|cites?|excerpts?|chunks?|quellen?|artikel|abschnitte?|pasajes?|fuentes?|see|from|in|cf|siehe|and|und|et|p)[.:]?)`)
	markNumber = lazyregexp.New(`^\^?#?(\d+)\^?(?:\s*([-–—:])\s*#?(\d+))?`)
	markDagger = lazyregexp.New(`^†[^\]】\n]*`)
)

// vagueWords are words in a mark that also begin an insertion in brackets.
var vagueWords = WordSet("see from in cf siehe p")

// bracket returns the mark in square brackets at a byte offset.
func (p *markParser) bracket(at int) (Mark, bool) {
	_, size := utf8.DecodeRuneInString(p.s[at:])
	if strings.HasPrefix(p.s[at+size:], "[") {
		if end, tokens, ok := p.tokens(at+size+1, square, false, 0); ok {
			end = p.link(end)
			if c := closer(p.s[end:], square); c > 0 {
				if m, ok := p.mark(at, p.link(end+c), tokens); ok {
					return m, true
				}
			}
		}
	}
	end, tokens, ok := p.tokens(at+size, square, false, 0)
	if !ok {
		return Mark{}, false
	}
	m, ok := p.mark(at, p.link(end), tokens)
	vague := slices.ContainsFunc(tokens, func(t markToken) bool { return vagueWords[t.word] })
	return m, ok && !(vague && m.Dangling > 0) // [in 1990] is prose
}

func (p *markParser) link(end int) int { return end + len(markLink.FindString(p.s[end:])) }

// mark returns the mark with the given tokens. A quote belongs to the number
// before it, or to the first number.
func (p *markParser) mark(start, end int, tokens []markToken) (Mark, bool) {
	m := Mark{Start: start, End: end}
	first := ""
	numbered, last := false, 0 // last: number of cites before the last number
	for _, t := range tokens {
		switch {
		case t.from > 0 || t.bad || t.to > 0:
			numbered, last = true, len(m.Cites)
			if t.bad || t.from < 1 || t.to > p.n || t.to < t.from {
				m.Dangling++
			}
			for i := max(t.from, 1); !t.bad && i <= min(t.to, p.n); i++ {
				m.Cites = append(m.Cites, MarkCite{Passage: i - 1, Quote: first})
				first = ""
			}
		case !numbered:
			first = t.quote
		case last < len(m.Cites) && m.Cites[last].Quote == "":
			m.Cites[last].Quote = t.quote
		case last < len(m.Cites):
			m.Cites = append(m.Cites, MarkCite{m.Cites[last].Passage, t.quote})
		}
	}
	return m, numbered
}

// tokens reads the tokens of a mark from a byte offset to the bracket that closes
// it, and returns the offset after the bracket. If open is true, it reads to the
// end of a quote after which the bracket is missing.
func (p *markParser) tokens(at int, kind bracketKind, open bool, count int) (end int, all []markToken, ok bool) {
	if count > maxTokens {
		return 0, nil, false
	}
	word, quoted := "", count > 0
	for {
		space := at
		rest := strings.TrimLeftFunc(p.s[at:], separates)
		at = len(p.s) - len(rest)
		if size := closer(rest, kind); size > 0 && !open {
			return at + size, all, true
		}
		if open && quoted && p.clauseEnds(space) {
			return space, all, true
		}
		start := at
		if r, size := utf8.DecodeRuneInString(rest); strings.ContainsRune(":-–—=.", r) { // [1: "a"]
			start = len(p.s) - len(strings.TrimLeft(rest[size:], " "))
		}
		if class, size := p.opensQuote(start); class != "" {
			end, more, ok := p.quote(start+size, class, kind, open, count+len(all)+1)
			return end, append(all, more...), ok
		}
		if m := markNumber.FindStringSubmatch(rest); m != nil {
			t := number(m[1], m[2], m[3])
			t.word, word = word, ""
			at += len(m[0])
			at += len(markDagger.FindString(p.s[at:min(len(p.s), at+256)]))
			if all, quoted = append(all, t), false; len(all) > maxTokens {
				return 0, nil, false
			}
			continue
		}
		if r, size := utf8.DecodeRuneInString(rest); superscript(r) >= 0 {
			all, quoted = append(all, number(strconv.Itoa(superscript(r)), "", "")), false
			at += size
			continue
		}
		m := markWord.FindStringSubmatch(rest)
		if m == nil || quoted && space == at {
			return 0, nil, false
		}
		if next, _ := utf8.DecodeRuneInString(rest[len(m[0]):]); unicode.IsLetter(next) {
			return 0, nil, false
		}
		if w := strings.ToLower(m[1]); w != "and" && w != "und" && w != "et" {
			word = w
		}
		at += len(m[0])
	}
}

// separates reports whether a rune may stand between the numbers of a mark.
func separates(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;、，&|", r) }

// number returns the token of a number or a range.
func number(from, sign, to string) markToken {
	a, err := strconv.Atoi(from)
	b := a
	if to != "" && sign != ":" { // OpenAI's mark 4:0 names passage 4
		b, _ = strconv.Atoi(to)
	}
	return markToken{from: a, to: b, bad: err != nil || a == 0}
}

// quoteMarks are the quotation marks that may begin or end the same quote.
var quoteMarks = []string{"\"“”„‟″«»＂「」『』", "'‘’‚‛‹›", "`"}

// opensQuote returns the quotation marks that may end the quote that begins at a
// byte offset, and the size of the mark there; "" if none begins there.
func (p *markParser) opensQuote(at int) (class string, size int) {
	r, size := utf8.DecodeRuneInString(p.s[at:])
	for _, class := range quoteMarks {
		if size > 0 && strings.ContainsRune(class, r) {
			next, n := utf8.DecodeRuneInString(p.s[at+size:])
			if n == 0 || unicode.IsSpace(next) || strings.ContainsRune("]】］)）,;", next) {
				return "", 0
			}
			return class, size
		}
	}
	return "", 0
}

// markWithin matches the beginning of another mark after its bracket. No quote
// contains one.
var markWithin = lazyregexp.New(`^\s*\d{1,3}\s*[:,–-]?\s*["“”„'‘«]`)

// quote reads a quote from a byte offset to the first quotation mark after which
// the tokens of the mark go on, and then those tokens. So a quote may contain
// quotation marks and brackets.
func (p *markParser) quote(at int, class string, kind bracketKind, open bool, count int) (end int, all []markToken, ok bool) {
	if p.dead == nil {
		p.dead = make([]byte, len(p.s)+1)
	}
	bit := byte(1) << kind
	if open {
		bit <<= 2
	}
	for i := at; i < len(p.s) && i < at+maxQuote; {
		r, size := utf8.DecodeRuneInString(p.s[i:])
		switch {
		case r == '\n':
			if strings.HasPrefix(p.s[i:], "\n\n") {
				return 0, nil, false
			}
		case strings.ContainsRune("[【［(", r):
			after := p.s[i+size : min(len(p.s), i+16)]
			if after != "" && (after[0] == ' ' || '0' <= after[0] && after[0] <= '9') && markWithin.MatchString(after) {
				return 0, nil, false
			}
		case i > at && p.dead[i+size]&bit == 0 && strings.ContainsRune(class, r):
			if end, more, ok := p.tokens(i+size, kind, open, count); ok {
				return end, append([]markToken{{quote: plainQuote(p.s[at:i])}}, more...), true
			}
			p.dead[i+size] |= bit
		}
		i += size
	}
	return 0, nil, false
}

// plainQuote puts a quote on one line and removes a second pair of quotation
// marks around it.
func plainQuote(q string) string {
	q = strings.Join(strings.Fields(q), " ")
	for _, class := range quoteMarks {
		first, a := utf8.DecodeRuneInString(q)
		last, b := utf8.DecodeLastRuneInString(q)
		if len(q) > a+b && strings.ContainsRune(class, first) && strings.ContainsRune(class, last) {
			return q[a : len(q)-b]
		}
	}
	return q
}

// closer returns the size of the bracket that closes a mark at the beginning of
// s, or 0.
func closer(s string, kind bracketKind) int {
	r, size := utf8.DecodeRuneInString(s)
	if size > 0 && strings.ContainsRune([]string{"]】］〕", ")）"}[kind], r) {
		return size
	}
	return 0
}
