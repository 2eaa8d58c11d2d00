package source

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"

	"footnote/rag/internal/lazyregexp"
)

// withoutTemplates returns Markdown without its comments and without the tags
// of template languages: Liquid, Jinja, Hugo, mdBook and, if mdx is true, JSX.
// The text between tags stays. Code is not changed.
//
// A comment may begin and end in any block, so that the parser for blocks
// cannot find it. Therefore the text is parsed once to know what is code.
func withoutTemplates(markdown string, p parser.Parser, mdx bool) string {
	if !mdx && !hasTemplates(markdown) {
		return markdown
	}
	isMyST := strings.Contains(markdown, "\n% ") && mystMark.MatchString(markdown)
	var out strings.Builder
	for range maxReparses {
		c := cutter{src: markdown, mdx: mdx, myst: isMyST, code: codeRanges(markdown, p), missing: map[string]bool{}}
		rest := c.cut()
		if rest == len(markdown) {
			out.WriteString(c.out.String())
			return out.String()
		}
		// A comment contains the beginning of code, but not its end.
		out.WriteString(c.out.String())
		markdown = markdown[rest:]
	}
	c := cutter{src: markdown, mdx: mdx, missing: map[string]bool{}}
	c.cut()
	out.WriteString(c.out.String())
	return out.String()
}

// maxReparses limits how often a text is parsed to know what is code in it.
const maxReparses = 8

// hasTemplates reports whether Markdown may have a comment or tag that the
// Markdown parser does not know as such.
func hasTemplates(markdown string) bool {
	for _, mark := range []string{"%%", "{%", "{{", "{#", "{/*", "{:", "{>>", "\n% "} {
		if strings.Contains(markdown, mark) {
			return true
		}
	}
	for rest := markdown; ; {
		before, after, found := strings.Cut(rest, "<!--")
		if !found {
			return false
		}
		comment, next, _ := strings.Cut(after, "-->")
		line := before[strings.LastIndexByte(before, '\n')+1:]
		if strings.TrimSpace(line) != "" && strings.Contains(comment, "\n\n") { // in running text
			return true
		}
		rest = next
	}
}

// mystMark matches the syntax of MyST, in which a line of "% " is a comment.
var mystMark = lazyregexp.New("(?m)(?:^[ \t]*(?:`{3,}|:{3,})\\{[\\w:-]+\\}|\\{[a-z:-]+\\}`)")

// sourceRange is a part of a text: src[start:end].
type sourceRange struct{ start, end int }

// codeRanges returns the parts of Markdown that are code, in order.
func codeRanges(markdown string, p parser.Parser) []sourceRange {
	src := []byte(markdown)
	var all []sourceRange
	add := func(segments ...text.Segment) {
		if len(segments) > 0 {
			all = append(all, sourceRange{segments[0].Start, segments[len(segments)-1].Stop})
		}
	}
	// The walker returns no error of its own.
	_ = ast.Walk(p.Parse(text.NewReader(src)), func(n ast.Node, enter bool) (ast.WalkStatus, error) {
		if !enter {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.FencedCodeBlock:
			if n.Info != nil {
				add(n.Info.Segment)
			}
			add(n.Lines().Sliced(0, n.Lines().Len())...)
		case *ast.CodeBlock:
			add(n.Lines().Sliced(0, n.Lines().Len())...)
		case *ast.CodeSpan:
			for c := n.FirstChild(); c != nil; c = c.NextSibling() {
				if t, ok := c.(*ast.Text); ok {
					add(t.Segment)
				}
			}
		}
		return ast.WalkContinue, nil
	})
	slices.SortFunc(all, func(a, b sourceRange) int { return a.start - b.start })
	return all
}

// cutter copies a text without comments and tags.
type cutter struct {
	src     string
	mdx     bool
	myst    bool
	code    []sourceRange // not yet passed
	out     strings.Builder
	module  int             // the end of the last import or export of MDX
	failed  int             // how many brackets were not JSX
	missing map[string]bool // ends of comments that do not occur any more
}

// cut copies src to out. It stops early, and returns where, after a comment
// that contains the beginning of code but not its end: what follows may be code
// or not.
func (c *cutter) cut() int {
	at := 0
	for at < len(c.src) {
		for len(c.code) > 0 && c.code[0].end <= at {
			c.code = c.code[1:]
		}
		limit, next := len(c.src), len(c.src)
		if len(c.code) > 0 {
			limit, next = max(at, c.code[0].start), c.code[0].end
		}
		i := c.nextMark(at, limit)
		if i < 0 {
			c.out.WriteString(c.src[at:next])
			at = next
			continue
		}
		c.out.WriteString(c.src[at : at+i])
		at += i
		n, keep := c.match(at)
		if n == 0 {
			c.out.WriteByte(c.src[at])
			at++
			continue
		}
		c.out.WriteString(keep)
		at += n
		for _, code := range c.code {
			if code.start >= at {
				break
			}
			if code.end > at {
				return at
			}
		}
	}
	return at
}

// nextMark returns how far after at the next character is that may begin a tag;
// -1 if there is none before limit.
func (c *cutter) nextMark(at, limit int) int {
	if !c.mdx {
		return strings.IndexAny(c.src[at:limit], "{%<")
	}
	for i := at; i < limit; i++ {
		switch c.src[i] {
		case '{', '%', '<':
			return i - at
		case 'i', 'e':
			if i == 0 || c.src[i-1] == '\n' {
				return i - at
			}
		}
	}
	return -1
}

var (
	liquidComment  = lazyregexp.New(`^\{%-?\s*comment\b[^%\n]*%\}`)
	liquidRaw      = lazyregexp.New(`^\{%-?\s*(raw|verbatim)\s*-?%\}`)
	liquidCode     = lazyregexp.New(`^\{%-?\s*(highlight|codeblock)\b *([\w+#-]*)[^%\n]*%\}`)
	hugoComment    = lazyregexp.New(`^\{\{([<%])\s*comment\s*[%>]\}\}`)
	hugoCode       = lazyregexp.New(`^\{\{([<%])\s*highlight\s+"?([\w+#-]*)[^\n]*?[%>]\}\}`)
	templateNote   = lazyregexp.New(`^\{\{-?\s*/\*`)
	templateEnd    = lazyregexp.New(`^\s*-?\}\}`)
	kramdownTag    = lazyregexp.New(`^\{:(?::(?:nomarkdown|options)|/(?:nomarkdown|options)?)[^{}\n]*\}`)
	spokenValue    = lazyregexp.New(`\b(?:caption|title|label|summary|header|alt)=(?:"([^"\n]*)"|'([^'\n]*)')|^\{\{[<%] *(?:tab|expand|details|collapse|accordion|step|card|spoiler) +"([^"\n]*)"`)
	longestBacktik = lazyregexp.New("`{3,}")
)

// maxTag is the length in bytes of the longest tag.
const maxTag = 4096

// maxAddress is the length in bytes of the longest address before a tag in it.
const maxAddress = 256

// match returns the length of the comment or tag at at, and what takes its
// place. The length is 0 if there is none.
func (c *cutter) match(at int) (n int, keep string) {
	s := c.src[at:]
	switch {
	case strings.HasPrefix(s, "%%"):
		if at > 0 && isWordByte(c.src[at-1]) || strings.HasPrefix(s, "%%%") { // "100%%"
			return 0, ""
		}
		return c.through(at, 2, "%%"), ""
	case c.myst && strings.HasPrefix(s, "% ") && (at == 0 || c.src[at-1] == '\n'):
		return len(lineOf(s)), ""
	case strings.HasPrefix(s, "<!--"):
		return c.through(at, len("<!--"), "-->"), ""
	case strings.HasPrefix(s, "{>>"):
		return c.through(at, 3, "<<}"), ""
	case strings.HasPrefix(s, "{/*"):
		return c.through(at, 3, "*/}"), ""
	case strings.HasPrefix(s, "{::comment}"):
		return max(c.through(at, 11, "{:/comment}"), c.through(at, 11, "{:/}")), ""
	case strings.HasPrefix(s, "{#"):
		if attributesEnd([]byte(s[:min(len(s), maxAttributes)]), ' ') > 0 {
			return 0, ""
		}
		return c.through(at, 2, "#}"), ""
	case strings.HasPrefix(s, "{:"):
		return len(kramdownTag.FindString(s[:min(len(s), maxTag)])), ""
	case strings.HasPrefix(s, "{%"):
		return c.liquid(at)
	case strings.HasPrefix(s, "{{"):
		if n, keep = c.hugo(at); n > 0 || !c.mdx {
			return n, keep
		}
	}
	if c.mdx {
		return c.jsx(at)
	}
	return 0, ""
}

func lineOf(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func isWordByte(b byte) bool { return b >= '0' && b <= '9' || b|' ' >= 'a' && b|' ' <= 'z' }

// through returns the length from at to the end of the next end, after a
// beginning of skip bytes; 0 if there is no end.
func (c *cutter) through(at, skip int, end string) int {
	if c.missing[end] {
		return 0
	}
	i := strings.Index(c.src[at+skip:], end)
	if i < 0 {
		c.missing[end] = true
		return 0
	}
	return skip + i + len(end)
}

// closing finds the end tag of a block, such as "{% endraw %}". It returns the
// length from at to where the end tag begins, and to its end.
func (c *cutter) closing(at int, end lazyregexp.Regexp) (inner, whole int) {
	if c.missing[end.String()] {
		return 0, 0
	}
	loc := end.FindStringIndex(c.src[at:])
	if loc == nil {
		c.missing[end.String()] = true
		return 0, 0
	}
	return loc[0], loc[1]
}

var (
	endComment   = lazyregexp.New(`\{%-?\s*endcomment\s*-?%\}`)
	endRaw       = lazyregexp.New(`\{%-?\s*end(?:raw|verbatim)\s*-?%\}`)
	endLiquid    = lazyregexp.New(`\{%-?\s*end(?:highlight|codeblock)\s*-?%\}`)
	endHugoNote  = lazyregexp.New(`\{\{[<%]\s*/\s*comment\s*[%>]\}\}`)
	endHighlight = lazyregexp.New(`\{\{[<%]\s*/\s*highlight\s*[%>]\}\}`)
)

// liquid matches a tag of Liquid or Jinja, and a block of it that is a comment
// or code.
func (c *cutter) liquid(at int) (n int, keep string) {
	s := c.src[at:]
	head := s[:min(len(s), maxTag)]
	if m := liquidComment.FindString(head); m != "" {
		if _, n := c.closing(at, endComment); n > 0 {
			return n, ""
		}
	}
	if m := liquidRaw.FindString(head); m != "" {
		if inner, n := c.closing(at, endRaw); n > 0 {
			return n, s[len(m):inner]
		}
	}
	if m := liquidCode.FindStringSubmatch(head); m != nil {
		if inner, n := c.closing(at, endLiquid); n > 0 {
			return n, fencedCode(m[2], s[len(m[0]):inner])
		}
	}
	return c.tag(at, "%}")
}

// hugo matches a shortcode of Hugo, a comment of its templates, an include of
// mdBook, and a value in the address of a link.
func (c *cutter) hugo(at int) (n int, keep string) {
	s := c.src[at:]
	head := s[:min(len(s), maxTag)]
	if m := templateNote.FindString(head); m != "" {
		n := c.through(at, len(m), "*/")
		end := templateEnd.FindString(s[n:])
		if n == 0 || end == "" {
			return 0, ""
		}
		return n + len(end), ""
	}
	if m := hugoComment.FindString(head); m != "" {
		if _, n := c.closing(at, endHugoNote); n > 0 {
			return n, ""
		}
	}
	if m := hugoCode.FindStringSubmatch(head); m != nil {
		if inner, n := c.closing(at, endHighlight); n > 0 {
			return n, fencedCode(m[2], s[len(m[0]):inner])
		}
	}
	switch {
	case strings.HasPrefix(s, "{{<") && !strings.HasPrefix(s, "{{</*"):
		return c.tag(at, ">}}")
	case strings.HasPrefix(s, "{{%") && !strings.HasPrefix(s, "{{%/*"):
		return c.tag(at, "%}}")
	case strings.HasPrefix(s, "{{#"):
		return c.tag(at, "}}")
	}
	if c.inDestination(at) {
		return c.tag(at, "}}")
	}
	return 0, ""
}

// inDestination reports whether at is in the address of a link or of a link
// reference definition.
func (c *cutter) inDestination(at int) bool {
	before := c.src[max(0, at-maxAddress):at]
	i := strings.LastIndexAny(before, " \t\n()")
	switch {
	case i < 0:
		return false
	case before[i] == '(':
		return strings.HasSuffix(before[:i], "]")
	}
	return before[i] != '\n' && strings.HasSuffix(strings.TrimRight(before[:i], " \t"), "]:")
}

// tag matches a tag that ends with end. Its caption or title stays, on a line
// of its own if the tag has one.
func (c *cutter) tag(at int, end string) (n int, keep string) {
	s := c.src[at:min(len(c.src), at+maxTag)]
	i := strings.Index(s, end)
	if i < 0 {
		return 0, ""
	}
	return i + len(end), c.spoken(at, i+len(end))
}

// spoken returns the words of a tag that a reader sees.
func (c *cutter) spoken(at, n int) string {
	words := spokenValue.FindStringSubmatch(c.src[at : at+n])
	if words == nil || !hasWord(words[1]+words[2]+words[3]) {
		return ""
	}
	said := words[1] + words[2] + words[3]
	switch {
	case at+n == len(c.src) || c.src[at+n] == '\n':
		return "\n" + said + "\n"
	case strings.ContainsRune("?!.:", rune(said[len(said)-1])):
		return said + " "
	}
	return said + ": "
}

// fencedCode returns code as a fenced code block.
func fencedCode(language, code string) string {
	fence := "```"
	for _, run := range longestBacktik.FindAllString(code, -1) {
		if len(run) >= len(fence) {
			fence = run + "`"
		}
	}
	return "\n" + fence + language + "\n" + strings.Trim(code, "\n") + "\n" + fence + "\n"
}
