package source

import (
	"encoding/csv"
	"strconv"
	"strings"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

// loadAsciiDoc reads the text of AsciiDoc, line by line.
func loadAsciiDoc(f file) (rag.Document, error) {
	d, err := loadText(f)
	if err != nil {
		return rag.Document{}, err
	}
	lines := strings.Split(d.Text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t")
	}
	a := asciidoc{w: &writer{}, attributes: map[string]string{}, anchors: map[string]string{}, declared: declared{}}
	a.collect(lines)
	a.blocks(a.header(lines), 0, nil)
	a.w.blankLine()
	for _, note := range a.notes {
		a.w.entry("- ", func() { a.w.words(note) })
	}
	return a.declared.document(d, f, a.w.out.String())
}

// asciidoc is an AsciiDoc document while it is being read.
type asciidoc struct {
	w          *writer
	attributes map[string]string
	anchors    map[string]string // the headings that anchors precede
	notes      []string
	declared   declared
	expanded   int // bytes of values that replaced references
}

var (
	adocAttribute = lazyregexp.New(`^:(!?[\w-]+!?):(?: +(.*))?$`)
	adocSection   = lazyregexp.New(`^(={1,6}|#{1,6}) +(\S.*?)(?: +=+)?$`)
	adocAnchor    = lazyregexp.New(`^\[(?:\[([^\],]+)(?:,[^\]]*)?\]|#([\w:.-]+)[^\]]*)\]$`)
	adocStyle     = lazyregexp.New(`^\[[^\[\]].*\]$|^\[\[[^\]]*\]\]$|^\[\]$`)
	adocTitle     = lazyregexp.New(`^\.[^\s.].*$`)
	adocDelimiter = lazyregexp.New("^(?:-{4,}|={4,}|\\*{4,}|_{4,}|\\.{4,}|\\+{4,}|/{4,}|--|```.*|[|,:!]={3,})$")
	adocCondition = lazyregexp.New(`^(?:include|ifdef|ifndef|ifeval|endif|tag|end)::`)
	adocMacro     = lazyregexp.New(`^(?:image|video|audio|toc|diagram|plantuml)::\S*\[.*\]$`)
	adocItem      = lazyregexp.New(`^\s*(\*{1,6}|-|•|\.{1,6}|\d{1,9}\.|[a-zA-Z]\.|[ivx]+\)|[IVX]+\)|<(?:\d+|\.)>)\s+(\S.*)$`)
	adocTerm      = lazyregexp.New(`^\s*(\S.*?)(:{2,4}|;;)(?:\s+(.*))?$`)
	adocLabel     = lazyregexp.New(`^(NOTE|TIP|IMPORTANT|WARNING|CAUTION): +(.*)$`)
	adocCallout   = lazyregexp.New(`\s*(?:(?://|#|--|;;) ?)?(?:<!--(?:\d+|\.)-->|<(?:\d+|\.)>)`)
	adocAuthor    = lazyregexp.New(`^\p{L}[\p{L}\p{M} .'’_-]{1,60}(?: <[^>]*>)?(?:; ?\p{L}[\p{L}\p{M} .'’_-]{1,60}(?: <[^>]*>)?)*$`)
	adocRevision  = lazyregexp.New(`^(?:v[\w.-]+,?\s*)?(\d{4}-\d\d-\d\d|\d{1,2} \w+ \d{4}|\w+ \d{1,2}, \d{4})?(?::.*)?$`)
	adocCellSpec  = lazyregexp.New(`(?:^|\s)(?:(\d+)?(?:\.\d+)?([+*]))?(?:[<^>]?(?:\.[<^>])?)[aehlmdsv]?$`)
	adocOption    = lazyregexp.New(`(\w+)="([^"]*)"|(\w+)=([^,\]]*)`)
)

// collect reads the anchors of headings.
func (a *asciidoc) collect(lines []string) {
	for i, line := range lines {
		if m := adocAnchor.FindStringSubmatch(line); m != nil && i+1 < len(lines) {
			if s := adocSection.FindStringSubmatch(lines[i+1]); s != nil {
				a.anchors[m[1]+m[2]] = s[2]
			}
		}
	}
}

// header reads the document's title, authors, revision and attributes, and
// returns the lines after them.
func (a *asciidoc) header(lines []string) []string {
	i := 0
	for ; i < len(lines); i++ {
		line := lines[i]
		switch {
		case line == "" || strings.HasPrefix(line, "//") || adocStyle.MatchString(line):
		case adocAttribute.MatchString(line):
			a.attribute(line)
		case strings.HasPrefix(line, "= "):
			title := a.inline(line[2:])
			a.declared.add("title", title)
			a.w.section(1, title)
			return a.authors(lines[i+1:])
		case i+1 < len(lines) && isUnderline(line, lines[i+1]) && lines[i+1][0] == '=':
			a.w.section(1, a.inline(line))
			return a.authors(lines[i+2:])
		default:
			return lines[i:]
		}
	}
	return nil
}

// authors reads the lines after the title, up to an empty one.
func (a *asciidoc) authors(lines []string) []string {
	plain := 0
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "//") || adocCondition.MatchString(line):
		case adocAttribute.MatchString(line):
			a.attribute(line)
		case line == "" || plain == 0 && !adocAuthor.MatchString(line) || plain == 2 || adocDelimiter.MatchString(line) || adocSection.MatchString(line):
			return lines[i:]
		case plain == 0:
			plain++
			for _, author := range strings.Split(line, ";") {
				name, _, _ := strings.Cut(author, "<")
				a.declared.add("author", strings.ReplaceAll(name, "_", " "))
			}
		default:
			plain = 2
			if m := adocRevision.FindStringSubmatch(line); m != nil {
				a.declared.add("date", m[1])
			}
		}
	}
	return nil
}

func (a *asciidoc) attribute(line string) {
	m := adocAttribute.FindStringSubmatch(line)
	name := strings.ToLower(m[1])
	if strings.Contains(name, "!") {
		delete(a.attributes, strings.Trim(name, "!"))
		return
	}
	value := strings.TrimSpace(strings.TrimSuffix(m[2], "\\"))
	if len(value) > 1000 { // a value in a value may not grow without end
		return
	}
	a.attributes[name] = value
	name = strings.TrimPrefix(name, "page-")
	if name != "title" || value != "" {
		a.declared.add(name, value)
	}
}

// blocks reads lines. markers are those of the lists around them.
func (a *asciidoc) blocks(lines []string, depth int, markers []string) {
	if depth > maxBlocks {
		a.w.prose(a.inline(joinLines(lines)))
		return
	}
	style, title := "", ""
	list, number := "", 0 // the marker of the list that may go on, and its last number
	for len(lines) > 0 {
		line := lines[0]
		marker := adocMarker(line)
		switch {
		case line == "" || line == "+" || strings.HasPrefix(line, "//") && !strings.HasPrefix(line, "///") || adocCondition.MatchString(line):
			lines = lines[1:]
			continue
		case adocAttribute.MatchString(line):
			a.attribute(line)
			lines = lines[1:]
			continue
		case adocStyle.MatchString(line) && adocItem.FindString(line) == "":
			if !adocAnchor.MatchString(line) || strings.Contains(line, ",") {
				style = strings.Trim(line, "[]")
			}
			lines = lines[1:]
			continue
		case adocTitle.MatchString(line) && marker == "":
			title = a.inline(line[1:])
			lines = lines[1:]
			continue
		}
		if marker == "" {
			if list != "" {
				a.w.blankLine()
			}
			list = ""
			lines = lines[a.block(lines, style, title, depth):]
			style, title = "", ""
			continue
		}
		if title != "" {
			a.w.prose(title)
		}
		if list != marker {
			a.w.blankLine()
			list, number = marker, 0
			if n, err := strconv.Atoi(adocOptions(style)["start"]); err == nil {
				number = n - 1
			}
		}
		style, title = "", ""
		number++
		n := adocItemLines(lines, append(markers, marker))
		a.item(lines[:n], number, depth, append(markers, marker))
		lines = lines[n:]
	}
	if list != "" {
		a.w.blankLine()
	}
}

// adocMarker returns the kind of list that a line belongs to; empty if none.
func adocMarker(line string) string {
	if line == "" {
		return ""
	}
	if m := adocItem.FindStringSubmatch(line); m != nil {
		switch c := m[1][0]; {
		case c >= '0' && c <= '9':
			return "1."
		case c == '<':
			return "<1>"
		case c >= 'A' && c <= 'z':
			return "a."
		}
		return m[1]
	}
	if !strings.Contains(line, "::") && !strings.Contains(line, ";;") {
		return ""
	}
	if m := adocTerm.FindStringSubmatch(line); m != nil && !strings.Contains(line, "://") && !adocMacro.MatchString(line) && !adocDelimiter.MatchString(line) && !strings.HasSuffix(m[1], "[") {
		return m[2]
	}
	return ""
}

// adocItemLines returns how many lines the list item at the beginning of lines
// has. markers are its own and those of the lists around it.
func adocItemLines(lines []string, markers []string) int {
	attached := false // the next block belongs to the item although no marker says so
	for i := 1; i < len(lines); i++ {
		line := lines[i]
		switch {
		case line == "+":
			attached = true
			continue
		case line == "":
			next := i
			for next < len(lines) && lines[next] == "" {
				next++
			}
			if next == len(lines) || adocMarker(lines[next]) == "<1>" && markers[len(markers)-1] != "<1>" || !attached && lines[next] != "+" && adocMarker(lines[next]) == "" && !(strings.HasPrefix(markers[len(markers)-1], ":") && i == 1) {
				return i
			}
			attached = false
			i = next - 1
			continue
		}
		if marker := adocMarker(line); marker != "" {
			for _, m := range markers {
				if m == marker {
					return i
				}
			}
		}
		if adocDelimiter.MatchString(line) {
			if !attached && lines[i-1] != "+" {
				return i
			}
			i += adocBlockLines(lines[i:]) - 1
		} else if strings.HasPrefix(line, "=") && adocSection.MatchString(line) {
			return i
		}
	}
	return len(lines)
}

// adocBlockLines returns how many lines the delimited block at the beginning of
// lines has.
func adocBlockLines(lines []string) int {
	end := lines[0]
	if strings.HasPrefix(end, "```") {
		end = "```"
	}
	for i := 1; i < len(lines); i++ {
		if lines[i] == end {
			return i + 1
		}
	}
	return len(lines)
}

func (a *asciidoc) item(lines []string, number, depth int, markers []string) {
	var marker, first string
	if m := adocItem.FindStringSubmatch(lines[0]); m != nil {
		first = m[2]
		switch c := m[1][0]; {
		case c == '.' || m[1] == "<.>":
			marker = strconv.Itoa(number) + ") "
		case strings.ContainsRune("*-", rune(c)) || c >= 0x80:
			marker = "- "
		default:
			marker = strings.Trim(m[1], "<>.)") + ") "
		}
	} else {
		m := adocTerm.FindStringSubmatch(lines[0])
		marker, first = "- "+oneLine(a.inline(m[1]))+": ", m[3]
	}
	first = strings.NewReplacer("[ ] ", "[ ] ", "[*] ", "[x] ").Replace(first)
	n := 1
	if first == "" { // the definition of a term may begin on a later line
		for n < len(lines) && lines[n] == "" {
			n++
		}
		if n < len(lines) && adocMarker(lines[n]) == "" && !adocDelimiter.MatchString(lines[n]) && !adocStyle.MatchString(lines[n]) && lines[n] != "+" {
			first = strings.TrimSpace(lines[n])
			n++
		}
	}
	start := n
	if first != "" {
		for n < len(lines) && lines[n] != "" && lines[n] != "+" && adocMarker(lines[n]) == "" && !adocDelimiter.MatchString(lines[n]) {
			n++
		}
	}
	a.w.entry(marker, func() {
		if first != "" {
			a.w.words(a.inline(joinLines(append([]string{first}, lines[start:n]...))))
		}
		a.blocks(lines[n:], depth+1, markers)
	})
}

// adocOptions returns the named values of block attributes.
func adocOptions(style string) map[string]string {
	all := map[string]string{}
	for _, m := range adocOption.FindAllStringSubmatch(style, -1) {
		all[m[1]+m[3]] = m[2] + strings.TrimSpace(m[4])
	}
	return all
}

// block reads one block that is not a list, and returns the number of its
// lines.
func (a *asciidoc) block(lines []string, style, title string, depth int) int {
	line := lines[0]
	name, _, _ := strings.Cut(style, ",")
	name, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(name)), "%")
	name, _, _ = strings.Cut(name, "#")
	name, _, _ = strings.Cut(name, ".")
	if m := adocSection.FindStringSubmatch(line); m != nil {
		a.w.section(len(m[1]), a.inline(m[2]))
		return 1
	}
	if len(lines) > 1 && isUnderline(line, lines[1]) {
		a.w.section(strings.IndexByte("=-~^+", lines[1][0])+1, a.inline(line))
		return 2
	}
	if adocMacro.MatchString(line) || line == "'''" || line == "<<<" || line == "---" || line == "***" || line == "* * *" {
		a.w.prose(title) // a caption
		return 1
	}
	if name != "comment" && title != "" {
		a.w.prose(title)
	}
	if adocDelimiter.MatchString(line) {
		n := adocBlockLines(lines)
		body := lines[1:n]
		if n > 1 && adocDelimiter.MatchString(lines[n-1]) {
			body = lines[1 : n-1]
		}
		a.delimited(line, name, style, body, depth)
		return n
	}
	n := 1
	if line[0] == ' ' || line[0] == '\t' {
		for n < len(lines) && lines[n] != "" && lines[n] != "+" {
			n++
		}
		a.w.verbatim(lines[:n])
		return n
	}
	for n < len(lines) && lines[n] != "" && lines[n] != "+" && !adocDelimiter.MatchString(lines[n]) && !adocCondition.MatchString(lines[n]) && !strings.HasPrefix(lines[n], "[[") {
		n++
	}
	a.paragraph(lines[:n], name)
	return n
}

// isUnderline reports whether a line underlines a heading, as in old documents.
func isUnderline(title, line string) bool {
	if len(line) < 3 || !strings.ContainsAny(line[:1], "=-~^+") || strings.Trim(line, line[:1]) != "" || !hasWord(title) || strings.ContainsAny(title[:1], ".[|:/") {
		return false
	}
	n := len([]rune(title)) - len(line)
	return n >= -2 && n <= 2
}

func (a *asciidoc) paragraph(lines []string, name string) {
	kept := lines[:0:0]
	for _, line := range lines {
		if !strings.HasPrefix(line, "//") {
			kept = append(kept, line)
		}
	}
	switch name {
	case "source", "listing", "literal":
		a.code(kept)
		return
	case "comment", "pass":
		return
	case "verse":
		a.w.prose(a.inline(strings.Join(kept, "\n")))
		return
	}
	var b strings.Builder
	for i, line := range kept {
		line, hard := strings.CutSuffix(line, " +")
		if b.WriteString(strings.TrimSpace(line)); hard {
			b.WriteByte('\n')
		} else if i+1 < len(kept) {
			b.WriteString(joinText(lastRune(line), kept[i+1])[len(lastRune(line)) : len(joinText(lastRune(line), kept[i+1]))-len(kept[i+1])])
		}
	}
	text := b.String()
	if m := adocLabel.FindStringSubmatch(text); m != nil {
		name, text = strings.ToLower(m[1]), text[len(m[1])+1:]
	}
	text = a.inline(text)
	if label, ok := rstAdmonitions[name]; ok && label != "" {
		a.w.labelled(label+": ", func() { a.w.words(text) })
		return
	}
	a.w.prose(text)
}

// code writes lines of code without the numbers of callouts.
func (a *asciidoc) code(lines []string) {
	out := make([]string, 0, len(lines))
	for _, line := range lines {
		if adocCondition.MatchString(line) {
			continue
		}
		out = append(out, adocCallout.ReplaceAllString(line, ""))
	}
	a.w.verbatim(out)
}

func (a *asciidoc) delimited(delimiter, name, style string, body []string, depth int) {
	label := rstAdmonitions[name]
	switch c := delimiter[0]; {
	case c == '/' || name == "comment":
	case strings.HasSuffix(delimiter, "===") && c != '=':
		a.table(delimiter[:1], style, body)
	case c == '`' || c == '.' || delimiter != "--" && c == '-' || delimiter == "--" && (name == "source" || name == "listing" || name == "literal"):
		a.code(body)
	case c == '+':
		if name == "stem" || name == "latexmath" || name == "asciimath" {
			a.w.prose(oneLine(strings.Join(body, " ")))
		}
	case name == "verse":
		a.w.prose(a.inline(strings.Join(body, "\n")))
	case label != "":
		a.w.labelled(label+": ", func() { a.blocks(body, depth+1, nil) })
	default:
		a.blocks(body, depth+1, nil)
	}
}

// table writes a table whose cells begin with a separator.
func (a *asciidoc) table(separator, style string, body []string) {
	a.w.blankLine()
	defer a.w.blankLine()
	options := adocOptions(style)
	if separator == "," || options["format"] == "csv" {
		in := csv.NewReader(strings.NewReader(strings.Join(body, "\n")))
		in.LazyQuotes, in.TrimLeadingSpace, in.FieldsPerRecord = true, true, -1
		for {
			row, err := in.Read()
			if err != nil {
				return
			}
			a.row(row)
		}
	}
	columns := adocColumns(options["cols"])
	var row []string
	cell := "" // the cell that may go on
	open := false
	missing := 0 // cells that the span or the copies of the current one stand for
	end := func() {
		if !open {
			return
		}
		row = append(row, cell)
		for ; missing > 0 && len(row) < 100; missing-- {
			row = append(row, "")
		}
		cell, open = "", false
	}
	for _, line := range body {
		if line == "" || strings.HasPrefix(line, "//") {
			continue
		}
		pieces := strings.Split(strings.ReplaceAll(line, `\`+separator, "\x00"), separator)
		if columns > 0 && len(row) >= columns && len(pieces) > 1 { // the row was complete
			end()
		}
		for i, piece := range pieces {
			spec := ""
			if i+1 < len(pieces) {
				if m := adocCellSpec.FindStringSubmatchIndex(piece); m != nil {
					piece, spec = piece[:m[0]], piece[m[0]:]
				}
			}
			piece = strings.TrimSpace(strings.ReplaceAll(piece, "\x00", separator))
			cell = joinText(cell, piece)
			if i+1 < len(pieces) {
				end()
				if columns > 0 && len(row) >= columns {
					a.row(row)
					row = nil
				}
				open = true
				if m := adocCellSpec.FindStringSubmatch(spec); m != nil && m[1] != "" {
					n, _ := strconv.Atoi(m[1])
					missing = min(n, 100) - 1
				}
			}
		}
		if columns == 0 && len(pieces) > 1 { // the first line shows the number of columns
			columns = len(row) + 1 + max(missing, 0)
		}
	}
	end()
	a.row(row)
}

func (a *asciidoc) row(cells []string) {
	for i := range cells {
		cells[i] = a.inline(cells[i])
	}
	a.w.cells(cells)
}

// adocColumns returns the number of columns of a specification such as
// "1,2*a"; 0 if there is none.
func adocColumns(cols string) int {
	if strings.TrimSpace(cols) == "" {
		return 0
	}
	n := 0
	for _, c := range strings.FieldsFunc(cols, func(r rune) bool { return r == ',' || r == ';' }) {
		many, _, repeated := strings.Cut(c, "*")
		if k, err := strconv.Atoi(strings.TrimSpace(many)); repeated && err == nil && k > 0 {
			n += min(k, 100)
		} else {
			n++
		}
	}
	return max(n, strings.Count(cols, ",")+1)
}

var (
	adocReference = lazyregexp.New(`\\?\{([\w-]+)\}`)
	adocPass      = lazyregexp.New("\\+\\+\\+(.+?)\\+\\+\\+|pass:[a-z,]*\\[(.*?)\\]|(?:stem|latexmath|asciimath):\\[(.*?)\\]|``(.+?)``|`\\+?([^`\\s](?:[^`]*?[^`\\s])??)\\+?`")
	adocQuotes    = lazyregexp.New("\"`(.+?)`\"")
	adocNote      = lazyregexp.New(`\s*(?:footnote|footnoteref):[\w-]*\[((?:[^\]\\]|\\.)*)\]`)
	adocDrop      = lazyregexp.New(`(?:image|icon|anchor|indexterm|counter2?):[^\[\s:]*\[[^\]]*\]|\(\(\([^)]*\)\)\)|\[\[[^\]]*\]\]`)
	adocTerm2     = lazyregexp.New(`\(\(([^()]+)\)\)|indexterm2:\[([^\]]*)\]`)
	adocKeys      = lazyregexp.New(`(?:kbd|btn):\[([^\]]*)\]`)
	adocMenu      = lazyregexp.New(`menu:([^\[\s][^\[]*)\[([^\]]*)\]`)
	adocLink      = lazyregexp.New(`(?:(?:link|xref|mailto):([^\[\s]*)|((?:https?|ftp|irc)://[^\[\s<>]*))\[((?:[^\]\\]|\\.)*)\]`)
	adocCross     = lazyregexp.New(`<<([^<>,]+)(?:,\s*([^<>]+))?>>`)
	adocRole      = lazyregexp.New(`\[[.#]?[\w .#%-]*\]([*_#])`)
	adocDouble    = lazyregexp.New(`\*\*(.+?)\*\*|__(.+?)__|##(.+?)##|\^([^\s^]+)\^|~([^\s~]+)~`)
	adocEscape    = lazyregexp.New("\\\\([*_`#{}<\\[\\]+^~|])")
)

// adocCharacters are the attributes that stand for a character.
var adocCharacters = map[string]string{"nbsp": " ", "amp": "&", "lt": "<", "gt": ">", "plus": "+", "asterisk": "*", "backtick": "`", "vbar": "|", "tilde": "~", "caret": "^", "startsb": "[", "endsb": "]", "empty": "", "blank": "", "sp": " ", "apos": "'", "quot": "\"", "cpp": "C++", "pp": "++", "zwsp": "", "wj": "", "rarr": "→"}

// anchor returns the heading that an anchor precedes; empty if there is none.
func (a *asciidoc) anchor(name string) string {
	title := a.anchors[name]
	if a.expanded += len(title); a.expanded > maxValues {
		return ""
	}
	return title
}

// inline returns the text of a line without its markup.
func (a *asciidoc) inline(s string) string {
	if !strings.ContainsAny(s, "{+`:*_#<[(^~\\") {
		return s
	}
	s = strings.ReplaceAll(s, "\x00", "")
	var code kept
	s = adocReference.ReplaceAllStringFunc(s, func(m string) string {
		name := adocReference.FindStringSubmatch(m)[1]
		if m[0] == '\\' {
			return code.keep(m[1:])
		}
		if c, ok := adocCharacters[name]; ok {
			return c
		}
		if v, ok := a.attributes[strings.ToLower(name)]; ok && a.expanded < maxValues {
			a.expanded += len(v)
			return v
		}
		return m
	})
	s = adocQuotes.ReplaceAllString(s, "“$1”")
	s = adocPass.ReplaceAllStringFunc(s, func(m string) string {
		return code.keep(strings.Join(adocPass.FindStringSubmatch(m)[1:], ""))
	})
	s = adocNote.ReplaceAllStringFunc(s, func(m string) string {
		if note := adocNote.FindStringSubmatch(m)[1]; note != "" {
			a.notes = append(a.notes, unmark(code.restore(strings.ReplaceAll(note, `\]`, "]")), "*_"))
		}
		return ""
	})
	s = adocDrop.ReplaceAllString(s, "")
	s = adocTerm2.ReplaceAllString(s, "$1$2")
	s = adocKeys.ReplaceAllString(s, "$1")
	s = adocMenu.ReplaceAllString(s, "$1 > $2")
	s = adocLink.ReplaceAllStringFunc(s, func(m string) string {
		parts := adocLink.FindStringSubmatch(m)
		text := parts[3]
		if at := adocOption.FindStringIndex(text); at != nil {
			text = text[:at[0]]
		}
		text = strings.TrimSuffix(strings.Trim(strings.TrimRight(text, ", "), `"`), "^")
		if text == "" {
			text = a.anchor(strings.TrimPrefix(parts[1], "#"))
		}
		if text == "" {
			return code.keep(parts[1] + parts[2])
		}
		return strings.ReplaceAll(text, `\]`, "]")
	})
	s = adocCross.ReplaceAllStringFunc(s, func(m string) string {
		parts := adocCross.FindStringSubmatch(m)
		if parts[2] != "" {
			return parts[2]
		}
		if title := a.anchor(parts[1]); title != "" {
			return title
		}
		return strings.TrimSpace(strings.NewReplacer("_", " ", "-", " ", "#", " ").Replace(parts[1]))
	})
	s = adocRole.ReplaceAllString(s, "$1")
	s = adocDouble.ReplaceAllString(s, "$1$2$3$4$5")
	s = adocEscape.ReplaceAllStringFunc(s, func(m string) string { return code.keep(m[1:]) })
	return code.restore(unmark(s, "*_#+"))
}
