package write

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/text"
)

// maxReply is the maximum number of bytes of a model's reply that is read. An
// answer takes less than 1 kB. A longer reply is usually endless repetition.
const maxReply = 32 << 10

// ParseReply splits a model's reply about n passages, numbered from 1, into
// claims. It accepts any text. It removes JSON, Markdown and HTML around the
// answer, prefaces, lists of sources, and sentences that refuse to answer. A
// sentence that says what the passages do not say is an [rag.Admission], and
// cites nothing. A sentence without a citation gets those of the next sentence
// in its paragraph. There are no claims if no sentence answers. dangling counts
// the cited numbers that name no passage.
func ParseReply(reply string, n int) (claims []rag.Claim, dangling int) {
	r := readReply(reply, n)
	return r.claims, r.dangling
}

// reply is what a model's reply says.
type reply struct {
	claims   []rag.Claim
	dangling int
	refused  bool // it only says that there is no answer
}

func readReply(s string, n int) reply {
	var r reply
	body, marks := markSources(unwrapped(plainRunes(s)), n)
	lines, tail := paragraphs(plainText(body))
	r.claims = r.cited(lines, marks)
	r.claims = withoutChat(r.claims)
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

var (
	// quoted matches the beginning of a passage in our own prompt, which small
	// models copy.
	quoted     = regexp.MustCompile(`<passage [0-9a-f]{8}>\s*(?:Title:.*\n)?(?:Date:.*\n)?`)
	fence      = regexp.MustCompile("(?m)^[ \t]*(?:```+|~~~+)[ \t]*\\w*[ \t]*$")
	inline     = regexp.MustCompile(`</?(?i:a|b|cite|citation|code|em|i|mark|q|ref|s|small|source|span|strong|sub|sup|u)(?:\s[^<>]*)?/?>`)
	tag        = regexp.MustCompile(`(?s)<!--.*?-->|</?[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>`)
	emphasis   = regexp.MustCompile(`(^|[\s(“"'])[*_]([^\s*_](?:[^*_\n]*[^\s*_])?)[*_]`)
	emptyPairs = regexp.MustCompile(`\(\s*(` + placeholder + `*)\s*\)`)
)

// plainText removes tags, code fences and emphasis.
func plainText(s string) string {
	s = fence.ReplaceAllString(quoted.ReplaceAllString(s, "\n"), "")
	s = tag.ReplaceAllString(inline.ReplaceAllString(s, ""), "\n")
	s = strings.NewReplacer("**", "", "__", "", "`", "").Replace(s)
	return emptyPairs.ReplaceAllString(emphasis.ReplaceAllString(s, "$1$2"), "$1")
}

// plainReply returns the text of a reply that cites nothing.
func plainReply(s string) string { return plainText(plainRunes(s)) }

// paragraph is a paragraph or a list item of a reply.
type paragraph struct {
	brk  string // the white space and list mark before it
	text string // on one line, with placeholders
}

var (
	item  = regexp.MustCompile(`^(?:[-*+•–]|\d{1,3}[.)])\s+`)
	label = regexp.MustCompile(`^(?i:(?:the )?(?:final |short )?answer(?: is)?:)\s*`)
	rule  = regexp.MustCompile(`^(?:[-*_=~]\s*){3,}$`)
	// sources is the heading of a list of sources, and sourcesTail a list of them
	// at the end of a line.
	sources     = regexp.MustCompile(`^(?i:sources?|references?|citations?|footnotes?|notes?|quellen)(?: used| cited)?:?$`)
	sourcesTail = regexp.MustCompile(`(?i)(?:^|[\s(–—-])\(?(?:sources?|references?|citations?|cited|quellen?|passages?|see)(?: used| cited)?:?\s*(` + placeholder + `(?:[\s,;&]|and|` + placeholder + `)*)\)?\.?$`)
	sourceOf    = regexp.MustCompile(`^` + placeholder + `\s*:`) // a footnote in Markdown
	aSource     = regexp.MustCompile(`^(?:[-*+•–]\s*|\d{1,3}[.)]\s*)?(` + placeholder + `+)`)
)

// paragraphs splits a reply at empty lines, headings and list items. It stops
// at a list of sources. tail holds the marks of that list, and those of a line
// of sources.
func paragraphs(s string) (all []paragraph, tail string) {
	brk, fresh := "", true // fresh: the next line starts a paragraph
	listing := false
	for l := range strings.Lines(s) {
		l = strings.TrimSpace(l)
		l = strings.TrimSpace(strings.TrimLeft(l, ">"))
		heading := strings.HasPrefix(l, "#")
		l = strings.TrimSpace(strings.TrimLeft(l, "#"))
		if listing = listing || sources.MatchString(l); listing {
			if m := aSource.FindStringSubmatch(l); m != nil {
				tail += m[1]
			}
			continue
		}
		if m := sourcesTail.FindStringSubmatchIndex(l); m != nil {
			tail += l[m[2]:m[3]]
			l = strings.TrimSpace(l[:m[0]]) + l[m[2]:m[3]]
		}
		switch m := item.FindString(l); {
		case l == "", rule.MatchString(l), sourceOf.MatchString(l):
			fresh, brk = true, "\n\n"
			continue
		case m != "":
			fresh, brk, l = true, "\n- ", l[len(m):]
		case heading:
			fresh, brk = true, "\n\n"
		}
		if len(all) == 0 {
			l = label.ReplaceAllString(l, "")
		}
		if fresh {
			all = append(all, paragraph{brk, l})
		} else {
			all[len(all)-1].text += " " + l
		}
		fresh = heading
		if heading {
			brk = "\n\n"
		}
	}
	return all, tail
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
func (r *reply) cited(lines []paragraph, marks []text.Mark) []rag.Claim {
	var claims []rag.Claim
	for _, p := range lines {
		body, placed := cutPlaceholders(p.text, marks)
		for _, m := range placed {
			r.dangling += m.Dangling
		}
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

// placed is a claim and its position in its paragraph's text.
type placed struct {
	rag.Claim
	text.Span
}

// claims splits the paragraph's text into sentences.
func (p paragraph) claims(body string) []placed {
	var all []placed
	for _, s := range text.Sentences(body, text.Span{Start: 0, End: len(body)}) {
		if !text.HasWord(s.Of(body)) {
			continue
		}
		c := placed{rag.Claim{Text: strings.Join(strings.Fields(s.Of(body)), " "), Break: " "}, s}
		if len(all) == 0 {
			c.Break = p.brk
		}
		all = append(all, c)
	}
	return all
}

// attach gives each claim the citations within it and after it, up to the next
// claim. If a paragraph begins with a citation and does not end with one, its
// citations belong to the sentences after them.
func attach(claims []placed, body string, marks []placedMark) {
	before := len(marks) > 0 && marks[0].at == 0 && marks[len(marks)-1].at < len(strings.TrimSpace(body))
	for _, m := range marks {
		i := 0
		for i+1 < len(claims) && (claims[i+1].Start < m.at || before && claims[i].End <= m.at) {
			i++
		}
		cite(&claims[i].Claim, m.Cites)
	}
}

var (
	preface = regexp.MustCompile(`(?i)^(?:(?:.{0,120}\bhere(?:['’]s| is| are)\b|(?:below|the following) (?:is|are)\b|(?:based on|according to) ` + aboutText + `\b).{0,160}:|(?:sure|certainly|of course|okay|ok|great question|absolutely|got it|understood|yes)(?: thing)?[!.,:]?|(?:i can|i['’]d be (?:happy|glad) to|happy to) (?:help|answer)\b.{0,60})$`)
	outro   = regexp.MustCompile(`(?i)^(?:let me know\b|i hope (?:this|that)\b|hope this\b|if you (?:have|need|want|would like)\b|feel free\b|please let me know\b|is there anything\b|would you like\b)`)
)

// withoutChat removes what a model says to the person at the beginning and the end,
// which cites nothing.
func withoutChat(claims []rag.Claim) []rag.Claim {
	for len(claims) > 0 && len(claims[0].Cites) == 0 && preface.MatchString(claims[0].Text) {
		claims = claims[1:]
	}
	for n := len(claims); n > 0 && len(claims[n-1].Cites) == 0 && outro.MatchString(claims[n-1].Text); n = len(claims) {
		claims = claims[:n-1]
	}
	return claims
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

const (
	// aboutText is what a model calls the passages that it was given, and
	// bareText the same without a determiner.
	aboutText = `(?:the |these |those |this |any of the |all of the |your )?` + bareText
	bareText  = `(?:(?:given|provided|numbered|available|above|cited|retrieved) )*(?:passages?|articles?|texts?|context|sources?|documents?|excerpts?|information)(?: (?:given|provided|above))?`

	these   = `(?:the|these|those|this|both|all(?: of)? the)`
	tells   = `(?:say|mention|state|provide|specify|contain|hold|answer|give|include|address|tell|report|explain|describe|indicate|discuss|cover|name|identify|disclose|reveal|clarify|confirm|offer|detail|note|list)`
	told    = `(?:mentioned|stated|specified|said|given|provided|reported|described|named|disclosed|explained|addressed|included|covered|discussed|known|clear)`
	doesNot = `(?:(?:(?:do|does|did) not|don't|doesn't|didn't|cannot|can't|never)(?: (?:actually|explicitly|directly|specifically|clearly|seem to|appear to))*)`
)

// Patterns of sentences that give no answer.
var (
	// admission matches a sentence that says what the passages do not say. Such
	// a sentence is not checked, so it must be about the passages.
	admission = wholeSentence(
		these+` `+bareText+` `+doesNot+` `+tells+`\b.*`,
		these+` `+bareText+` (?:contains?|provides?|gives?|says?|mentions?|holds?|includes?|offers?|has|have) (?:no|nothing|little)\b.*`,
		`(?:none of `+these+`|no|neither of `+these+`|neither) `+bareText+` (?:says?|mentions?|states?|provides?|contains?|holds?|answers?|gives?|reports?|explains?|describes?|specif(?:y|ies)|includes?)\b.*`,
		`nothing in `+aboutText+` (?:says?|mentions?|states?|indicates?|suggests?|explains?)\b.*`,
		`there is (?:no|not any|not enough|insufficient) (?:information|mention|answer|evidence|details?|indication|statement) (?:in|from) `+aboutText+`\b.*`,
		`.{3,160}\b(?:is|are|was|were) (?:not|never) (?:explicitly |directly |specifically )?`+told+`(?: anywhere)? (?:in|by) `+aboutText,
		`(?:die|diese|der|dieser) (?:artikel|texte?|passagen?|quellen?|textstellen?) (?:sagen?|sagt|erwähnen|erwähnt|nennen|nennt|enthalten|enthält|geben|gibt|beantworten|beantwortet)\b.*\b(?:nicht|nichts|kein\pL*)\b.*`,
		`(?:les|ces|l'|cet) ?(?:articles?|passages?|textes?|sources?|extraits?) (?:ne |n').*\b(?:pas|rien|aucun\pL*)\b.*`,
		`(?:los|las|estos|estas|el|la) (?:artículos?|pasajes?|textos?|fuentes?) no (?:dicen?|mencionan?|indican?|contienen?|especifican?|explican?)\b.*`,
		`(?:gli articoli|l'articolo|i testi|i passaggi|le fonti) non (?:dicono|dice|menzionano|menziona|indicano|contengono|specificano|riportano)\b.*`,
		`(?:os artigos|o artigo|os textos|as fontes|as passagens) não (?:dizem|diz|mencionam|menciona|indicam|contêm|especificam|informam)\b.*`,
		`(?:de|deze|het) (?:artikel(?:en)?|teksten|passages|bronnen) (?:zeggen|zegt|vermelden|vermeldt|noemen|noemt|bevatten|geven)\b.*\b(?:niet|niets|geen)\b.*`,
	)
	// refusal matches a sentence that declines to answer. Only sentences that cite
	// nothing decline.
	refusal = wholeSentence(
		`(?:i'm sorry|i am sorry|sorry|unfortunately|i apologi[sz]e)\b.*(?:n't|not|no|unable|cannot)\b.*`,
		`i (?:do not|don't|cannot|can't|could not|couldn't) (?:know|find|answer|say|tell|determine|provide|see|have)\b.*`,
		`(?:i am|i'm) (?:unable|not able|not sure)\b.*`,
		`(?:based on|according to|from|in) (?:the|these) `+bareText+`[^,]*, .*(?:\b(?:not|no|cannot)\b|n't\b).*(?:said|stated|mention|provid|specif|contain|determin|inform|known|clear).*`,
		`there is (?:no|not any|not enough|insufficient) (?:information|mention|answer|evidence|details?|indication)\b.*`,
		`(?:no|insufficient) (?:information|answer|details?|mention)\b.*`,
		`(?:it|this|that|the answer) is not `+told+`\b.*`,
		`not (?:mentioned|stated|specified|given|provided)\b.*`,
	)
	// nothingSaid matches an admission that does not say what it is about.
	nothingSaid = wholeSentence(these + ` ` + bareText + ` ` + doesNot + ` ` + tells + `(?: it| this| that| so)?`)
	// mixed matches what joins an admission to a clause that answers.
	mixed = regexp.MustCompile(`(?i)[;:—–]|\s-\s|,\s+(?:but|however|though|although|only|while|whereas|except|yet|they|it|and (?:they|it|only))\b|\s(?:but|only that|except that|other than|and (?:he|she|they|it|the|that))\s`)
	// ours matches words for the passages that no article uses of its own topic.
	ours     = regexp.MustCompile(`(?i)\b(?:passagen?|passages|articles?|artikel(?:n|en)?|context|excerpts?|artículos?|articol[io]|artigos?)\b|\b(?:provided|given|available) (?:texts?|sources?|documents?|information)`)
	leadWord = regexp.MustCompile(`(?i)^(?:however|but|unfortunately|also|still|yet),? `)
)

func wholeSentence(patterns ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?is)^(?:` + strings.Join(patterns, "|") + `)$`)
}

// straight returns a sentence with straight apostrophes and without the full
// stop.
func straight(s string) string {
	return strings.TrimRight(strings.ReplaceAll(s, "’", "'"), ".! ")
}

// admits reports whether a claim says what the passages do not say, and nothing
// else.
func admits(c rag.Claim) bool {
	s := straight(c.Text)
	s = s[len(leadWord.FindString(s)):]
	return admission.MatchString(s) && !mixed.MatchString(s) && (len(c.Cites) == 0 || ours.MatchString(s))
}

// refuse removes sentences that give no answer and cite nothing. An admission
// stays if it says what it is about and an answer is left.
func (r *reply) refuse() {
	said := len(r.claims)
	r.claims = slices.DeleteFunc(r.claims, func(c rag.Claim) bool {
		s := straight(c.Text)
		return nothingSaid.MatchString(s) || c.Kind == rag.Statement && len(c.Cites) == 0 && refusal.MatchString(s)
	})
	if !slices.ContainsFunc(r.claims, func(c rag.Claim) bool { return c.Kind != rag.Admission }) {
		r.claims, r.refused = nil, said > 0
	}
}
