package source

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"path"
	"strings"
)

// maxFiles limits the files of one archive.
const maxFiles = 100_000

// loadZip yields each file of a zip archive, in its order. Hidden files and
// those that programs leave behind are left out without a report. A file that
// cannot be read, is of an unknown kind or points outside the archive yields an
// error.
func loadZip(f file, yield func(part) bool) error {
	z, err := openZip(f.data)
	if err != nil {
		return err
	}
	if posts := substackPosts(f, z); posts != nil {
		return loadSubstack(f, z, posts, yield)
	}
	if root, ok := isSlack(z); ok {
		return loadSlack(f, z, root, yield)
	}
	n := 0
	for _, e := range z.File {
		name := e.Name
		if strings.HasSuffix(name, "/") || hiddenIn(name) {
			continue
		}
		if n++; n > maxFiles {
			return &Skipped{Reason: TooLarge, Err: fmt.Errorf("more than %d files", maxFiles)}
		}
		p := part{name: name}
		switch {
		case inside(name) != nil:
			p.name = strings.ToValidUTF8(path.Base(path.Clean("/"+strings.ReplaceAll(name, "\\", "/"))), "")
			p.err = &Skipped{Reason: Unreadable, Err: inside(name)}
		case !known(name) || isOther(name):
			p.err = unread(file{name: name})
		default:
			p.file, p.err = zipped(f, e)
		}
		if !yield(p) {
			return nil
		}
		if errors.Is(p.err, errExpanded) {
			return nil
		}
	}
	return nil
}

// zipped reads a file of an archive. It does not trust the sizes in the
// archive.
func zipped(f file, e *zip.File) (*file, error) {
	if e.Flags&1 != 0 {
		return nil, &Skipped{Reason: Encrypted}
	}
	r, err := e.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data, err := f.readPart(r)
	if err != nil {
		return nil, err
	}
	return &file{name: e.Name, data: data}, nil
}

func openZip(data []byte) (*zip.Reader, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) { // inside checks each name
		return nil, err
	}
	return z, nil
}

// member reads the named file of a document that is a zip archive.
func member(f file, z *zip.Reader, name string) ([]byte, error) {
	for _, e := range z.File {
		if strings.ReplaceAll(e.Name, "\\", "/") != name { // some programs write backslashes
			continue
		}
		in, err := zipped(f, e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", printable(name), err)
		}
		return in.data, nil
	}
	return nil, fmt.Errorf("%s: not found in the archive", printable(name))
}

func hiddenIn(name string) bool {
	return strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(path.Base(name), ".") || strings.Contains(name, "/.") && !strings.Contains(name, "/..")
}
