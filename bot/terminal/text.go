package terminal

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"footnote/bot"
	"footnote/bot/phrase"
	"footnote/rag"
)

// Text writes answers as text for a terminal or a file. The zero value writes
// plain text without wrapping lines.
type Text struct {
	Width  int    // columns of a line; 0: lines are not wrapped
	Height int    // rows of the terminal; 0: unknown
	Color  bool   // show footnotes dimmed and short answers in bold
	Dir    string // paths below this folder are shown relative to it
}

// Answer writes an answer and its confidence, an empty line, and the footnotes.
func (t Text) Answer(w io.Writer, a rag.Answer) error {
	var b strings.Builder
	if a.Searched != "" && a.Searched != a.Question {
		b.WriteString(t.dim(t.wrap("searched for: "+a.Searched, "")) + "\n")
	}
	if phrase.Failed(a) != "" {
		b.WriteString(t.dim(t.wrap(phrase.Failed(a), "")) + "\n")
	}
	b.WriteString(t.fold(t.bold(bot.Clean(phrase.Text(a)), bot.Clean(a.Short)), "") + "\n")
	if a.Verdict == rag.Refused && a.Reason.Given() {
		reason := phrase.Reason(a.Reason)
		if a.Reason.Code == rag.NoneListed {
			reason += " `footnote list` shows them."
		}
		b.WriteString(t.wrap(reason, "") + "\n")
	}
	for _, note := range []string{phrase.Confidence(a), phrase.Checked(a)} {
		if note != "" {
			b.WriteString(t.dim(t.wrap(note, "")) + "\n")
		}
	}
	if len(a.Citations) > 0 {
		b.WriteString("\n")
	}
	for _, c := range a.Citations {
		b.WriteString(t.dim(bot.Clean(fmt.Sprintf("[%d] %s", c.N, t.Source(c)))) + "\n") // not wrapped, so that people can copy a path
		b.WriteString(t.dim(t.wrap(fmt.Sprintf("    \"%s\"", strings.Join(strings.Fields(c.Quote), " ")), "    ")) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Source returns the title, the date, the page and the address of an article, in
// one line.
func (t Text) Source(c rag.Citation) string {
	s := c.Title
	if !c.Published.IsZero() {
		s += ", " + c.Published.UTC().Format(time.DateOnly)
		if c.Old {
			s += ", more than a year old"
		}
	}
	if c.Page > 0 {
		s += fmt.Sprintf(", p. %d", c.Page)
	}
	where := c.URL
	if where == "" {
		where = t.Path(c.Source)
	}
	if where != "" {
		s += " (" + where + ")"
	}
	return s
}

// Line returns s cleaned ([bot.Clean]), in one line, and cut to n runes.
func (t Text) Line(s string, n int) string {
	line := []rune(strings.Join(strings.Fields(bot.Clean(s)), " "))
	if len(line) > n {
		line = append(line[:n-1], '…')
	}
	return string(line)
}

// Path returns a path below Dir relative to it, and other paths unchanged.
func (t Text) Path(path string) string {
	if t.Dir == "" || !filepath.IsAbs(filepath.FromSlash(path)) {
		return path
	}
	rel, err := filepath.Rel(t.Dir, filepath.FromSlash(path))
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return path
	}
	return filepath.ToSlash(rel)
}

// wrap cleans s and wraps its lines at Width. It indents all lines but the first.
func (t Text) wrap(s, indent string) string { return t.fold(bot.Clean(s), indent) }

// fold is wrap for a text that is clean already.
func (t Text) fold(s, indent string) string {
	if t.Width <= len(indent)+20 {
		return s
	}
	lines := strings.Split(ansi.Wordwrap(s, t.Width-len(indent), ""), "\n")
	for i := range lines {
		if i > 0 {
			lines[i] = indent + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// bold returns s with the first occurrence of part in bold.
func (t Text) bold(s, part string) string {
	before, after, found := strings.Cut(s, part)
	if !t.Color || part == "" || !found {
		return s
	}
	return before + "\x1b[1m" + part + "\x1b[22m" + after
}

// dim returns s dimmed.
func (t Text) dim(s string) string {
	if !t.Color {
		return s
	}
	return "\x1b[2m" + s + "\x1b[0m"
}
