package source

import (
	"strings"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

// loadOrg reads the text of an Org file, line by line.
func loadOrg(f file) (rag.Document, error) {
	d, err := loadText(f)
	if err != nil {
		return rag.Document{}, err
	}
	lines := strings.Split(d.Text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(untab(line), " \t")
	}
	o := org{w: &writer{}, declared: declared{}}
	o.document(lines)
	o.w.blankLine()
	for _, note := range o.notes {
		o.w.entry("- ", func() { o.w.words(note) })
	}
	return o.declared.document(d, f, o.w.out.String())
}

// org is an Org file while it is being read.
type org struct {
	w        *writer
	notes    []string
	declared declared
}

var (
	orgHeading  = lazyregexp.New(`^(\*+) +(.*)$`)
	orgTodo     = lazyregexp.New(`^(?:TODO|DONE|NEXT|WAITING|WAIT|HOLD|CANCELED|CANCELLED|STARTED|SOMEDAY|PROJ|IDEA)(?: +|$)`)
	orgPriority = lazyregexp.New(`^\[#\w\] *`)
	orgTags     = lazyregexp.New(`\s+(:[\w@#%:]+:)$`)
	orgKeyword  = lazyregexp.New(`(?i)^\s*#\+([\w-]+)(?:\[[^\]]*\])?:\s*(.*)$`)
	orgBegin    = lazyregexp.New(`(?i)^\s*#\+begin_?([\w-]*):?(?:\s.*)?$`)
	orgDrawer   = lazyregexp.New(`^\s*:([\w-]+):$`)
	orgPlanning = lazyregexp.New(`^\s*(?:(?:CLOSED|SCHEDULED|DEADLINE|CLOCK): *[<\[].*)$`)
	orgItem     = lazyregexp.New(`^( *)([-+]|\*|\d{1,9}[.)]|[a-zA-Z][.)])(?: +|$)(.*)$`)
	orgCheckbox = lazyregexp.New(`^(?:\[@\d+\] *)?\[([ xX-])\] +`)
	orgNote     = lazyregexp.New(`^\[fn:([\w-]+)\] *(.*)$`)
	orgNoteRef  = lazyregexp.New(`\s*\[fn:[\w-]*(?::((?:[^\]\[]|\[[^\]]*\])*))?\]`)
	orgLink     = lazyregexp.New(`\[\[([^\]\[]+)\](?:\[([^\]]+)\])?\]`)
	orgAngle    = lazyregexp.New(`<((?:https?|mailto|file|ftp):[^>\s]+)>`)
	orgTarget   = lazyregexp.New(`<<<?[^<>\n]*>>>?`)
	orgMacro    = lazyregexp.New(`\{\{\{.*?\}\}\}|@@[\w-]+:.*?@@|\[cite(?:/[^:\]]*)?:[^\]]*\]`)
	orgTime     = lazyregexp.New(`[<\[](\d{4}-\d\d-\d\d)(?: [^\s>\]]*[^\d\s>\]][^\s>\]]*)?((?: \d{1,2}:\d\d(?:-\d{1,2}:\d\d)?)?)(?: [.+-]*\+\S+)?(?: -\S+)?[>\]]`)
	orgCode     = lazyregexp.New(`(^|[\s({'"—-])(?:=([^\s=](?:[^=]*[^\s=])?)=|~([^\s~](?:[^~]*[^\s~])?)~)`)
	orgEntity   = lazyregexp.New(`\\(alpha|beta|gamma|delta|mu|pi|sigma|omega|rarr|to|larr|ndash|mdash|hellip|dots|nbsp|deg|times|euro|copy|lt|gt|amp|leq|geq|pm)(?:\{\}|\b)`)
)

var orgEntities = map[string]string{"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "mu": "μ", "pi": "π", "sigma": "σ", "omega": "ω", "rarr": "→", "to": "→", "larr": "←", "ndash": "–", "mdash": "—", "hellip": "…", "dots": "…", "nbsp": " ", "deg": "°", "times": "×", "euro": "€", "copy": "©", "lt": "<", "gt": ">", "amp": "&", "leq": "≤", "geq": "≥", "pm": "±"}

// document reads the whole file, heading by heading. It leaves out commented
// headings and those that are not to be exported, with all below them.
func (o *org) document(lines []string) {
	hidden := 0 // the level of a heading that is left out
	start := 0
	for i := 0; i <= len(lines); i++ {
		var m []string
		if i < len(lines) {
			if m = orgHeading.FindStringSubmatch(lines[i]); m == nil {
				continue
			}
		}
		if hidden == 0 {
			o.blocks(lines[start:i], 0)
		}
		if m == nil {
			return
		}
		start = i + 1
		level, title := len(m[1]), m[2]
		tags := ""
		if t := orgTags.FindStringSubmatch(title); t != nil {
			title, tags = strings.TrimSuffix(title, t[0]), strings.ToLower(t[1])
		}
		if hidden > 0 && level > hidden {
			continue
		}
		hidden = 0
		title = orgPriority.ReplaceAllString(orgTodo.ReplaceAllString(title, ""), "")
		if title == "COMMENT" || strings.HasPrefix(title, "COMMENT ") || strings.Contains(tags, ":noexport:") {
			hidden = level
			continue
		}
		if hasWord(title) && title != "Footnotes" {
			o.w.section(level, o.inline(title))
		}
	}
}

// blocks reads lines that have no headings.
func (o *org) blocks(lines []string, depth int) {
	if depth > maxBlocks {
		o.w.prose(o.inline(joinLines(lines)))
		return
	}
	item := false // whether the last block was a list item
	for len(lines) > 0 {
		line := lines[0]
		if line == "" {
			lines = lines[1:]
			continue
		}
		if m := orgItem.FindStringSubmatch(line); m != nil && !(m[2] == "*" && m[1] == "" && depth == 0) && !isRule(line) {
			if !item {
				o.w.blankLine()
			}
			item = true
			n := orgItemLines(lines, len(m[1]))
			o.item(lines[:n], m, depth)
			lines = lines[n:]
			continue
		}
		if item {
			o.w.blankLine()
		}
		item = false
		lines = lines[o.block(lines, depth):]
	}
	if item {
		o.w.blankLine()
	}
}

func isRule(line string) bool {
	return len(line) >= 5 && strings.Trim(line, "- ") == "" && !strings.Contains(strings.TrimSpace(line), " ")
}

// orgItemLines returns how many lines the list item at the beginning of lines
// has: those that are indented more, up to two empty ones.
func orgItemLines(lines []string, indent int) int {
	n := 1
	for i := 1; i < len(lines); i++ {
		if lines[i] == "" {
			if lines[i-1] == "" {
				break
			}
			continue
		}
		if indentOf(lines[i]) <= indent {
			break
		}
		n = i + 1
	}
	return n
}

func (o *org) item(lines []string, m []string, depth int) {
	marker, text := "- ", m[3]
	if m[2] != "-" && m[2] != "+" && m[2] != "*" {
		marker = strings.TrimRight(m[2], ".)") + ") "
	}
	if box := orgCheckbox.FindStringSubmatch(text); box != nil {
		state := "[ ] "
		if strings.EqualFold(box[1], "x") {
			state = "[x] "
		}
		marker += state
		text = text[len(box[0]):]
	}
	if term, rest, ok := strings.Cut(text+" ", " :: "); ok && marker[0] == '-' {
		marker += oneLine(o.inline(term)) + ": "
		text = strings.TrimSpace(rest)
	}
	body := listBody(append([]string{text}, lines[1:]...), 0)
	o.w.entry(marker, func() { o.blocks(body, depth+1) })
}

// block reads one block that is not a list, and returns the number of its
// lines.
func (o *org) block(lines []string, depth int) int {
	line := lines[0]
	trimmed := strings.TrimSpace(line)
	if m := orgBegin.FindStringSubmatch(line); m != nil && m[1] != "" {
		return o.delimited(lines, strings.ToLower(m[1]), depth)
	}
	if m := orgKeyword.FindStringSubmatch(line); m != nil {
		switch key := strings.ToLower(m[1]); key {
		case "caption":
			o.w.prose(o.inline(m[2]))
		case "title", "author", "date", "language", "status", "draft", "hugo_draft", "filetags":
			o.declared.add(strings.TrimPrefix(key, "hugo_"), m[2])
		}
		return 1
	}
	switch {
	case strings.HasPrefix(trimmed, "#+") || trimmed == "#" || strings.HasPrefix(trimmed, "# ") || orgPlanning.MatchString(line) || isRule(line):
		return 1
	case orgDrawer.MatchString(line):
		for i, l := range lines[1:] {
			if strings.EqualFold(strings.TrimSpace(l), ":END:") {
				o.drawer(lines[1 : i+1])
				return i + 2
			}
			if orgDrawer.MatchString(l) { // drawers are not nested
				break
			}
		}
		return 1
	case trimmed == ":" || strings.HasPrefix(trimmed, ": "):
		n := linesWhile(lines, func(l string) bool { l = strings.TrimSpace(l); return l == ":" || strings.HasPrefix(l, ": ") })
		var code []string
		for _, l := range lines[:n] {
			code = append(code, strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(l), ":"), " "))
		}
		o.w.verbatim(code)
		return n
	case trimmed[0] == '|':
		n := linesWhile(lines, func(l string) bool { return strings.HasPrefix(strings.TrimSpace(l), "|") })
		o.table(lines[:n])
		return n
	case orgNote.MatchString(line):
		m := orgNote.FindStringSubmatch(line)
		n := linesWhile(lines, func(l string) bool { return l != "" && !orgNote.MatchString(l) })
		o.notes = append(o.notes, o.inline(joinLines(append([]string{m[2]}, lines[1:n]...))))
		return n
	}
	n := linesWhile(lines, func(l string) bool {
		t := strings.TrimSpace(l)
		return t != "" && t[0] != '|' && !strings.HasPrefix(t, "#+") && !strings.HasPrefix(t, ": ") && !strings.HasPrefix(t, "# ") && !orgDrawer.MatchString(l) && (!orgItem.MatchString(l) || strings.HasPrefix(t, "*"))
	})
	var b strings.Builder
	last := ""
	for _, l := range lines[:n] {
		l, hard := strings.CutSuffix(strings.TrimSpace(l), `\\`)
		l = strings.TrimSpace(l)
		b.WriteString(joinText(last, l)[len(last):])
		if last = lastRune(l); hard {
			b.WriteByte('\n')
			last = ""
		}
	}
	o.w.prose(o.inline(b.String()))
	return n
}

// drawer reads the properties of the file; those of headings are not used.
func (o *org) drawer(lines []string) {
	for _, l := range lines {
		if key, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(l), ":"), ":"); ok && o.w.out.Len() == 0 {
			switch key = strings.ToLower(key); key {
			case "created", "date", "author":
				o.declared.add(key, value)
			}
		}
	}
}

// delimited reads the block from #+begin_name to #+end_name.
func (o *org) delimited(lines []string, name string, depth int) int {
	n, body := len(lines), lines[1:]
	end := "#+end_" + name
	for i, l := range body {
		if strings.EqualFold(strings.TrimSpace(l), end) || strings.EqualFold(strings.TrimSpace(l), "#+end:") {
			n, body = i+2, body[:i]
			break
		}
	}
	label := rstAdmonitions[name]
	switch {
	case name == "comment" || name == "export" || name == "html" || name == "latex":
	case name == "src" || name == "example":
		code := make([]string, len(body))
		for i, l := range body {
			code[i] = l
			if t := strings.TrimLeft(l, " "); strings.HasPrefix(t, ",*") || strings.HasPrefix(t, ",#+") {
				code[i] = strings.Replace(l, ",", "", 1)
			}
		}
		o.w.verbatim(code)
	case name == "verse":
		o.w.prose(o.inline(strings.Join(body, "\n")))
	case label != "":
		o.w.labelled(label+": ", func() { o.blocks(dedent(body), depth+1) })
	default:
		o.blocks(dedent(body), depth+1)
	}
	return n
}

func (o *org) table(lines []string) {
	o.w.blankLine()
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "|-") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		groups := true // a row such as "<l> | <r>" gives only the alignment
		for i := range cells {
			cell := strings.TrimSpace(cells[i])
			groups = groups && (cell == "" || len(cell) <= 5 && cell[0] == '<' || cell == "/")
			cells[i] = o.inline(cell)
		}
		if !groups {
			o.w.cells(cells)
		}
	}
	o.w.blankLine()
}

// inline returns the text of a line without its markup.
func (o *org) inline(s string) string {
	if !strings.ContainsAny(s, "[<{*/=~_+\\@") {
		return s
	}
	var code kept
	s = orgCode.ReplaceAllStringFunc(s, func(m string) string {
		parts := orgCode.FindStringSubmatch(m)
		return parts[1] + code.keep(parts[2]+parts[3])
	})
	s = orgMacro.ReplaceAllString(s, "")
	s = orgNoteRef.ReplaceAllStringFunc(s, func(m string) string {
		if note := orgNoteRef.FindStringSubmatch(m)[1]; strings.TrimSpace(note) != "" {
			o.notes = append(o.notes, unmark(code.restore(note), "*/_+"))
		}
		return ""
	})
	s = orgLink.ReplaceAllStringFunc(s, func(m string) string {
		parts := orgLink.FindStringSubmatch(m)
		switch target := parts[1]; {
		case parts[2] != "" && !isPicture(parts[2]):
			return parts[2]
		case isPicture(target):
			return ""
		case strings.Contains(target, "://"):
			return code.keep(target)
		default:
			target = strings.TrimLeft(target, "*#")
			if scheme, rest, ok := strings.Cut(target, ":"); ok && (scheme == "file" || scheme == "mailto" || scheme == "fuzzy") {
				target = rest
			} else if scheme == "id" {
				return ""
			}
			return code.keep(target)
		}
	})
	s = orgAngle.ReplaceAllStringFunc(s, func(m string) string { return code.keep(strings.Trim(m, "<>")) })
	s = orgTime.ReplaceAllString(s, "$1$2")
	s = orgTarget.ReplaceAllString(s, "")
	s = orgEntity.ReplaceAllStringFunc(s, func(m string) string { return orgEntities[strings.Trim(m, `\{}`)] })
	return code.restore(unmark(unmarkPaths(s, &code), "*/_+"))
}

// bareURL matches an address in running text.
var bareURL = lazyregexp.New(`https?://[^\s<>\x00]+|(?:^|\s)~?(?:/[\w.-]+){2,}`)

// unmarkPaths protects addresses and paths, whose slashes are no markup.
func unmarkPaths(s string, code *kept) string {
	return bareURL.ReplaceAllStringFunc(s, code.keep)
}

func isPicture(target string) bool {
	switch ending(target) {
	case "png", "jpg", "jpeg", "gif", "svg", "webp":
		return true
	}
	return false
}
