package rag

import (
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"strings"
	"time"
)

// Document is one article. Its zero value is an empty article without a name.
type Document struct {
	ID         string    // names the article in a store; see [DocumentID]
	Source     string    // where it was read: an absolute slash-separated path, or a URL
	Title      string    // one line
	URL        string    // where a reader finds it; empty if nowhere
	Collection string    // the group that filters select by; empty is a group too
	Published  time.Time // zero if not known
	Author     string    // as it is told; empty if not known
	Site       string    // the paper or site that published it; empty if not known
	Language   string    // ISO 639-1, as in "en"; empty if not known

	// Text is plain UTF-8 text. A line of one to six '#', a space and words is
	// a heading, as in Markdown; nothing else in it is markup. If it has pages,
	// a form feed stands before each but the first. All offsets in this package
	// are byte offsets into it.
	Text string
}

// Source yields articles. An error of one article does not end the sequence;
// which errors only pass an article over is said by the package that yields it.
type Source = iter.Seq2[Document, error]

// DocumentID names the article that was read from source: 16 hex digits of its
// SHA-256, 64 bits, so that a million articles collide with a chance of 3e-8.
func DocumentID(source string) string {
	return digest(source)[:16]
}

// Hash identifies what of the document a store holds, so that an article that
// has not changed costs nothing to add again. It covers every field but ID,
// and the version of the chunking.
func (d Document) Hash() string {
	return digest(chunking, d.Source, d.Title, d.URL, d.Collection, d.date(), d.Author, d.Site, d.Language, d.Text)
}

// date is the day of publication as in 2020-09-14, empty if not known.
func (d Document) date() string { return day(d.Published) }

// Chunk is a run of whole sentences of one section of a document, short enough
// for the encoder. Document.Text[Start:End] == Text.
type Chunk struct {
	ID         string // Doc, '#' and the chunk's place in the document, in four digits or more
	Doc        string // Document.ID
	Title      string
	URL        string
	Collection string
	Published  time.Time
	Section    string // the headings above it, outermost first, joined by " › "
	Text       string
	Start, End int // byte offsets in Document.Text
}

// Context is what the encoder reads of a chunk: title, date and section on a
// line of their own, then the text. Title and section are cut at 96 and 48
// runes: at three tokens a rune, the most there is, they leave room for text.
func (c Chunk) Context() string {
	var head []string
	for _, part := range []string{cut(c.Title, 96), day(c.Published), cut(c.Section, 48)} {
		if part != "" {
			head = append(head, part)
		}
	}
	if len(head) == 0 {
		return c.Text
	}
	return strings.Join(head, " · ") + "\n" + c.Text
}

// VectorKey identifies what was embedded: chunks of equal keys have equal
// vectors, so none is computed twice in one vector space.
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

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// digest is the hex SHA-256 of the fields, each ended by a NUL.
func digest(fields ...string) string {
	h := sha256.New()
	for _, f := range fields {
		h.Write([]byte(f))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}
