package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v4"

	"footnote/rag/internal/lazyregexp"
)

// property is one value of a front matter by its key.
type property struct {
	key    string
	values []string   // its texts and numbers; of an object, its name
	nested []property // of an object
}

// matterFormat is a language of front matter.
type matterFormat int

const (
	matterYAML  matterFormat = iota // between lines of "---"
	matterTOML                      // between lines of "+++"
	matterJSON                      // one object
	matterPlain                     // lines of "Key: value" without a fence, as Pelican and MultiMarkdown use them
)

// frontMatter splits text into the properties of its front matter and the body.
// problem is not nil if some of the front matter could not be read: the rest of
// it is still returned, and the body is always complete.
func frontMatter(text string) (properties []property, body string, problem error) {
	block, body, in, closed := split(text)
	if block == "" {
		return nil, body, nil
	}
	properties, problem = in.read(block)
	if problem != nil {
		properties = in.readEntries(block)
	}
	if problem == nil && !closed {
		problem = errors.New("it does not end with a line of ---")
	}
	return properties, body, problem
}

// maxFrontMatter is the size in bytes of a front matter that is parsed as a
// whole. A longer one is read entry by entry.
const maxFrontMatter = 256 << 10

// read parses a front matter.
func (in matterFormat) read(block string) ([]property, error) {
	if len(block) > maxFrontMatter || nestedTooDeep(block) {
		return nil, errors.New("it is too long or nested too deep")
	}
	var err error
	var properties []property
	table := map[string]any{}
	switch in {
	case matterTOML:
		_, err = toml.Decode(block, &table)
		properties = fromTable(table)
	case matterJSON:
		err = json.Unmarshal([]byte(block), &table)
		properties = fromTable(table)
	default:
		properties, err = readYAML(block)
	}
	if err != nil {
		return nil, errors.New(oneLine(err.Error()))
	}
	return properties, nil
}

// maxBrackets limits the nesting of lists and tables: the TOML parser has no
// limit of its own, and overflows the stack.
const maxBrackets = 100

// nestedTooDeep reports whether a front matter may be nested deeper than
// maxBrackets. Brackets in quotes count, too.
func nestedTooDeep(block string) bool {
	depth, dots := 0, 0
	for i := range len(block) {
		switch block[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '.':
			dots++
		case '\n', '"', '\'', ' ':
			dots = 0
		}
		if depth > maxBrackets || dots > maxBrackets {
			return true
		}
	}
	return false
}

// Keys of a front matter. A key with spaces must be known to begin one, since
// it may be the beginning of a sentence.
var (
	keyPattern  = lazyregexp.New(`(?m)^["']?([\p{L}_][\p{L}\p{M}\p{N}_.-]*(?: [\p{L}\p{M}\p{N}_.-]+){0,3})["']?[ \t]*(?::(?:[ \t]|$)|=)`)
	fenceLine   = lazyregexp.New(`^(?:-{3,}|\+{3,})[ \t]*$`)
	openFence   = lazyregexp.New(`^(?:-{3,}[ \t]*(ya?ml|toml|json)?|\+{3,})[ \t]*$`)
	commentLine = lazyregexp.New(`^[ \t]*(?:#.*)?$`)
)

// spaced returns a line with a space after the colon of a known key, as in
// "draft:true", which YAML would not read as a key.
func spaced(line string) string {
	if m := tightKey.FindStringSubmatchIndex(line); m != nil && knownKeys[bare(line[m[2]:m[3]])] && !strings.HasPrefix(line[m[1]:], "//") {
		return line[:m[1]] + " " + line[m[1]:]
	}
	return line
}

var (
	tightKey = lazyregexp.New(`^[ \t]*([A-Za-z][\w-]*):\b`)
	allTight = lazyregexp.New(`(?m)^[ \t]*[A-Za-z][\w-]*:\b.*$`)
)

// split cuts text at the fences of its front matter. block is empty if there is
// none. closed is false if the second fence is missing. A front matter must
// begin with a key, since an article may begin with a line of dashes.
func split(text string) (block, body string, in matterFormat, closed bool) {
	rest := strings.TrimLeft(text, "\n")
	first, after, _ := strings.Cut(rest, "\n")
	fence := openFence.FindStringSubmatch(first)
	if fence == nil {
		if block, body = splitJSON(rest); block != "" {
			return block, body, matterJSON, true
		}
		return "", text, matterYAML, true
	}
	switch {
	case first[0] == '+' || fence[1] == "toml":
		in = matterTOML
	case fence[1] == "json":
		in = matterJSON
	}
	at, open := 0, -1 // open: the end of the lines that may be a front matter without a fence at its end
	for line := range strings.Lines(after) {
		end := strings.TrimRight(line, " \t\n")
		if fenceLine.MatchString(end) && end[0] == first[0] || end == "..." && in == matterYAML {
			block, body = after[:at], strings.TrimLeft(after[at+len(line):], "\n")
			switch {
			case blank(block):
				return "", body, in, true
			case !beginsWithKey(strings.TrimLeft(block, "{ \n")):
				return "", text, in, true
			}
			return block, body, in, true
		}
		if end == "" && open < 0 {
			open = at
		}
		at += len(line)
	}
	if open > 0 && knownEntries(after[:open]) {
		return after[:open], strings.TrimLeft(after[open:], "\n"), in, false
	}
	return "", text, in, true
}

// splitJSON cuts text after the JSON object at its beginning, if its keys are
// those of a front matter. An invalid object must end with a line of "}".
func splitJSON(text string) (block, body string) {
	if !strings.HasPrefix(text, "{") {
		return "", text
	}
	head := text[:min(len(text), maxFrontMatter)]
	d := json.NewDecoder(strings.NewReader(head))
	var object map[string]json.RawMessage
	if err := d.Decode(&object); err == nil {
		for key := range object {
			if end := int(d.InputOffset()); knownKeys[bare(key)] && strings.HasPrefix(text[end:]+"\n", "\n") {
				return text[:end], strings.TrimLeft(text[end:], "\n")
			}
		}
		return "", text
	}
	end := strings.Index(head, "\n}\n") + len("\n}")
	if end < len("\n}") || !knownEntries(strings.TrimLeft(text[:end], "{ \t\n")) {
		return "", text
	}
	return text[:end], strings.TrimLeft(text[end:], "\n")
}

// titleBlock returns the properties of a title block of Pandoc: lines of "% "
// with the title, the authors and the date.
func titleBlock(text string) (properties []property, body string) {
	keys := []string{"title", "author", "date"}
	for body = text; len(properties) < len(keys) && strings.HasPrefix(body, "%") && !strings.HasPrefix(body, "%%"); {
		var line string
		line, body, _ = strings.Cut(body, "\n")
		properties = append(properties, property{key: keys[len(properties)], values: strings.Split(line[1:], ";")})
	}
	if len(properties) < 2 {
		return nil, text
	}
	return properties, body
}

var plainTitle = lazyregexp.New(`(?im)^title:`)

// splitPlain cuts text after the lines of "Key: value" at its beginning, if
// they are those of a front matter with a title. Other lines may be the text of
// a note.
func splitPlain(text string) (block, body string) {
	at := 0
	for line := range strings.Lines(text) {
		switch {
		case strings.TrimSpace(line) == "":
			if at == 0 || !knownEntries(text[:at]) || !plainTitle.MatchString(text[:at]) {
				return "", text
			}
			return text[:at], strings.TrimLeft(text[at:], "\n")
		case !keyPattern.MatchString(line) && (at == 0 || line[0] != ' ' && line[0] != '\t') || at > maxFrontMatter:
			return "", text
		}
		at += len(line)
	}
	return "", text
}

// blank reports whether a block has only comments and empty lines.
func blank(block string) bool {
	for line := range strings.Lines(block) {
		if !commentLine.MatchString(strings.TrimSuffix(line, "\n")) {
			return false
		}
	}
	return true
}

// beginsWithKey reports whether the first line of a block that is no comment
// begins with a key, or is the name of a TOML table.
func beginsWithKey(block string) bool {
	for line := range strings.Lines(block) {
		line = strings.TrimSuffix(line, "\n")
		if commentLine.MatchString(line) {
			continue
		}
		key := keyPattern.FindStringSubmatch(strings.TrimLeft(spaced(line), " \t"))
		return key != nil && (!strings.Contains(key[1], " ") || knownKeys[bare(key[1])]) || tableHead.MatchString(line)
	}
	return false
}

// knownEntries reports whether a block without a fence is a front matter: its
// first line has a key, and at least two of its keys are known, or its only one.
func knownEntries(block string) bool {
	keys, known := 0, 0
	for line := range strings.Lines(block) {
		line = strings.TrimSuffix(line, "\n")
		if m := keyPattern.FindStringSubmatch(strings.TrimLeft(spaced(line), " \t")); m != nil {
			keys++
			if knownKeys[bare(m[1])] {
				known++
			}
		} else if keys == 0 {
			return false
		}
	}
	return known >= 2 || known == 1 && keys == 1 && !strings.Contains(strings.TrimSuffix(block, "\n"), "\n") && strings.HasPrefix(strings.ToLower(block), "title")
}

// tableHead matches the line that begins a TOML table.
var tableHead = lazyregexp.New(`^\[+ *([\w."' -]+?) *\]+[ \t]*(?:#.*)?$`)

// readEntries reads a front matter that cannot be parsed as a whole: each entry
// by itself, and an entry that cannot be parsed either as text.
func (in matterFormat) readEntries(block string) []property {
	var all []property
	var section *property // the TOML table that the entry is in
	add := func(entry string) {
		if entry == "" {
			return
		}
		read, err := in.readEntry(entry)
		if err != nil {
			read = readText(entry)
		}
		if section != nil {
			section.nested = append(section.nested, read...)
			return
		}
		all = append(all, read...)
	}
	if in == matterJSON {
		block = strings.TrimRight(strings.TrimPrefix(block, "{"), "} \n")
	}
	block = allTight.ReplaceAllStringFunc(block, spaced)
	indent := keyIndent(block)
	start, at := 0, 0
	for line := range strings.Lines(block) {
		head := strings.TrimPrefix(line, indent)
		name := tableHead.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		switch {
		case in == matterTOML && name != nil:
			add(block[start:at])
			if section != nil {
				all = append(all, *section)
			}
			section = &property{key: name[1]}
			start = at + len(line)
		case keyPattern.MatchString(head):
			add(block[start:at])
			start = at
		}
		at += len(line)
	}
	add(block[start:])
	if section != nil {
		all = append(all, *section)
	}
	return all
}

// keyIndent returns the indentation of the first line with a key.
func keyIndent(block string) string {
	for line := range strings.Lines(block) {
		if words := strings.TrimLeft(line, " \t"); keyPattern.MatchString(words) {
			return line[:len(line)-len(words)]
		}
	}
	return ""
}

// readEntry parses one entry. In YAML, tabs that indent count as spaces.
func (in matterFormat) readEntry(entry string) ([]property, error) {
	if in != matterYAML {
		return in.read(entry)
	}
	return in.read(leadingTabs.ReplaceAllStringFunc(entry, func(s string) string { return strings.ReplaceAll(s, "\t", "  ") }))
}

var leadingTabs = lazyregexp.New(`(?m)^[ ]*\t[ \t]*`)

// readText reads an entry as "key: text" or "key = text", with a list below it
// or in brackets.
func readText(entry string) []property {
	entry = strings.TrimLeft(entry, " \t\n")
	at := keyPattern.FindStringSubmatchIndex(entry)
	if at == nil {
		return nil // lines without a key
	}
	p := property{key: entry[at[2]:at[3]]}
	value, rest, _ := strings.Cut(entry[at[1]:], "\n")
	value = unquoteValue(value)
	item := ""
	for line := range strings.Lines(rest) {
		line = strings.TrimSuffix(strings.ReplaceAll(line, "\t", "  "), "\n")
		words := strings.TrimSpace(line)
		switch {
		case words == "" || words[0] == '#':
		case words[0] == '-':
			p.values = append(p.values, readItem(item)...)
			item = line
		case item != "":
			item += "\n" + line
		case value == "" || value == "|" || value == ">":
			value = unquoteValue(words)
		default:
			value += " " + unquoteValue(words)
		}
	}
	p.values = append(p.values, readItem(item)...)
	if value != "" {
		p.values = append([]string{value}, p.values...)
	}
	return []property{p}
}

// readItem returns the values of one item of a list.
func readItem(item string) []string {
	if item == "" {
		return nil
	}
	if list, err := matterYAML.read("list:\n" + item); err == nil && len(list) == 1 {
		return list[0].values
	}
	return []string{unquoteValue(strings.TrimLeft(item, "- "))}
}

// unquoteValue removes spaces, the comma of JSON and quotes around a value. One of
// the quotes may be missing.
func unquoteValue(s string) string {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), ","))
	for _, quote := range []string{`"`, `'`} {
		if rest, ok := strings.CutPrefix(s, quote); ok && (strings.HasSuffix(rest, quote) || !strings.Contains(rest, quote)) {
			return strings.TrimSpace(strings.TrimSuffix(rest, quote))
		}
	}
	return s
}

func readYAML(block string) ([]property, error) {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(block), &root); err != nil {
		return nil, err
	}
	if len(root.Content) == 0 {
		return nil, nil
	}
	if root.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("it has no keys and values")
	}
	return fromNode(root.Content[0], 0), nil
}

// fromNode returns the entries of a YAML mapping.
func fromNode(n *yaml.Node, depth int) []property {
	if depth > maxBrackets {
		return nil
	}
	var all []property
	for i := 0; i+1 < len(n.Content); i += 2 {
		v := n.Content[i+1]
		if v.Kind == yaml.AliasNode && v.Alias != nil && v.Alias.Kind == yaml.ScalarNode { // others could expand without an end
			v = v.Alias
		}
		p := property{key: n.Content[i].Value}
		if v.Kind == yaml.MappingNode {
			p.nested = fromNode(v, depth+1)
			p.values = nameOf(p.nested)
		} else {
			p.values = nodeValues(v, depth)
		}
		all = append(all, p)
	}
	return all
}

// nodeValues returns the texts of a YAML scalar or list.
func nodeValues(n *yaml.Node, depth int) []string {
	switch {
	case depth > maxBrackets:
	case n.Kind == yaml.ScalarNode && n.Tag != "!!null":
		return []string{n.Value}
	case n.Kind == yaml.MappingNode:
		return nameOf(fromNode(n, depth+1))
	case n.Kind == yaml.SequenceNode:
		var all []string
		for _, item := range n.Content {
			all = append(all, nodeValues(item, depth+1)...)
		}
		return all
	}
	return nil
}

// fromTable returns the entries of a TOML table or a JSON object by their keys.
func fromTable(table map[string]any) []property {
	var all []property
	for _, key := range slices.Sorted(maps.Keys(table)) {
		p := property{key: key}
		if in, ok := table[key].(map[string]any); ok {
			p.nested = fromTable(in)
			p.values = nameOf(p.nested)
		} else {
			p.values = tableValues(table[key])
		}
		all = append(all, p)
	}
	return all
}

func tableValues(v any) []string {
	var all []string
	switch v := v.(type) {
	case nil:
	case []any:
		for _, item := range v {
			all = append(all, tableValues(item)...)
		}
	case []map[string]any:
		for _, item := range v {
			all = append(all, tableValues(item)...)
		}
	case map[string]any:
		return nameOf(fromTable(v))
	case time.Time:
		return []string{v.Format(time.RFC3339)}
	case float64:
		return []string{strings.TrimSuffix(fmt.Sprintf("%f", v), ".000000")}
	default:
		return []string{fmt.Sprint(v)}
	}
	return all
}

// nameOf returns the name of a person or a thing that is an object.
func nameOf(object []property) []string {
	named := map[string]property{}
	for _, p := range object {
		named[bare(p.key)] = p
	}
	for _, key := range []string{"name", "fullname", "title", "literal"} {
		if v := named[key].values; len(v) > 0 {
			return v[:1]
		}
	}
	var parts []string
	for _, keys := range [][]string{{"given", "givenname", "givennames", "first", "firstname"}, {"family", "familyname", "familynames", "last", "lastname"}} {
		for _, key := range keys {
			if v := named[key].values; len(v) > 0 {
				parts = append(parts, v[0])
				break
			}
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{strings.Join(parts, " ")}
}

// bare returns a key as keys are compared: case, '-', '_' and spaces do not
// matter.
func bare(key string) string { return separators.Replace(strings.ToLower(key)) }

var separators = strings.NewReplacer("-", "", "_", "", " ", "")
