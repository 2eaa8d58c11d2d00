package bot

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"footnote/rag"
)

// Discord's limits, in UTF-16 units, as it counts no more than these.
const (
	maxContent     = 2000
	maxDescription = 4096
	maxQuote       = 600 // of a footnote; ours
	maxTitle       = 200 // of an article in a footnote; ours
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
	s = clean(s)
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
func inCode(s string) string { return strings.ReplaceAll(clean(s), "```", "`\u200b`\u200b`") }

// link shows text that leads to address, or the text alone if there is nowhere
// to lead to. text is not escaped yet.
func link(text, address string) string {
	text = escape(strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "://", ":\u200b//"))
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || len(address) > 1000 {
		return text
	}
	return "[" + text + "](" + strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", `\`, "%5C").Replace(u.String()) + ")"
}

// footnote is one footnote as Discord shows it.
func footnote(c rag.Citation) string {
	s := "**[" + strconv.Itoa(c.N) + "]** " + source(c.Title, c.URL, c.Published)
	return s + "\n> “" + escape(cutUnits(strings.Join(strings.Fields(c.Quote), " "), maxQuote)) + "”"
}

// source names an article.
func source(title, address string, published time.Time) string {
	if title == "" {
		title = "an article without a title"
	}
	s := link(cutUnits(title, maxTitle), address)
	if !published.IsZero() {
		s += ", " + published.UTC().Format(time.DateOnly)
	}
	return s
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

// marksOf are the numbers of the footnotes that a piece has.
func (p piece) marks(n int) []int {
	if p.code != "" {
		return nil
	}
	var all []int
	for _, m := range shownMark.FindAllStringSubmatch(p.text, -1) {
		if k, err := strconv.Atoi(m[1]); err == nil && k >= 1 && k <= n {
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
// in one with its footnotes. limit is the units of text; notes go below it, of
// maxDescription units, or if together is set into the text.
func layout(text string, citations []rag.Citation, limit int, together bool) []part {
	notes := map[int]string{}
	for _, c := range citations {
		notes[c.N] = footnote(c)
	}
	var parts []part
	var now draftPart
	for _, p := range pieces(text, len(citations)) {
		for _, p := range p.fit(limit / 2) {
			next := now.with(p, notes, len(citations))
			if now.text != "" && !next.fits(limit, together) {
				parts = append(parts, now.done(together))
				next = draftPart{}.with(p, notes, len(citations))
			}
			now = next
		}
	}
	if now.text != "" {
		parts = append(parts, now.done(together))
	}
	return parts
}

// fit cuts a piece that is longer than n units.
func (p piece) fit(n int) []piece {
	var all []piece
	for units(p.text) > n {
		head := strings.TrimSuffix(cutUnits(p.text, n), "…")
		if head == "" {
			break
		}
		all = append(all, piece{head, p.code})
		p.text = strings.TrimPrefix(p.text[len(head):], " ")
		if p.code == "" {
			all[len(all)-1].text += " "
		} else {
			all[len(all)-1].text += "\n"
		}
	}
	return append(all, p)
}

// draftPart is a part that is being filled.
type draftPart struct {
	text, fence string
	notes       []string
	has         [64]bool
}

func (d draftPart) with(p piece, notes map[int]string, n int) draftPart {
	switch {
	case d.fence != "" && p.code == "":
		d.text += "```\n"
	case d.fence == "" && p.code != "":
		if d.text != "" && !strings.HasSuffix(d.text, "\n") {
			d.text += "\n"
		}
		d.text += p.code + "\n"
	}
	d.fence = p.code
	d.text += p.text
	d.notes = append([]string(nil), d.notes...)
	for _, k := range p.marks(n) {
		if k < len(d.has) && d.has[k] {
			continue
		}
		if k < len(d.has) {
			d.has[k] = true
		}
		if notes[k] != "" {
			d.notes = append(d.notes, notes[k])
		}
	}
	return d
}

func (d draftPart) fits(limit int, together bool) bool {
	p := d.done(together)
	return units(p.text) <= limit && units(p.notes) <= maxDescription
}

func (d draftPart) done(together bool) part {
	p := part{strings.TrimSpace(d.text), strings.Join(d.notes, "\n")}
	if d.fence != "" {
		p.text += "\n```"
	}
	if together && p.notes != "" {
		p.text, p.notes = p.text+"\n\n"+p.notes, ""
	}
	return p
}
