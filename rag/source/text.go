package source

import "footnote/rag"

func loadText(f file) (rag.Document, error) {
	text, err := decode(f.data)
	if err != nil {
		return rag.Document{}, err
	}
	d, body, err := frontMatter(text)
	d.Text = body
	return d, err
}

func loadMarkdown(f file) (rag.Document, error) {
	d, err := loadText(f)
	if err != nil {
		return rag.Document{}, err
	}
	if d.Text, err = markdownText(d.Text); err != nil {
		return rag.Document{}, err
	}
	if d.Title == "" && !heading.MatchString(d.Text) {
		d.Title = nameTitle(f.name)
	}
	return d, nil
}
