package source

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxExpanded is how much all that is in one file may expand to, in bytes.
const maxExpanded = 1 << 30

// expand takes the gzip off a file that is in one, "a.txt.gz" or a gzip in
// that; any other file it leaves as it is.
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
		return f, &Skipped{Reason: TooLarge, Err: fmt.Errorf("gzip in gzip, more than %d deep", maxDepth)}
	}
	return f, nil
}

// readPart reads what is in f: no more than one file may hold, and than all in
// f together may.
func (f file) readPart(r io.Reader) ([]byte, error) {
	limit := f.read.limit()
	data, err := io.ReadAll(io.LimitReader(r, min(limit, *f.spend)+1))
	*f.spend -= int64(len(data))
	switch {
	case int64(len(data)) > limit:
		return nil, &Skipped{Reason: TooLarge, Err: fmt.Errorf("it expands to more than %s", bytesOf(limit))}
	case *f.spend < 0:
		return nil, errExpanded
	}
	return data, err
}

var errExpanded error = &Skipped{Reason: TooLarge, Err: fmt.Errorf("what is in it expands to more than %s", bytesOf(maxExpanded))}

// inside returns an error for a name in an archive that would lead out of it.
func inside(name string) error {
	if strings.HasPrefix(name, "/") || strings.Contains("/"+name+"/", "/../") || strings.ContainsAny(name, "\\\x00") || strings.Contains(name, ":/") {
		return errors.New("its name leads out of the archive")
	}
	return nil
}
