package discord

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"footnote/bot"
	"footnote/rag"
)

// Discord's limits, in UTF-16 units, as it counts no more than these.
const (
	maxContent     = 2000
	maxDescription = 4096
	maxQuote       = 600 // of a footnote; ours
	maxTitle       = 200 // of an article in a footnote; ours
	maxAddress     = 500 // that a footnote leads to; ours
)

func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// cutUnits is the beginning of s that fits into n units, at a word if there is
// one near, with an ellipsis if something is left out.
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

// plainURL matches a URL of characters that mean nothing to Discord.
var plainURL = regexp.MustCompile(`https?://[A-Za-z0-9][A-Za-z0-9./?=&%:,;+-]*[A-Za-z0-9/=]`)

// escape writes text of others so that Discord shows it as it is: no ping, no
// link with another text, no heading, quotation, spoiler or code.
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
			b.WriteString("\u200b") // parts it from "everyone" and from names
		}
	}
}

// inCode writes text so that it stays in a block of code.
func inCode(s string) string { return strings.ReplaceAll(bot.Clean(s), "```", "`\u200b`\u200b`") }

// link shows text that leads to address, or the text alone if there is nowhere
// to lead to. text is not escaped yet.
func link(text, address string) string {
	text = escape(strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "://", ":\u200b//"))
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(address) > maxAddress {
		return text
	}
	return "[" + text + "](" + strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", `\`, "%5C").Replace(u.String()) + ")"
}

// footnote is one footnote as Discord shows it, with up to quote units of the
// quoted words.
func footnote(c rag.Citation, quote int) string {
	s := "**[" + strconv.Itoa(c.N) + "]** " + source(c.Title, c.URL, c.Published)
	if c.Old {
		s += ", more than a year old"
	}
	if words := strings.Join(strings.Fields(c.Quote), " "); words != "" && quote > 0 {
		s += "\n> “" + escapeIn(words, quote) + "”"
	}
	return s
}

// source names an article, in less than 1,000 units.
func source(title, address string, published time.Time) string {
	if strings.TrimSpace(title) == "" {
		title = "an article without a title"
	}
	s := link(cutUnits(title, maxTitle), address)
	if !published.IsZero() {
		s += ", " + published.UTC().Format(time.DateOnly)
	}
	return s
}

// escapeIn writes as much of s as fits into n units when it is escaped.
func escapeIn(s string, n int) string {
	for m := n; ; m = m * 3 / 4 {
		if e := escape(cutUnits(s, m)); units(e) <= n || m < 2 {
			return e
		}
	}
}

// piece is a run of an answer that stays together: a sentence with its marks,
// or a line of code.
type piece struct {
	text string // escaped, with the white space that follows it
	code string // the info string's fence, as in "```go"; empty: no code
}

var (
	sentenceEnd = regexp.MustCompile(`[.!?…]+["'”’»)]*(?:[ \t]*\[\d+\])*(?:\s+|$)|\n+`)
	mark        = regexp.MustCompile(`\\\[(\d+)\\\]`)
)

// pieces cuts an answer of n footnotes.
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
			all = append(all, piece{text: marked(escape(s[:end]), n)})
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

// marked gives the marks of footnotes their brackets back.
func marked(s string, n int) string {
	return mark.ReplaceAllStringFunc(s, func(m string) string {
		if k, err := strconv.Atoi(mark.FindStringSubmatch(m)[1]); err != nil || k < 1 || k > n {
			return m
		}
		return strings.ReplaceAll(m, `\`, "")
	})
}

// marks are the numbers in brackets that a piece has.
func (p piece) marks() []int {
	if p.code != "" {
		return nil
	}
	var all []int
	for _, m := range shownMark.FindAllStringSubmatch(p.text, -1) {
		if k, err := strconv.Atoi(m[1]); err == nil {
			all = append(all, k)
		}
	}
	return all
}

var shownMark = regexp.MustCompile(`\[(\d+)\]`)

// part is what goes into one message.
type part struct {
	text  string
	notes string
}

// layout lays an answer out in as few messages as it fits into, each sentence
// in one with its footnotes. limit is the units of text, 400 or more; notes go
// below it, of maxDescription units, or if together is set into the text.
func layout(text string, citations []rag.Citation, limit int, together bool) []part {
	by := map[int]note{}
	for _, c := range citations {
		by[c.N] = note{c, units(footnote(c, maxQuote))}
	}
	var parts []part
	var now draftPart
	for _, p := range pieces(text, len(citations)) {
		for _, p := range p.fit(limit / 2) {
			next := now.with(p, by)
			if now.text != "" && !next.fits(limit, together) {
				parts = append(parts, now.done(limit, together))
				next = draftPart{}.with(p, by)
			}
			now = next
		}
	}
	if now.text != "" {
		parts = append(parts, now.done(limit, together))
	}
	return parts
}

// fit cuts a piece that is longer than n units.
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

// draftPart is a part that is being filled.
type draftPart struct {
	text, fence string
	notes       []note
}

// note is a footnote, and its units when nothing of it is left out.
type note struct {
	rag.Citation
	units int
}

func (d draftPart) with(p piece, by map[int]note) draftPart {
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
	for _, k := range p.marks() {
		c, ok := by[k]
		if ok && !slices.ContainsFunc(d.notes, func(x note) bool { return x.N == k }) {
			d.notes = append(d.notes, c)
		}
	}
	return d
}

func (d draftPart) fits(limit int, together bool) bool {
	text, notes := units(d.shown()), 0
	for _, n := range d.notes {
		notes += n.units + 1
	}
	if together {
		return text+2+notes <= limit
	}
	return text <= limit && notes <= maxDescription
}

// shown is the text, with its last block of code closed.
func (d draftPart) shown() string {
	s := strings.TrimRight(d.text, " \n")
	if d.fence != "" {
		s += "\n```"
	}
	return strings.TrimLeft(s, "\n")
}

func (d draftPart) written(quote int) string {
	var all []string
	for _, c := range d.notes {
		all = append(all, footnote(c.Citation, quote))
	}
	return strings.Join(all, "\n")
}

// done gives the part. Footnotes that do not fit, of a sentence that has very
// many or very long ones, are shortened: their quotes first, then their links,
// and at last the last of them are left out.
func (d draftPart) done(limit int, together bool) part {
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
