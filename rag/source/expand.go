package source

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxExpanded limits the bytes to which all contents of one file may expand.
const maxExpanded = 1 << 30

// expand unpacks a gzip file such as "a.txt.gz", also a nested one. It returns
// any other file unchanged.
func expand(f file) (file, error) {
	for range maxDepth {
		bare := ending(f.name) == "" && sniff(f.data) == "gz"
		if ending(f.name) != "gz" && !bare {
			return f, nil
		}
		z, err := gzip.NewReader(bytes.NewReader(f.data))
		if err != nil {
			return f, err
		}
		if f.data, err = f.readPart(z); err != nil {
			return f, err
		}
		if f.media = ""; !bare {
			f.name = f.name[:len(f.name)-len(".gz")]
		}
	}
	if ending(f.name) == "gz" {
		return f, &Skipped{Reason: TooLarge, Err: fmt.Errorf("gzip nested more than %d deep", maxDepth)}
	}
	return f, nil
}

// readPart reads a part of f. It enforces the size limit of one file and the
// total for all parts of f.
func (f file) readPart(r io.Reader) ([]byte, error) {
	limit := f.read.limit()
	data, err := io.ReadAll(io.LimitReader(r, min(limit, max(0, f.budget.Load()))+1))
	left := f.budget.Add(-int64(len(data)))
	switch {
	case int64(len(data)) > limit:
		return nil, &Skipped{Reason: TooLarge, Err: fmt.Errorf("it expands to more than %s", bytesOf(limit))}
	case left < 0:
		return nil, errExpanded
	}
	return data, err
}

var errExpanded error = &Skipped{Reason: TooLarge, Err: fmt.Errorf("its contents expand to more than %s", bytesOf(maxExpanded))}

// inside returns an error for a name in an archive that points outside it.
func inside(name string) error {
	if strings.HasPrefix(name, "/") || strings.Contains("/"+name+"/", "/../") || strings.ContainsAny(name, "\\\x00") || strings.Contains(name, ":/") {
		return errors.New("its name points outside the archive")
	}
	return nil
}
