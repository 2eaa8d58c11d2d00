package catalog

import (
	"fmt"
	"path/filepath"
	"strings"

	"footnote/cmd/footnote/internal/exit"
	"footnote/rag"
)

// Find returns the article with a name: its ID, the beginning of its ID, its
// URL or its path. The error wraps rag.ErrNotFound if there is none.
func Find(infos []rag.Info, name string) (rag.Info, error) {
	path, _ := filepath.Abs(name) // without a working directory, compare the name alone
	if name == "" {               // the empty name would match every article without a URL
		return rag.Info{}, exit.Usage("the article's ID is empty", "run `footnote list` to see the articles")
	}
	var near []rag.Info
	for _, i := range infos {
		if i.ID == name || i.URL == name || i.Source == name || i.Source == filepath.ToSlash(path) {
			return i, nil
		}
		if strings.HasPrefix(i.ID, name) {
			near = append(near, i)
		}
	}
	switch len(near) {
	case 0:
		return rag.Info{}, fmt.Errorf("%s: %w", name, rag.ErrNotFound)
	case 1:
		return near[0], nil
	}
	return rag.Info{}, exit.WithHint(fmt.Errorf("%s: %d articles have IDs that begin with it", name, len(near)), "give more characters of the ID; run `footnote list` to see it")
}
