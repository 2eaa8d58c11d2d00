package source

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

// loadRST reads reStructuredText, with the directives and roles of Sphinx, line by
// line.
func loadRST(f file) (rag.Document, error) {
	d, err := loadText(f)
	if err != nil {
		return rag.Document{}, err
	}
	lines := strings.Split(d.Text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(untab(line), " \t")
	}
	r := rst{w: &writer{}, labels: map[string]string{}, values: map[string]string{}, declared: declared{}}
	r.collect(lines)
	r.blocks(lines, 0)
	r.endnotes()
	return r.declared.document(d, f, r.w.out.String())
}

// rst is a reStructuredText document while it is being read.
type rst struct {
	w        *writer
	styles   []string          // of headings, by level
	labels   map[string]string // the headings that labels precede
	values   map[string]string // of substitutions
	notes    [][]string        // the footnotes
	declared declared
	expanded int  // bytes of values that replaced references
	body     bool // whether text was written: later field lists are no metadata
}

var (
	rstExplicit   = lazyregexp.New(`^\.\.(?: |$)`)
	rstTarget     = lazyregexp.New(`^_(?:` + "`([^`]+)`" + `|([^:]+)):(?: |$)`)
	rstValue      = lazyregexp.New(`^\|([^|\s](?:[^|]*[^|\s])?)\| +(replace|image|unicode|date):: *(.*)$`)
	rstNote       = lazyregexp.New(`^\[(\d+|#[\w.-]*|\*)\](?: +|$)`)
	rstCitation   = lazyregexp.New(`^\[([\w.-]+)\](?: +|$)`)
	rstDirective  = lazyregexp.New(`^([\w][\w:+.-]*?) ?::(?: +(.*))?$`)
	rstNikola     = lazyregexp.New(`^(title|date|author|status|slug|tags|link|description|updated): *(.*)$`)
	rstBullet     = lazyregexp.New(`^[-*+•‣⁃](?: +|$)`)
	rstEnumerator = lazyregexp.New(`^\(?(\d{1,9}|[a-zA-Z]|[ivxlcdmIVXLCDM]{1,8}|#)[.)](?: +|$)`)
	rstField      = lazyregexp.New(`^:([^:\s](?:[^:]|:[^:\s` + "`" + `])*):(?: +|$)`)
	rstOption     = lazyregexp.New(`^((?:--?|/|\+)[\w?][\w-]*(?:[ =]<?[\w.-]+>?)?(?:, (?:--?|/)[\w?][\w-]*(?:[ =]<?[\w.-]+>?)?)*)(?:  +|$)`)
	rstGrid       = lazyregexp.New(`^\+(?:[-=]+\+)+$`)
	rstSimple     = lazyregexp.New(`^=+(?: +=+)+$`)
	rstSpan       = lazyregexp.New(`^-+(?: +-+)*$`)
	rstRole       = lazyregexp.New("^:([A-Za-z][\\w:+.-]*):`")
	rstRoleAfter  = lazyregexp.New(`^:([A-Za-z][\w:+.-]*):`)
	rstReference  = lazyregexp.New(`^\[(\d{1,9}|#[\w.-]{0,40}|\*|[\w.-]{1,40})\]_`)
)

// maxBlocks limits how deep blocks are nested. What is deeper is read as
// paragraphs.
const maxBlocks = 20

// maxValues limits the bytes of values that replace references to them.
const maxValues = 1 << 20

// collect reads the definitions that may come after their use.
func (r *rst) collect(lines []string) {
	for i, line := range lines {
		rest, ok := strings.CutPrefix(strings.TrimLeft(line, " "), ".. ")
		if !ok {
			continue
		}
		if m := rstValue.FindStringSubmatch(rest); m != nil && m[2] == "replace" {
			r.values[m[1]] = m[3]
		}
		m := rstTarget.FindStringSubmatch(rest)
		if m == nil || !strings.HasSuffix(rest, ":") {
			continue
		}
		for j := i + 1; j < min(i+8, len(lines)); j++ {
			if lines[j] == "" || rstExplicit.MatchString(lines[j]) || isAdornment(lines[j]) {
				continue
			}
			if j+1 < len(lines) && isAdornment(lines[j+1]) {
				r.labels[m[1]+m[2]] = strings.TrimSpace(lines[j])
			}
			break
		}
	}
}

// isAdornment reports whether a line underlines a heading: at least two of one
// punctuation character.
func isAdornment(line string) bool {
	if len(line) < 2 || line[0] >= utf8.RuneSelf || !strings.ContainsRune("=-~^\"'`:.*+#_<>!$%&(),/;?@[\\]{|}", rune(line[0])) {
		return false
	}
	return strings.Trim(line, line[:1]) == "" && line != "::" && line != ".."
}

// blocks reads lines that have no common indentation.
func (r *rst) blocks(lines []string, depth int) {
	if depth > maxBlocks {
		r.w.prose(r.join(lines))
		return
	}
	item := false // whether the last block was a list item
	number := 0   // of the last item that is numbered automatically
	for len(lines) > 0 {
		line := lines[0]
		if line == "" {
			lines = lines[1:]
			continue
		}
		n, marker := r.item(lines)
		if n > 0 {
			if !item {
				r.w.blankLine()
			}
			item, r.body = true, true
			if marker == "#) " {
				number++
				marker = fmt.Sprintf("%d) ", number)
			} else {
				number = 0
			}
			r.w.entry(marker, func() { r.blocks(listBody(lines[:n], len(line)-len(rstMarked(line))), depth+1) })
			lines = lines[n:]
			continue
		}
		if item {
			r.w.blankLine()
		}
		item, number = false, 0
		lines = lines[r.block(lines, depth):]
	}
	if item {
		r.w.blankLine()
	}
}

// rstMarked returns a line of a list after its marker.
func rstMarked(line string) string {
	for _, marker := range []lazyregexp.Regexp{rstBullet, rstEnumerator, rstField, rstOption} {
		if at := marker.FindStringIndex(line); at != nil {
			return line[at[1]:]
		}
	}
	return line
}

// listBody returns the lines of a list item without its marker of n bytes, and
// without their common indentation.
func listBody(lines []string, n int) []string {
	body := append([]string{lines[0][n:]}, dedent(lines[1:])...)
	if len(lines) > 1 && lines[1] == "" { // dedent removed the empty line after the first
		body = slices.Insert(body, 1, "")
	}
	return body
}

// item returns how many lines the list item at the beginning of lines has, and
// the marker to write for it, "#) " if it is numbered automatically; 0 if there is
// none.
func (r *rst) item(lines []string) (n int, marker string) {
	line := lines[0]
	n = 1 + indented(lines[1:])
	next := ""
	if n == 1 && len(lines) > 1 {
		next = lines[1]
	}
	switch {
	case rstBullet.MatchString(line) && !isAdornment(line):
		return n, "- "
	case rstEnumerator.MatchString(line):
		m := rstEnumerator.FindStringSubmatch(line)
		if next != "" && !rstEnumerator.MatchString(next) && !rstBullet.MatchString(next) {
			return 0, "" // a paragraph that begins with "A. Smith"
		}
		return n, m[1] + ") "
	case rstField.MatchString(line):
		name := rstField.FindStringSubmatch(line)[1]
		if !r.body && r.w.nested == 0 {
			r.declared.add(name, strings.Join(append([]string{rstMarked(line)}, lines[1:n]...), " "))
			return 0, ""
		}
		for _, param := range []string{"param ", "parameter ", "arg ", "keyword ", "type ", "raises ", "var ", "ivar "} {
			name = strings.TrimPrefix(name, param)
		}
		return n, "- " + oneLine(r.inline(name)) + ": "
	case rstOption.MatchString(line) && (strings.Contains(line, "  ") || n > 1):
		return n, "- " + rstOption.FindStringSubmatch(line)[1] + ": "
	}
	return 0, ""
}

// indented returns how many lines are indented or empty, without empty ones at
// the end.
func indented(lines []string) int {
	n := 0
	for i, line := range lines {
		if line == "" {
			continue
		}
		if line[0] != ' ' {
			break
		}
		n = i + 1
	}
	return n
}

// block reads one block that is not a list item, and returns the number of its
// lines, at least 1.
func (r *rst) block(lines []string, depth int) int {
	line, rest := lines[0], lines[1:]
	switch {
	case rstExplicit.MatchString(line):
		n := 1 + indented(rest)
		r.explicit(lines[:n], depth)
		return n
	case strings.HasPrefix(line, "__ "):
		return 1
	case line[0] == ' ':
		n := indented(lines)
		r.blocks(dedent(lines[:n]), depth+1)
		return n
	case isAdornment(line) && len(rest) >= 2 && rest[0] != "" && rest[1] == line:
		r.heading("over"+line[:1], rest[0])
		return 3
	case isAdornment(line) && (len(rest) == 0 || rest[0] == ""): // a transition
		return 1
	case len(rest) > 0 && isAdornment(rest[0]) && (utf8.RuneCountInString(rest[0]) >= utf8.RuneCountInString(line) || len(rest[0]) >= 4):
		r.heading(rest[0][:1], line)
		return 2
	case rstField.MatchString(line) && !r.body: // metadata, which item has read
		return 1 + indented(rest)
	}
	r.body = true
	switch {
	case rstGrid.MatchString(line):
		n := linesWhile(lines, func(l string) bool { return l != "" && strings.ContainsAny(l[:1], "+|") })
		r.grid(lines[:n])
		return n
	case rstSimple.MatchString(line):
		n := simpleTable(lines)
		r.simple(lines[:n])
		return n
	case strings.HasPrefix(line, ">>> "):
		n := linesWhile(lines, func(l string) bool { return l != "" })
		r.w.verbatim(lines[:n])
		return n
	case strings.HasPrefix(line, "| "):
		n := linesWhile(lines, func(l string) bool { return strings.HasPrefix(l, "|") || strings.HasPrefix(l, " ") })
		var all []string
		for _, l := range lines[:n] {
			all = append(all, r.inline(strings.TrimSpace(strings.TrimPrefix(l, "|"))))
		}
		r.w.prose(strings.Join(all, "\n"))
		return n
	case len(rest) > 0 && strings.HasPrefix(rest[0], " ") && !strings.HasSuffix(line, "::"): // a definition
		n := indented(rest)
		r.w.blankLine()
		r.w.entry("- "+oneLine(r.inline(line))+": ", func() { r.blocks(dedent(rest[:n]), depth+1) })
		return 1 + n
	}
	n := linesWhile(lines, func(l string) bool { return l != "" })
	text := r.join(lines[:n])
	literal := strings.HasSuffix(lines[n-1], "::")
	if literal {
		text = strings.TrimSpace(strings.TrimSuffix(text, ":"))
	}
	if text != ":" {
		r.w.prose(text)
	}
	if !literal {
		return n
	}
	code := indented(lines[n:])
	if code == 0 && n+1 < len(lines) && lines[n] == "" && isQuoted(lines[n+1]) { // quoted by a character
		mark := lines[n+1][:1]
		code = 1 + linesWhile(lines[n+1:], func(l string) bool { return strings.HasPrefix(l, mark) })
	}
	r.w.verbatim(lines[n : n+code])
	return n + code
}

func isQuoted(line string) bool { return line != "" && strings.ContainsAny(line[:1], ">|$#%") }

// linesWhile returns how many lines at the beginning satisfy ok, at least 1.
func linesWhile(lines []string, ok func(string) bool) int {
	n := 1
	for n < len(lines) && ok(lines[n]) {
		n++
	}
	return n
}

func (r *rst) heading(style, text string) {
	at := slices.Index(r.styles, style)
	if at < 0 {
		at = len(r.styles)
		r.styles = append(r.styles, style)
	}
	r.w.section(at+1, r.inline(strings.TrimSpace(text)))
}

// explicit reads a directive, a footnote, a target or a comment.
func (r *rst) explicit(lines []string, depth int) {
	first := strings.TrimSpace(strings.TrimPrefix(lines[0], ".."))
	rest := dedent(lines[1:])
	switch {
	case rstNote.MatchString(first):
		at := rstNote.FindStringIndex(first)
		r.notes = append(r.notes, append([]string{first[at[1]:]}, rest...))
	case rstCitation.MatchString(first):
		r.notes = append(r.notes, append([]string{first}, rest...))
	case rstTarget.MatchString(first) || rstValue.MatchString(first) || strings.HasPrefix(first, "|"):
	case rstDirective.MatchString(first):
		m := rstDirective.FindStringSubmatch(first)
		gap := len(lines) < 2 || lines[1] == ""
		r.directive(m[1], m[2], rest, gap, depth)
	case rstNikola.MatchString(first) && !r.body:
		m := rstNikola.FindStringSubmatch(first)
		r.declared.add(m[1], m[2])
	}
}

// rstDropped lists directives without text for a reader.
var rstDropped = set("toctree contents include index raw sectnum section-numbering role default-role highlight currentmodule module program image figure-md literalinclude tabularcolumns todo todolist graphviz digraph graph uml plantuml mermaid plot bibliography date unicode replace target-notes header footer testsetup testcleanup automodule autoclass autofunction autosummary autodata autoexception image sphinx-argparse argparse click default-domain title meta post slides youtube vimeo video audio thumbnail gallery-item")

// rstCode lists directives with code.
var rstCode = set("code code-block sourcecode parsed-literal prompt ipython literal console productionlist doctest testcode testoutput command-output program-output listing jupyter-execute terminal")

// rstTitled lists directives whose argument is a title.
var rstTitled = set("topic sidebar rubric centered tab tab-item dropdown details card collapse example grid-item-card question")

// rstAdmonitions gives the words before the text of an admonition.
var rstAdmonitions = map[string]string{
	"note": "Note", "warning": "Warning", "tip": "Tip", "hint": "Hint", "important": "Important", "caution": "Caution", "attention": "Attention", "danger": "Danger", "error": "Error",
	"seealso": "See also", "versionadded": "New in version", "versionchanged": "Changed in version", "deprecated": "Deprecated since version", "deprecated-removed": "Deprecated since version", "admonition": "", "versionremoved": "Removed in version",
}

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(words) {
		all[w] = true
	}
	return all
}

// directive reads a directive. gap is true if an empty line follows its first.
func (r *rst) directive(name, arg string, lines []string, gap bool, depth int) {
	name = name[strings.LastIndexByte(name, ':')+1:]
	options := map[string]string{}
	var more []string // lines of the argument
	if !gap {
		for len(lines) > 0 && lines[0] != "" {
			if m := rstField.FindStringSubmatch(lines[0]); m != nil {
				options[m[1]] = strings.TrimSpace(rstMarked(lines[0]))
			} else if len(options) == 0 || !strings.HasPrefix(lines[0], " ") { // not a wrapped option
				more = append(more, lines[0])
			}
			lines = lines[1:]
		}
	}
	lead, admonition := rstAdmonitions[name]
	switch {
	case rstDropped[name]:
		return
	case name == "figure" || name == "table" || name == "list-table" || name == "csv-table":
		r.w.prose(r.inline(arg2(name, arg, more)))
	}
	if len(lines) > 0 || arg != "" {
		r.body = true
	}
	switch {
	case rstCode[name]:
		r.w.verbatim(append(more, lines...))
	case name == "math":
		r.w.prose(oneLine(arg + " " + strings.Join(append(more, lines...), " ")))
	case admonition:
		if name == "admonition" {
			lead = r.inline(arg)
			arg = ""
		} else if strings.HasSuffix(lead, "version") {
			version, text, _ := strings.Cut(arg, " ")
			lead += " " + version
			arg = text
			if name == "deprecated-removed" {
				_, arg, _ = strings.Cut(arg, " ")
			}
		}
		content := append(append([]string{arg}, more...), append([]string{""}, lines...)...)
		r.w.labelled(oneLine(lead)+": ", func() { r.blocks(dedent(content), depth+1) })
	case name == "list-table":
		for _, row := range bullets(lines) {
			var cells []string
			for _, cell := range bullets(row) {
				cells = append(cells, r.join(cell))
			}
			r.w.cells(cells)
		}
	case name == "csv-table":
		if options["header"] != "" {
			r.csv(options["header"])
		}
		r.csv(strings.Join(lines, "\n"))
	case name == "figure" || name == "table":
		r.blocks(lines, depth+1)
	case rstTitled[name]:
		r.w.prose(r.inline(arg))
		r.blocks(append(more, lines...), depth+1)
	case arg == "" || len(lines)+len(more) > 0:
		if arg = strings.TrimSuffix(oneLine(arg), ":"); arg != "" && !strings.HasPrefix(arg, "html") && name != "container" && name != "class" && name != "only" && name != "ifconfig" {
			r.w.prose(strings.Join(append([]string{r.inline(arg)}, more...), "\n"))
			more = nil
		}
		r.blocks(append(more, lines...), depth+1)
	}
}

// arg2 returns the caption in the argument of a table. The argument of a figure
// is a file.
func arg2(name, arg string, more []string) string {
	if name == "figure" {
		return ""
	}
	return strings.Join(append([]string{arg}, more...), " ")
}

// bullets returns the lines of each item of a bullet list.
func bullets(lines []string) [][]string {
	var all [][]string
	for len(lines) > 0 {
		if !rstBullet.MatchString(lines[0]) {
			lines = lines[1:]
			continue
		}
		n := 1 + indented(lines[1:])
		all = append(all, listBody(lines[:n], len(lines[0])-len(rstMarked(lines[0]))))
		lines = lines[n:]
	}
	return all
}

func (r *rst) csv(text string) {
	in := csv.NewReader(strings.NewReader(text))
	in.LazyQuotes, in.TrimLeadingSpace, in.FieldsPerRecord = true, true, -1
	for {
		row, err := in.Read()
		if err != nil { // the end, or no more rows that can be read
			return
		}
		for i := range row {
			row[i] = r.inline(row[i])
		}
		r.w.cells(row)
	}
}

// grid writes a table that is drawn with lines.
func (r *rst) grid(lines []string) {
	r.w.blankLine()
	var row []string
	end := func() {
		for i := range row {
			row[i] = r.inline(row[i])
		}
		r.w.cells(row)
		row = nil
	}
	for _, line := range lines {
		if line[0] == '+' || strings.Contains(line, "+--") {
			end()
			continue
		}
		for i, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			if i >= len(row) {
				row = append(row, "")
			}
			row[i] = joinText(row[i], strings.TrimSpace(cell))
		}
	}
	end()
	r.w.blankLine()
}

// simpleTable returns how many lines the table at the beginning of lines has.
func simpleTable(lines []string) int {
	borders := 1
	for i := 1; i < len(lines); i++ {
		if !rstSimple.MatchString(lines[i]) {
			continue
		}
		if borders++; borders == 3 || i+1 == len(lines) || lines[i+1] == "" {
			return i + 1
		}
	}
	return linesWhile(lines, func(l string) bool { return l != "" })
}

// simple writes a table whose columns "=====" marks.
func (r *rst) simple(lines []string) {
	r.w.blankLine()
	var starts []int
	for i, c := range lines[0] {
		if c == '=' && (i == 0 || lines[0][i-1] == ' ') {
			starts = append(starts, i)
		}
	}
	var row []string
	end := func() {
		for i := range row {
			row[i] = r.inline(row[i])
		}
		r.w.cells(row)
		row = nil
	}
	for _, line := range lines {
		if line == "" || rstSimple.MatchString(line) || rstSpan.MatchString(line) {
			end()
			continue
		}
		runes := []rune(line)
		cells := make([]string, len(starts))
		for i, start := range starts {
			stop := len(runes)
			if i+1 < len(starts) {
				stop = min(stop, starts[i+1])
			}
			cells[i] = strings.TrimSpace(string(runes[min(start, stop):stop]))
		}
		if cells[0] != "" || row == nil {
			end()
			row = cells
			continue
		}
		for i := range row { // the first cell of a wrapped line is empty
			row[i] = joinText(row[i], cells[i])
		}
	}
	end()
	r.w.blankLine()
}

// endnotes writes the footnotes.
func (r *rst) endnotes() {
	r.w.blankLine()
	for i := range r.notes { // a note in a note is dropped
		r.w.entry("- ", func() { r.blocks(r.notes[i], 1) })
	}
}

// join returns the text of the lines of a paragraph.
func (r *rst) join(lines []string) string {
	return r.inline(joinLines(lines))
}

// inline returns the text of a line without its markup.
func (r *rst) inline(s string) string {
	if !strings.ContainsAny(s, "\\`*|_[") {
		return s
	}
	var out []byte
	for i := 0; i < len(s); {
		rest := s[i:]
		switch {
		case rest[0] == '\\' && len(rest) > 1:
			_, n := utf8.DecodeRuneInString(rest[1:])
			if !unicode.IsSpace(rune(rest[1])) {
				out = append(out, rest[1:1+n]...)
			}
			i += 1 + n
			continue
		case strings.HasPrefix(rest, "``"):
			if end := strings.Index(rest[2:], "``"); end > 0 {
				out = append(out, rest[2:2+end]...)
				i += end + 4
				continue
			}
			out = append(out, "``"...)
			i += 2
			continue
		case rest[0] == ':':
			if m := rstRole.FindStringSubmatch(rest[:min(len(rest), 60)]); m != nil {
				if end := strings.IndexByte(rest[len(m[0]):], '`'); end > 0 {
					out = append(out, r.role(m[1], rest[len(m[0]):len(m[0])+end])...)
					i += len(m[0]) + end + 1
					continue
				}
			}
		case rest[0] == '`':
			if end := strings.IndexByte(rest[1:], '`'); end > 0 {
				role := ""
				n := end + 2
				if m := rstRoleAfter.FindStringSubmatch(rest[n:min(len(rest), n+60)]); m != nil {
					role = m[1]
					n += len(m[0])
				} else if strings.HasPrefix(rest[n:], "__") {
					n += 2
				} else if strings.HasPrefix(rest[n:], "_") {
					n++
				}
				out = append(out, r.role(role, rest[1:1+end])...)
				i += n
				continue
			}
		case rest[0] == '*':
			mark := "*"
			if strings.HasPrefix(rest, "**") {
				mark = "**"
			}
			end := strings.Index(rest[len(mark):], mark)
			if end > 0 && rest[len(mark)] != ' ' && rest[len(mark)+end-1] != ' ' {
				out = append(out, rest[len(mark):len(mark)+end]...)
				i += end + 2*len(mark)
				continue
			}
			out = append(out, mark...)
			i += len(mark)
			continue
		case rest[0] == '|':
			if end := strings.IndexByte(rest[1:min(len(rest), 80)], '|'); end > 0 && rest[1] != ' ' && rest[end] != ' ' {
				name := rest[1 : 1+end]
				if v, ok := r.values[name]; ok && r.mayExpand(v) {
					name = strings.NewReplacer("`", "", "*", "", "|", "").Replace(v)
				}
				out = append(out, name...)
				i += end + 2
				for i < len(s) && s[i] == '_' {
					i++
				}
				continue
			}
		case rest[0] == '[':
			if m := rstReference.FindStringSubmatch(rest[:min(len(rest), 60)]); m != nil {
				if !strings.ContainsAny(m[1][:1], "0123456789#*") {
					out = append(out, "["+m[1]+"]"...)
				} else {
					out = bytes.TrimRight(out, " ")
				}
				i += len(m[0])
				continue
			}
		case rest[0] == '_':
			n := len(rest) - len(strings.TrimLeft(rest, "_"))
			next, _ := utf8.DecodeRuneInString(rest[n:])
			if strings.HasPrefix(rest, "_`") || n <= 2 && isReference(s[:i]) && !unicode.IsLetter(next) && !unicode.IsDigit(next) && next != '/' {
				i += n
				continue
			}
			out = append(out, rest[:n]...)
			i += n
			continue
		}
		_, n := utf8.DecodeRuneInString(rest)
		out = append(out, rest[:n]...)
		i += n
	}
	return string(out)
}

// mayExpand reports whether a value may replace one more reference to it.
func (r *rst) mayExpand(value string) bool {
	r.expanded += len(value)
	return r.expanded < maxValues
}

// isReference reports whether s ends with a word that an underscore may make a
// reference: not one such as "__init" or "snake_case".
func isReference(s string) bool {
	n := len(s)
	for n > 0 && (s[n-1] >= utf8.RuneSelf || s[n-1] == '_' || unicode.IsLetter(rune(s[n-1])) || unicode.IsDigit(rune(s[n-1]))) && len(s)-n < 80 {
		n--
	}
	return n < len(s) && !strings.Contains(s[n:], "_")
}

// role returns the text of an interpreted text such as `text <target>`.
func (r *rst) role(name, text string) string {
	name = name[strings.LastIndexByte(name, ':')+1:]
	text = strings.ReplaceAll(text, "\\", "")
	if label := strings.TrimSpace(text); name == "ref" && r.labels[label] != "" && r.mayExpand(r.labels[label]) {
		return strings.ReplaceAll(r.labels[label], "`", "")
	}
	if at := strings.LastIndex(text, "<"); at > 0 && strings.HasSuffix(text, ">") {
		return strings.TrimSpace(text[:at])
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, "<"), ">") // `<https://example.org>`_
	switch name {
	case "raw-html", "raw", "index":
		return ""
	case "pep":
		return "PEP " + text
	case "rfc":
		return "RFC " + text
	case "menuselection":
		return strings.ReplaceAll(text, "-->", ">")
	case "guilabel":
		return strings.ReplaceAll(text, "&", "")
	}
	if rest, ok := strings.CutPrefix(text, "~"); ok && name != "" {
		return rest[strings.LastIndexByte(rest, '.')+1:]
	}
	if name != "" {
		return strings.TrimPrefix(text, "!")
	}
	return text
}
