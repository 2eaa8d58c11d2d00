package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

// Block is a list, a table or lines of code in a text that has the form of
// rag.Document.Text, with the line above that introduces it. The zero Block is none.
type Block struct {
	Kind  BlockKind
	Lead  Span   // the line above that introduces it: it ends with a colon, announces a list or is a heading; empty if there is none
	Lines []Span // the items, rows or lines, in order and without the white space around them
}

// BlockKind is a kind of [Block].
type BlockKind int

// The values of BlockKind.
const (
	NoBlock BlockKind = iota
	List
	Steps // a list with numbers
	Table // its first row names the columns
	Code
)

// BlockAt returns the block that the line at an offset is part of, or that it
// introduces. Kind is NoBlock if there is none, or if it begins more than 64 KB before.
// Of a block that ends more than 64 KB behind, the last lines are missing.
func BlockAt(text string, offset int) Block {
	at := itemAt(text, lineAt(text, offset))
	kind := lineKind(at.Of(text))
	lead := Span{at.Start, at.Start}
	if kind == NoBlock {
		if !introduces(at.Of(text)) {
			return Block{}
		}
		next := nextLine(text, at)
		if kind = lineKind(next.Of(text)); kind == NoBlock {
			return Block{}
		}
		lead, at = at, next
	}
	b := Block{Kind: kind}
	if lead.Start < lead.End {
		b.Lead = bare(text, lead)
	} else if !b.readBack(text, at) {
		return Block{}
	}
	for line := at; line.Start < line.End && sameBlock(kind, line.Of(text)) && line.End-at.Start < maxReach; line = nextLine(text, line) {
		b.add(text, line)
	}
	if kind == List && len(b.Lines) > 1 && stepNumber.MatchString(b.Lines[0].Of(text)) {
		b.Kind = Steps
	}
	return b
}

// maxReach is the most bytes before and after a line in which BlockAt looks for the
// rest of its block.
const maxReach = 1 << 16

// readBack adds the lines before a line that are of the same block, and sets the
// lead. It returns false if the block begins more than maxReach bytes before.
func (b *Block) readBack(text string, at Span) bool {
	var lines []Span
	for line := lineBefore(text, at); ; line = lineBefore(text, line) {
		if line.Start == line.End || !sameBlock(b.Kind, line.Of(text)) {
			if introduces(line.Of(text)) {
				b.Lead = bare(text, line)
			}
			break
		}
		if at.Start-line.Start > maxReach {
			return false
		}
		lines = append(lines, line)
	}
	for _, line := range slices.Backward(lines) {
		b.add(text, line)
	}
	return true
}

// itemAt returns the line that begins the list item of an indented line, and other
// lines unchanged.
func itemAt(text string, line Span) Span {
	for above := line; strings.HasPrefix(above.Of(text), "  ") && line.Start-above.Start < maxReach; {
		if lineKind(above.Of(text)) == List {
			return above
		}
		if above = lineBefore(text, above); lineKind(above.Of(text)) == List {
			return above
		}
	}
	return line
}

// add adds a line behind the lines of a block. A line of a list that does not begin an
// item belongs to the item above.
func (b *Block) add(text string, line Span) {
	line = Trim(text, line)
	if len(b.Lines) > 0 && b.Kind == List && lineKind(line.Of(text)) != List {
		b.Lines[len(b.Lines)-1].End = line.End
	} else {
		b.Lines = append(b.Lines, line)
	}
}

// Span returns the whole block with its lead.
func (b Block) Span() Span {
	s := Span{b.Lines[0].Start, b.Lines[len(b.Lines)-1].End}
	if b.Lead.Start < b.Lead.End {
		s.Start = b.Lead.Start
	}
	return s
}

var (
	itemLine   = lazyregexp.New(`^\s*(?:[-*•] |\d{1,3}[.)] )\S`)
	stepNumber = lazyregexp.New(`^(?:- )?\d{1,3}[.)] `)
	itemMark   = lazyregexp.New(`^(?:[-*•] )?(?:\[[ xX]\] )?`)
)

// WithoutMark returns the span of a list item without the dash or dot before it.
func WithoutMark(text string, item Span) Span {
	item.Start += len(itemMark.FindString(item.Of(text)))
	return item
}

// lineKind returns the kind of block that a line belongs to. It takes steps for a
// list.
func lineKind(line string) BlockKind {
	switch {
	case strings.TrimSpace(line) == "":
	case itemLine.MatchString(line):
		return List
	case strings.HasPrefix(line, "    "), strings.HasPrefix(line, "\t"):
		return Code
	case strings.Contains(line, " | "):
		return Table
	}
	return NoBlock
}

// sameBlock reports whether a block of a kind goes on with a line. Indented lines
// are part of a list.
func sameBlock(kind BlockKind, line string) bool {
	k := lineKind(line)
	return k == kind || kind == List && (k == Code || strings.HasPrefix(line, "  "))
}

// announces matches a line whose last sentence announces a list.
var announces = lazyregexp.New(`(?:(?:^|[.!?] )(?:There|Here|These) (?:are|were) |\b(?:following|as follows)\b)[^.!?]*\.\s*$`)

// introduces reports whether a line may introduce a block: it ends with a colon,
// announces a list, or is short enough for a heading and has no full stop or comma at
// its end.
func introduces(line string) bool {
	line = strings.TrimSpace(line)
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(line, "# "))
	return strings.HasSuffix(line, ":") || announces.MatchString(line) ||
		utf8.RuneCountInString(line) < minWrapped && !strings.ContainsAny(line[max(0, len(line)-1):], ".,;!?") && (unicode.IsUpper(first) || unicode.IsDigit(first))
}

// bare returns the span of a line without the marks of a heading, from its last
// sentence on if it has several.
func bare(text string, line Span) Span {
	for line.Start < line.End && (text[line.Start] == '#' || text[line.Start] == ' ') {
		line.Start++
	}
	line = Trim(text, line)
	if all := Sentences(text, line); len(all) > 0 {
		line = all[len(all)-1]
	}
	return line
}

// lineAt returns the line that contains an offset, with its line end.
func lineAt(text string, offset int) Span {
	start := strings.LastIndexByte(text[:offset], '\n') + 1
	return Span{start, lineEnd(text, start)}
}

func lineEnd(text string, start int) int {
	if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
		return start + i + 1
	}
	return len(text)
}

// nextLine returns the line after another, except an empty one between them. It is
// empty at the end.
func nextLine(text string, s Span) Span {
	next := Span{s.End, lineEnd(text, s.End)}
	if next.Start < next.End && strings.TrimSpace(next.Of(text)) == "" {
		next = Span{next.End, lineEnd(text, next.End)}
	}
	return next
}

// lineBefore is [nextLine] backwards.
func lineBefore(text string, s Span) Span {
	for range 2 {
		if s.Start == 0 {
			return Span{}
		}
		if s = lineAt(text, s.Start-1); strings.TrimSpace(s.Of(text)) != "" {
			return s
		}
	}
	return Span{}
}
