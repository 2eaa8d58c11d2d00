package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Count returns how many files Files would read or skip, for a progress
// display. If a path does not exist, the error is [fs.ErrNotExist]. Unreadable
// folders count as empty.
func Count(paths ...string) (int, error) {
	n := 0
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			if in := (*fs.PathError)(nil); errors.As(err, &in) {
				err = in.Err
			}
			return 0, fmt.Errorf("%s: %w", printable(p), err)
		}
		if !info.IsDir() {
			n++
			continue
		}
		root := p + string(filepath.Separator) // a link to a folder counts as that folder
		_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			hidden := path != root && strings.HasPrefix(filepath.Base(path), ".")
			switch {
			case err != nil:
				return nil // Files reports it
			case hidden && e.IsDir():
				return fs.SkipDir
			case !hidden && !e.IsDir():
				n++
			}
			return nil
		})
	}
	return n, nil
}
