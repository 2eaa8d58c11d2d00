package source

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"footnote/rag/internal/lazyregexp"
)

// docxStyle is what a paragraph style says about the structure of a text.
type docxStyle struct {
	level    int // of a heading; 0: not a heading
	code     bool
	contents bool // an entry of the table of contents
	numbers  numbers
}

// numbers is the place of a paragraph in a numbered or bulleted list.
type numbers struct {
	list  string // the ID of the list; empty: none
	level int
}

// codeStyle matches the names of paragraph styles for code, in lower case.
var codeStyle = lazyregexp.New(`^(?:html |source |program )?(?:code|preformatted|verbatim|listing|quellcode|quelltext)(?: block| text)?$|^(?:macro text|sourcecode|preformatted text|codeblock|code_?block|html vorformatiert|préformaté html)$`)

// docxStyles returns the paragraph styles of a document by their ID.
func docxStyles(f file, z *zip.Reader, name string) map[string]docxStyle {
	styles := map[string]docxStyle{"Title": {level: 1}, "SourceCode": {code: true}}
	for i := range 6 {
		styles[fmt.Sprint("Heading", i+1)] = docxStyle{level: i + 1}
	}
	data, err := member(f, z, name)
	if err != nil {
		return styles
	}
	type value struct {
		Value string `xml:"val,attr"`
	}
	type style struct {
		ID    string `xml:"styleId,attr"`
		Type  string `xml:"type,attr"`
		Name  value  `xml:"name"`
		Based value  `xml:"basedOn"`
		List  value  `xml:"pPr>numPr>numId"`
		Level value  `xml:"pPr>numPr>ilvl"`
		Depth *value `xml:"pPr>outlineLvl"`
	}
	var all struct {
		Styles []style `xml:"style"`
	}
	if err := xml.Unmarshal(data, &all); err != nil {
		return styles // without them only the structure is lost
	}
	byID := map[string]style{}
	for _, s := range all.Styles {
		byID[s.ID] = s
	}
	for _, s := range all.Styles {
		if s.Type != "" && s.Type != "paragraph" {
			continue
		}
		id := s.ID
		var d docxStyle
		for range maxBased { // the style itself and those that it is based on
			name := strings.ToLower(s.Name.Value)
			var n int
			if _, err := fmt.Sscanf(name, "heading %d", &n); err == nil && n > 0 && d.level == 0 {
				d.level = min(n, 6)
			} else if name == "title" && d.level == 0 {
				d.level = 1
			} else if s.Depth != nil && d.level == 0 {
				d.level = outlineLevel(s.Depth.Value)
			}
			d.code = d.code || codeStyle.MatchString(name)
			d.contents = d.contents || strings.HasPrefix(name, "toc ") || strings.HasPrefix(name, "contents ")
			if d.numbers.list == "" && s.List.Value != "" {
				d.numbers = numbers{s.List.Value, atoi(s.Level.Value)}
			}
			next, ok := byID[s.Based.Value]
			if !ok {
				break
			}
			s = next
		}
		styles[id] = d
	}
	return styles
}

// maxBased limits how many styles a style may be based on.
const maxBased = 10

// outlineLevel returns the level of a heading from Word's outline level; 0 if that
// is not one of a heading.
func outlineLevel(s string) int {
	if n, err := strconv.Atoi(strings.TrimSpace(s)); err == nil && n >= 0 && n < 9 {
		return min(n+1, 6)
	}
	return 0
}

// atoi returns the number s, 0 if it is none or not between 0 and 1,000,000.
func atoi(s string) int {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= 1e6 {
		return n
	}
	return 0
}

// listFormat is how a level of a list is numbered.
type listFormat struct {
	Level string `xml:"ilvl,attr"`
	Start struct {
		Value string `xml:"val,attr"`
	} `xml:"start"`
	Format struct {
		Value string `xml:"val,attr"`
	} `xml:"numFmt"`
	Text struct {
		Value string `xml:"val,attr"`
	} `xml:"lvlText"`
}

// listKind is a definition of lists. Lists of the same one are numbered on.
type listKind struct {
	levels map[int]listFormat
	counts [10]int // the last number of each level; 0: none yet
}

// docxLists holds the lists of a document by their ID.
type docxLists map[string]*docxList

type docxList struct {
	kind   *listKind
	starts map[int]int // the numbers at which levels of this list start again
	begun  bool
}

// docxNumbering reads the lists of a document.
func docxNumbering(f file, z *zip.Reader, name string) docxLists {
	data, err := member(f, z, name)
	if err != nil {
		return nil
	}
	type value struct {
		Value string `xml:"val,attr"`
	}
	var all struct {
		Kinds []struct {
			ID     string       `xml:"abstractNumId,attr"`
			Levels []listFormat `xml:"lvl"`
			Style  value        `xml:"styleLink"`
			Link   value        `xml:"numStyleLink"`
		} `xml:"abstractNum"`
		Lists []struct {
			ID     string `xml:"numId,attr"`
			Kind   value  `xml:"abstractNumId"`
			Change []struct {
				Level string      `xml:"ilvl,attr"`
				Start *value      `xml:"startOverride"`
				Whole *listFormat `xml:"lvl"`
			} `xml:"lvlOverride"`
		} `xml:"num"`
	}
	if xml.Unmarshal(data, &all) != nil {
		return nil // without them only the numbers are lost
	}
	kinds, linked := map[string]*listKind{}, map[string]*listKind{}
	for _, k := range all.Kinds {
		kind := &listKind{levels: map[int]listFormat{}}
		for _, l := range k.Levels {
			kind.levels[atoi(l.Level)] = l
		}
		kinds[k.ID] = kind
		if k.Style.Value != "" {
			linked[k.Style.Value] = kind
		}
	}
	for _, k := range all.Kinds {
		if kind := linked[k.Link.Value]; kind != nil {
			kinds[k.ID] = kind
		}
	}
	lists := docxLists{}
	for _, l := range all.Lists {
		list := &docxList{kind: kinds[l.Kind.Value], starts: map[int]int{}}
		if list.kind == nil {
			continue
		}
		for _, c := range l.Change {
			if c.Whole != nil {
				own := &listKind{levels: map[int]listFormat{}}
				for at, f := range list.kind.levels {
					own.levels[at] = f
				}
				own.levels[atoi(c.Level)] = *c.Whole
				list.kind = own
			}
			if c.Start != nil {
				list.starts[atoi(c.Level)] = atoi(c.Start.Value)
			}
		}
		lists[l.ID] = list
	}
	return lists
}

// next counts a paragraph and returns its label, such as "2.", "a)" or "1.2". It is
// empty for a bullet.
func (ls docxLists) next(n numbers) string {
	list := ls[n.list]
	if list == nil {
		return ""
	}
	level := min(n.level, len(list.kind.counts)-1)
	counts := &list.kind.counts
	if !list.begun {
		list.begun = true
		for at, start := range list.starts {
			if at < len(counts) {
				counts[at] = 0
				list.kind.restart(at, start)
			}
		}
	}
	if counts[level] == 0 {
		counts[level] = list.kind.start(level)
	} else {
		counts[level]++
	}
	clear(counts[level+1:])
	format := list.kind.levels[level]
	if format.Format.Value == "bullet" || format.Format.Value == "none" {
		return ""
	}
	return placeholder.ReplaceAllStringFunc(format.Text.Value, func(s string) string {
		at := int(s[1] - '1')
		if counts[at] == 0 {
			counts[at] = list.kind.start(at)
		}
		return numeral(counts[at], list.kind.levels[at].Format.Value)
	})
}

// placeholder matches the number of a level in the form of a label.
var placeholder = lazyregexp.New(`%[1-9]`)

func (k *listKind) start(level int) int {
	if s := k.levels[level].Start.Value; s != "" {
		return atoi(s)
	}
	return 1
}

// restart sets the number that the next paragraph of a level gets.
func (k *listKind) restart(level, start int) {
	format := k.levels[level]
	format.Start.Value = strconv.Itoa(start)
	k.levels[level] = format
}

// numeral writes a number in one of Word's formats; in Arabic digits if the format is
// another one.
func numeral(n int, format string) string {
	switch format {
	case "lowerLetter":
		return letters(n)
	case "upperLetter":
		return strings.ToUpper(letters(n))
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperRoman":
		return roman(n)
	}
	return strconv.Itoa(n)
}

// letters returns a to z for 1 to 26, then aa to zz, aaa and so on as Word does.
func letters(n int) string {
	if n < 1 || n > 26*10 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(rune('a'+(n-1)%26)), (n-1)/26+1)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, d := range []struct {
		value  int
		symbol string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= d.value; n -= d.value {
			b.WriteString(d.symbol)
		}
	}
	return b.String()
}
