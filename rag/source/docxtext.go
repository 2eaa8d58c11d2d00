package source

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"footnote/rag/internal/lazyregexp"
)

// docxBlock is a paragraph or a table of a Word document.
type docxBlock struct {
	text  string
	style docxStyle
	label string // of an item of a numbered list
	item  bool   // of a list
	mono  bool   // every character has the same width
	rows  [][]docxCell
}

// docxCell is a cell of a table.
type docxCell struct {
	blocks    []docxBlock
	columns   int  // how many it covers; 0: one
	continued bool // it belongs to the cell above
}

// docxReader reads the parts of a Word document.
type docxReader struct {
	styles    map[string]docxStyle
	numbering docxLists
}

// docxPart is the state while a part is read.
type docxPart struct {
	docxReader
	done       []docxBlock
	paragraphs []*docxParagraph // those that are open: one in a text box is in another
	tables     []*docxTable     // those that are open
	skip       int              // how many open elements hide their text
}

// docxParagraph is a paragraph while it is read.
type docxParagraph struct {
	docxBlock
	words                     strings.Builder
	numbers                   numbers
	hidden, raised, monospace bool // properties of the current run
	plain                     int  // runs that are not monospaced
}

type docxTable struct {
	rows [][]docxCell
	cell docxCell
	row  []docxCell
}

// blocks returns the blocks of a part. It leaves out text that is hidden or that
// tracked changes delete.
func (r docxReader) blocks(data []byte) ([]docxBlock, error) {
	x := newXMLReader(data)
	p := docxPart{docxReader: r}
	for {
		t, err := x.next()
		if errors.Is(err, io.EOF) {
			return p.done, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "t" {
				s, err := x.text(t)
				if err != nil {
					return nil, err
				}
				p.write(s)
				continue
			}
			p.start(t)
		case xml.EndElement:
			p.end(t.Name.Local)
		}
	}
}

// open returns the paragraph that is being read; nil outside of one.
func (p *docxPart) open() *docxParagraph {
	if len(p.paragraphs) == 0 {
		return nil
	}
	return p.paragraphs[len(p.paragraphs)-1]
}

// table returns the table that is being read; nil outside of one.
func (p *docxPart) table() *docxTable {
	if len(p.tables) == 0 {
		return nil
	}
	return p.tables[len(p.tables)-1]
}

// write adds text to the paragraph that is being read.
func (p *docxPart) write(s string) {
	now := p.open()
	if now == nil || p.skip > 0 || now.hidden {
		return
	}
	if now.raised {
		s = superscript(s)
	}
	if !now.monospace && strings.TrimSpace(s) != "" {
		now.plain++
	}
	now.words.WriteString(s)
}

func (p *docxPart) start(t xml.StartElement) {
	value := xmlValue(t, "val")
	on := value != "0" && value != "false" && value != "none"
	switch t.Name.Local {
	case "del", "moveFrom", "instrText", "Fallback":
		p.skip++
	case "p":
		p.paragraphs = append(p.paragraphs, &docxParagraph{})
	case "tab", "ptab":
		p.write("\t")
	case "br", "cr":
		p.write("\n")
	case "noBreakHyphen":
		p.write("-")
	case "sup":
		p.write("^")
	case "sub":
		p.write("_")
	case "tbl":
		p.tables = append(p.tables, &docxTable{})
	}
	if now := p.open(); now != nil {
		now.property(t.Name.Local, value, on, p.styles)
		if t.Name.Local == "rFonts" {
			now.monospace = monospaced.MatchString(xmlValue(t, "ascii"))
		}
	}
	if now := p.table(); now != nil {
		switch t.Name.Local {
		case "tr":
			now.row = nil
		case "tc":
			now.cell = docxCell{}
		case "gridSpan":
			now.cell.columns = min(atoi(value), maxSpan)
		case "vMerge":
			now.cell.continued = value != "restart"
		}
	}
}

// maxSpan limits how many columns a cell covers.
const maxSpan = 64

// monospaced matches the names of fonts whose characters have the same width.
var monospaced = lazyregexp.New(`(?i)courier|consolas|\bmono\b|monospace|menlo|monaco|lucida console|source code|fira code|inconsolata`)

// property notes a property of a paragraph or of its current run.
func (p *docxParagraph) property(name, value string, on bool, styles map[string]docxStyle) {
	switch name {
	case "pStyle":
		p.style = styles[value]
		if p.numbers.list == "" {
			p.numbers = p.style.numbers
		}
	case "outlineLvl":
		p.style.level = outlineLevel(value)
	case "numId":
		p.numbers.list = value
	case "ilvl":
		p.numbers.level = atoi(value)
	case "numPr":
		p.item = true
	case "r":
		p.hidden, p.raised, p.monospace = false, false, false
	case "vanish":
		p.hidden = on
	case "vertAlign":
		p.raised = value == "superscript"
	}
}

func (p *docxPart) end(name string) {
	table := p.table()
	switch name {
	case "del", "moveFrom", "instrText", "Fallback":
		p.skip--
	case "num": // the numerator of a fraction
		p.write("/")
	case "p":
		now := p.open()
		if now == nil {
			return
		}
		p.paragraphs = p.paragraphs[:len(p.paragraphs)-1]
		p.add(now.block(p.numbering))
	case "tc":
		if table != nil {
			table.row = append(table.row, table.cell)
			table.cell = docxCell{}
		}
	case "tr":
		if table != nil && len(table.row) > 0 {
			table.rows = append(table.rows, table.row)
		}
	case "tbl":
		if table != nil {
			p.tables = p.tables[:len(p.tables)-1]
			p.add(docxBlock{rows: table.rows})
		}
	}
}

// add puts a block into the cell that is being read, or behind the other blocks.
func (p *docxPart) add(b docxBlock) {
	switch table := p.table(); {
	case b.rows == nil && strings.TrimSpace(b.text) == "" && !b.style.code:
	case table != nil:
		table.cell.blocks = append(table.cell.blocks, b)
	default:
		p.done = append(p.done, b)
	}
}

// block returns the whole paragraph.
func (p *docxParagraph) block(lists docxLists) docxBlock {
	b := p.docxBlock
	b.text = strings.Trim(tidy(p.words.String()), "\n")
	b.mono = p.plain == 0
	if p.numbers.list == "0" { // a paragraph that its style only would number
		b.item = false
		return b
	}
	b.item = b.item || p.numbers.list != ""
	if p.numbers.list != "" && hasWord(b.text) {
		b.label = strings.TrimSpace(lists.next(p.numbers))
	}
	b.style.numbers = p.numbers
	return b
}

// superscript returns digits as raised ones, because 10⁵ must not become 105. It
// returns other text unchanged.
func superscript(s string) string {
	raised := strings.Map(func(r rune) rune {
		if at := strings.IndexRune("0123456789+-−", r); at >= 0 {
			return []rune("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")[len([]rune("0123456789+-−"[:at]))]
		}
		return -1
	}, s)
	if len([]rune(raised)) != len([]rune(s)) {
		return s
	}
	return raised
}

// docx writes the blocks of a Word document.
func (w *writer) docx(blocks []docxBlock) {
	mono := 0
	for _, b := range blocks {
		if b.mono && b.rows == nil {
			mono++
		}
	}
	typewritten := 2*mono > len(blocks) // a font for all of the text says nothing
	for i, b := range blocks {
		code := b.isCode() || b.mono && !typewritten && !b.item && b.style.level == 0
		switch {
		case b.rows != nil:
			w.blankLine()
			w.docxTable(b.rows)
			w.blankLine()
		case code:
			if i == 0 || !blocks[i-1].isCode() && !blocks[i-1].mono {
				w.blankLine()
			}
			for line := range strings.SplitSeq(b.text, "\n") {
				if line = strings.TrimRight(line, " \t"); line != "" {
					w.line("    " + line)
				} else {
					w.gap = w.out.Len() > 0
				}
			}
			if i+1 < len(blocks) && !blocks[i+1].isCode() && !blocks[i+1].mono {
				w.blankLine()
			}
		default:
			w.docxParagraph(b)
		}
	}
}

func (b docxBlock) isCode() bool { return b.style.code && b.rows == nil }

// plainNumber matches the label of an item that is one number or a letter, apart from
// its brackets.
var plainNumber = lazyregexp.New(`^[(\[]?(?:(\d{1,3})|(\pL|[ivxlcIVXLC]{1,6}))[.):\]]*$`)

func (w *writer) docxParagraph(b docxBlock) {
	text := oneLine(b.text)
	label := plainNumber.FindStringSubmatch(b.label)
	switch {
	case !hasWord(text) || b.style.contents:
	case b.style.level > 0:
		w.blankLine()
		w.line(strings.Repeat("#", b.style.level) + " " + strings.TrimSpace(b.label+" "+text))
		w.blankLine()
	case b.item && (b.label == "" || label != nil):
		marker := "- "
		switch {
		case label == nil:
		case label[1] != "":
			marker = label[1] + ") "
		default:
			marker = "- " + label[2] + ") "
		}
		w.line(strings.Repeat("  ", min(b.style.numbers.level, 9)) + marker + text)
		w.gap = false
	default:
		w.blankLine()
		w.words(strings.TrimSpace(b.label + " " + strings.TrimSpace(b.text)))
		w.blankLine()
	}
}

// docxTable writes the rows of a table. A table that only arranges text on the page
// becomes paragraphs.
func (w *writer) docxTable(rows [][]docxCell) {
	if arranges(rows) {
		for _, row := range rows {
			for _, c := range row {
				w.docx(c.blocks)
				w.blankLine()
			}
		}
		return
	}
	var above []string
	for _, row := range rows {
		var cells []string
		for _, c := range row {
			s := c.text()
			if at := len(cells); c.continued && s == "" && at < len(above) {
				s = above[at]
			}
			cells = append(cells, s)
			for range c.columns - 1 {
				cells = append(cells, "")
			}
		}
		if hasWord(strings.Join(cells, "")) {
			w.words(strings.Join(cells, " | "))
		}
		above = cells
	}
}

// maxCellBlocks is how many paragraphs a cell of a table of data has at most.
const maxCellBlocks = 6

// arranges reports whether a table has one column, or a cell with a heading, another
// table or many paragraphs.
func arranges(rows [][]docxCell) bool {
	columns := 0
	for _, row := range rows {
		columns = max(columns, len(row))
		for _, c := range row {
			if len(c.blocks) > maxCellBlocks {
				return true
			}
			for _, b := range c.blocks {
				if b.rows != nil || b.style.level > 0 {
					return true
				}
			}
		}
	}
	return columns <= 1
}

// text returns the paragraphs of a cell on one line.
func (c docxCell) text() string {
	var all []string
	for _, b := range c.blocks {
		all = append(all, oneLine(strings.TrimSpace(b.label+" "+b.text)))
	}
	return strings.Join(all, " ")
}
