package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"footnote/rag"
)

// Fields names the CSV column or JSON key of each field of an article. For an
// empty name, the usual names are tried.
type Fields struct{ ID, Title, Text, URL, Date, Author, Collection string }

// usualNames lists the usual column names, best first. Case, '-', '_' and
// spaces do not matter.
var usualNames = struct{ id, title, text, url, date, author, collection []string }{
	id:    []string{"id", "guid", "uuid", "key", "slug"},
	title: []string{"title", "headline", "subject", "question", "frage", "pregunta", "pergunta", "domanda", "vraag", "вопрос", "问题", "問題", "質問", "질문", "name"},
	text: []string{"text", "body", "content", "articlebody", "article", "fulltext", "markdown", "html", "answer", "antwort", "respuesta", "réponse",
		"resposta", "risposta", "antwoord", "ответ", "答案", "回答", "답변", "description", "summary", "abstract"},
	url:        []string{"url", "link", "permalink", "canonical", "href"},
	date:       []string{"published", "date", "publishedat", "datepublished", "publishdate", "pubdate", "created", "createdat", "timestamp"},
	author:     []string{"author", "byline", "creator", "writer"},
	collection: []string{"collection", "category", "section"},
}

// record is a row or an object, by its keys.
type record map[string]string

// pick returns the value of a field. If asked is set, that field must exist;
// otherwise the first usual name with a value is taken.
func (r record) pick(asked string, names []string) (string, error) {
	if asked != "" {
		for k, v := range r {
			if strings.EqualFold(k, asked) {
				return v, nil
			}
		}
		keys := make([]string, 0, len(r))
		for k := range r {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		return "", fmt.Errorf("there is no field %q; it has %s", asked, oneLine(tidy(strings.Join(keys[:min(len(keys), 20)], ", "))))
	}
	for _, name := range names {
		for k, v := range r {
			if bareName(k) == name && v != "" {
				return v, nil
			}
		}
	}
	return "", nil
}

// bareName returns a name of a column without what does not matter in it.
func bareName(s string) string {
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s))
}

// article returns the record as an article, and its name.
func (r record) article(f Fields) (name string, d rag.Document, err error) {
	if name, d, err = r.fields(f); err == nil && !hasWord(d.Text) && f.Text == "" {
		err = errors.New("no field of it is called text, body or content; say which one by --text-field")
	}
	return name, d, err
}

// fields returns the fields of an article that the record has, and its name.
func (r record) fields(f Fields) (name string, d rag.Document, err error) {
	values := [7]string{}
	for i, one := range []struct {
		asked string
		names []string
	}{{f.ID, usualNames.id}, {f.Title, usualNames.title}, {f.Text, usualNames.text}, {f.URL, usualNames.url}, {f.Date, usualNames.date}, {f.Author, usualNames.author}, {f.Collection, usualNames.collection}} {
		if values[i], err = r.pick(one.asked, one.names); err != nil {
			return "", d, err
		}
	}
	d = rag.Document{Title: oneLine(tidy(values[1])), Text: cellText(values[2]), URL: webAddress(values[3]), Author: oneLine(tidy(values[5])), Collection: oneLine(tidy(values[6]))}
	if values[4] != "" {
		t, ok := parseDate(strings.TrimSpace(values[4]))
		if !ok && f.Date != "" {
			return "", d, fmt.Errorf("%q is not a date; write it as 2020-09-14", values[4])
		}
		d.Published = t
	}
	name = strings.ReplaceAll(oneLine(tidy(values[0])), "/", "_")
	if name == "" && d.URL != "" {
		name = rag.DocumentID(d.URL)
	}
	return name, d, nil
}

// cellText returns the text of a value, which may be HTML.
func cellText(s string) string {
	s = tidy(s)
	if looksHTML(s) {
		return rendered(s)
	}
	return s
}

func looksHTML(s string) bool {
	return strings.Contains(s, "</p>") || strings.Contains(s, "</div>") || strings.Contains(s, "<br")
}

// rows gives each record a unique name: its own, or else its number.
type rows struct {
	n    int
	seen map[string]bool
}

func (r *rows) part(rec record, f Fields) part {
	name, d, err := rec.article(f)
	return part{name: r.unique(name), doc: d, err: err}
}

// unique counts a record and returns its name, or its number if that is empty or not
// unique.
func (r *rows) unique(name string) string {
	r.n++
	if name == "" || r.seen[name] {
		name = strconv.Itoa(r.n)
	}
	if r.seen == nil {
		r.seen = map[string]bool{}
	}
	r.seen[name] = true
	return name
}

// loadJSON yields each object of a file: one a line, an array of objects, or a
// single object. It also reads JSON feeds and the exports of chats.
func loadJSON(f file, yield func(part) bool) error {
	if isJSONFeed(f.data) {
		return loadFeed(f, yield)
	}
	if isGhostExport(f.data) {
		return loadGhost(f, yield)
	}
	if load := chatExport(f.data); load != nil {
		return load(f, yield)
	}
	data := bytes.TrimPrefix(f.data, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(data) {
		text, err := decode(data)
		if err != nil {
			return err
		}
		data = []byte(text)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if head := bytes.TrimSpace(data); len(head) > 0 && head[0] == '[' {
		if _, err := d.Token(); err != nil {
			return err
		}
	}
	var all rows
	for d.More() {
		var object map[string]any
		if err := d.Decode(&object); err != nil {
			return fmt.Errorf("object %d: %w", all.n+1, err)
		}
		rec := record{}
		flatten(rec, "", object)
		p := all.part(rec, f.read.Fields)
		if p.err != nil && all.n == 1 {
			return p.err
		}
		if !yield(p) {
			return nil
		}
	}
	return nil
}

// flatten sets the values of an object by their keys. The values of a nested
// object get keys such as "outer.inner".
func flatten(r record, prefix string, object map[string]any) {
	for k, v := range object {
		switch v := v.(type) {
		case string:
			r[prefix+k] = v
		case float64, bool:
			r[prefix+k] = fmt.Sprint(v)
		case map[string]any:
			if prefix == "" {
				flatten(r, k+".", v)
			}
		}
	}
}
