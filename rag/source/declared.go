package source

import (
	"cmp"
	"strings"
	"time"

	"footnote/rag"
)

// declared holds what a document in a markup language says about itself, by
// key in lower case.
type declared map[string]string

// add sets the value of a key. The first value counts, except for authors.
func (m declared) add(key, value string) {
	key, value = strings.ToLower(strings.TrimSpace(key)), oneLine(value)
	switch key {
	case "authors", "by":
		key = "author"
	case "revdate", "pubdate", "created", "published":
		key = "date"
	}
	if was := m[key]; was == "" {
		m[key] = value
	} else if key == "author" && value != "" {
		m[key] = was + ", " + value
	}
}

// document returns d, which has what the front matter says, with its text and
// what else is declared. If there is no title and no heading, the title is that
// of the file's name. Its error is a *Skipped with the reason Unpublished.
func (m declared) document(d rag.Document, f file, text string) (rag.Document, error) {
	var properties []property
	for key, value := range m {
		if key == "date" {
			value = strings.TrimSpace(strings.Trim(strings.TrimPrefix(value, "$Date:"), "$<>[]"))
			if day, _, ok := strings.Cut(value, " "); ok && len(day) == len(time.DateOnly) { // "2024-05-01 Wed"
				if _, ok := parseDate(value); !ok {
					value = day
				}
			}
		}
		properties = append(properties, property{key: key, values: []string{value}})
	}
	all := matterOf(properties)
	if why := all.unpublished(f.name, time.Now()); why != nil && !f.read.Drafts {
		return rag.Document{}, &Skipped{Reason: Unpublished, Err: why}
	}
	own, _ := all.describe() // a field that cannot be used is left out
	d.Text, d.Language = text, languageTag(m["language"])
	d.Title, d.Author, d.URL = cmp.Or(d.Title, own.Title), cmp.Or(d.Author, own.Author), cmp.Or(d.URL, own.URL)
	if d.Published.IsZero() {
		d.Published = published(own.Published)
	}
	if d.Title == "" && !heading.MatchString(text) {
		d.Title = nameTitle(f.name)
	}
	return d, nil
}

// joinLines returns lines of running text as one line.
func joinLines(lines []string) string {
	var b strings.Builder
	last := ""
	for _, line := range lines {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		b.WriteString(joinText(lastRune(last), line)[len(lastRune(last)):])
		last = line
	}
	return b.String()
}
