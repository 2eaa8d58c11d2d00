package source

import (
	"bufio"
	"fmt"
	stdhtml "html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"footnote/rag/internal/lazyregexp"
)

// markdownParser parses CommonMark with GitHub's tables, strikethrough and task
// lists. It parses footnotes too; otherwise their marks would stay in the text
// and look like footnotes of an answer.
// It reads definition lists and the dialects of programs for notes and
// documentation.
var markdownParser = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList, extension.Footnote, extension.DefinitionList),
	goldmark.WithParserOptions(dialects()...),
).Parser()

// mdxParser is markdownParser for MDX before its tags are cut: without blocks of
// HTML, which would contain the code between two tags.
var mdxParser = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(slices.DeleteFunc(parser.DefaultBlockParsers(), func(p util.PrioritizedValue) bool {
			return p.Value == parser.NewHTMLBlockParser()
		})...),
		parser.WithInlineParsers(parser.DefaultInlineParsers()...),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)),
	goldmark.WithExtensions(extension.Table, extension.Strikethrough, extension.TaskList, extension.Footnote, extension.DefinitionList),
	goldmark.WithParserOptions(dialects()...),
).Parser()

// markdownText returns the text of Markdown in the form of rag.Document.Text:
//   - headings as "## Heading", whatever their form was
//   - paragraphs on one line each
//   - list items as "- item" and "- 2) item", nested ones indented
//   - table rows as "cell | cell"
//   - code indented by four spaces, since a comment in it may look like a heading
//
// An empty line separates blocks. Comments and the tags of templates are left
// out.
func markdownText(markdown string) (string, error) {
	if err := checkComplexity(markdown); err != nil {
		return "", err
	}
	return plainText(withoutTemplates(markdown, markdownParser, false)), nil
}

// mdxText is markdownText for MDX. Its tags are left out, and indented text is
// no code.
func mdxText(mdx string) (string, error) {
	if err := checkComplexity(mdx); err != nil {
		return "", err
	}
	return plainText(withoutIndents(withoutTemplates(withoutIndents(mdx, mdxParser), mdxParser, true), markdownParser)), nil
}

func plainText(markdown string) string {
	src := []byte(markdown)
	w := writer{src: src}
	w.blocks(markdownParser.Parse(text.NewReader(src)), true)
	return w.out.String()
}

const (
	maxNesting = 100     // nested quotes and lists
	maxCells   = 1 << 20 // missing cells of a table
)

var (
	nesting   = lazyregexp.New(`^(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])[ \t]))+`)
	delimiter = lazyregexp.New(`^[ \t>|:-]*\|[ \t>|:-]*$`)
)

// checkComplexity rejects Markdown that would exhaust the parser. The parser
// fills short table rows up with cells, and its time grows with the square of
// the nesting.
func checkComplexity(markdown string) error {
	columns, lines := 0, 0
	for line := range strings.Lines(markdown) {
		lines++
		line = strings.TrimRight(line, "\n")
		if len(line) > maxNesting && len(nesting.FindString(line)) > 2*maxNesting {
			return fmt.Errorf("line %d: quotes or lists nested more than %d deep", lines, maxNesting)
		}
		if delimiter.MatchString(line) {
			columns = max(columns, strings.Count(line, "|"))
		}
	}
	if columns*lines > maxCells+len(markdown) {
		return fmt.Errorf("a table of %d columns has too many empty cells", columns)
	}
	return nil
}

// writer writes the blocks of a page as plain text.
type writer struct {
	src    []byte
	out    strings.Builder
	nested int    // depth of lists and quotes
	indent string // of the lines of the current list item
	marker string // replaces the indent on the next line
	gap    bool   // an empty line precedes the next line
}

// blocks writes the children of parent. If separate is true, an empty line
// follows each.
func (w *writer) blocks(parent ast.Node, separate bool) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		w.block(n)
		w.gap = w.gap || separate && w.out.Len() > 0
	}
}

func (w *writer) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		words := oneLine(w.inline(n))
		if words != "" && w.nested == 0 {
			w.line(strings.Repeat("#", n.Level) + " " + words)
		} else {
			w.words(words)
		}
	case *ast.Paragraph, *ast.TextBlock:
		w.words(w.inline(n))
	case *ast.List:
		w.list(n)
	case *ast.Blockquote:
		w.nested++
		w.blocks(n, true)
		w.nested--
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		w.code(n)
	case *ast.HTMLBlock:
		raw := w.raw(n)
		if n.HasClosure() {
			raw += string(n.ClosureLine.Value(w.src))
		}
		w.html(raw)
	case *extast.Table:
		for row := n.FirstChild(); row != nil; row = row.NextSibling() {
			w.row(row)
		}
	case *extast.DefinitionList:
		w.definitions(n)
	case *container:
		if n.silent {
			return
		}
		if title, ok := n.FirstChild().(*ast.TextBlock); ok && n.label != "" {
			w.words(n.label + w.inline(title))
			w.gap = true
			n.RemoveChild(n, title)
		}
		w.blocks(n, true)
	case *loneLine:
		w.words(n.words)
	case *extast.FootnoteList:
		for note := n.FirstChild(); note != nil; note = note.NextSibling() {
			w.item(note, "- ")
		}
	case *ast.ThematicBreak, *ast.LinkReferenceDefinition:
	default:
		w.blocks(n, true)
	}
}

// line writes one line of text.
func (w *writer) line(s string) {
	if w.gap {
		w.out.WriteByte('\n')
		w.gap = false
	}
	if w.marker != "" {
		w.out.WriteString(w.marker)
		w.marker = ""
	} else if s != "" {
		w.out.WriteString(w.indent)
	}
	w.out.WriteString(s)
	w.out.WriteByte('\n')
}

// words writes lines of running text. A line that looks like a heading gets a
// space in front.
func (w *writer) words(s string) {
	for line := range strings.Lines(s) {
		line = oneSpaced(line)
		if heading.MatchString(line) && w.indent == "" && w.marker == "" {
			line = " " + line
		}
		if line != "" {
			w.line(line)
		}
	}
}

func (w *writer) list(n *ast.List) {
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		marker := "- "
		if n.IsOrdered() {
			marker = fmt.Sprintf("%d) ", number) // a full stop would end a sentence
			number++
		}
		w.item(item, marker)
	}
}

// item writes a list item after its marker.
func (w *writer) item(n ast.Node, marker string) {
	w.entry(marker, func() { w.blocks(n, false) })
}

// definitions writes each description after its terms, as "Term: description".
func (w *writer) definitions(list ast.Node) {
	var terms []string
	described := false
	for n := list.FirstChild(); n != nil; n = n.NextSibling() {
		if _, isTerm := n.(*extast.DefinitionTerm); !isTerm {
			w.item(n, strings.Join(terms, ", ")+": ")
			described = true
			continue
		}
		if described {
			terms, described = nil, false
		}
		terms = append(terms, oneLine(w.inline(n)))
	}
}

func (w *writer) code(n ast.Node) { w.codeLines(w.raw(n)) }

// codeLines writes the lines of code.
func (w *writer) codeLines(code string) {
	blanks := 0
	for line := range strings.Lines(strings.Trim(code, "\n")) {
		if line = strings.TrimRight(line, " \t\n"); line == "" {
			blanks++
			continue
		}
		for ; blanks > 0; blanks-- {
			w.line("")
		}
		w.line("    " + line)
	}
}

func (w *writer) row(n ast.Node) {
	var cells []string
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		cells = append(cells, w.inline(c))
	}
	w.cells(cells)
}

// raw returns the lines of a block unchanged.
func (w *writer) raw(n ast.Node) string { return string(n.Lines().Value(w.src)) }

// softBreak stands for a line break that is not part of the text, until its
// neighbours are known. Tidy text does not contain it.
const softBreak = '\r'

// inline returns the text in n, with "\n" for hard line breaks.
func (w *writer) inline(n ast.Node) string {
	var b strings.Builder
	w.gather(&b, n)
	s := b.String()
	if strings.IndexByte(s, softBreak) < 0 {
		return s
	}
	b.Reset()
	for i, r := range s {
		if r != softBreak {
			b.WriteRune(r)
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+1:])
		if !spaceless(before) || !spaceless(after) {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// spaceless reports whether r is of a script that uses no spaces.
func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) || 0x3000 <= r && r <= 0x303f || 0xff00 <= r && r <= 0xff60
}

func (w *writer) gather(b *strings.Builder, n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.WriteString(unescape(c.Value(w.src)))
			if c.HardLineBreak() {
				b.WriteByte('\n')
			} else if c.SoftLineBreak() {
				b.WriteByte(softBreak)
			}
		case *ast.CodeSpan:
			w.codeSpan(b, c)
		case *ast.String:
			b.WriteString(unescape(c.Value))
		case *ast.AutoLink:
			b.Write(c.Label(w.src))
		case *ast.RawHTML:
			b.WriteString(tagText(string(c.Segments.Value(w.src))))
		case *extast.TaskCheckBox:
			if c.IsChecked {
				b.WriteString("[x] ")
			} else {
				b.WriteString("[ ] ")
			}
		case *extast.FootnoteLink, *extast.FootnoteBacklink:
		default:
			w.gather(b, c)
		}
	}
}

// codeSpan writes code in running text. What a role of MyST leads to, as in
// {doc}`Words <page>`, is left out.
func (w *writer) codeSpan(b *strings.Builder, n *ast.CodeSpan) {
	var code strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			code.WriteString(strings.ReplaceAll(string(t.Value(w.src)), "\n", " "))
		}
	}
	words := code.String()
	if before, ok := n.PreviousSibling().(*ast.String); ok && before.IsRaw() {
		if m := roleTarget.FindStringSubmatch(words); m != nil {
			words = m[1]
		}
	}
	b.WriteString(words)
}

// unescape resolves backslashes and character references as goldmark's HTML
// renderer does, and then undoes the escaping of HTML.
func unescape(raw []byte) string {
	if !strings.ContainsAny(string(raw), `\&`) {
		return string(raw)
	}
	var b strings.Builder
	out := bufio.NewWriter(&b)
	html.DefaultWriter.Write(out, raw)
	if err := out.Flush(); err != nil {
		return string(raw)
	}
	return tidy(stdhtml.UnescapeString(b.String()))
}

// oneSpaced trims s and replaces each run of spaces and tabs with one space.
func oneSpaced(s string) string {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "  ") && !strings.Contains(s, "\t") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' }), " ")
}
