// Package source reads articles from files and folders. A file that holds no
// article is passed over with its reason, a [*Skipped], never silently.
//
// The table of kinds in kind.go says what it reads; another kind is one loader
// more.
package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"footnote/rag"
)

// MaxBytes is the size of a file above which a Reader passes it over, if it
// does not say otherwise: more text than in any book.
const MaxBytes = 32 << 20

// Reader reads articles. Its zero value reads files of up to [MaxBytes] bytes
// into the collection without a name.
type Reader struct {
	MaxBytes   int64  // the size of a file above which it is passed over; 0: the constant MaxBytes
	Collection string // of the articles whose own front matter names none

	// Fields says what the columns of tables are, where their names do not.
	Fields Fields

	// Memory has what did not change since an earlier run passed over: it is
	// yielded as [rag.ErrUnchanged]. nil: everything is read.
	Memory *Memory
}

// Files yields the articles of files and folders: paths in the order given,
// folders with all below them in the order of names. In a folder, names that
// begin with a dot are hidden and left out without a word, and symbolic links
// are not followed; what is named in paths is read whatever it is called, and
// through a link.
//
// Document.Source is the absolute path, slash-separated. A file that is passed
// over yields a *[Skipped], a path that is not there an error that is
// [fs.ErrNotExist]; neither ends the sequence. The end of ctx does, and is the
// last error.
func (r Reader) Files(ctx context.Context, paths ...string) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		for _, p := range paths {
			if !r.named(ctx, p, yield) {
				return
			}
		}
	}
}

// FS yields the articles of fsys as Files does those of a folder.
// Document.Source is the name in fsys below prefix.
func (r Reader) FS(ctx context.Context, fsys fs.FS, prefix string) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		r.folder(ctx, fsys, ".", place{prefix, prefix}, yield)
	}
}

// place is where a file or folder is: as a Document names it, and as the
// person who asked for it would.
type place struct{ source, path string }

// below gives the place of a slash-separated name in the folder p.
func (p place) below(name string) place {
	return place{path.Join(p.source, name), filepath.Join(p.path, filepath.FromSlash(name))}
}

func (p place) skip(why Reason, err error) *Skipped {
	var in *fs.PathError
	if errors.As(err, &in) {
		err = in.Err // the path is told already
	}
	return &Skipped{Source: p.source, Path: p.path, Reason: why, Err: err}
}

// named yields what is at a path. It returns whether to go on.
func (r Reader) named(ctx context.Context, name string, yield func(rag.Document, error) bool) bool {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return yield(rag.Document{}, fmt.Errorf("%s: %w", printable(name), fs.ErrNotExist))
	}
	abs, absErr := filepath.Abs(name)
	at := place{filepath.ToSlash(abs), name}
	if err = errors.Join(err, absErr); err != nil {
		return yield(rag.Document{}, at.skip(Unreadable, err))
	}
	if !info.IsDir() {
		return r.one(ctx, os.DirFS(filepath.Dir(abs)), filepath.Base(abs), info.Mode(), at, true, yield)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return yield(rag.Document{}, at.skip(Unreadable, err))
	}
	defer root.Close()
	return r.folder(ctx, root.FS(), ".", at, yield)
}

// Below yields the articles of files and folders below a folder, by their
// slash-separated names there, as Files yields them of the whole folder: nothing
// hidden, and through no symbolic link. What is not there yields nothing.
func (r Reader) Below(ctx context.Context, folder string, names ...string) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		abs, err := filepath.Abs(folder)
		at := place{filepath.ToSlash(abs), folder}
		if err != nil {
			yield(rag.Document{}, at.skip(Unreadable, err))
			return
		}
		root, err := os.OpenRoot(abs)
		if err != nil {
			yield(rag.Document{}, at.skip(Unreadable, err))
			return
		}
		defer root.Close()
		for _, name := range names {
			info, err := root.Lstat(filepath.FromSlash(name))
			more := true
			switch {
			case errors.Is(err, fs.ErrNotExist):
				continue
			case err != nil:
				more = r.give(ctx, rag.Document{}, at.below(name).skip(Unreadable, err), yield)
			case info.Mode()&fs.ModeSymlink != 0: // WalkDir would follow it
				more = r.give(ctx, rag.Document{}, at.below(name).skip(Link, nil), yield)
			default:
				more = r.folder(ctx, root.FS(), name, at, yield)
			}
			if !more {
				return
			}
		}
	}
}

// folder yields what is at and below start in fsys, which is at a place. It
// returns whether to go on.
func (r Reader) folder(ctx context.Context, fsys fs.FS, start string, at place, yield func(rag.Document, error) bool) bool {
	more := true
	step := func(on bool) error {
		if more = on; !more {
			return fs.SkipAll
		}
		return nil
	}
	// The function below returns no error of its own, so there is none to return.
	_ = fs.WalkDir(fsys, start, func(name string, e fs.DirEntry, err error) error {
		here := at.below(name)
		switch {
		case ctx.Err() != nil:
			yield(rag.Document{}, ctx.Err())
			return step(false)
		case e == nil: // the first of all cannot be read
			return step(yield(rag.Document{}, here.skip(Unreadable, err)))
		case name != "." && strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case err != nil:
			return step(yield(rag.Document{}, here.skip(Unreadable, err)))
		case !utf8.ValidString(name):
			if more = yield(rag.Document{}, here.skip(Unreadable, errors.New("its name is not UTF-8"))); more && e.IsDir() {
				return fs.SkipDir
			}
			return step(more)
		case e.IsDir():
			return nil
		}
		return step(r.one(ctx, fsys, name, e.Type(), here, false, yield))
	})
	return more
}

// one yields the articles of a file of fsys, which is at a place; named tells
// that a person named it. It returns whether to go on.
func (r Reader) one(ctx context.Context, fsys fs.FS, name string, mode fs.FileMode, at place, named bool, yield func(rag.Document, error) bool) bool {
	switch {
	case mode&fs.ModeSymlink != 0:
		return r.give(ctx, rag.Document{}, at.skip(Link, nil), yield)
	case !mode.IsRegular():
		return r.give(ctx, rag.Document{}, at.skip(Special, nil), yield) // to open a pipe would wait for its writer
	case !known(name):
		return r.give(ctx, rag.Document{}, at.skip(UnknownKind, nil), yield)
	}
	stamp := r.stamp(fsys, name)
	if r.Memory.unchanged(at.source, stamp) {
		return r.give(ctx, rag.Document{Source: at.source}, rag.ErrUnchanged, yield)
	}
	if err := r.Memory.waiting(at.source, stamp); err != nil && !named {
		if stamp != "" { // it would fail as it did
			err = &Skipped{Reason: Later, Err: errors.New(r.Memory.trace(at.source).Failure)}
		}
		return r.give(ctx, rag.Document{}, at.skipped(err), yield)
	}
	data, err := r.read(fsys, name, at)
	if err != nil {
		r.Memory.failed(at.source, stamp, err, 0)
		return r.give(ctx, rag.Document{}, err, yield)
	}
	return r.open(ctx, r.file(at.source, "", data), at, r.remember(at.source, stamp, yield))
}

// remember passes on what a place yields, and remembers how many articles those
// were, or why there was none.
func (r Reader) remember(source, stamp string, yield func(rag.Document, error) bool) func(rag.Document, error) bool {
	if r.Memory == nil {
		return yield
	}
	n := 0
	return func(d rag.Document, err error) bool {
		var s *Skipped
		switch {
		case err == nil:
			n++
			r.Memory.read(source, stamp, "", n)
		case errors.As(err, &s) && s.Source == source:
			r.Memory.failed(source, stamp, err, 0)
		case errors.As(err, &s):
			r.Memory.failed(s.Source, "", err, 0)
		}
		return yield(d, err)
	}
}

// loaders is the version of the loaders, taken together: files that were read by
// others are read again.
const loaders = "1"

// settled is for how long a file has to have been as it is for its time to tell
// it from its next version: file systems count in steps of up to two seconds.
const settled = 2 * time.Second

// stamp tells a version of a file from others; it is empty if none would.
func (r Reader) stamp(fsys fs.FS, name string) string {
	if r.Memory == nil {
		return ""
	}
	info, err := fs.Stat(fsys, name)
	if err != nil || info.ModTime().IsZero() || r.Memory.now().Sub(info.ModTime()) < settled {
		return ""
	}
	return fmt.Sprintf("%d bytes at %d %s %s", info.Size(), info.ModTime().UnixNano(), loaders, r.how())
}

// how is the settings that what is read depends on.
func (r Reader) how() string { return fmt.Sprintf("%q %q", r.Collection, r.Fields) }

func (r Reader) read(fsys fs.FS, name string, at place) ([]byte, error) {
	data, err := readAll(fsys, name, r.limit())
	switch {
	case err != nil:
		return nil, at.skip(Unreadable, err)
	case int64(len(data)) > r.limit():
		return nil, at.skip(TooLarge, fmt.Errorf("more than %s", bytesOf(r.limit())))
	}
	return data, nil
}

// limit is the size of the largest file that is read.
func (r Reader) limit() int64 {
	if r.MaxBytes > 0 {
		return r.MaxBytes
	}
	return MaxBytes
}

// readAll reads a file, or a byte more than limit of it.
func readAll(fsys fs.FS, name string, limit int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit+1))
}

func bytesOf(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d bytes", n)
}
