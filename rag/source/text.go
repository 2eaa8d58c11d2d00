package source

import (
	"fmt"
	"strings"
	"time"

	"footnote/rag"
)

func loadText(f file) (rag.Document, error) {
	text, err := decode(f.data)
	if err != nil {
		return rag.Document{}, err
	}
	a, err := f.article(text, false)
	if err != nil {
		return rag.Document{}, err
	}
	a.doc.Text = a.body
	if closing := a.closing(); closing != "" && hasWord(a.body) {
		a.doc.Text = strings.TrimRight(a.body, "\n") + "\n" + closing
	}
	return a.doc, nil
}

// matterText is a text cut into front matter and body.
type matterText struct {
	matter
	doc        rag.Document // the fields that the front matter gives
	properties []property
	body       string
}

// article reads the front matter of a text. Its error is a *Skipped with the
// reason Unpublished. plain says whether the lines of the front matter need no
// fences.
func (f file) article(text string, plain bool) (matterText, error) {
	properties, body, problem := frontMatter(text)
	if plain && len(properties) == 0 && body == text {
		if block, rest := splitPlain(text); block != "" {
			properties, body = matterPlain.readEntries(block), rest
		} else {
			properties, body = titleBlock(text)
		}
	}
	a := matterText{matter: matterOf(properties), properties: properties, body: body}
	if why := a.unpublished(f.name, time.Now()); why != nil && !f.read.Drafts {
		return a, &Skipped{Reason: Unpublished, Err: why}
	}
	var unused error
	a.doc, unused = a.describe()
	if problem == nil {
		problem = unused
	}
	if problem != nil {
		f.warning(fmt.Errorf("front matter: %w", problem))
	}
	return a, nil
}

// loadMarkdown reads a note, a page of documentation or a post.
func loadMarkdown(f file) (rag.Document, error) { return f.markdown(false) }

// loadMDX reads Markdown with JSX.
func loadMDX(f file) (rag.Document, error) { return f.markdown(true) }

func (f file) markdown(mdx bool) (rag.Document, error) {
	text, err := decode(f.data)
	if err != nil {
		return rag.Document{}, err
	}
	a, err := f.article(text, true)
	if err != nil {
		return rag.Document{}, err
	}
	d := a.doc
	if mdx || isMDX(a.body) {
		d.Text, err = mdxText(a.body)
	} else {
		d.Text, err = markdownText(a.body)
	}
	if err != nil {
		return rag.Document{}, err
	}
	if d.Title == "" {
		d.Title = noteTitle(f.name, d.Text)
	}
	if hasWord(d.Text) {
		d.Text += a.closing()
	} else if d.Text = listing(a.properties); d.Text != "" {
		d.Text += a.closing()
	}
	return d, nil
}
