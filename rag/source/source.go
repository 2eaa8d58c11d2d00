// Package source reads articles from files, folders and URLs. A file without an
// article is skipped, and a [*Skipped] gives the reason.
//
// kind.go lists the kinds of file. To support another one, add a loader there.
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

// MaxBytes is the default size limit of a file. A Reader skips larger files.
const MaxBytes = 32 << 20

// Reader reads articles. Its zero value reads files of up to [MaxBytes] bytes
// into the collection without a name.
type Reader struct {
	MaxBytes   int64  // a larger file is skipped; 0: the constant MaxBytes
	Collection string // of articles whose front matter names none
	Drafts     bool   // also read articles that are not published

	// Warn receives the problems of articles that are read nevertheless, once
	// for each file. It may be called by several goroutines at once. nil:
	// warnings are dropped.
	Warn func(Warning)

	// Fields maps the columns of tables whose names do not say what they hold.
	Fields Fields

	// Memory lets the Reader skip what has not changed since an earlier run.
	// Such an article is yielded as [rag.ErrUnchanged]. With nil, everything is
	// read.
	Memory *Memory
}

// Files yields the articles of files and folders: paths in the given order, and
// each folder recursively in the order of names. In a folder, names that begin
// with a dot are left out without a report, and symbolic links are not
// followed. A path that you name is always read, also a hidden one or a link.
//
// Document.Source is the absolute path, slash-separated. A skipped file yields
// a *[Skipped]. A path that does not exist yields an error that is
// [fs.ErrNotExist]. Neither ends the sequence. When ctx ends, its error is the
// last one.
func (r Reader) Files(ctx context.Context, paths ...string) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		for _, p := range paths {
			if !r.readPath(ctx, p, yield) {
				return
			}
		}
	}
}

// FS yields the articles of fsys as Files does for a folder. Document.Source is
// the name in fsys below prefix.
func (r Reader) FS(ctx context.Context, fsys fs.FS, prefix string) rag.Source {
	return func(yield func(rag.Document, error) bool) {
		r.folder(ctx, fsys, ".", place{prefix, prefix}, yield)
	}
}

// place is the location of a file or folder: source as a Document names it,
// path as the user wrote it.
type place struct{ source, path string }

// below returns the place of a slash-separated name in the folder p.
func (p place) below(name string) place {
	return place{path.Join(p.source, name), filepath.Join(p.path, filepath.FromSlash(name))}
}

func (p place) skip(why Reason, err error) *Skipped {
	var in *fs.PathError
	if errors.As(err, &in) {
		err = in.Err // place has the path already
	}
	return &Skipped{Source: p.source, Path: p.path, Reason: why, Err: err}
}

// readPath yields the articles at a path. It returns false if the caller has to
// stop.
func (r Reader) readPath(ctx context.Context, name string, yield func(rag.Document, error) bool) bool {
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
		return r.readFile(ctx, os.DirFS(filepath.Dir(abs)), filepath.Base(abs), info.Mode(), at, true, yield)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return yield(rag.Document{}, at.skip(Unreadable, err))
	}
	defer root.Close()
	return r.folder(ctx, root.FS(), ".", at, yield)
}

// Below yields the articles of files and folders below folder. names are
// slash-separated and relative to folder. As in Files, hidden names are left
// out and symbolic links are not followed. A name that does not exist yields
// nothing.
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
			var more bool
			switch {
			case errors.Is(err, fs.ErrNotExist):
				continue
			case err != nil:
				more = r.emit(ctx, rag.Document{}, at.below(name).skip(Unreadable, err), yield)
			case info.Mode()&fs.ModeSymlink != 0: // WalkDir would follow it
				more = r.emit(ctx, rag.Document{}, at.below(name).skip(Link, nil), yield)
			default:
				more = r.folder(ctx, root.FS(), name, at, yield)
			}
			if !more {
				return
			}
		}
	}
}

// folder yields the articles at and below start in fsys, whose root is at the
// given place. It returns false if the caller has to stop.
func (r Reader) folder(ctx context.Context, fsys fs.FS, start string, at place, yield func(rag.Document, error) bool) bool {
	more := true
	step := func(on bool) error {
		if more = on; !more {
			return fs.SkipAll
		}
		return nil
	}
	// The function below never returns an error of its own.
	_ = fs.WalkDir(fsys, start, func(name string, e fs.DirEntry, err error) error {
		here := at.below(name)
		switch {
		case ctx.Err() != nil:
			yield(rag.Document{}, ctx.Err())
			return step(false)
		case e == nil: // start itself cannot be read
			return step(yield(rag.Document{}, here.skip(Unreadable, err)))
		case name != "." && strings.HasPrefix(e.Name(), "."):
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case err != nil:
			return step(yield(rag.Document{}, here.skip(Unreadable, err)))
		case !utf8.ValidString(name):
			if more = yield(rag.Document{}, here.skip(Unreadable, errors.New("the file name is not UTF-8"))); more && e.IsDir() {
				return fs.SkipDir
			}
			return step(more)
		case e.IsDir():
			return nil
		}
		return step(r.readFile(ctx, fsys, name, e.Type(), here, false, yield))
	})
	return more
}

// readFile yields the articles of one file of fsys at the given place. named is
// true if the user named the file. It returns false if the caller has to stop.
func (r Reader) readFile(ctx context.Context, fsys fs.FS, name string, mode fs.FileMode, at place, named bool, yield func(rag.Document, error) bool) bool {
	switch {
	case mode&fs.ModeSymlink != 0:
		return r.emit(ctx, rag.Document{}, r.Memory.skip(at.skip(Link, nil)), yield)
	case !mode.IsRegular():
		return r.emit(ctx, rag.Document{}, r.Memory.skip(at.skip(Special, nil)), yield) // opening a pipe would block until something writes to it
	case !known(name) || !named && isOther(name):
		return r.emit(ctx, rag.Document{}, r.Memory.skip(at.skipped(unread(file{name: name}))), yield)
	}
	stamp := r.stamp(fsys, name)
	if r.Memory.unchanged(at.source, stamp) {
		return r.emit(ctx, rag.Document{Source: at.source}, rag.ErrUnchanged, yield)
	}
	if err := r.Memory.retryError(at.source, stamp); err != nil && !named {
		if stamp != "" { // the file has not changed, so it would fail again
			err = &Skipped{Reason: Later, Err: errors.New(r.Memory.trace(at.source).Failure)}
		}
		return r.emit(ctx, rag.Document{}, at.skipped(err), yield)
	}
	data, err := r.read(fsys, name, at)
	if err != nil {
		r.Memory.failed(at.source, stamp, err, 0)
		return r.emit(ctx, rag.Document{}, err, yield)
	}
	return r.open(ctx, r.file(at.source, "", data), at, r.remember(at.source, stamp, yield))
}

// remember returns a yield function that also records how many articles source
// gave, or why it gave none.
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
		case errors.As(err, &s) && s.Reason == Unpublished: // read it again next time: it may be published by then
		case errors.As(err, &s) && s.Source == source:
			r.Memory.failed(source, stamp, err, 0)
		case errors.As(err, &s):
			r.Memory.failed(s.Source, "", err, 0)
		}
		return yield(d, err)
	}
}

// loaders is the version of all loaders together. Change it to have every file
// read again.
const loaders = "2"

// minFileAge is how old a file's modification time must be to identify its
// version. Some file systems store times in steps of two seconds.
const minFileAge = 2 * time.Second

// stamp identifies a version of a file. It is empty if the modification time is
// missing or too recent.
func (r Reader) stamp(fsys fs.FS, name string) string {
	if r.Memory == nil {
		return ""
	}
	info, err := fs.Stat(fsys, name)
	if err != nil || info.ModTime().IsZero() || r.Memory.now().Sub(info.ModTime()) < minFileAge {
		return ""
	}
	return fmt.Sprintf("%s%d bytes at %d", r.stampPrefix(), info.Size(), info.ModTime().UnixNano())
}

// stampPrefix begins each stamp: the options that change what is read.
func (r Reader) stampPrefix() string {
	return fmt.Sprintf("%s %q %q %t ", loaders, r.Collection, r.Fields, r.Drafts)
}

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

// limit returns the size limit of a file in bytes.
func (r Reader) limit() int64 {
	if r.MaxBytes > 0 {
		return r.MaxBytes
	}
	return MaxBytes
}

// readAll reads a file, but at most limit+1 bytes of it.
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
