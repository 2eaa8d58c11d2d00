package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Count says how many files Files would read or pass over, so that a person
// can be shown how far it is. A path that is not there is an error that is
// [fs.ErrNotExist]; folders that cannot be read count nothing.
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
		root := p + string(filepath.Separator) // so that a link to a folder is the folder
		_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			hidden := path != root && strings.HasPrefix(filepath.Base(path), ".")
			switch {
			case err != nil:
				return nil // Files tells of it
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
