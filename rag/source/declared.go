package source

import (
	"strings"

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

// document returns the document with its text. If there is no title and no
// heading, the title is that of the file's name.
func (m declared) document(f file, text string) (rag.Document, error) {
	for _, key := range []string{"status", "draft", "private"} {
		if v := strings.ToLower(m[key]); v == "draft" || v == "private" || v == "hidden" || v == "unpublished" || v == "true" && key != "status" {
			return rag.Document{}, &Skipped{Reason: Draft}
		}
	}
	d := rag.Document{Title: tidy(m["title"]), Author: tidy(m["author"]), Text: text, URL: webAddress(m["url"], m["canonical"]), Language: languageTag(m["language"])}
	date := strings.TrimSpace(strings.Trim(strings.TrimPrefix(m["date"], "$Date:"), "$<>[]"))
	if t, ok := parseDate(date); ok {
		d.Published = published(t)
	} else if day, _, ok := strings.Cut(date, " "); ok { // "2024-05-01 Wed"
		if t, ok := parseDate(day); ok && len(day) == len("2006-01-02") {
			d.Published = published(t)
		}
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
