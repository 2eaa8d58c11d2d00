package source

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v4"

	"footnote/rag"
)

// keys lists the front matter fields that are read: each field's own name, and
// then names that other programs use. A value under its own name must be valid.
// A value under another name is ignored if it is invalid, since it may mean
// something else. Case, '-' and '_' do not matter.
var keys = [][]string{
	{"title"},
	{"url", "link", "canonical"},
	{"published", "date", "publishdate"},
	{"collection"},
	{"author", "authors", "by"},
}

// frontMatter splits text into its front matter and the body. Front matter is
// YAML between lines of "---" or TOML between lines of "+++". It must begin
// with a key, since an article may begin with a line of dashes.
func frontMatter(text string) (rag.Document, string, error) {
	block, body, fence := split(text)
	if fence == "" {
		return rag.Document{}, text, nil
	}
	read := readYAML
	if fence == "+++" {
		read = readTOML
	}
	fields, err := read(block)
	if err == nil {
		var d rag.Document
		if d, err = describe(fields); err == nil {
			return d, body, nil
		}
	}
	return rag.Document{}, "", fmt.Errorf("front matter: %w", err)
}

var firstKey = regexp.MustCompile(`^(?:\s*(?:#[^\n]*)?\n)*["']?([A-Za-z][\w-]*)["']?\s*[:=](?:\s|$)`)

// split cuts text at the fences of its front matter. fence is empty if there is
// none.
func split(text string) (block, body, fence string) {
	first, rest, _ := strings.Cut(text, "\n")
	fence = strings.TrimRight(first, " \t")
	if fence != "---" && fence != "+++" {
		return "", text, ""
	}
	at := 0
	for line := range strings.Lines(rest) {
		if end := strings.TrimRight(line, " \t\n"); end == fence || end == "..." && fence == "---" {
			block, body = rest[:at], strings.TrimLeft(rest[at+len(line):], "\n")
			if key := firstKey.FindStringSubmatch(block); key == nil && !blank(block) {
				return "", text, ""
			}
			return block, body, fence
		}
		at += len(line)
	}
	return "", text, ""
}

// blank reports whether a block has only comments and empty lines.
func blank(block string) bool {
	for line := range strings.Lines(block) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}

// field is one value of a front matter, unparsed.
type field struct {
	value string
	list  bool     // a list or a table; value is not used
	items []string // of a list, those that are text or numbers
}

func readYAML(block string) (map[string]field, error) {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(block), &root); err != nil {
		return nil, errors.New(oneLine(err.Error()))
	}
	if len(root.Content) == 0 {
		return nil, nil
	}
	top := root.Content[0]
	if top.Kind != yaml.MappingNode {
		return nil, errors.New("it has no keys and values")
	}
	fields := map[string]field{}
	for i := 0; i+1 < len(top.Content); i += 2 {
		v := top.Content[i+1]
		if v.Kind == yaml.AliasNode {
			v = v.Alias
		}
		f := field{value: v.Value, list: v.Kind != yaml.ScalarNode}
		if v.Kind == yaml.SequenceNode {
			for _, item := range v.Content {
				f.items = append(f.items, item.Value)
			}
		}
		if v.Tag == "!!null" {
			f.value = ""
		}
		fields[top.Content[i].Value] = f
	}
	return fields, nil
}

func readTOML(block string) (map[string]field, error) {
	var table map[string]any
	if _, err := toml.Decode(block, &table); err != nil {
		return nil, errors.New(oneLine(err.Error()))
	}
	fields := map[string]field{}
	for key, v := range table {
		switch v := v.(type) {
		case []any:
			f := field{list: true}
			for _, item := range v {
				if s, ok := item.(string); ok {
					f.items = append(f.items, s)
				}
			}
			fields[key] = f
		case map[string]any, []map[string]any:
			fields[key] = field{list: true}
		case time.Time:
			fields[key] = field{value: v.Format(time.RFC3339)}
		default:
			fields[key] = field{value: fmt.Sprint(v)}
		}
	}
	return fields, nil
}

// describe returns an article with the fields of a front matter. It leaves out
// a relative URL such as "/posts/1", which a reader could not open.
func describe(fields map[string]field) (rag.Document, error) {
	named := map[string]field{}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		named[strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name))] = fields[name]
	}
	var d rag.Document
	for _, names := range keys {
		for i, name := range names {
			taken, err := named[name].into(&d, names[0])
			if err != nil && i == 0 {
				return d, fmt.Errorf("%s: %w", name, err)
			}
			if taken {
				break
			}
		}
	}
	return d, nil
}

// into sets the field of d that key names. taken is false if there is no usable
// value.
func (f field) into(d *rag.Document, key string) (taken bool, err error) {
	value := oneLine(tidy(f.value))
	switch {
	case key == "author":
		if f.list {
			value = oneLine(tidy(strings.Join(slices.DeleteFunc(f.items, func(s string) bool { return !hasWord(s) }), ", ")))
		}
		d.Author = value
		return hasWord(value), nil
	case f.list:
		return false, errors.New("must be a line of text, not a list or a table")
	case value == "":
		return false, nil
	case key == "title":
		d.Title = value
	case key == "collection":
		d.Collection = value
	case key == "url":
		u, err := url.Parse(value)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return false, nil
		}
		d.URL = u.String()
	case key == "published":
		t, ok := parseDate(value)
		if !ok {
			return false, fmt.Errorf("%q is not a date; write it as 2020-09-14", value)
		}
		d.Published = t
	}
	return true, nil
}

// dates lists the date layouts that are read. parseDate first removes
// differences in spacing, full stops, commas and ordinals. A date without a
// zone is in UTC. "09/14/2020" is not read, since many countries would put the
// day first.
var dates = []string{
	time.RFC3339,
	"2006-01-02T15:04:05",
	"2006-01-02T15:04",
	"2006-01-02 15:04:05 -0700 MST",
	"2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05 -07:00",
	"2006-01-02 15:04:05-07:00",
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 MST",
	"2006-01-02 15:04:05",
	"2006-01-02 15:04",
	"2006-1-2",
	"2006/1/2",
	"2006.1.2",
	"20060102",
	"2006-01",
	"2006",
	"Mon 2 Jan 2006 15:04:05 -0700",
	"Mon 2 Jan 2006 15:04:05 MST",
	"Mon Jan 2 15:04:05 2006",
	"Mon Jan 2 15:04:05 MST 2006",
	"Monday January 2 2006",
	"Monday 2 January 2006",
	"Mon Jan 2 2006",
	"Mon 2 Jan 2006",
	"January 2 2006",
	"Jan 2 2006",
	"2 January 2006",
	"2 Jan 2006",
	"2-Jan-2006",
	"January 2006",
	"Jan 2006",
}

var (
	abbreviated = regexp.MustCompile(`(?i)\b(sept|[a-z]{3})\.`)
	ordinal     = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)\b`)
)

// parseDate parses a date and converts it to UTC.
func parseDate(s string) (time.Time, bool) {
	s = abbreviated.ReplaceAllString(s, "$1")
	s = ordinal.ReplaceAllString(s, "$1")
	s = oneLine(strings.ReplaceAll(s, ",", " "))
	s = strings.NewReplacer("Sept ", "Sep ", "sept ", "sep ").Replace(s)
	for _, form := range dates {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
