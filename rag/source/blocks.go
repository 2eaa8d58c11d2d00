package source

import "strings"

// section writes a heading. A level beyond 6 counts as 6. In a list or a quote,
// a heading is running text.
func (w *writer) section(level int, text string) {
	text = oneLine(text)
	switch {
	case !hasWord(text):
	case w.nested > 0:
		w.words(text)
	default:
		w.blankLine()
		w.line(strings.Repeat("#", min(max(level, 1), 6)) + " " + text)
		w.blankLine()
	}
}

// prose writes a paragraph. "\n" in it is a hard line break.
func (w *writer) prose(text string) {
	w.blankLine()
	w.words(text)
	w.blankLine()
}

// entry writes a list item: what body writes, after the marker.
func (w *writer) entry(marker string, body func()) {
	before := w.indent
	w.marker = before + marker
	if w.nested < 10 {
		w.indent += "  "
	}
	w.nested++
	body()
	w.nested--
	w.indent, w.marker = before, ""
}

// cells writes a row of a table.
func (w *writer) cells(row []string) {
	for i := range row {
		row[i] = oneLine(row[i])
	}
	if hasWord(strings.Join(row, "")) {
		w.words(strings.Join(row, " | "))
	}
}

// verbatim writes lines of code or preformatted text.
func (w *writer) verbatim(lines []string) {
	w.blankLine()
	w.codeLines(strings.Join(dedent(lines), "\n"))
	w.blankLine()
}

// dedent removes the indentation that all lines share, and empty lines at both
// ends. Tabs become spaces.
func dedent(lines []string) []string {
	for len(lines) > 0 && blankString(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && blankString(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	shared := -1
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = untab(line)
		if n := indentOf(out[i]); !blankString(line) && (shared < 0 || n < shared) {
			shared = n
		}
	}
	for i, line := range out {
		out[i] = line[min(len(line), max(shared, 0)):]
	}
	return out
}

func blankString(s string) bool { return strings.TrimSpace(s) == "" }

// indentOf returns the number of spaces at the beginning of a line.
func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// untab replaces each tab in the indentation of a line with spaces up to the
// next multiple of eight.
func untab(line string) string {
	rest := strings.TrimLeft(line, " \t")
	lead := line[:len(line)-len(rest)]
	if !strings.Contains(lead, "\t") {
		return line
	}
	n := 0
	for _, r := range lead {
		if n++; r == '\t' {
			n = (n + 7) / 8 * 8
		}
	}
	return strings.Repeat(" ", n) + rest
}

// labelled writes what body writes, with a label such as "Note: " before its
// first line.
func (w *writer) labelled(label string, body func()) {
	w.blankLine()
	before := w.marker
	w.marker = label
	if before != "" {
		w.marker = before + label
	} else {
		w.marker = w.indent + label
	}
	body()
	if w.marker != "" { // nothing was written
		w.marker = before
	}
	w.blankLine()
}
