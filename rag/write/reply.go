package write

import (
	"footnote/rag"
	"footnote/rag/text"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxReply is the maximum number of bytes of a model's reply that is read. An
// answer takes less than 1 kB. A longer reply is usually endless repetition.
const maxReply = 32 << 10

// ParseReply splits a model's reply about n passages, numbered from 1, into
// claims. It accepts any text. It removes JSON, Markdown and HTML around the
// answer, prefaces, lists of sources, and sentences that refuse to answer. A
// sentence that says what the passages do not say is an [rag.Admission], and
// cites nothing. A sentence without a citation gets those of the next sentence
// in its paragraph. There are no claims if no sentence answers. Cited numbers that
// name no passage are left out.
func ParseReply(reply string, n int) []rag.Claim { return readReply(reply, n).claims }

// reply is what a model's reply says.
type reply struct {
	claims  []rag.Claim
	refused bool // it only says that there is no answer
}

func readReply(s string, n int) reply {
	var r reply
	body, marks := markSources(unwrapped(plainRunes(s)), n)
	lines, tail := paragraphs(plainText(body))
	r.claims = withoutChat(cited(lines, marks))
	inherit(r.claims, citesOf(tail, marks), n)
	r.refuse()
	if len(r.claims) > 0 {
		r.claims[0].Break = ""
	}
	return r
}

// Placeholders are runes of the supplementary private use area A. They take the
// place of a reply's marks while its text is cut. plainRunes removes those that
// the reply itself has.
const (
	firstPlaceholder = 0xF0000
	lastPlaceholder  = 0xFFFFD
	placeholder      = `[\x{F0000}-\x{FFFFD}]`
)

func isPlaceholder(r rune) bool { return r >= firstPlaceholder && r <= lastPlaceholder }

// plainRunes cuts a reply to maxReply, and removes control characters and invalid
// UTF-8.
func plainRunes(s string) string {
	if len(s) > maxReply {
		s = s[:maxReply]
	}
	s = strings.ToValidUTF8(s, "")
	return strings.Map(printable, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s))
}

// printable returns -1 for control characters, which could steer a terminal,
// for the replacement character, which a server may write for invalid bytes,
// and for placeholders. It returns other runes unchanged.
func printable(r rune) rune {
	if r == utf8.RuneError || r != '\n' && r != '\t' && unicode.IsControl(r) || isPlaceholder(r) {
		return -1
	}
	return r
}

var (
	escaped = strings.NewReplacer(`\"`, `"`, `\[`, `[`, `\]`, `]`)
	// bareSources matches a list of sources without brackets that ends a line.
	bareSources = regexp.MustCompile(`(?im)((?:^|[.!?\])])[ \t]*[*_]*(?:sources?|references?|citations?|quellen?)(?: used| cited)?[*_]*:[*_ \t]*)((?:passages?\s*)?\d{1,2}(?:[ \t]*(?:,|;|&|and)+[ \t]*(?:passages?\s*)?\d{1,2})*)([.*_ \t]*)$`)
)

// markSources replaces the citation marks of a reply with placeholders: the i-th
// mark with firstPlaceholder + i. It also removes backslashes before quotation
// marks and brackets.
func markSources(s string, n int) (body string, marks []text.Mark) {
	s = bareSources.ReplaceAllString(escaped.Replace(s), "$1[$2]$3")
	marks = text.FindMarks(s, n)
	marks = marks[:min(len(marks), lastPlaceholder-firstPlaceholder)]
	var b strings.Builder
	last := 0
	for i, m := range marks {
		b.WriteString(s[last:m.Start])
		b.WriteString(m.Keep)
		b.WriteRune(rune(firstPlaceholder + i))
		last = m.End
	}
	b.WriteString(s[last:])
	return b.String(), marks
}

// placedMark is a mark and the byte offset where it was in its paragraph.
type placedMark struct {
	at int
	text.Mark
}

// cutPlaceholders removes placeholders and the spaces before them from a
// paragraph.
func cutPlaceholders(s string, marks []text.Mark) (plain string, placed []placedMark) {
	var b []byte
	after := false // a placeholder was just removed
	for _, r := range s {
		if isPlaceholder(r) {
			m := marks[r-firstPlaceholder]
			for len(b) > 0 && b[len(b)-1] == ' ' {
				b = b[:len(b)-1]
			}
			placed = append(placed, placedMark{len(b), m})
			after = len(b) > 0
			continue
		}
		if after && (unicode.IsLetter(r) || unicode.IsNumber(r)) {
			b = append(b, ' ')
		}
		after = false
		b = utf8.AppendRune(b, r)
	}
	return text.Unbracket(string(b)), placed
}

// cited returns the sentences of paragraphs with the marks that belong to them.
func cited(lines []paragraph, marks []text.Mark) []rag.Claim {
	var claims []rag.Claim
	for _, p := range lines {
		body, placed := cutPlaceholders(p.text, marks)
		all := p.claims(body)
		switch {
		case len(all) > 0:
			attach(all, body, placed)
		case len(claims) > 0: // a line with only citations
			for _, m := range placed {
				cite(&claims[len(claims)-1], m.Cites)
			}
		}
		for _, c := range all {
			claims = append(claims, c.Claim)
		}
	}
	return claims
}

// placedClaim is a claim and its position in its paragraph's text.
type placedClaim struct {
	rag.Claim
	text.Span
}

// claims splits the paragraph's text into sentences.
func (p paragraph) claims(body string) []placedClaim {
	var all []placedClaim
	for _, s := range text.Sentences(body, text.Span{Start: 0, End: len(body)}) {
		if !text.HasWord(s.Of(body)) || onlyNumbers.MatchString(s.Of(body)) {
			continue
		}
		c := placedClaim{rag.Claim{Text: strings.Join(strings.Fields(s.Of(body)), " "), Break: " "}, s}
		if len(all) == 0 {
			c.Break = p.brk
		}
		all = append(all, c)
	}
	return all
}

// onlyNumbers matches a sentence of numbers in parentheses. They are citations, though
// [text.FindMarks] does not count them where other marks are clearer.
var onlyNumbers = regexp.MustCompile(`^\(\d{1,2}(?:[\s,;]+\d{1,2})*\)[.!?]?$`)

// attach gives each claim the citations within it and after it, up to the next
// claim. If a paragraph begins with a citation and does not end with one, its
// citations belong to the sentences after them.
func attach(claims []placedClaim, body string, marks []placedMark) {
	before := len(marks) > 0 && marks[0].at == 0 && marks[len(marks)-1].at < len(strings.TrimSpace(body))
	for _, m := range marks {
		i := 0
		for i+1 < len(claims) && (claims[i+1].Start < m.at || before && claims[i].End <= m.at) {
			i++
		}
		cite(&claims[i].Claim, m.Cites)
	}
}

// cite adds to what a claim cites, each once. A quote takes the place of the bare
// number of its passage.
func cite(c *rag.Claim, cites []text.MarkCite) {
	for _, m := range cites {
		x := rag.Cite{Passage: m.Passage, Quote: m.Quote}
		same := func(y rag.Cite) bool { return y == x || y.Passage == x.Passage && (x.Quote == "" || y.Quote == "") }
		switch i := slices.IndexFunc(c.Cites, same); {
		case i < 0:
			c.Cites = append(c.Cites, x)
		case c.Cites[i].Quote == "":
			c.Cites[i] = x
		}
	}
}

// citesOf returns the cites of the marks whose placeholders s has.
func citesOf(s string, marks []text.Mark) []rag.Cite {
	var c rag.Claim
	for _, r := range s {
		if isPlaceholder(r) {
			cite(&c, marks[r-firstPlaceholder].Cites)
		}
	}
	return c.Cites
}

// inherit marks admissions, and gives each other claim without citations the
// passages that its own words name, else the citations of the next sentence in
// its paragraph, else those of the list of sources.
func inherit(claims []rag.Claim, tail []rag.Cite, n int) {
	var next *rag.Claim // that is no admission
	joined := true      // it is in the same paragraph
	for i := len(claims) - 1; i >= 0; i-- {
		c := &claims[i]
		if admits(*c) {
			c.Kind, c.Cites = rag.Admission, nil
		} else {
			if len(c.Cites) == 0 {
				c.Cites = named(c.Text, n)
			}
			if len(c.Cites) == 0 && next != nil && (joined || strings.HasSuffix(c.Text, ":")) {
				c.Cites = slices.Clone(next.Cites)
			}
			next, joined = c, true
		}
		joined = joined && c.Break == " "
	}
	for i := range claims {
		if c := &claims[i]; len(c.Cites) == 0 && c.Kind == rag.Statement {
			c.Cites = slices.Clone(tail)
		}
	}
}

var (
	namedPassage = regexp.MustCompile(`(?i)\bpassages?\s+(\d{1,2}(?:(?:\s*,\s*|\s+(?:and|&)\s+)\d{1,2})*)\b`)
	digits       = regexp.MustCompile(`\d+`)
)

// named returns cites of the passages that a sentence names, as in "According to
// passage 1".
func named(s string, n int) []rag.Cite {
	var cites []rag.Cite
	for _, m := range namedPassage.FindAllStringSubmatch(s, -1) {
		for _, d := range digits.FindAllString(m[1], -1) {
			if i, err := strconv.Atoi(d); err == nil && i >= 1 && i <= n && !slices.Contains(cites, rag.Cite{Passage: i - 1}) {
				cites = append(cites, rag.Cite{Passage: i - 1})
			}
		}
	}
	return cites
}
