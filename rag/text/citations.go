package text

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mark is a citation mark in a text, such as [1 "two hours late"].
type Mark struct {
	Start, End int // byte range; in the result of CutMarks, both are where the mark was
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
// the number of passages. dangling counts the numbers that name no passage.
func CutMarks(text string, n int) (plain string, marks []Mark, dangling int) {
	var b []byte
	last := 0
	for _, m := range FindMarks(text, n) {
		b = append(b, text[last:m.Start]...)
		if m.Keep == "" {
			for len(b) > 0 && b[len(b)-1] == ' ' {
				b = b[:len(b)-1]
			}
		}
		last = m.End
		b = append(b, m.Keep...)
		m.Start, m.End = len(b), len(b)
		marks = append(marks, m)
		dangling += m.Dangling
		if r, _ := utf8.DecodeRuneInString(text[last:]); len(b) > 0 && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
			b = append(b, ' ')
		}
	}
	return Unbracket(string(append(b, text[last:]...))), marks, dangling
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
var partialMark = regexp.MustCompile(`(?s)^[\[【［(（]{1,2}[\s,;^#]*(?:\pL{1,10}[.:]?\s*)?(?:$|\^?#?\d{1,3}(?:[\s\d,;:^#–—-]|and|†[^\]】\n]*)*(?:$|["“„«'‘].*))`)

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
	markLink   = regexp.MustCompile(`^\([^()\s]*\)`)
	markWord   = regexp.MustCompile(`^(?i:(passages?|articles?|sources?|references?|refs?|documents?|docs?|citations?|cites?|excerpts?|chunks?|quellen?|artikel|abschnitte?|pasajes?|fuentes?|see|from|in|cf|siehe|and|und|et|p)[.:]?)`)
	markNumber = regexp.MustCompile(`^\^?#?(\d+)\^?(?:\s*([-–—:])\s*#?(\d+))?`)
	markDagger = regexp.MustCompile(`^†[^\]】\n]*`)
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
	any, last := false, 0 // last: number of cites before the last number
	for _, t := range tokens {
		switch {
		case t.from > 0 || t.bad || t.to > 0:
			any, last = true, len(m.Cites)
			if t.bad || t.from < 1 || t.to > p.n || t.to < t.from {
				m.Dangling++
			}
			for i := max(t.from, 1); !t.bad && i <= min(t.to, p.n); i++ {
				m.Cites = append(m.Cites, MarkCite{Passage: i - 1, Quote: first})
				first = ""
			}
		case !any:
			first = t.quote
		case last < len(m.Cites) && m.Cites[last].Quote == "":
			m.Cites[last].Quote = t.quote
		case last < len(m.Cites):
			m.Cites = append(m.Cites, MarkCite{m.Cites[last].Passage, t.quote})
		}
	}
	return m, any
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
		for at < len(p.s) {
			r, size := utf8.DecodeRuneInString(p.s[at:])
			if !unicode.IsSpace(r) && !strings.ContainsRune(",;、，&|", r) {
				break
			}
			at += size
		}
		rest := p.s[at:]
		if size := closer(rest, kind); size > 0 && !open {
			return at + size, all, true
		}
		if open && quoted && p.clauseEnds(space) {
			return space, all, true
		}
		r, size := utf8.DecodeRuneInString(rest)
		if strings.ContainsRune(":-–—=.", r) && size > 0 { // [1: "a"]
			i := at + size
			for i < len(p.s) && p.s[i] == ' ' {
				i++
			}
			if class, _ := p.opensQuote(i); class != "" {
				at, rest = i, p.s[i:]
			}
		}
		if class, size := p.opensQuote(at); class != "" {
			end, more, ok := p.quote(at+size, class, kind, open, count+len(all)+1)
			return end, append(all, more...), ok
		}
		if m := markNumber.FindStringSubmatch(rest); m != nil {
			t := number(m[1], m[2], m[3])
			t.word, word = word, ""
			at += len(m[0])
			if d := markDagger.FindString(p.s[at:min(len(p.s), at+256)]); d != "" {
				at += len(d)
			}
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
var markWithin = regexp.MustCompile(`^\s*\d{1,3}\s*[:,–-]?\s*["“”„'‘«]`)

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

var (
	clauseEnd   = regexp.MustCompile(`^[ \t]*(?:\n|$|[.,;:!?…。，；：！？][\s"”’)*_]*(?:\s|$|\p{Lu}|[^\x00-\x{2000}])|[\[【［(<])`)
	sentenceEnd = regexp.MustCompile(`^[ \t]*(?:\n|$|[.!?…。！？]+\s*(?:\n|$|\p{Lu}|[\[【［"“])|\s\p{Lu})`)
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
	unclosedQuote = regexp.MustCompile(`^[\[【［]\s*(?:\pL+\s*)?(\d{1,3})\s*[:,–-]?\s*["“„«'‘]([^\[\]【】［］\n]{2,300})(?:[\]】］]|$|\n)`)
	unquoted      = regexp.MustCompile(`^[\[【［]\s*(?:\pL+\s*)?(\d{1,3})(\s*[:–-]\s*|\s+)[^\[\]【】［］\n]{2,300}[\]】］]`)
	cutOff        = regexp.MustCompile(`^[\[【［]\s*(?:(?i:passages?|articles?|sources?)?\s*)?\^?(\d{0,3})\s*[:,–-]?\s*["“„«'‘]?$`)
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
var counted = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:sections?|articles?|amendments?|paragraphs?|clauses?|chapters?|figures?|tables?|rules?|steps?|parts?|items?|numbers?|no\.|types?|groups?|phases?|levels?|class|category|grades?|options?|points?|versions?|volumes?|vol\.|one|two|three|four|five|six|seven|eight|nine|ten|\d[\d.,]*)\s*$`)

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
	latexMark = regexp.MustCompile(`^\$\^\{?\s*\[?(\d{1,3}(?:\s*,\s*\d{1,3})*)\]?\s*\}?\$`)
	tagMark   = regexp.MustCompile(`(?i)^<(?:cite|sup|ref|source|citation)\b[^<>]{0,80}>\s*[\[(]?\s*(?:passages?\s*)?(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*[\])]?\s*</(?:cite|sup|ref|source|citation)>`)
	// attributeMark matches <cite id="1"/> and the opening of <cite id="1">…</cite>.
	attributeMark = regexp.MustCompile(`(?i)^<(?:cite|ref|source|citation)\b[^<>]{0,80}?=\s*["']?(?:passage[\s_-]?)?(\d{1,3}(?:\s*[,–-]\s*\d{1,3})*)["']?[^<>]{0,80}>`)
	closingTag    = regexp.MustCompile(`(?i)^[^<>]{0,1000}</(?:cite|ref|source|citation)>`)
	listed        = regexp.MustCompile(`(\d+)(?:\s*([–-])\s*(\d+))?`)
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
func (p *markParser) pattern(re *regexp.Regexp, at int) (Mark, bool) {
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
var unit = regexp.MustCompile(`(?i)(?:^|[^\pL])(?:\pL|[kcm]m|mi|ft|in|yd|sec|miles|feet|metres|meters|kilometres|kilometers|inches|yards)\s*$|\d$`)

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

// between matches what stands between two marks that are one, as in "[1], [2]
// and [3]".
var between = regexp.MustCompile(`^[ \t,;&、，+/|]*(?:(?:and|und|et|y) )?[ \t]*$`)

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
	around = []struct{ before, after *regexp.Regexp }{
		{regexp.MustCompile(`[(（]\s*(?:(?i:` + sourceWord + `)[.:]?\s*)*$`), regexp.MustCompile(`^\s*[)）]`)},
		{regexp.MustCompile(`\$?\^?\{$`), regexp.MustCompile(`^\}\$?`)},
		{regexp.MustCompile(`\^$`), regexp.MustCompile(`^\^?`)},
	}
	// named matches a word before a mark whose number belongs to the sentence, as
	// in "According to passage [1]".
	named = regexp.MustCompile(`(?i)(?:^|[\s(])passages? $|(?:^|[.!?:]\s+|\s(?:to|in|from|by|per|on|of|and|as|while|but) )(?:articles?|sources?|documents?|texts?) $`)
	// quoteAfter matches a quote that follows its mark and ends the line.
	quoteAfter = regexp.MustCompile(`^(?:[ \t]*[:–—-]?[ \t]*|\s*[-*(]?\s*(?i:(?:exact |direct |verbatim )?(?:quotes?|evidence|excerpt|zitat)):?\s*)["“„«]([^"“”„«»\n]{3,300})["“”»]\)?\.?[ \t]*(?:\n|$)`)
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
