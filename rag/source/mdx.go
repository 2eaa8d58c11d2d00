package source

import (
	"bytes"
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"footnote/rag/internal/lazyregexp"
)

var (
	// moduleLine matches the first line of an import or export of MDX.
	moduleLine = lazyregexp.New(`^(?:import\s+(?:["']|[\w*{$][^\n]*?(?:\bfrom\b|,|\{)|\{)|export\s+(?:default|const|let|var|function|class|async|\{|\*))`)

	// jsxName matches the beginning of a JSX tag with its name. A fragment has
	// none.
	jsxName = lazyregexp.New(`^<(/?)([A-Za-z_$][\w.$-]*)?(?:[\s/>{]|$)`)

	plainName  = lazyregexp.New(`^[\w.$]+$`)
	jsxLiteral = lazyregexp.New("^(?s:\"([^\"]*)\"|'([^']*)'|`([^`$]*)`)$")
)

// isMDX reports whether Markdown begins with an import, as the pages of
// Docusaurus do.
func isMDX(markdown string) bool {
	return importLine.MatchString(strings.TrimLeft(markdown, "\n "))
}

var importLine = lazyregexp.New(`^import\s+[\w*{$][^\n]*\sfrom\s+["'][^"'\n]+["'];?[ \t]*(?:\n|$)`)

// withoutIndents returns Markdown in which text that is indented as code is, but
// is between tags, is not indented. Such text may have such text in it.
func withoutIndents(markdown string, p parser.Parser) string {
	for range maxReparses {
		var cuts []sourceRange
		src := []byte(markdown)
		// The walker returns no error of its own.
		_ = ast.Walk(p.Parse(text.NewReader(src)), func(n ast.Node, enter bool) (ast.WalkStatus, error) {
			if code, ok := n.(*ast.CodeBlock); ok && enter {
				cuts = append(cuts, indents(code, src)...)
			}
			return ast.WalkContinue, nil
		})
		if len(cuts) == 0 {
			return markdown
		}
		slices.SortFunc(cuts, func(a, b sourceRange) int { return a.start - b.start })
		var b strings.Builder
		at := 0
		for _, c := range cuts {
			b.WriteString(markdown[at:max(at, c.start)])
			at = max(at, c.end)
		}
		b.WriteString(markdown[at:])
		markdown = b.String()
	}
	return markdown
}

// indents returns the spaces in front of the lines of indented code that all of
// its lines have.
func indents(code *ast.CodeBlock, src []byte) []sourceRange {
	least := -1 // beyond the spaces that make it code
	for _, line := range code.Lines().Sliced(0, code.Lines().Len()) {
		value := line.Value(src)
		if !util.IsBlank(value) {
			if n := len(value) - len(bytes.TrimLeft(value, " ")); least < 0 || n < least {
				least = n
			}
		}
	}
	var all []sourceRange
	for _, line := range code.Lines().Sliced(0, code.Lines().Len()) {
		start, end := line.Start, line.Start
		for start > 0 && line.Start-start < 4 && (src[start-1] == ' ' || src[start-1] == '\t') {
			start--
		}
		for end < line.Stop && end-line.Start < least && src[end] == ' ' {
			end++
		}
		if end > start {
			all = append(all, sourceRange{start, end})
		}
	}
	return all
}

// jsx matches JSX at at: a tag, an expression, or the import and export lines
// of a module.
func (c *cutter) jsx(at int) (n int, keep string) {
	s := c.src[at:]
	if c.failed > maxFailed {
		return 0, ""
	}
	switch s[0] {
	case 'i', 'e':
		if at > 0 && at != c.module+1 && !strings.HasSuffix(c.src[:at], "\n\n") {
			return 0, ""
		}
		n = moduleEnd(s)
		if n > 0 {
			c.module = at + n
		}
		return n, ""
	case '{':
		n, keep = c.expression(at)
	case '<':
		n, keep = c.element(at)
	}
	if n == 0 {
		c.failed++
	}
	return n, keep
}

// maxFailed is how many brackets of a text may not be JSX before no others are
// tried. Each can cost the time of reading maxTag bytes.
const maxFailed = 1000

// moduleEnd returns the length of an import or export: to the line that ends
// its statement, or to the next empty line outside of brackets.
func moduleEnd(s string) int {
	if !moduleLine.MatchString(s[:min(len(s), maxTag)]) {
		return 0
	}
	at := 0
	for at < len(s) && at < maxModule {
		switch s[at] {
		case '{', '(', '[':
			n := bracketLength(s[at:])
			if n == 0 {
				return 0
			}
			at += n
			continue
		case '"', '\'', '`':
			at += quotedLength(s[at:])
			continue
		case '\n':
			line := strings.TrimRight(s[:at], " \t")
			if strings.ContainsAny(line[len(line)-1:], ";'\"})]") || strings.HasPrefix(s[at:], "\n\n") {
				return at
			}
		}
		at++
	}
	return min(at, len(s))
}

// maxModule limits the length in bytes of an export.
const maxModule = 64 << 10

// expression matches {…}. A literal stays as its text, and a name as it is,
// since its value is not known.
func (c *cutter) expression(at int) (n int, keep string) {
	s := c.src[at:]
	if attributesEnd([]byte(s[:min(len(s), maxAttributes)]), ' ') > 0 {
		return 0, ""
	}
	if n = bracketLength(s); n == 0 {
		return 0, ""
	}
	value := strings.TrimSpace(s[1 : n-1])
	if m := jsxLiteral.FindStringSubmatch(value); m != nil {
		return n, m[1] + m[2] + m[3]
	}
	if plainName.MatchString(value) {
		return n, s[:n]
	}
	return n, ""
}

// element matches a JSX tag. A tag of HTML stays, without its attributes. The
// title or label of a component stays as text.
func (c *cutter) element(at int) (n int, keep string) {
	s := c.src[at:]
	name := jsxName.FindStringSubmatch(s[:min(len(s), 200)])
	if name == nil || name[2] == "" && !strings.HasPrefix(s, "<>") && !strings.HasPrefix(s, "</>") {
		return 0, ""
	}
	if n = tagEnd(s); n == 0 {
		return 0, ""
	}
	if name[2] == "" || strings.Contains(name[2], ".") || name[2][0] >= 'A' && name[2][0] <= 'Z' {
		return n, c.spoken(at, n)
	}
	keep = "<" + name[1] + name[2]
	if alt := altText.FindStringSubmatch(s[:n]); name[2] == "img" && alt != nil {
		keep += " " + alt[0]
	}
	return n, keep + ">"
}

var altText = lazyregexp.New(`\balt=(?:"[^"\n]*"|'[^'\n]*')`)

// tagEnd returns the length of the tag at the beginning of s; 0 if it does not
// end.
func tagEnd(s string) int {
	for at := 1; at < len(s) && at < maxTag; {
		switch s[at] {
		case '>':
			return at + 1
		case '{':
			n := bracketLength(s[at:])
			if n == 0 {
				return 0
			}
			at += n
		case '"', '\'':
			end := strings.IndexByte(s[at+1:min(len(s), at+maxTag)], s[at])
			if end < 0 {
				return 0
			}
			at += end + 2
		default:
			at++
		}
	}
	return 0
}

// bracketLength returns the length of the bracketed text at the beginning of s, as
// JavaScript would read it; 0 if it does not end within maxTag bytes.
func bracketLength(s string) int {
	depth := 0
	for at := 0; at < len(s) && at < maxTag; {
		switch s[at] {
		case '{', '(', '[':
			depth++
		case '}', ')', ']':
			if depth--; depth == 0 {
				return at + 1
			}
		case '"', '\'', '`':
			at += quotedLength(s[at:])
			continue
		case '/':
			if strings.HasPrefix(s[at:], "/*") {
				end := strings.Index(s[at+2:max(at+2, min(len(s), maxTag))], "*/")
				if end < 0 {
					return 0
				}
				at += end + 4
				continue
			}
		}
		at++
	}
	return 0
}

// quotedLength returns the length of the quoted text at the beginning of s: 1, the
// quote alone, if it does not end. An apostrophe between letters is none.
func quotedLength(s string) int {
	for at := 1; at < len(s) && at < maxTag; at++ {
		switch {
		case s[at] == '\\':
			at++
		case s[at] == s[0]:
			return at + 1
		case s[at] == '\n' && s[0] != '`':
			return 1
		}
	}
	return 1
}
