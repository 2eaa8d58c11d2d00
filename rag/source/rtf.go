package source

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"footnote/rag"
)

// loadRTF reads the paragraphs, headings, lists, tables and notes of a Rich Text
// file.
func loadRTF(f file) (rag.Document, error) {
	if !bytes.HasPrefix(bytes.TrimLeft(f.data, " \t\r\n\ufeff"), []byte(`{\rtf`)) {
		return rag.Document{}, errors.New(`not a Rich Text file: it does not begin with {\rtf`)
	}
	r := rtf{w: &writer{}, data: f.data, page: 1252, fonts: map[int]int{}, headings: map[int]int{}}
	if err := r.read(); err != nil {
		return rag.Document{}, err
	}
	r.paragraph()
	r.w.blankLine()
	for _, note := range r.notes {
		r.w.entry("- ", func() { r.w.words(note) })
	}
	r.d.Text = r.w.out.String()
	if r.d.Title == "" && !heading.MatchString(r.d.Text) {
		r.d.Title = nameTitle(f.name)
	}
	return r.d, nil
}

// rtfGroup is the state that a brace saves.
type rtfGroup struct {
	destination string // "" is the text; "skip" is ignored
	font        int
	hidden      bool
	skip        int // characters that follow \u in place of an unknown one
}

// rtf is a Rich Text file while it is being read.
type rtf struct {
	w        *writer
	d        rag.Document
	data     []byte
	at       int
	page     int         // the code page of the file
	fonts    map[int]int // the code page of each font
	headings map[int]int // the level of each style that is a heading
	style    int         // the style that a style sheet defines
	group    rtfGroup
	stack    []rtfGroup
	pending  []byte // bytes in a code page, not decoded yet
	high     rune   // the first half of a surrogate pair
	drop     int    // characters to drop after \u
	buffer   map[string]*strings.Builder
	notes    []string
	row      []string
	inTable  bool
	rows     bool // the last block was a row
	level    int  // of the paragraph's heading; 0: none
	created  [5]int
}

// maxGroups limits the nesting of groups.
const maxGroups = 1000

// rtfPages gives the code page of a font's character set.
var rtfPages = map[int]int{0: 1252, 77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250}

var rtfEncodings = map[int]encoding.Encoding{
	437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 866: charmap.CodePage866, 874: charmap.Windows874, 932: japanese.ShiftJIS, 936: simplifiedchinese.GBK, 949: korean.EUCKR, 950: traditionalchinese.Big5,
	1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253, 1254: charmap.Windows1254, 1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257, 1258: charmap.Windows1258, 10000: charmap.Macintosh,
}

// rtfDestinations names the groups that are read, other than the text. Those
// that begin with \* are skipped unless they are listed.
var rtfDestinations = map[string]string{
	"fonttbl": "fonts", "stylesheet": "styles", "title": "title", "author": "author", "creatim": "created", "footnote": "note", "listtext": "marker", "pntext": "marker",
	"colortbl": "skip", "info": "info", "pict": "skip", "object": "skip", "header": "skip", "headerl": "skip", "headerr": "skip", "headerf": "skip", "footer": "skip", "footerl": "skip", "footerr": "skip", "footerf": "skip",
	"fldinst": "skip", "xe": "skip", "tc": "skip", "rxe": "skip", "nonshppict": "skip", "annotation": "skip", "atnid": "skip", "atnauthor": "skip", "comment": "skip", "bkmkstart": "skip", "bkmkend": "skip", "themedata": "skip", "datastore": "skip", "generator": "skip", "operator": "skip", "company": "skip", "keywords": "skip", "subject": "skip", "doccomm": "skip", "revtim": "skip", "printim": "skip", "filetbl": "skip", "listtable": "skip", "listoverridetable": "skip", "revtbl": "skip",
}

var rtfSymbols = map[string]string{"tab": " ", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "~": "\u00a0", "_": "-", "{": "{", "}": "}", `\`: `\`, "\n": "\n", "softline": "\n"}

func (r *rtf) read() error {
	r.group.skip = 1
	r.buffer = map[string]*strings.Builder{}
	for r.at < len(r.data) {
		c := r.data[r.at]
		r.at++
		switch c {
		case '{':
			r.decode()
			if len(r.stack) >= maxGroups {
				return fmt.Errorf("groups nested more than %d deep", maxGroups)
			}
			r.stack = append(r.stack, r.group)
			r.drop = 0
		case '}':
			r.decode()
			r.drop = 0
			if len(r.stack) == 0 {
				return nil // what follows the end is not part of the text
			}
			ended := r.group.destination
			r.group = r.stack[len(r.stack)-1]
			r.stack = r.stack[:len(r.stack)-1]
			if ended != r.group.destination || ended == "styles" {
				r.end(ended)
			}
		case '\\':
			r.control()
		case '\r', '\n':
		default:
			r.character(c)
		}
	}
	r.decode()
	return nil
}

// character adds a byte of text.
func (r *rtf) character(c byte) {
	if r.drop > 0 {
		r.drop--
		return
	}
	r.pending = append(r.pending, c)
}

// decode adds the pending bytes to the text.
func (r *rtf) decode() {
	if len(r.pending) == 0 {
		return
	}
	page := r.page
	if p, ok := r.fonts[r.group.font]; ok {
		page = p
	}
	in, ok := rtfEncodings[page]
	if !ok {
		in = charmap.Windows1252
	}
	if text, err := in.NewDecoder().Bytes(r.pending); err == nil {
		r.write(string(text))
	}
	r.pending = r.pending[:0]
}

func (r *rtf) write(s string) {
	if r.group.hidden || r.group.destination == "skip" {
		return
	}
	b := r.buffer[r.group.destination]
	if b == nil {
		b = &strings.Builder{}
		r.buffer[r.group.destination] = b
	}
	b.WriteString(s)
}

// take returns the text of a destination, and empties it.
func (r *rtf) take(destination string) string {
	b := r.buffer[destination]
	if b == nil {
		return ""
	}
	s := tidy(b.String())
	b.Reset()
	return s
}

// control reads a control word or symbol after its backslash.
func (r *rtf) control() {
	if r.at >= len(r.data) {
		return
	}
	start := r.at
	for r.at < len(r.data) && (r.data[r.at] >= 'a' && r.data[r.at] <= 'z' || r.data[r.at] >= 'A' && r.data[r.at] <= 'Z') {
		r.at++
	}
	if r.at == start {
		r.symbol()
		return
	}
	word := string(r.data[start:min(r.at, start+32)])
	start = r.at
	if r.at < len(r.data) && r.data[r.at] == '-' {
		r.at++
	}
	for r.at < len(r.data) && r.data[r.at] >= '0' && r.data[r.at] <= '9' {
		r.at++
	}
	n, err := strconv.Atoi(string(r.data[start:min(r.at, start+12)]))
	given := err == nil
	if r.at < len(r.data) && r.data[r.at] == ' ' {
		r.at++
	}
	r.decode()
	r.word(word, n, given)
}

func (r *rtf) symbol() {
	c := r.data[r.at]
	r.at++
	switch c {
	case '\'':
		if r.at+2 <= len(r.data) {
			if n, err := strconv.ParseUint(string(r.data[r.at:r.at+2]), 16, 8); err == nil {
				r.character(byte(n))
				r.at += 2
			}
		}
	case '*':
		r.decode()
		rest := r.data[r.at:min(len(r.data), r.at+34)]
		name := ""
		if len(rest) > 1 && rest[0] == '\\' {
			name = string(rest[1:])
			if at := strings.IndexFunc(name, func(c rune) bool { return c < 'a' || c > 'z' }); at >= 0 {
				name = name[:at]
			}
		}
		if rtfDestinations[name] == "" {
			r.group.destination = "skip"
		}
	default:
		r.decode()
		if s, ok := rtfSymbols[string(rune(c))]; ok {
			r.write(s)
		}
	}
}

func (r *rtf) word(word string, n int, given bool) {
	if d, ok := rtfDestinations[word]; ok && r.group.destination != "skip" {
		r.group.destination = d
		return
	}
	if s, ok := rtfSymbols[word]; ok {
		r.write(s)
		return
	}
	on := !given || n != 0
	switch word {
	case "ansicpg":
		r.page = n
	case "mac":
		r.page = 10000
	case "pc":
		r.page = 437
	case "pca":
		r.page = 850
	case "uc":
		r.group.skip = max(0, min(n, 10))
	case "u":
		r.unicode(rune(uint16(n)))
		r.drop = r.group.skip
	case "f":
		r.group.font = n
	case "fcharset":
		if page, ok := rtfPages[n]; ok && r.group.destination == "fonts" {
			r.fonts[r.group.font] = page
		}
	case "v", "deleted":
		r.group.hidden = on
	case "plain":
		r.group.hidden = false
	case "bin":
		r.at = min(len(r.data), r.at+max(0, n))
	case "s":
		if r.group.destination == "styles" {
			r.style = n
		} else if r.group.destination == "" {
			r.level = r.headings[n]
		}
	case "outlinelevel":
		if r.group.destination == "" && n >= 0 && n < 6 {
			r.level = n + 1
		}
	case "yr", "mo", "dy", "hr", "min":
		if r.group.destination == "created" {
			r.created[strings.Index("yr mo dy hr min", word)/3] = n
		}
	case "pard":
		if r.group.destination == "" {
			r.inTable, r.level = false, 0
		}
	case "intbl":
		r.inTable = r.inTable || r.group.destination == ""
	case "par", "sect", "page":
		switch {
		case r.group.destination != "":
			r.write("\n")
		case r.inTable:
			r.write(" ")
		default:
			r.paragraph()
		}
	case "cell", "nestcell":
		if len(r.row) < maxSheetColumns {
			r.row = append(r.row, r.take("marker")+" "+r.take(""))
		}
	case "row", "nestrow":
		if !r.rows {
			r.w.blankLine()
		}
		r.rows = true
		r.w.cells(r.row)
		r.row = nil
	case "trowd":
		if len(r.row) == 0 && strings.TrimSpace(r.peek()) != "" {
			r.paragraph()
		}
	}
}

func (r *rtf) peek() string {
	if b := r.buffer[""]; b != nil {
		return b.String()
	}
	return ""
}

// unicode adds a UTF-16 code unit.
func (r *rtf) unicode(c rune) {
	switch {
	case r.high != 0:
		r.write(string(utf16.DecodeRune(r.high, c)))
		r.high = 0
	case utf16.IsSurrogate(c):
		r.high = c
	default:
		r.write(string(c))
	}
}

// end uses the text of a destination that ended.
func (r *rtf) end(destination string) {
	if destination == "" || destination == "marker" { // paragraph takes it
		return
	}
	switch text := oneLine(r.take(destination)); destination {
	case "styles":
		name := strings.ToLower(strings.TrimSuffix(text, ";"))
		var level int
		if _, err := fmt.Sscanf(name, "heading %d", &level); err == nil && level >= 1 && level <= 6 {
			r.headings[r.style] = level
		} else if name == "title" {
			r.headings[r.style] = 1
		}
	case "title":
		if hasWord(text) && !fileTitle(text) {
			r.d.Title = text
		}
	case "author":
		r.d.Author = text
	case "created":
		c := r.created
		if c[0] > 0 && c[1] > 0 && c[2] > 0 {
			r.d.Published = published(time.Date(c[0], time.Month(c[1]), c[2], c[3], c[4], 0, 0, time.UTC))
		}
	case "note":
		if hasWord(text) {
			r.notes = append(r.notes, text)
		}
	}
}

// paragraph writes the paragraph that was read.
func (r *rtf) paragraph() {
	marker := oneLine(r.take("marker"))
	text := strings.TrimSpace(r.take(""))
	if r.rows {
		r.w.blankLine()
	}
	r.rows = false
	switch {
	case !hasWord(text):
	case r.level > 0:
		r.w.section(r.level, text)
	case marker != "":
		if number := strings.Trim(marker, ".)( "); hasWord(number) && len(number) <= 6 {
			r.w.words(number + ") " + oneLine(text))
		} else {
			r.w.words("- " + oneLine(text))
		}
	default:
		r.w.prose(text)
	}
}
