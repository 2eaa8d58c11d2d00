// Package open opens what answers questions: the library, the embedder and the
// language model that the flags and the environment name.
package open

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/rag"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/source"
	"footnote/seeds"
)

// ErrNoLibrary matches the error for a library file that does not exist.
var ErrNoLibrary = errors.New("library not found")

// NoLibrary returns the error for a missing library file.
func NoLibrary(path string) error {
	return exit.WithHint(fmt.Errorf("%w: %s", ErrNoLibrary, path), "run `footnote add PATH` to create it")
}

// Library opens the library file at path. Unless opts.ReadOnly is set it
// creates a missing file; with it, the error matches ErrNoLibrary.
func Library(path string, opts library.Options) (*library.Library, func(), error) {
	l, err := library.Open(path, opts)
	if errors.Is(err, fs.ErrNotExist) && opts.ReadOnly {
		return nil, nil, NoLibrary(path)
	}
	if err != nil {
		return nil, nil, err
	}
	return l, func() { _ = l.Close() }, nil // every update is on the disk already
}

// ToRead opens the program's library for reading. The error matches
// ErrNoLibrary if the file does not exist.
func ToRead(p *cli.Program) (*library.Library, func(), error) {
	return Library(p.LibraryPath(), library.Options{ReadOnly: true})
}

// ToChange opens the program's library for changes that embed nothing. The
// error matches ErrNoLibrary if the file does not exist.
func ToChange(p *cli.Program) (*library.Library, func(), error) {
	if _, err := os.Stat(p.LibraryPath()); errors.Is(err, fs.ErrNotExist) {
		return nil, nil, NoLibrary(p.LibraryPath())
	}
	return Library(p.LibraryPath(), library.Options{})
}

// cachedSample opens a library of the sample articles in the user's cache
// directory, so that they are embedded only once. If that fails it uses a
// temporary folder.
func cachedSample(ctx context.Context, e rag.Embedder) (*library.Library, func(), error) {
	path := filepath.Join(xdg.CacheHome, "footnote", "sample.db")
	l, done, err := Sample(ctx, path, e)
	if err == nil || ctx.Err() != nil {
		return l, done, err
	}
	dir, err := os.MkdirTemp("", "footnote")
	if err != nil {
		return nil, nil, err
	}
	l, done, err = Sample(ctx, filepath.Join(dir, "sample.db"), e)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return l, func() { done(); _ = os.RemoveAll(dir) }, nil
}

// Sample opens the library file at path and makes the sample articles its only
// contents.
func Sample(ctx context.Context, path string, e rag.Embedder) (*library.Library, func(), error) {
	return Only(ctx, path, index.Indexer{Embedder: e, Chunker: Chunker(e)}, source.Reader{}.FS(ctx, seeds.Articles(), "seeds"))
}

// Only opens the library file at path and makes articles its only contents. The
// indexer needs neither a store nor the vectors of the sample articles.
func Only(ctx context.Context, path string, x index.Indexer, articles iter.Seq2[rag.Document, error]) (*library.Library, func(), error) {
	l, done, err := Library(path, library.Options{Space: x.Embedder.Name()})
	if err != nil {
		return nil, nil, err
	}
	x.Store, x.Known = l, seeds.Vectors(x.Embedder.Name())
	r, err := x.Sync(ctx, articles)
	if err == nil {
		_, err = x.Prune(ctx, r.Seen, func(rag.Info) bool { return true })
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return l, done, nil
}
