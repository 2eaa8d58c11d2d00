package source

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"footnote/rag"
	"footnote/rag/internal/lazyregexp"
)

// loadCSV yields the articles of a table. The separator is a comma, semicolon, tab or
// vertical bar.
func loadCSV(f file, yield func(part) bool) error {
	text, err := decode(f.data)
	if err != nil {
		return err
	}
	comma := separator(text)
	if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(strings.ToLower(first), "sep=") { // as Excel writes it
		text = rest
		if r, _ := utf8.DecodeRuneInString(first[len("sep="):]); strings.ContainsRune(",;\t|", r) {
			comma = r
		}
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = comma
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	return readTable(f, r.Read, yield)
}

// separator returns the separator that is most frequent in the first line that has
// one. The title of a table may be above that line.
func separator(text string) rune {
	lines := 0
	for line := range strings.Lines(text) {
		best, most := ',', 0
		for _, r := range ",;\t|" {
			if n := strings.Count(line, string(r)); n > most {
				best, most = r, n
			}
		}
		if lines++; most > 0 || lines == maxPreamble {
			return best
		}
	}
	return ','
}

const (
	maxPreamble  = 10      // lines above a table
	sampleRows   = 50      // that say what the columns hold
	maxTableRows = 1000    // of an article
	proseWords   = 8       // of a value on average, from which a column is text
	maxColumns   = 7       // of a table that is written as one
	headerWords  = 60      // after which a table repeats its header
	maxTable     = 1 << 20 // bytes of an article
)

// table is what is known of the columns of a table.
type table struct {
	name  string // written above it
	head  []string
	title int // column; -1: none, or one with a usual name
	text  int // the same
}

// readTable yields the articles of a table, whose rows next returns until io.EOF. The
// first row names the columns. If one of them holds text, each row is an article, and
// the other columns are listed behind its text. Otherwise the whole table is an
// article, or one for every maxTableRows rows.
func readTable(f file, next func() ([]string, error), yield func(part) bool) error {
	var sample [][]string
	row := func() ([]string, error) {
		for {
			r, err := next()
			if err != nil || hasWord(strings.Join(r, "")) {
				return r, err
			}
		}
	}
	head, err := row()
	for err == nil && len(sample) < sampleRows {
		var r []string
		if r, err = row(); err == nil {
			sample = append(sample, r)
		}
	}
	name := ""
	for len(sample) > 0 && cells(head) == 1 && cells(sample[0]) > 1 { // a title above the table
		name = oneLine(tidy(strings.Join(head, "")))
		head, sample = sample[0], sample[1:]
	}
	switch {
	case head == nil || len(sample) == 0 && errors.Is(err, io.EOF):
		return &Skipped{Reason: Empty}
	case err != nil && !errors.Is(err, io.EOF):
		return err
	}
	t := table{name: name, title: -1, text: -1}
	for i, name := range head {
		if name = oneLine(tidy(name)); name == "" {
			name = fmt.Sprintf("Column %d", i+1)
		}
		t.head = append(t.head, name)
	}
	after := func() ([]string, error) {
		if len(sample) > 0 {
			r := sample[0]
			sample = sample[1:]
			return r, nil
		}
		return row()
	}
	if t.findText(sample, f.read.Fields) {
		return t.articles(f, after, yield)
	}
	return t.whole(f, after, yield)
}

// cells returns how many cells of a row are not empty.
func cells(row []string) int {
	n := 0
	for _, v := range row {
		if strings.TrimSpace(v) != "" {
			n++
		}
	}
	return n
}

// findText looks for a column of text, and for one with a title for each. It returns
// false if there is no text.
func (t *table) findText(sample [][]string, f Fields) bool {
	names := make([]string, len(t.head))
	for i, name := range t.head {
		names[i] = bareName(name)
	}
	usual := func(all []string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(all, name) })
	}
	if q, a := slices.Index(names, "q"), slices.Index(names, "a"); q >= 0 && a >= 0 {
		t.title, t.text = q, a
		return true
	}
	if f.Text != "" || usual(usualNames.text) {
		return true
	}
	best := float64(proseWords)
	for i := range t.head {
		if words := meanWords(sample, i); words >= best && !isMeta(names[i]) {
			best, t.text = words, i
		}
	}
	if t.text < 0 {
		return false
	}
	if f.Title == "" && !usual(usualNames.title) {
		t.title = t.titleColumn(sample, names)
	}
	return true
}

// meanWords returns how many words the values of a column have that are not empty.
func meanWords(sample [][]string, column int) float64 {
	words, values := 0, 0
	for _, row := range sample {
		if column < len(row) && hasWord(row[column]) {
			words += len(strings.Fields(row[column])) + utf8.RuneCountInString(row[column])/100
			values++
		}
	}
	return float64(words) / float64(max(1, values))
}

// isMeta reports whether a column has a usual name of a field other than the text.
func isMeta(name string) bool {
	for _, all := range [][]string{usualNames.id, usualNames.title, usualNames.url, usualNames.date, usualNames.author, usualNames.collection} {
		if slices.Contains(all, name) {
			return true
		}
	}
	return false
}

// titleColumn returns the first column of different short texts; -1 if there is none.
func (t *table) titleColumn(sample [][]string, names []string) int {
	for i := range t.head {
		seen := map[string]bool{}
		values := 0
		for _, row := range sample {
			if i < len(row) && strings.ContainsFunc(row[i], unicode.IsLetter) && utf8.RuneCountInString(row[i]) <= maxTitle {
				values++
				seen[row[i]] = true
			}
		}
		if i != t.text && !isMeta(names[i]) && values > 0 && values == len(sample) && len(seen) == values {
			return i
		}
	}
	return -1
}

// articles yields each row as an article.
func (t *table) articles(f file, next func() ([]string, error), yield func(part) bool) error {
	var all rows
	for {
		row, err := next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		d, name, err := t.article(row, f.read.Fields)
		if err != nil && all.n == 0 { // the other rows would fail too
			return err
		}
		if !yield(part{name: all.unique(name), doc: d, err: err}) {
			return nil
		}
	}
}

// article returns a row as an article, and its name.
func (t *table) article(row []string, f Fields) (d rag.Document, name string, err error) {
	rec := record{}
	for i, v := range row {
		if i < len(t.head) {
			rec[t.head[i]] = v
		}
	}
	for _, name := range t.head[min(len(row), len(t.head)):] {
		rec[name] = ""
	}
	name, d, err = rec.fields(f)
	if err != nil {
		return d, "", err
	}
	if t.text >= 0 && t.text < len(row) {
		d.Text = cellText(row[t.text])
	}
	if t.title >= 0 && t.title < len(row) {
		d.Title = oneLine(tidy(row[t.title]))
	}
	if more := t.others(row, f, d); more != "" {
		d.Text = strings.TrimLeft(strings.TrimRight(d.Text, "\n")+"\n\n"+more, "\n")
	}
	return d, name, nil
}

var addressOnly = lazyregexp.New(`^\s*https?://\S+\s*$`)

// others returns the values of a row that are not in d, as a list of "- Column: value".
func (t *table) others(row []string, f Fields, d rag.Document) string {
	asked := []string{f.ID, f.Title, f.Text, f.URL, f.Date, f.Author, f.Collection}
	var b strings.Builder
	for i, v := range row {
		if i >= len(t.head) || i == t.title || i == t.text || isMeta(bareName(t.head[i])) || strings.HasPrefix(t.head[i], "Unnamed:") {
			continue
		}
		v = oneLine(cellText(v))
		if v == "" || addressOnly.MatchString(v) || slices.ContainsFunc(asked, func(name string) bool { return strings.EqualFold(name, t.head[i]) }) || strings.Contains(oneLine(d.Text), v) && len(v) > maxTitle/4 || v == oneLine(d.Text) {
			continue
		}
		fmt.Fprintf(&b, "- %s: %s\n", t.head[i], v)
	}
	return b.String()
}

// whole yields the table as articles of up to maxTableRows rows.
func (t *table) whole(f file, next func() ([]string, error), yield func(part) bool) error {
	title := cmp.Or(t.name, nameTitle(f.name), path.Base(f.name))
	for from := 1; ; {
		var w writer
		n, words := 0, 0
		for n < maxTableRows && w.out.Len() < maxTable {
			row, err := next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
			n++
			if len(t.head) > maxColumns {
				t.writeRecord(&w, row)
				continue
			}
			if words == 0 {
				w.words(rowText(t.head))
			}
			line := rowText(row)
			w.words(line)
			if words += len(strings.Fields(line)); words > headerWords {
				words = 0
				w.blankLine()
			}
		}
		if n == 0 {
			return nil
		}
		p := part{doc: rag.Document{Title: title, Text: w.out.String()}}
		if from > 1 {
			p.name = fmt.Sprintf("rows-%d", from)
			p.doc.Title = fmt.Sprintf("%s (rows %d to %d)", title, from, from+n-1)
		}
		if !yield(p) {
			return nil
		}
		from += n
	}
}

// rowText returns a row as "cell | cell".
func rowText(row []string) string {
	cells := make([]string, len(row))
	for i, v := range row {
		cells[i] = oneLine(cellText(v))
	}
	return strings.Join(cells, " | ")
}

// writeRecord writes a row of many columns as a heading and a list of "- Column: value".
func (t *table) writeRecord(w *writer, row []string) {
	name := slices.IndexFunc(row, func(v string) bool {
		return strings.ContainsFunc(v, unicode.IsLetter) && utf8.RuneCountInString(v) <= maxTitle
	})
	w.blankLine()
	if name >= 0 {
		w.line("## " + oneLine(cellText(row[name])))
		w.blankLine()
	}
	for i, v := range row {
		if v = oneLine(cellText(v)); v != "" && i < len(t.head) && !strings.HasPrefix(t.head[i], "Unnamed:") {
			w.line("- " + t.head[i] + ": " + v)
		}
	}
}
