package rag

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"iter"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Document is one article. The zero value is an empty article without an ID.
type Document struct {
	ID         string    // identifies the article in a store; see [DocumentID]
	Source     string    // where it was read from: an absolute path with slashes, or a URL
	Title      string    // one line
	URL        string    // where a reader can open it; empty if nowhere
	Collection string    // a group to filter by; the empty name is a group too
	Published  time.Time // zero if unknown
	Author     string    // as the article states it; empty if unknown
	Site       string    // the publisher or website; empty if unknown
	Language   string    // ISO 639-1 code, such as "en"; empty if unknown

	// Text is plain UTF-8. A line of one to six '#', a space and words is a
	// heading, as in Markdown. There is no other markup. If the article has
	// pages, a form feed precedes each page except the first. All offsets in
	// this package are byte offsets into Text.
	Text string
}

// Source yields articles. An error may concern one article and does not end the
// sequence. The package that yields it documents its errors.
type Source = iter.Seq2[Document, error]

// Hash returns a digest of every field but ID, and of the version of the
// chunking rules. If a store has the same Hash, the article has not changed.
func (d Document) Hash() string {
	return digest(chunkingVersion, d.Source, d.Title, d.URL, d.Collection, d.date(), d.Author, d.Site, d.Language, d.Text)
}

// chunkingVersion is the version of the chunking rules and part of
// Document.Hash. When it changes, the next Sync stores every article again.
const chunkingVersion = "4"

// date returns the publication day, such as 2020-09-14, or "" if unknown.
func (d Document) date() string { return FormatDate(d.Published) }

// DocumentID returns the first 16 hex digits (64 bits) of the SHA-256 of
// source. For a million articles, the probability of a collision is 3e-8.
func DocumentID(source string) string {
	return digest(source)[:16]
}

// NameWords returns the words of the name of the article's file or page and of its
// folder, as in "People Jane Doe" for /notes/People/jane-doe.md. A search finds the
// article by them.
func (d Document) NameWords() string {
	name := d.Source
	if _, page, ok := strings.Cut(name, "://"); ok {
		_, name, _ = strings.Cut(page, "/")
		name, _, _ = strings.Cut(name, "?")
	}
	folder, file := path.Split(name)
	name = path.Join(path.Base(folder), strings.TrimSuffix(file, path.Ext(file)))
	return strings.Join(strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r) }), " ")
}

// Chunk is a run of whole sentences in one section of a document, short enough
// for the encoder.
type Chunk struct {
	ID         string // Doc, '#' and the chunk's index in the document, with four digits or more
	Doc        string // Document.ID; the fields up to Published are the document's too
	Title      string
	URL        string
	Collection string
	Published  time.Time
	Section    string // the headings above it, outermost first, joined by [SectionSeparator]
	Text       string // Document.Text[Start:End]
	Start, End int    // byte offsets in Document.Text
}

// SectionSeparator stands between the headings of Chunk.Section.
const SectionSeparator = " › "

// Headings returns the headings of Section, outermost first, without one that repeats
// the title.
func (c Chunk) Headings() []string {
	if c.Section == "" {
		return nil
	}
	return slices.DeleteFunc(strings.Split(c.Section, SectionSeparator), func(h string) bool { return h == c.Title })
}

// Context returns the text that is embedded for a chunk: one line with title,
// date and section, then the chunk's text. Title and section are cut at 96 and
// 48 runes. A rune has at most three tokens, so this leaves room for the text.
func (c Chunk) Context() string {
	var head []string
	for _, part := range []string{cut(c.Title, 96), FormatDate(c.Published), cut(c.Section, 48)} {
		if part != "" {
			head = append(head, part)
		}
	}
	if len(head) == 0 {
		return c.Text
	}
	return strings.Join(head, " · ") + "\n" + c.Text
}

// VectorKey returns a digest of Context. Chunks with equal keys have equal
// vectors, so each vector is computed once in a vector space.
func (c Chunk) VectorKey() string { return digest(c.Context()) }

// cut returns the first n runes of s.
func cut(s string, n int) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// digest returns the SHA-256 in hex of the fields, each followed by a NUL byte.
func digest(fields ...string) string {
	h := sha256.New()
	for _, f := range fields {
		h.Write([]byte(f))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// FormatDate returns the day of t in UTC, such as 2020-09-14, or "" for the
// zero time.
func FormatDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// WithDate returns a title with the date of its article behind it, unless the date is
// zero or the title has it, as in "2020-09-14" or "#help, 14 September 2020".
func WithDate(title string, published time.Time) string {
	on := FormatDate(published)
	if on == "" || strings.Contains(title, on) || strings.Contains(title, published.UTC().Format("2 January 2006")) {
		return title
	}
	return title + ", " + on
}

// PageBreak stands in Document.Text before each page except the first.
const PageBreak = "\f"

// PageAt returns the page, from 1, at a byte offset of a text. It returns 0 if
// the text has no [PageBreak].
func PageAt(text string, offset int) int {
	if !strings.Contains(text, PageBreak) {
		return 0
	}
	return 1 + strings.Count(text[:offset], PageBreak)
}

// ErrUnchanged is an error that a [Source] yields, possibly wrapped, instead of
// articles. It means that all articles read from Document.Source, or from paths
// below it, have not changed.
var ErrUnchanged = errors.New("not changed")
