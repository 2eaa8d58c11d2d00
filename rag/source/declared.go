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
// of the file's name.
func (m declared) document(d rag.Document, f file, text string) (rag.Document, error) {
	for _, key := range []string{"status", "draft", "private"} {
		if v := strings.ToLower(m[key]); v == "draft" || v == "private" || v == "hidden" || v == "unpublished" || v == "true" && key != "status" {
			return rag.Document{}, &Skipped{Reason: Draft}
		}
	}
	d.Text = text
	d.Title = cmp.Or(d.Title, tidy(m["title"]))
	d.Author = cmp.Or(d.Author, tidy(m["author"]))
	d.URL = cmp.Or(d.URL, webAddress(m["url"], m["canonical"]))
	d.Language = languageTag(m["language"])
	date := strings.TrimSpace(strings.Trim(strings.TrimPrefix(m["date"], "$Date:"), "$<>[]"))
	if day, _, ok := strings.Cut(date, " "); ok && len(day) == len(time.DateOnly) { // "2024-05-01 Wed"
		if _, ok := parseDate(date); !ok {
			date = day
		}
	}
	if t, ok := parseDate(date); ok && d.Published.IsZero() {
		d.Published = published(t)
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
