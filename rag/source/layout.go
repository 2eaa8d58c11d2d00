package source

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag/internal/lazyregexp"
)

// sheet is a page of a PDF: runs of text in drawing order. Positions and sizes
// are in points; y grows upwards.
type sheet struct {
	width, height float64
	runs          []run
}

// run is text of one font on one line.
type run struct {
	text                     string
	left, right, top, bottom float64
	size                     float64 // of the font
}

// line is one or more runs beside each other.
type line struct {
	text                     string
	left, right, top, bottom float64
	size                     float64 // of most of its text
}

// pageBreak separates the pages in the text of an article. It is white space,
// so a sentence may continue across it.
const pageBreak = '\f'

// layOut returns the text of pages in the form of rag.Document.Text. Columns
// follow one another, and running heads and page numbers are left out. Each
// paragraph is on one line, hyphenated words are joined, and font sizes give
// the headings. A pageBreak precedes each page except the first.
func layOut(sheets []sheet) string {
	pages := make([][]line, len(sheets))
	for i, s := range sheets {
		pages[i] = linesOf(s)
	}
	dropRunning(pages, sheets)
	body := bodySize(pages)
	var b strings.Builder
	var before *line
	for i, lines := range pages {
		if i > 0 && len(lines) == 0 {
			b.WriteRune(pageBreak)
			continue
		}
		before = writePage(&b, lines, before, i > 0, body)
	}
	return strings.TrimRight(b.String(), "\n \f") + "\n"
}

// linesOf returns the lines of a page in reading order. A page in a script that
// runs from right to left is mirrored, so that lines start at the left of all.
func linesOf(s sheet) []line {
	if rightToLeft(s.runs) {
		for i, r := range s.runs {
			s.runs[i].left, s.runs[i].right = s.width-r.right, s.width-r.left
		}
	}
	var all []line
	for _, r := range s.runs {
		if n := len(all); n > 0 && follows(all[n-1], r) {
			all[n-1] = extend(all[n-1], r)
			continue
		}
		all = append(all, line(r))
	}
	all = joinDirections(all)
	for i := range all {
		all[i].text = inReadingOrder(oneLine(tidy(all[i].text)))
	}
	all = slices.DeleteFunc(all, func(l line) bool { return l.text == "" })
	return inOrder(all, 0)
}

// rightToLeft reports whether most letters of the runs are of a script that runs
// from right to left.
func rightToLeft(runs []run) bool {
	n := 0
	for _, r := range runs {
		for _, c := range r.text {
			switch {
			case isRightToLeft(c):
				n++
			case unicode.IsLetter(c):
				n--
			}
		}
	}
	return n > 0
}

// isRightToLeft reports whether r is a letter of a script that runs from right to
// left.
func isRightToLeft(r rune) bool {
	return r >= 0x590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko)
}

// joinDirections joins the parts of lines that mix directions. PDFium returns them in
// the order in which they are read, so the next part may be on either side.
func joinDirections(parts []line) []line {
	var all []line
	for _, part := range parts {
		for n := len(all); n > 0 && mixed(all[n-1], part) && (follows(all[n-1], run(part)) || follows(part, run(all[n-1]))); n = len(all) {
			part = extend(all[n-1], run(part))
			all = all[:n-1]
		}
		all = append(all, part)
	}
	return all
}

// inReadingOrder returns a line of words with the sequences of words that run from
// left to right in their order. In a line with at least as many words from right to
// left, PDFium returns the words of such a sequence from right to left too.
func inReadingOrder(text string) string {
	if !strings.ContainsFunc(text, isRightToLeft) {
		return text
	}
	words := strings.Split(text, " ")
	n := 0
	for _, w := range words {
		if strings.ContainsFunc(w, isRightToLeft) {
			n++
		} else if strings.ContainsFunc(w, unicode.IsLetter) {
			n--
		}
	}
	if n < 0 {
		return text
	}
	first, last := -1, -1 // words with letters of the sequence; -1: none yet
	turn := func() {
		if first >= 0 {
			slices.Reverse(words[first : last+1])
		}
		first = -1
	}
	for i, w := range words {
		switch {
		case strings.ContainsFunc(w, isRightToLeft):
			turn()
		case strings.ContainsFunc(w, unicode.IsLetter):
			if last = i; first < 0 {
				first = i
			}
		}
	}
	turn()
	return strings.Join(words, " ")
}

// mixed reports whether one of two parts of a line has letters of a script that
// runs from right to left.
func mixed(a, b line) bool {
	return strings.ContainsFunc(a.text, isRightToLeft) || strings.ContainsFunc(b.text, isRightToLeft)
}

// follows reports whether a run continues a line: it is at the same height and
// begins at most a few letters after the line's end.
func follows(l line, r run) bool {
	overlap := min(l.top, r.top) - max(l.bottom, r.bottom)
	gap := r.left - l.right
	height := max(l.top-l.bottom, r.top-r.bottom)
	return overlap > .4*min(l.top-l.bottom, r.top-r.bottom) && gap > -height && gap < 1.6*height
}

func extend(l line, r run) line {
	if gap := max(r.left-l.right, l.left-r.right); gap > .2*max(l.size, r.size) && !strings.HasSuffix(l.text, " ") && !strings.HasPrefix(r.text, " ") {
		l.text += " "
	}
	if utf8.RuneCountInString(r.text) > utf8.RuneCountInString(l.text) {
		l.size = r.size
	}
	l.text += r.text
	l.left, l.right, l.top, l.bottom = min(l.left, r.left), max(l.right, r.right), max(l.top, r.top), min(l.bottom, r.bottom)
	return l
}

// maxCuts limits how deep columns and rows are nested.
const maxCuts = 12

// inOrder sorts lines into reading order with the XY-cut (Nagy and Seth,
// Hierarchical Representation of Optically Scanned Documents, 1984). It cuts a
// page at a gap that runs through all of it, and then cuts each part. A gap
// between columns is preferred to one between rows.
func inOrder(lines []line, depth int) []line {
	if len(lines) < 2 || depth > maxCuts {
		return byHeight(lines)
	}
	if at, ok := gutter(lines); ok {
		var left, right []line
		for _, l := range lines {
			if (l.left+l.right)/2 < at {
				left = append(left, l)
			} else {
				right = append(right, l)
			}
		}
		return append(inOrder(left, depth+1), inOrder(right, depth+1)...)
	}
	sorted := byHeight(lines)
	best, at := 0., 0
	bottom := sorted[0].bottom
	for i, l := range sorted[1:] {
		if gap := bottom - l.top; gap > best {
			// Cut only where one side has columns.
			_, above := gutter(sorted[:i+1])
			_, below := gutter(sorted[i+1:])
			if above || below {
				best, at = gap, i+1
			}
		}
		bottom = min(bottom, l.bottom)
	}
	if at == 0 {
		return sorted
	}
	return append(inOrder(sorted[:at], depth+1), inOrder(sorted[at:], depth+1)...)
}

func byHeight(lines []line) []line {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b line) int {
		if overlap := min(a.top, b.top) - max(a.bottom, b.bottom); overlap > .5*min(a.top-a.bottom, b.top-b.bottom) {
			return cmp.Compare(a.left, b.left)
		}
		return cmp.Compare(b.top, a.top)
	})
	return sorted
}

const (
	minColumn = 3  // lines of a column
	minGutter = 8. // points between columns
)

// gutter returns the middle of the widest vertical gap with columns on both
// sides. ok is false if there is none.
func gutter(lines []line) (at float64, ok bool) {
	sorted := slices.Clone(lines)
	slices.SortFunc(sorted, func(a, b line) int { return cmp.Compare(a.left, b.left) })
	right, best := sorted[0].right, minGutter
	for i, l := range sorted[1:] {
		if gap := l.left - right; gap > best && isColumn(sorted[:i+1]) && isColumn(sorted[i+1:]) {
			best, at, ok = gap, right+gap/2, true
		}
		right = max(right, l.right)
	}
	return at, ok
}

// isColumn reports whether lines are running text and not table cells: at least
// half of them have four words or more.
func isColumn(lines []line) bool {
	long := 0
	for _, l := range lines {
		if strings.Count(l.text, " ") >= 3 {
			long++
		}
	}
	return len(lines) >= minColumn && 2*long >= len(lines)
}

// bodySize returns the font size of most of the text.
func bodySize(pages [][]line) float64 {
	letters := map[float64]int{}
	for _, lines := range pages {
		for _, l := range lines {
			letters[math.Round(2*l.size)/2] += utf8.RuneCountInString(l.text)
		}
	}
	best, most := 0., 0
	for size, n := range letters {
		if n > most || n == most && size < best {
			best, most = size, n
		}
	}
	return best
}

const margin = .17 // share of a page's height, at the top and bottom, that may have running heads

var digits = lazyregexp.New(`\d+|\b[ivxlc]+\b`)

var pageNumber = lazyregexp.New(`(?i)^\W*(?:page|seite|página|p\.|стр\.?)?\s*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of|von|de|из)\s*\d{1,4})?\W*$`)

// dropRunning removes page numbers, and lines in the margins that repeat on
// several pages, apart from their numbers.
func dropRunning(pages [][]line, sheets []sheet) {
	seen := map[string]int{}
	key := func(l line) string { return strings.ToLower(digits.ReplaceAllString(l.text, "#")) }
	edges := make([]map[line]bool, len(pages))
	for i, lines := range pages {
		edges[i] = edge(lines, sheets[i])
		on := map[string]bool{}
		for l := range edges[i] {
			if !on[key(l)] {
				on[key(l)] = true
				seen[key(l)]++
			}
		}
	}
	often := max(2, min(len(pages)/3, 5))
	for i := range pages {
		pages[i] = slices.DeleteFunc(pages[i], func(l line) bool {
			return edges[i][l] && (len(pages) > 2 && seen[key(l)] >= often || pageNumber.MatchString(l.text))
		})
	}
}

// edge returns the lines in the margins of a page that a gap separates from the
// text.
func edge(lines []line, s sheet) map[line]bool {
	all := map[line]bool{}
	sorted := slices.Clone(lines)
	slices.SortFunc(sorted, func(a, b line) int { return cmp.Compare(b.top, a.top) })
	separated := func(above, below line) bool { return above.bottom-below.top > .7*min(above.size, below.size) }
	for i := 0; i < min(3, len(sorted)) && sorted[i].bottom > s.height*(1-margin); i++ {
		if i+1 == len(sorted) || separated(sorted[i], sorted[i+1]) {
			for _, l := range sorted[:i+1] {
				all[l] = true
			}
		}
	}
	for i := len(sorted) - 1; i >= max(0, len(sorted)-3) && sorted[i].top < s.height*margin; i-- {
		if i == 0 || separated(sorted[i-1], sorted[i]) {
			for _, l := range sorted[i:] {
				all[l] = true
			}
		}
	}
	return all
}

// writePage writes the paragraphs of a page and returns its last line. The
// first paragraph may continue that of the page before.
func writePage(b *strings.Builder, lines []line, before *line, turned bool, body float64) *line {
	typical := leading(lines)
	for i := range lines {
		l := &lines[i]
		level := headingSize(*l, body)
		text := bullet.ReplaceAllString(l.text, "- ")
		switch {
		case i == 0 && turned && before != nil && level == 0 && headingSize(*before, body) == 0 && continues(*before, *l):
			if hyphenated(b, before.text, text) { // finish the word before the page break
				word, rest, _ := strings.Cut(text, " ")
				b.WriteString(word)
				text = rest
			}
			b.WriteString(string(pageBreak) + text)
		case i == 0 && turned:
			b.WriteString("\n\n" + string(pageBreak))
			b.WriteString(blockStart(text, level))
		case before == nil:
			b.WriteString(blockStart(text, level))
		case level > 0 && headingSize(*before, body) == level && before.top > l.top && before.bottom-l.top < l.size:
			b.WriteString(" " + text) // a heading on two lines
		case level == 0 && headingSize(*before, body) == 0 && joins(*before, *l, typical):
			if !hyphenated(b, before.text, text) {
				b.WriteByte(' ')
			}
			b.WriteString(text)
		default:
			b.WriteString("\n\n" + blockStart(text, level))
		}
		before = l
	}
	return before
}

// blockStart returns a line that begins a paragraph or is a heading. Level 0 is
// a paragraph.
func blockStart(text string, level int) string {
	if level > 0 {
		return strings.Repeat("#", level) + " " + text
	}
	if heading.MatchString(text) {
		return " " + text
	}
	return text
}

// continues reports whether a line continues the last line of the page or
// column before.
func continues(before, l line) bool {
	return !endsSentence(before.text) && !bullet.MatchString(l.text) && math.Abs(before.size-l.size) <= .15*before.size
}

var numbered = lazyregexp.New(`\pL.*\s\d{1,4}$`)

var bullet = lazyregexp.New(`^[•▪‣◦●○■–]\s+`)

// leading returns the median distance from the bottom of a line to the top of
// the next, in line heights. It is .3 if there is none to measure.
func leading(lines []line) float64 {
	var all []float64
	for i := 1; i < len(lines); i++ {
		if gap := (lines[i-1].bottom - lines[i].top) / max(1, lines[i].size); gap > -1 && gap < 3 {
			all = append(all, gap)
		}
	}
	if len(all) == 0 {
		return .3
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// joins reports whether a line continues the paragraph of the line before.
func joins(before, l line, typical float64) bool {
	if bullet.MatchString(l.text) || math.Abs(before.size-l.size) > .15*before.size {
		return false
	}
	gap := (before.bottom - l.top) / max(1, l.size)
	switch {
	case gap < -1: // at the top of the next column
		return continues(before, l)
	case numbered.MatchString(before.text) && numbered.MatchString(l.text): // a table of contents
		return false
	case gap > typical+.45:
		return false
	case l.left > before.left+.8*l.size && l.left < before.left+4*l.size && endsSentence(before.text): // indented
		return false
	case before.right < l.right-6*l.size && endsSentence(before.text): // a short last line
		return false
	}
	return true
}

func endsSentence(s string) bool {
	s = strings.TrimRight(s, `"'”’)]`)
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…:。！？", r)
}

// hyphenated removes the hyphen of a word that is split across lines. It
// reports whether there was one. A compound whose second part is capitalized
// keeps its hyphen.
func hyphenated(b *strings.Builder, before, after string) bool {
	r := []rune(before)
	first, _ := utf8.DecodeRuneInString(after)
	if len(r) < 2 || r[len(r)-1] != '-' && r[len(r)-1] != '‐' || !unicode.IsLetter(r[len(r)-2]) || !unicode.IsLetter(first) {
		return false
	}
	if unicode.IsLower(first) {
		s := b.String()
		b.Reset()
		b.WriteString(s[:len(s)-utf8.RuneLen(r[len(r)-1])])
	}
	return true
}

// headingSize returns the heading level that the font size of a line gives, 0
// if it is not a heading.
func headingSize(l line, body float64) int {
	if body == 0 || utf8.RuneCountInString(l.text) > 120 || !hasWord(l.text) || strings.HasSuffix(l.text, ",") {
		return 0
	}
	switch ratio := l.size / body; {
	case ratio >= 1.6:
		return 1
	case ratio >= 1.3:
		return 2
	case ratio >= 1.12:
		return 3
	}
	return 0
}
