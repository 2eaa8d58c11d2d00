package source

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"footnote/rag/internal/lazyregexp"
)

// dialects extends the Markdown parser by the syntax of programs for notes and
// documentation: Obsidian, MkDocs, Docusaurus, MyST, Pandoc and others. Their
// blocks become [container] nodes, and their inline marks disappear.
func dialects() []parser.Option {
	return []parser.Option{
		parser.WithBlockParsers(
			util.Prioritized(indentedContainers{}, 50), // before headings underlined with "="
			util.Prioritized(loneLines{}, 60),
			util.Prioritized(dataviewFields{}, 990),   // before paragraphs
			util.Prioritized(fencedContainers{}, 650), // before fenced code
		),
		parser.WithInlineParsers(
			util.Prioritized(wikilinks{}, 150),
			util.Prioritized(attributeLists{}, 150),
			util.Prioritized(carets{}, 440),
			util.Prioritized(pairs{}, 450),
			util.Prioritized(colons{}, 450),
		),
		parser.WithParagraphTransformers(util.Prioritized(callouts{}, 50)),
	}
}

// container is a block with a title, such as a note or a tab. The title is its
// first child.
type container struct {
	ast.BaseBlock
	fence   int    // the number of characters of the fence; 0: its lines are indented
	mark    byte   // the character of the fence
	options bool   // its first lines may be options such as ":class: wide"
	label   string // stands before the title
	silent  bool   // it has no text of the article
}

var kindContainer = ast.NewNodeKind("Container")

func (n *container) Kind() ast.NodeKind { return kindContainer }

func (n *container) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// title adds the title of a container, which is at from to to in the line.
func (n *container) title(segment text.Segment, from, to int) {
	at := segment.Start - segment.Padding
	t := ast.NewTextBlock()
	t.Lines().Append(text.NewSegment(at+from, at+to))
	n.AppendChild(n, t)
}

// maxContainers limits the nesting of containers, since each line is tried on
// each of them.
const maxContainers = 20

// openingLine returns the rest of the line from its first character that is not a
// space, and where that is. It is nil if no block may begin there, because it
// would be nested too deep.
func openingLine(reader text.Reader, pc parser.Context) (line []byte, at int) {
	all, _ := reader.PeekLine()
	at = pc.BlockOffset()
	if at < 0 || len(pc.OpenedBlocks()) > maxContainers {
		return nil, 0
	}
	return all[at:], at
}

// indentedContainers parses the admonitions, collapsible blocks and tabs of
// MkDocs: a line such as '!!! note "Title"' and lines indented by four spaces.
type indentedContainers struct{}

var indentedOpening = lazyregexp.New(`^(?:!!!|\?\?\?\+?|===[!+]?) ?([\w-]+(?: [\w-]+)*)?[ \t]*(?:["“]([^\n]*)["”])?[ \t]*\n?$`)

func (indentedContainers) Trigger() []byte { return []byte("!?=") }

func (indentedContainers) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, at := openingLine(reader, pc)
	m := indentedOpening.FindSubmatchIndex(line)
	if m == nil || m[2] < 0 && m[4] < 0 || line[0] == '=' && m[4] < 0 {
		return nil, parser.NoChildren
	}
	_, segment := reader.PeekLine()
	if !indentedNext(reader.Source()[segment.Stop:]) { // a sentence, or a row of marks
		return nil, parser.NoChildren
	}
	n := &container{}
	if m[4] >= 0 {
		n.title(segment, at+m[4], at+m[5])
	}
	reader.AdvanceToEOL()
	return n, parser.HasChildren
}

// indentedNext reports whether the next line with words is indented.
func indentedNext(src []byte) bool {
	for range 3 {
		line, rest, more := bytes.Cut(src, []byte("\n"))
		if !util.IsBlank(line) {
			return line[0] == '\t' || bytes.HasPrefix(line, []byte("    "))
		}
		if !more {
			return false
		}
		src = rest
	}
	return false
}

func (indentedContainers) Continue(_ ast.Node, reader text.Reader, _ parser.Context) parser.State {
	line, _ := reader.PeekLine()
	if util.IsBlank(line) {
		return parser.Continue | parser.HasChildren
	}
	at, padding := util.IndentPosition(line, reader.LineOffset(), 4)
	if at < 0 {
		return parser.Close
	}
	reader.AdvanceAndSetPadding(at, padding)
	return parser.Continue | parser.HasChildren
}

func (indentedContainers) Close(ast.Node, text.Reader, parser.Context) {}

func (indentedContainers) CanInterruptParagraph() bool { return true }

func (indentedContainers) CanAcceptIndentedLine() bool { return false }

// fencedContainers parses blocks between fences: ":::note Title" of Docusaurus,
// VitePress and Pandoc, "```{note} Title" of MyST and Quarto, and "/// note |
// Title" of MkDocs.
type fencedContainers struct{}

var (
	fencedOpening   = lazyregexp.New("^(:{3,}|/{3,}|`{3,}|~{3,})[ \t]*(\\{[\\w:.+-]+\\}|\\{[^}\n]*\\}|[\\w:.-]+(?:\\{[^}\n]*\\}| *\\[[^\\]\n]*\\])?)[ \t]*(.*?)(?:[ \t]:+)?[ \t]*\n?$")
	titleIn         = lazyregexp.New(`(?:\btitle=["']([^"'\n]*)["']|^[\w-]+ *\[([^\]\n]*)\])`)
	directiveOption = lazyregexp.New(`^[ \t]*:[\w-]+:`)
)

// textDirectives are the directives of MyST whose content is Markdown. The
// content of others is code.
var textDirectives = setOf([]string{
	"note", "tip", "warning", "important", "caution", "attention", "danger", "error", "hint", "seealso", "admonition", "versionadded", "versionchanged", "deprecated",
	"dropdown", "card", "carditem", "grid", "griditem", "griditemcard", "tabset", "tabitem", "tab", "margin", "sidebar", "topic", "epigraph", "highlights", "pullquote", "container", "div", "aside",
	"figure", "listtable", "glossary", "exercise", "solution", "prf:theorem", "prf:proof", "prf:definition", "prf:lemma", "prf:remark", "prf:example", "abstract", "blockquote", "details",
})

// untitled are directives whose argument is no title, but an address or a class.
var untitled = setOf([]string{"figure", "grid", "griditem", "tabset", "container", "div", "glossary"})

// listDirectives are directives whose content is a list of files.
var listDirectives = setOf([]string{"toctree", "contents", "tableofcontents", "include", "index", "bibliography"})

// versionLabels are the words that Sphinx puts before a version.
var versionLabels = map[string]string{"versionadded": "New in version ", "versionchanged": "Changed in version ", "deprecated": "Deprecated since version "}

func (fencedContainers) Trigger() []byte { return []byte(":/`~") }

func (fencedContainers) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, at := openingLine(reader, pc)
	m := fencedOpening.FindSubmatchIndex(line)
	if m == nil {
		return nil, parser.NoChildren
	}
	name := string(line[m[4]:m[5]])
	directive := bare(strings.Trim(name, "{}"))
	isDirective := name[0] == '{' && !strings.ContainsAny(name, " .=#")
	switch line[0] {
	case '`', '~':
		if !isDirective || !textDirectives[directive] && !listDirectives[directive] {
			return nil, parser.NoChildren
		}
	case '/':
		if m[7] > m[6] && line[m[6]] != '|' { // a comment of a program
			return nil, parser.NoChildren
		}
	}
	_, segment := reader.PeekLine()
	n := &container{fence: m[3] - m[2], mark: line[0], options: isDirective, label: versionLabels[directive], silent: isDirective && listDirectives[directive]}
	from, to := m[6], m[7] // the title
	if t := titleIn.FindSubmatchIndex(line[m[4]:]); t != nil && !isDirective {
		at := max(t[2], t[4])
		from, to = m[4]+at, m[4]+max(t[3], t[5])
	} else if to > from && (line[from] == '{' || line[from] == '[') {
		to = from
	} else if brace := bytes.IndexByte(line[from:to], '{'); brace > 0 {
		to = from + brace
	} else if to > from && line[from] == '|' {
		from++
	}
	if to > from && !(isDirective && untitled[directive]) {
		n.title(segment, at+from, at+to)
	}
	reader.AdvanceToEOL()
	return n, parser.HasChildren
}

func (fencedContainers) Continue(node ast.Node, reader text.Reader, pc parser.Context) parser.State {
	n, _ := node.(*container)
	line, _ := reader.PeekLine()
	trimmed := bytes.TrimSpace(line)
	if n.options {
		if directiveOption.Match(line) {
			reader.AdvanceToEOL()
			return parser.Continue | parser.HasChildren
		}
		n.options = false
	}
	if len(trimmed) >= 3 && trimmed[0] == n.mark && len(bytes.Trim(trimmed, string(n.mark))) == 0 && n.closes(len(trimmed), pc) {
		reader.AdvanceToEOL()
		return parser.Close
	}
	return parser.Continue | parser.HasChildren
}

// closes reports whether a fence of a length is the end of the container: of
// those of one kind, the innermost ends.
func (n *container) closes(length int, pc parser.Context) bool {
	if (n.mark == '`' || n.mark == '~') && length < n.fence {
		return false
	}
	blocks := pc.OpenedBlocks()
	for i := len(blocks) - 1; i >= 0; i-- {
		switch in := blocks[i].Node.(type) {
		case *ast.FencedCodeBlock:
			if n.mark != '`' && n.mark != '~' {
				return false
			}
		case *container:
			if in.mark == n.mark {
				return in == n
			}
		}
	}
	return false
}

func (fencedContainers) Close(ast.Node, text.Reader, parser.Context) {}

func (fencedContainers) CanInterruptParagraph() bool { return true }

func (fencedContainers) CanAcceptIndentedLine() bool { return false }

// loneLine is a line with a meaning of its own: the definition of an
// abbreviation, or an instruction, of which nothing is kept.
type loneLine struct {
	ast.BaseBlock
	words string
}

var kindLoneLine = ast.NewNodeKind("LoneLine")

func (n *loneLine) Kind() ast.NodeKind { return kindLoneLine }

func (n *loneLine) Dump(src []byte, level int) { ast.DumpHelper(n, src, level, nil, nil) }

// loneLines parses "*[SLA]: Service Level Agreement", "--8<-- 'file'", "[TOC]",
// the target "(name)=" of MyST and the end of a block that did not begin.
type loneLines struct{}

var (
	abbreviation = lazyregexp.New(`^\*\[([^\]\n]+)\]:[ \t]*(\S[^\n]*)`)
	instruction  = lazyregexp.New(`^(?:;?-+8<-+.*|\[TOC\]|\[\[_?(?:TOC|toc)_?\]\]|:{3,}|/{3,}|\([\w:./-]+\)=)[ \t]*\n?$`)
)

func (loneLines) Trigger() []byte { return []byte("*-;[:/(") }

func (loneLines) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := openingLine(reader, pc)
	if m := abbreviation.FindSubmatch(line); m != nil {
		reader.AdvanceToEOL()
		return &loneLine{words: string(m[1]) + ": " + string(m[2])}, parser.NoChildren
	}
	if line == nil || !instruction.Match(line) {
		return nil, parser.NoChildren
	}
	reader.AdvanceToEOL()
	return &loneLine{}, parser.NoChildren
}

func (loneLines) Continue(ast.Node, text.Reader, parser.Context) parser.State { return parser.Close }

func (loneLines) Close(ast.Node, text.Reader, parser.Context) {}

func (loneLines) CanInterruptParagraph() bool { return true }

func (loneLines) CanAcceptIndentedLine() bool { return false }

// dataviewFields makes a line such as "status:: open" of Dataview a block of its own.
// [colons] replaces the mark.
type dataviewFields struct{}

var dataviewField = lazyregexp.New(`^(?:\*\*)?[\pL_][\pL\pM\pN _*-]{0,40}:: \S`)

func (dataviewFields) Trigger() []byte { return nil }

func (dataviewFields) Open(_ ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, at := openingLine(reader, pc)
	if !bytes.Contains(line, []byte(":: ")) || !dataviewField.Match(line) {
		return nil, parser.NoChildren
	}
	_, segment := reader.PeekLine()
	n := &container{}
	n.title(segment, at, at+len(bytes.TrimRight(line, " \t\n")))
	reader.AdvanceToEOL()
	return n, parser.NoChildren
}

func (dataviewFields) Continue(ast.Node, text.Reader, parser.Context) parser.State {
	return parser.Close
}

func (dataviewFields) Close(ast.Node, text.Reader, parser.Context) {}

func (dataviewFields) CanInterruptParagraph() bool { return true }

func (dataviewFields) CanAcceptIndentedLine() bool { return false }

// callouts cuts the mark of a callout, as in "> [!note] Title", and makes its
// title a line of its own.
type callouts struct{}

var callout = lazyregexp.New(`^[ \t]*\[![\w -]+(?:\|[^\]\n]*)?\][+-]?[ \t]*`)

func (callouts) Transform(p *ast.Paragraph, reader text.Reader, _ parser.Context) {
	parent := p.Parent()
	if parent == nil || parent.Kind() != ast.KindBlockquote || p.PreviousSibling() != nil {
		return
	}
	first := p.Lines().At(0)
	mark := callout.Find(first.Value(reader.Source()))
	if mark == nil {
		return
	}
	p.Lines().SetSliced(1, p.Lines().Len())
	if title := first.WithStart(min(first.Start+len(mark)-first.Padding, first.Stop)); !util.IsBlank(title.Value(reader.Source())) {
		t := ast.NewTextBlock()
		t.Lines().Append(title.TrimRightSpace(reader.Source()))
		parent.InsertBefore(parent, p, t)
	}
	if p.Lines().Len() == 0 {
		parent.RemoveChild(parent, p)
	}
}

// wikilinks parses [[Page]], [[Page|words]] and [[Page#Heading]], and embeds
// such as ![[Page]].
type wikilinks struct{}

var wikilink = lazyregexp.New(`^(!?)\[\[([^\s\[\]][^\[\]\n]*)\]\]`)

func (wikilinks) Trigger() []byte { return []byte("![") }

func (wikilinks) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	m := wikilink.FindSubmatch(line)
	if m == nil || len(line) > len(m[0]) && line[len(m[0])] == '(' { // [[1]](https://…) is a link
		return nil
	}
	block.Advance(len(m[0]))
	name := string(m[2])
	if len(m[1]) > 0 {
		name = embedName(name)
	} else {
		name = wikiName(name)
	}
	return ast.NewString([]byte(name))
}

// wikiName returns the words of a wikilink: those after "|", or else the name of
// the page without its folder.
func wikiName(s string) string {
	s = strings.ReplaceAll(s, `\|`, "|") // in a cell of a table
	if _, words, ok := strings.Cut(s, "|"); ok && strings.TrimSpace(words) != "" {
		return strings.TrimSpace(words)
	}
	s, _, _ = strings.Cut(s, "|")
	page, part, _ := strings.Cut(s, "#")
	page, _, _ = strings.Cut(page, "^")
	page = strings.TrimSpace(page[strings.LastIndexByte(page, '/')+1:])
	part = strings.ReplaceAll(strings.TrimSpace(part), "#", ", ")
	switch {
	case part == "" || part[0] == '^':
		return strings.TrimSuffix(page, ".md")
	case page == "":
		return part
	}
	return strings.TrimSuffix(page, ".md") + ", " + part
}

var (
	imageName = lazyregexp.New(`(?i)\.(?:png|jpe?g|gif|svg|webp|bmp|avif|tiff?|ico)$`)
	imageSize = lazyregexp.New(`^\d+(?:x\d+)?$`)
)

// embedName returns the words of an embed: its caption, or the name of a file
// that is no picture.
func embedName(s string) string {
	name, words, _ := strings.Cut(strings.ReplaceAll(s, `\|`, "|"), "|")
	if imageName.MatchString(strings.TrimSpace(name)) {
		if imageSize.MatchString(words) {
			return ""
		}
		return words
	}
	if imageSize.MatchString(words) {
		s = name
	}
	return wikiName(s)
}

// attributeLists removes attributes such as {#id .class}, {: .class} and
// {width=50%}, and the roles of MyST, as in {kbd}`Ctrl`.
type attributeLists struct{}

var (
	attributeList = lazyregexp.New(`^:?[ \t]*` + attribute1 + `(?:[ \t]+` + attribute1 + `)*[ \t]*$`)
	kramdownList  = lazyregexp.New(`^\{:[ \t]*[\w#.:/-][^{}\n]*\}`)
	numberRole    = lazyregexp.New("^\\{(pep|rfc)\\}`\\d+`")
	roleTarget    = lazyregexp.New(`^([^<>]*\S)\s*<[^<>]+>$`)
	mystRole      = lazyregexp.New("^\\{[a-zA-Z][\\w:.+-]*\\}`")
)

const (
	attribute1    = `(?:[#.][\w-][\w:.-]*|[\w:-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}]+)|-)`
	maxAttributes = 1000 // bytes of an attribute list
)

func (attributeLists) Trigger() []byte { return []byte("{") }

func (attributeLists) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	n := attributesEnd(line, block.PrecendingCharacter())
	if n == 0 {
		return nil
	}
	s := ast.NewString(nil)
	if m := numberRole.FindSubmatch(line); m != nil {
		s.Value = append(bytes.ToUpper(m[1]), ' ')
	} else {
		s.SetRaw(mystRole.Match(line)) // a mark for [writer.codeSpan]
	}
	block.Advance(n)
	return s
}

// attributesEnd returns the length of the attribute list or role at the
// beginning of line; 0 if there is none. A list of values only, as in
// {job="x"}, must follow a link, code or emphasis.
func attributesEnd(line []byte, before rune) int {
	if at := mystRole.FindIndex(line); at != nil {
		return at[1] - 1
	}
	if at := kramdownList.FindIndex(line); at != nil {
		return at[1]
	}
	end := bytes.IndexByte(line[:min(len(line), maxAttributes)], '}')
	if end < 0 || !attributeList.Match(line[1:end]) {
		return 0
	}
	inside := bytes.TrimLeft(line[1:end], ": \t")
	if len(inside) > 0 && (inside[0] == '#' || inside[0] == '.') || strings.ContainsRune(")]`*_", before) {
		return end + 1
	}
	return 0
}

// pairs removes the marks of ==highlighted== words, ++keys++ and ^^insertions^^.
type pairs struct{}

func (pairs) Trigger() []byte { return []byte("=+^") }

func (pairs) IsDelimiter(b byte) bool { return b == '=' || b == '+' || b == '^' }

func (pairs) CanOpenCloser(opener, closer *parser.Delimiter) bool { return opener.Char == closer.Char }

func (pairs) OnMatch(int) ast.Node { return ast.NewEmphasis(2) }

func (p pairs) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	before := block.PrecendingCharacter()
	line, segment := block.PeekLine()
	if len(line) < 3 || line[1] != line[0] || line[2] == line[0] || before == rune(line[0]) {
		return nil
	}
	n := parser.ScanDelimiter(line, before, 2, p)
	if n == nil {
		return nil
	}
	word := func(r rune) bool { return r < 0x80 && (r >= '0' && r <= '9' || r|' ' >= 'a' && r|' ' <= 'z') }
	n.CanOpen = n.CanOpen && !word(before) // "a==b" is no mark
	n.CanClose = n.CanClose && !word(rune(line[2]))
	n.Segment = segment.WithStop(segment.Start + 2)
	block.Advance(2)
	pc.PushDelimiter(n)
	return n
}

// carets removes the IDs of blocks, as in "Words. ^note-1", and the marks of
// inline footnotes, as in ^[words].
type carets struct{}

var (
	blockID    = lazyregexp.New(`^\^[A-Za-z0-9-]+[ \t]*\n?$`)
	inlineNote = lazyregexp.New(`^\^\[([^\[\]\n]+)\]`)
)

func (carets) Trigger() []byte { return []byte("^") }

func (carets) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, _ := block.PeekLine()
	if m := inlineNote.FindSubmatch(line); m != nil {
		block.Advance(len(m[0]))
		return ast.NewString([]byte(" (" + string(m[1]) + ")"))
	}
	if before := block.PrecendingCharacter(); before != ' ' && before != '\n' && before != '\t' || !blockID.Match(line) {
		return nil
	}
	block.Advance(len(bytes.TrimRight(line, "\n")))
	return ast.NewString(nil)
}

// colons removes icons such as :material-check:, and replaces the mark of a
// Dataview field, as in "status:: open", with a colon.
type colons struct{}

// fieldKey matches the key of a Dataview field: words at the beginning of a line
// or after a bracket.
var fieldKey = lazyregexp.New(`(?:^|[\n\[(])[ \t>*-]*[\pL_][\pL\pM\pN _*-]*$`)

const maxKey = 40 // bytes

var icon = lazyregexp.New(`^:(?:material|fontawesome|octicons|simple|fa|bi|custom)-[\w-]+:`)

func (colons) Trigger() []byte { return []byte(":") }

func (colons) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	line, segment := block.PeekLine()
	if at := icon.FindIndex(line); at != nil {
		block.Advance(at[1])
		return ast.NewString(nil)
	}
	if len(line) > 3 && line[1] == ':' && line[2] == ' ' && fieldKey.Match(block.Source()[max(0, segment.Start-maxKey):segment.Start]) {
		block.Advance(2)
		return ast.NewString([]byte(":"))
	}
	return nil
}
