package terminal

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"

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

// Answer writes an answer and how sure it is, an empty line, and a line for each
// article that it cites. What a model wrote has the words that it rests on below them.
func (t Text) Answer(w io.Writer, a rag.Answer) error {
	var b strings.Builder
	if a.Searched != "" && a.Searched != a.Question {
		b.WriteString(t.dim(t.wrap("searched for: "+a.Searched, "")) + "\n")
	}
	if phrase.Failed(a) != "" {
		b.WriteString(t.dim(t.wrap(phrase.Failed(a), "")) + "\n")
	}
	b.WriteString(t.answer(t.bold(bot.Clean(phrase.Text(a)), bot.Clean(a.Short))) + "\n")
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
	for _, s := range phrase.Sources(a) {
		b.WriteString(t.dim(bot.Clean(s.Marks+" "+t.Source(s.Citation))) + "\n") // not wrapped, so that people can copy a path
		for _, c := range s.Quotes {
			mark := ""
			if len(s.Quotes) > 1 {
				mark = fmt.Sprintf("[%d] ", c.N)
			}
			b.WriteString(t.dim(t.wrap(fmt.Sprintf("    %s\"%s\"", mark, strings.Join(strings.Fields(c.Quote), " ")), "    ")) + "\n")
		}
	}
	if old := phrase.Old(a); old != "" {
		b.WriteString(t.dim(t.wrap(old, "")) + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// answer wraps the lines of a text at Width, except code, which it indents instead of
// its fences.
func (t Text) answer(s string) string {
	var out []string
	code := false
	for line := range strings.SplitSeq(s, "\n") {
		switch {
		case strings.HasPrefix(line, "```"):
			code = !code
		case code:
			out = append(out, "    "+line)
		default:
			out = append(out, t.fold(line, ""))
		}
	}
	return strings.Join(out, "\n")
}

// Source returns the title, the date, the page and the address of an article, in
// one line.
func (t Text) Source(c rag.Citation) string {
	s := rag.WithDate(c.Title, c.Published)
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
	// Wordwrap may break a line at any hyphen, even in a date.
	lines := strings.Split(ansi.Wordwrap(numberHyphen.ReplaceAllString(s, "$1"+unbroken+"$2"), t.Width-len(indent), ""), "\n")
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], unbroken, "-")
		if i > 0 {
			lines[i] = indent + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// numberHyphen matches a hyphen between digits. unbroken stands for it while lines are
// wrapped: a private character of the same width.
var numberHyphen = regexp.MustCompile(`(\d)-(\d)`)

const unbroken = "\uf8ff"

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
