package source

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"
	"unicode"

	"footnote/rag"
)

// Parse gives the article that a file holds. The ending of source says what
// kind of file it is; a file without one is read as plain text. Every field of
// the article is filled in that can be: of a text without front matter, the
// title is its first heading, else the beginning of its first sentence. An
// error is a *[Skipped].
func Parse(source string, data []byte) (rag.Document, error) {
	return parse(place{source, source}, data)
}

func parse(at place, data []byte) (rag.Document, error) {
	load := loaderOf(at.source)
	if load == nil {
		return rag.Document{}, at.skip(UnknownKind, nil)
	}
	d, err := load(data)
	var skipped *Skipped
	if errors.As(err, &skipped) {
		return rag.Document{}, at.skip(skipped.Reason, skipped.Err)
	}
	if err != nil {
		return rag.Document{}, at.skip(Malformed, err)
	}
	if !hasWord(d.Text) {
		return rag.Document{}, at.skip(Empty, nil)
	}
	d.Source, d.ID = at.source, rag.DocumentID(at.source)
	if d.Title = title(d); d.Title == "" {
		d.Title = path.Base(at.source)
	}
	return d, nil
}

// A loader reads what a file of its kind says of itself and its text, and
// leaves the other fields empty. Its text is tidy. An error of its that is no
// *Skipped means Malformed.
type loader func(data []byte) (rag.Document, error)

// loaderOf gives the loader for a file by its name; nil if there is none.
func loaderOf(name string) loader {
	switch ending(name) {
	case "", "txt", "text":
		return loadText
	case "md", "markdown":
		return loadMarkdown
	}
	return nil
}

// ending is the part of a name that says its kind, in lower case. The dots of
// "v1.2", "Mr. Smith" and ".profile" begin none.
func ending(name string) string {
	base := path.Base(name)
	dot := strings.LastIndexByte(base, '.')
	if dot <= 0 {
		return ""
	}
	end := strings.ToLower(base[dot+1:])
	for i, r := range end {
		letter, digit := 'a' <= r && r <= 'z', '0' <= r && r <= '9'
		if i >= 12 || !letter && !digit || i == 0 && digit {
			return ""
		}
	}
	return end
}

func loadText(data []byte) (rag.Document, error) {
	text, err := decode(data)
	if err != nil {
		return rag.Document{}, err
	}
	d, body, err := frontMatter(text)
	d.Text = body
	return d, err
}

func loadMarkdown(data []byte) (rag.Document, error) {
	d, err := loadText(data)
	if err != nil {
		return rag.Document{}, err
	}
	d.Text, err = plain(d.Text)
	return d, err
}

// patience is how long a file may take to parse: the Markdown parser needs
// seconds for a novel, and longer only for what was made to keep it busy.
const patience = 20 * time.Second

// guarded calls parse on a file that nobody vouches for: one that makes a
// parser panic or run on costs no more than itself.
func guarded(ctx context.Context, at place, parse func() (rag.Document, error)) (rag.Document, error) {
	type result struct {
		d   rag.Document
		err error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{err: at.skip(Malformed, fmt.Errorf("the parser broke on it: %v", p))}
			}
			done <- r
		}()
		r.d, r.err = parse()
	}()
	overdue := time.NewTimer(patience)
	defer overdue.Stop()
	select {
	case r := <-done:
		return r.d, r.err
	case <-ctx.Done():
		return rag.Document{}, ctx.Err()
	case <-overdue.C:
		return rag.Document{}, at.skip(Malformed, fmt.Errorf("the parser was not done with it after %s", patience))
	}
}

func hasWord(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}
