package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/encoder"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/source"
	"footnote/seeds"
)

// errNoLibrary is a library file that is not there yet.
var errNoLibrary = errors.New("there is no library yet")

// read opens the library for reading. Its error is errNoLibrary if there is
// no file.
func (p *program) read(_ context.Context) (*library.Library, func(), error) {
	return openLibrary(p.path(), library.Options{ReadOnly: true})
}

// write opens the library for changes that embed nothing.
func (p *program) write() (*library.Library, func(), error) {
	if _, err := os.Stat(p.path()); errors.Is(err, fs.ErrNotExist) {
		return nil, nil, noLibrary(p.path())
	}
	return openLibrary(p.path(), library.Options{})
}

func openLibrary(path string, opts library.Options) (*library.Library, func(), error) {
	l, err := library.Open(path, opts)
	if errors.Is(err, fs.ErrNotExist) && opts.ReadOnly {
		return nil, nil, noLibrary(path)
	}
	if err != nil {
		return nil, nil, err
	}
	return l, func() { _ = l.Close() }, nil // what was written is on the disk already
}

func noLibrary(path string) error {
	return hinted{fmt.Errorf("%w: %s", errNoLibrary, path), "`footnote add PATH` makes one"}
}

// newEmbedder gives the built-in encoder, or the one that --embedder names.
func (p *program) newEmbedder() (rag.Embedder, error) {
	if p.embedder != "" {
		return p.openEmbedder(p.embedder)
	}
	e, err := encoder.New()
	if err != nil {
		return nil, err
	}
	if e.Kernel() == "generic" {
		p.note("this machine has none of the vector instructions that the encoder knows; adding articles will be slow")
	}
	return e, nil
}

// newChunker cuts for an embedder.
func newChunker(e rag.Embedder) index.Chunker {
	c := index.Chunker{}
	c.Tokens, _ = e.(rag.TokenCounter)
	return c
}

// answerer wires what answers: the library, or the sample articles while it is
// empty; the embedder; the writer.
func (p *program) answerer(ctx context.Context, m modelFlags) (ask.Answerer, func(), error) {
	a := ask.Answerer{}
	var err error
	if a.Writer, err = m.writer(p); err != nil {
		return a, nil, err
	}
	if a.Embedder, err = p.newEmbedder(); err != nil {
		return a, nil, err
	}
	store, done, err := p.openToAsk(ctx, a.Embedder)
	if err != nil {
		return a, nil, err
	}
	a.Store = store
	return a, done, nil
}

// openToAsk opens the library for searching.
func (p *program) openToAsk(ctx context.Context, e rag.Embedder) (*library.Library, func(), error) {
	l, done, err := openLibrary(p.path(), library.Options{ReadOnly: true, Space: e.Name()})
	if err == nil {
		_, chunks, err := l.Frequency(ctx, nil, rag.Filter{})
		if err != nil {
			done()
			return nil, nil, err
		}
		if chunks > 0 {
			return l, done, nil
		}
		done()
	} else if !errors.Is(err, errNoLibrary) {
		return nil, nil, err
	}
	is := "the library is empty"
	if err != nil && p.path() != defaultLibrary() { // somebody named it
		is = "there is no library " + p.path()
	}
	p.note("%s, so a sample article answers; `footnote add PATH` adds your own", is)
	p.sampled = true
	return p.sample(ctx, e)
}

// sample opens a library of the sample articles. It is kept among the user's
// cached files, so that they are embedded once; where that cannot be, it is
// made anew in a temporary folder.
func (p *program) sample(ctx context.Context, e rag.Embedder) (*library.Library, func(), error) {
	path := filepath.Join(xdg.CacheHome, "footnote", "sample.db")
	l, done, err := fill(ctx, path, e)
	if err == nil || ctx.Err() != nil {
		return l, done, err
	}
	dir, err := os.MkdirTemp("", "footnote")
	if err != nil {
		return nil, nil, err
	}
	l, done, err = fill(ctx, filepath.Join(dir, "sample.db"), e)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return l, func() { done(); _ = os.RemoveAll(dir) }, nil
}

func fill(ctx context.Context, path string, e rag.Embedder) (*library.Library, func(), error) {
	l, done, err := openLibrary(path, library.Options{Space: e.Name()})
	if err != nil {
		return nil, nil, err
	}
	x := index.Indexer{Store: l, Embedder: e, Chunker: newChunker(e), Known: seeds.Vectors(e.Name())}
	r, err := x.Sync(ctx, source.Reader{}.FS(ctx, seeds.Articles(), "seeds"))
	if err == nil {
		_, err = x.Prune(ctx, r.Seen, func(rag.Info) bool { return true })
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return l, done, nil
}
