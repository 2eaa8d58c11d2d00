package source

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

// loadLaTeX reads the text of a LaTeX document: its headings, lists, tables and
// code. Formulas stay as they are written. It does not expand macros.
func loadLaTeX(f file) (rag.Document, error) {
	d, err := loadText(f)
	if err != nil {
		return rag.Document{}, err
	}
	l := latex{w: &writer{}, s: d.Text, declared: declared{}}
	l.preamble()
	for l.at < len(l.s) { // "\end{document}" ends a run
		l.blocks("", 0)
		if l.ended {
			break
		}
	}
	l.w.blankLine()
	for _, note := range l.notes {
		l.w.entry("- ", func() { l.w.words(note) })
	}
	return l.declared.document(d, f, l.w.out.String())
}

// latex is a LaTeX document while it is being read.
type latex struct {
	w        *writer
	s        string
	at       int
	par      strings.Builder // the paragraph that is being read
	notes    []string
	declared declared
	ended    bool
}

var (
	texMeta  = lazyregexp.New(`\\(title|author|date)\s*(?:\[[^\]]*\])?\s*\{`)
	texBegin = lazyregexp.New(`^\\begin\s*\{([^{}\n]{1,40})\}`)
	texEnd   = lazyregexp.New(`^\\end\s*\{([^{}\n]{1,40})\}`)
)

// texSections gives the level of each command for a heading. A book's chapters
// and an article's sections may both be the highest.
var texSections = map[string]int{"part": 1, "chapter": 1, "section": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5, "subparagraph": 6, "frametitle": 3, "framesubtitle": 4, "addchap": 1, "addsec": 2}

// texIgnored lists commands whose arguments are not text, with their number.
var texIgnored = map[string]int{
	"label": 1, "ref": 1, "eqref": 1, "pageref": 1, "autoref": 1, "cref": 1, "Cref": 1, "vref": 1, "nameref": 1, "cite": 1, "citep": 1, "citet": 1, "citeauthor": 1, "citeyear": 1, "parencite": 1, "textcite": 1, "autocite": 1, "footcite": 1, "nocite": 1, "index": 1, "glossary": 1,
	"includegraphics": 1, "input": 1, "include": 1, "bibliography": 1, "bibliographystyle": 1, "usepackage": 1, "documentclass": 1, "vspace": 1, "hspace": 1, "setlength": 2, "addtolength": 2, "setcounter": 2, "addtocounter": 2, "stepcounter": 1, "refstepcounter": 1,
	"newcommand": 2, "renewcommand": 2, "providecommand": 2, "newenvironment": 3, "renewenvironment": 3, "newtheorem": 2, "DeclareMathOperator": 2, "definecolor": 3, "hypersetup": 1, "geometry": 1, "pagestyle": 1, "thispagestyle": 1, "pagenumbering": 1, "graphicspath": 1, "addbibresource": 1, "usetikzlibrary": 1, "lstset": 1, "bibitem": 1,
	"color": 1, "rule": 2, "phantom": 1, "hphantom": 1, "vphantom": 1, "addcontentsline": 3, "markboth": 2, "markright": 1, "cline": 1, "cmidrule": 1, "title": 1, "author": 1, "date": 1, "thanks": 1, "institute": 1, "affil": 1, "fontsize": 2, "selectlanguage": 1, "usetheme": 1, "logo": 1, "hyphenation": 1, "url*": 0, "RequirePackage": 1, "captionsetup": 1, "note": 1, "todo": 1,
}

// texSymbols gives the text of commands.
var texSymbols = map[string]string{
	"ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—", "textbackslash": `\`, "textasciitilde": "~", "textasciicircum": "^", "textbar": "|", "textless": "<", "textgreater": ">", "textquotesingle": "'", "textdegree": "°", "degree": "°", "euro": "€", "texteuro": "€", "EUR": "€", "pounds": "£", "copyright": "©", "textregistered": "®", "texttrademark": "™", "S": "§", "P": "¶", "dag": "†", "ss": "ß", "SS": "SS", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł", "i": "i", "j": "j", "LaTeX": "LaTeX", "TeX": "TeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "quad": " ", "qquad": " ", "enspace": " ", "space": " ", "guillemotleft": "«", "guillemotright": "»", "og": "« ", "fg": " »", "newline": "\n", "linebreak": "\n", "slash": "/", "textquotedblleft": "“", "textquotedblright": "”", "rightarrow": "→", "textrightarrow": "→", "and": ", ", "%": "%",
}

// texAccents gives the combining character of each accent.
var texAccents = map[string]string{"'": "\u0301", "`": "\u0300", "^": "\u0302", `"`: "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323", "b": "\u0331"}

// texCode lists environments with code, which nothing is expanded in.
var texCode = set("verbatim verbatim* Verbatim lstlisting minted alltt listing BVerbatim LVerbatim tcblisting")

// texDropped lists environments without text for a reader.
var texDropped = set("comment tikzpicture thebibliography pspicture picture filecontents filecontents* asy forest")

// texMath lists environments with a formula.
var texMath = set("equation equation* align align* gather gather* multline multline* eqnarray eqnarray* displaymath math alignat alignat* flalign flalign*")

// texTables lists environments with rows of cells.
var texTables = set("tabular tabular* tabularx tabulary longtable array tabbing supertabular xltabular tblr")

// preamble reads the title, author and date, and goes to the beginning of the
// text.
func (l *latex) preamble() {
	for _, m := range texMeta.FindAllStringSubmatchIndex(l.s[:min(len(l.s), 64<<10)], -1) {
		line := l.s[strings.LastIndexByte(l.s[:m[0]], '\n')+1 : m[0]]
		if strings.Contains(line, "%") {
			continue
		}
		l.at = m[1] - 1
		value := l.inline(l.group(), 0)
		l.declared.add(l.s[m[2]:m[3]], strings.ReplaceAll(value, "\n", " "))
	}
	l.notes = nil
	l.at = 0
	if at := strings.Index(l.s, `\begin{document}`); at >= 0 {
		l.at = at + len(`\begin{document}`)
	}
	if title := l.declared["title"]; title != "" {
		l.w.section(1, title)
	}
}

// group returns the contents of the braces that l is at, without them. Without
// braces it returns the next character.
func (l *latex) group() string {
	l.skipSpace()
	if l.at >= len(l.s) {
		return ""
	}
	if l.s[l.at] != '{' {
		start := l.at
		if l.s[l.at] == '\\' {
			l.at++
			l.command()
		} else {
			_, n := utf8.DecodeRuneInString(l.s[l.at:])
			l.at += n
		}
		return l.s[start:l.at]
	}
	depth, start := 0, l.at+1
	for ; l.at < len(l.s); l.at++ {
		switch l.s[l.at] {
		case '\\':
			l.at++
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				l.at++
				return l.s[start : l.at-1]
			}
		}
	}
	l.at = len(l.s)
	return l.s[min(start, len(l.s)):]
}

// option returns the contents of the brackets that l is at; ok is false if
// there are none.
func (l *latex) option() (s string, ok bool) {
	start := l.at
	l.skipSpace()
	if l.at < len(l.s) && l.s[l.at] == '[' {
		if end := strings.IndexByte(l.s[l.at:min(len(l.s), l.at+2000)], ']'); end > 0 {
			s = l.s[l.at+1 : l.at+end]
			l.at += end + 1
			return s, true
		}
	}
	l.at = start
	return "", false
}

// skipSpace goes over spaces and at most one line break.
func (l *latex) skipSpace() {
	breaks := 0
	for l.at < len(l.s) && strings.IndexByte(" \t\n", l.s[l.at]) >= 0 {
		if l.s[l.at] == '\n' {
			if breaks++; breaks > 1 {
				return
			}
		}
		l.at++
	}
}

// command returns the name of the command that l is in, after its backslash.
func (l *latex) command() string {
	start := l.at
	for l.at < len(l.s) && (unicode.IsLetter(rune(l.s[l.at])) && l.s[l.at] < utf8.RuneSelf) {
		l.at++
	}
	if l.at == start {
		_, n := utf8.DecodeRuneInString(l.s[l.at:])
		l.at += n
		return l.s[start:l.at]
	}
	name := l.s[start:l.at]
	if l.at < len(l.s) && l.s[l.at] == '*' {
		l.at++
	}
	for l.at < len(l.s) && (l.s[l.at] == ' ' || l.s[l.at] == '\t') {
		l.at++
	}
	return name
}

// flush writes the paragraph that was read.
func (l *latex) flush() {
	text := texSpaces.ReplaceAllString(strings.TrimSpace(l.par.String()), "$1")
	l.par.Reset()
	if hasWord(text) {
		l.w.prose(text)
	}
}

// blocks reads up to the end of the named environment.
func (l *latex) blocks(name string, depth int) {
	items, number := false, 0
	for l.at < len(l.s) {
		rest := l.s[l.at:]
		switch {
		case rest[0] == '%':
			l.comment()
		case rest[0] == '\n' && isParagraphEnd(rest):
			l.flush()
			l.at += len(rest) - len(strings.TrimLeft(rest, " \t\n"))
		case rest[0] != '\\':
			l.text()
		case strings.HasPrefix(rest, `\end`) && texEnd.MatchString(rest[:min(len(rest), 60)]):
			m := texEnd.FindStringSubmatch(rest[:min(len(rest), 60)])
			l.at += len(m[0])
			l.flush()
			if m[1] == "document" {
				l.ended = true
			}
			if m[1] == name || l.ended {
				return
			}
		case strings.HasPrefix(rest, `\begin`) && texBegin.MatchString(rest[:min(len(rest), 60)]):
			m := texBegin.FindStringSubmatch(rest[:min(len(rest), 60)])
			l.at += len(m[0])
			l.environment(m[1], depth)
			if l.ended {
				return
			}
		case strings.HasPrefix(rest, `\item`) && depth <= maxBlocks && isList(name) && !items:
			l.flush()
			items = true
			l.w.blankLine()
			fallthrough
		case strings.HasPrefix(rest, `\item`) && depth <= maxBlocks && isList(name):
			l.flush()
			l.at += len(`\item`)
			number++
			marker := "- "
			if name == "enumerate" {
				marker = strconv.Itoa(number) + ") "
			}
			if term, ok := l.option(); ok {
				if term = strings.TrimSuffix(oneLine(l.inline(term, 0)), ":"); hasWord(term) {
					marker = "- " + term + ": "
				}
			}
			done := false
			l.w.entry(marker, func() { done = l.itemBody(name, depth) })
			if done || l.ended {
				l.w.blankLine()
				return
			}
		case rest[0] == '\\':
			l.at++
			command := l.command()
			if level, ok := texSections[command]; ok {
				l.flush()
				l.option()
				l.w.section(level, l.inline(l.group(), 0))
				continue
			}
			switch command {
			case "caption":
				l.flush()
				l.option()
				l.w.prose(l.inline(l.group(), 0))
			case "par", "newpage", "clearpage", "maketitle", "tableofcontents":
				l.flush()
			default:
				l.par.WriteString(l.expand(command, 0))
			}
		}
	}
	l.flush()
}

// itemBody reads a list item up to the next one. done is true if the list ended.
func (l *latex) itemBody(list string, depth int) (done bool) {
	for l.at < len(l.s) {
		rest := l.s[l.at:]
		head := rest[:min(len(rest), 60)]
		switch {
		case rest[0] == '%':
			l.comment()
		case rest[0] == '\n' && isParagraphEnd(rest):
			l.flush()
			l.at += len(rest) - len(strings.TrimLeft(rest, " \t\n"))
		case rest[0] != '\\':
			l.text()
		case strings.HasPrefix(rest, `\item`) && !strings.HasPrefix(rest, `\itemsep`):
			l.flush()
			return false
		case texEnd.MatchString(head):
			m := texEnd.FindStringSubmatch(head)
			l.flush()
			l.at += len(m[0])
			if l.ended = m[1] == "document"; l.ended || m[1] == list {
				return true
			}
		case texBegin.MatchString(head):
			m := texBegin.FindStringSubmatch(head)
			l.at += len(m[0])
			l.environment(m[1], depth)
			if l.ended {
				return true
			}
		default:
			l.at++
			l.par.WriteString(l.expand(l.command(), 0))
		}
	}
	l.flush()
	return true
}

func isList(name string) bool {
	return name == "itemize" || name == "enumerate" || name == "description" || name == "compactitem" || name == "compactenum"
}

// isParagraphEnd reports whether an empty line follows.
func isParagraphEnd(rest string) bool {
	next := strings.TrimLeft(rest[1:], " \t")
	return next == "" || next[0] == '\n'
}

// comment goes to the end of a comment, and over the indentation after it.
func (l *latex) comment() {
	end := strings.IndexByte(l.s[l.at:], '\n')
	if end < 0 {
		l.at = len(l.s)
		return
	}
	l.at += end
	if !isParagraphEnd(l.s[l.at:]) {
		l.at++
		for l.at < len(l.s) && (l.s[l.at] == ' ' || l.s[l.at] == '\t') {
			l.at++
		}
	}
}

// text adds the characters up to the next command, comment or empty line.
func (l *latex) text() {
	start := l.at
	if l.s[start] == '$' {
		l.par.WriteString(l.formula())
		return
	}
	l.at++
	for l.at < len(l.s) && strings.IndexByte("\\%$\n", l.s[l.at]) < 0 {
		l.at++
	}
	l.par.WriteString(texCharacters.Replace(l.s[start:l.at]))
}

// formula returns the formula between "$" or "$$" as it is written.
func (l *latex) formula() string {
	mark := "$"
	if strings.HasPrefix(l.s[l.at:], "$$") {
		mark = "$$"
	}
	body := l.s[l.at+len(mark) : min(len(l.s), l.at+maxFormula)]
	end := strings.Index(body, mark)
	if end < 0 || strings.Contains(body[:end], "\n\n") {
		l.at += len(mark)
		return mark
	}
	l.at += end + 2*len(mark)
	return mark + oneLine(body[:end]) + mark
}

// maxFormula is the length in bytes up to which the end of a formula is sought.
const maxFormula = 2000

// environment reads an environment after its \begin.
func (l *latex) environment(name string, depth int) {
	if texMath[name] && l.par.Len() > 0 { // a formula belongs to its sentence, but gets its own line
		l.flush()
	}
	switch {
	case texCode[name] || texDropped[name] || texMath[name] || depth > maxBlocks:
		l.flush()
		end := strings.Index(l.s[l.at:], `\end{`+name+`}`)
		if end < 0 {
			end = len(l.s) - l.at
		}
		body := l.s[l.at : l.at+end]
		l.at = min(len(l.s), l.at+end+len(`\end{}`)+len(name))
		switch {
		case texCode[name]:
			l.w.verbatim(strings.Split(withoutArguments(body), "\n"))
		case texMath[name]:
			l.w.prose(oneLine(regexpLabel.ReplaceAllString(body, "")))
		case !texDropped[name]:
			l.w.prose(l.inline(body, 0))
		}
	case texTables[name]:
		l.flush()
		end := strings.Index(l.s[l.at:], `\end{`+name+`}`)
		if end < 0 {
			end = len(l.s) - l.at
		}
		body := l.s[l.at : l.at+end]
		l.at = min(len(l.s), l.at+end+len(`\end{}`)+len(name))
		l.table(body)
	default:
		l.flush()
		title, _ := l.option()
		switch name {
		case "frame", "theorem", "lemma", "proof", "definition", "block", "example", "corollary", "proposition", "remark":
			if l.at < len(l.s) && l.s[l.at] == '{' {
				title = l.group()
			}
			if hasWord(title) && !strings.Contains(title, "=") && name == "frame" {
				l.w.section(3, l.inline(title, 0))
			} else if hasWord(title) && !strings.Contains(title, "=") {
				l.w.prose(l.inline(title, 0))
			}
		case "minipage", "multicols", "wrapfigure", "adjustbox", "columns", "column":
			for l.at < len(l.s) && l.s[l.at] == '{' {
				l.group()
			}
		}
		l.blocks(name, depth+1)
	}
}

var regexpLabel = lazyregexp.New(`\\(?:label|tag)\{[^}]*\}|\\nonumber|\\notag`)

// withoutArguments returns the body of a code environment without the
// arguments on its first line.
func withoutArguments(body string) string {
	first, rest, ok := strings.Cut(body, "\n")
	if t := strings.TrimSpace(first); ok && (t == "" || strings.ContainsAny(t[:1], "[{")) {
		return rest
	}
	return body
}

// table writes the rows of a table.
func (l *latex) table(body string) {
	in := latex{s: body}
	in.option()
	for in.at < len(in.s) && in.s[in.at] == '{' {
		in.group()
		in.option()
	}
	l.w.blankLine()
	for _, row := range splitTeX(in.s[in.at:], `\\`) {
		row = texRules.ReplaceAllString(row, "")
		var cells []string
		for _, cell := range splitTeX(row, "&") {
			cells = append(cells, l.inline(cell, 0))
		}
		l.w.cells(cells)
	}
	l.w.blankLine()
}

var texRules = lazyregexp.New(`^\s*(?:\[[^\]]*\])?\s*(?:\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|cline\{[^}]*\}|cmidrule(?:\([^)]*\))?\{[^}]*\}|addlinespace(?:\[[^\]]*\])?)\s*)*`)

// splitTeX splits s at a separator that is not in braces and not escaped.
func splitTeX(s, separator string) []string {
	var all []string
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch {
		case depth == 0 && strings.HasPrefix(s[i:], separator):
			all = append(all, s[start:i])
			i += len(separator) - 1
			start = i + 1
		case s[i] == '\\':
			i++
		case s[i] == '{':
			depth++
		case s[i] == '}':
			depth = max(0, depth-1)
		}
	}
	return append(all, s[start:])
}

// inline returns the text of a group or a cell.
func (l *latex) inline(s string, depth int) string {
	if depth > maxBlocks {
		return ""
	}
	in := latex{s: s}
	for in.at < len(in.s) {
		switch in.s[in.at] {
		case '%':
			in.comment()
		case '\\':
			in.at++
			in.par.WriteString(in.expand(in.command(), depth))
		case '\n':
			in.at++
			in.par.WriteByte(' ')
		default:
			in.text()
		}
	}
	l.notes = append(l.notes, in.notes...)
	return texSpaces.ReplaceAllString(strings.TrimSpace(in.par.String()), "$1")
}

// expand returns the text of a command, whose name was read.
func (l *latex) expand(name string, depth int) string {
	if n, ok := texIgnored[name]; ok {
		for {
			if _, ok := l.option(); !ok {
				break
			}
		}
		for i := range n {
			if i > 0 {
				for {
					if _, ok := l.option(); !ok {
						break
					}
				}
			}
			l.skipSpace()
			if l.at < len(l.s) && (l.s[l.at] == '{' || i == 0 && l.s[l.at] == '\\') {
				l.group()
			}
		}
		return ""
	}
	if s, ok := texSymbols[name]; ok {
		if strings.HasPrefix(l.s[l.at:], "{}") {
			l.at += 2
		}
		return s
	}
	if accent, ok := texAccents[name]; ok && l.at < len(l.s) && (len(name) > 0 && !unicode.IsLetter(rune(name[0])) || l.s[l.at] == '{') {
		base := l.inline(l.group(), depth+1)
		if base == "" {
			return ""
		}
		_, n := utf8.DecodeRuneInString(base)
		return norm.NFC.String(base[:n] + accent + base[n:])
	}
	switch name {
	case `\`:
		l.option()
		return "\n"
	case "footnote", "footnotetext":
		l.option()
		if note := l.inline(l.group(), depth+1); note != "" {
			l.notes = append(l.notes, oneLine(note))
		}
		return ""
	case "href":
		l.group()
		return l.inline(l.group(), depth+1)
	case "url", "path", "nolinkurl":
		return l.group()
	case "verb", "lstinline", "mintinline":
		return l.verb(name)
	case "textcolor", "colorbox", "multirow", "raisebox", "scalebox", "resizebox", "foreignlanguage", "parbox", "makebox":
		l.option()
		l.group()
		if name == "multirow" || name == "resizebox" {
			l.group()
		}
		return l.inline(l.group(), depth+1)
	case "multicolumn":
		l.group()
		l.group()
		return l.inline(l.group(), depth+1)
	case "(", "[":
		closing := map[string]string{"(": `\)`, "[": `\]`}[name]
		if end := strings.Index(l.s[l.at:min(len(l.s), l.at+maxFormula)], closing); end >= 0 {
			body := l.s[l.at : l.at+end]
			l.at += end + len(closing)
			return "$" + oneLine(body) + "$"
		}
		return ""
	case " ", "\n", ",", ";", ":", "!", "/", "-", "@":
		if name == " " || name == "\n" || name == "," || name == ";" || name == ":" {
			return " "
		}
		return ""
	case "begin", "end":
		l.group()
		return ""
	case "&", "#", "_", "$", "{", "}":
		return name
	}
	// The arguments of other commands, such as \textbf{word}, are read as text:
	// their braces are removed. Options are not.
	for l.at < len(l.s) && l.s[l.at] == '[' {
		if _, ok := l.option(); !ok {
			break
		}
	}
	return ""
}

// verb returns the code after \verb.
func (l *latex) verb(name string) string {
	l.option()
	if name == "mintinline" {
		l.group()
	}
	if l.at >= len(l.s) {
		return ""
	}
	if l.s[l.at] == '{' {
		return l.group()
	}
	mark := l.s[l.at]
	line := l.s[l.at+1:]
	if end := strings.IndexAny(line, string(rune(mark))+"\n"); mark < utf8.RuneSelf && end >= 0 && line[end] == mark {
		l.at += end + 2
		return line[:end]
	}
	return ""
}

// texSpaces matches the space that a reference leaves before a full stop.
var texSpaces = lazyregexp.New(`[ \t]+([.,)])`)

// texCharacters removes braces, and resolves quotes and dashes.
var texCharacters = strings.NewReplacer("``", "“", "''", "”", "---", "—", "--", "–", "~", " ", "{", "", "}", "", "\n", " ")
