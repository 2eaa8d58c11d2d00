package evaluate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/adrg/xdg"

	"footnote/cmd/footnote/internal/catalog"
	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/exit"
	"footnote/cmd/footnote/internal/open"
	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/index"
	"footnote/rag/library"
)

// evalLibrary is a set and the library that answers its questions.
type evalLibrary struct {
	set      eval.Set // without its articles
	store    *library.Library
	articles int
	hash     string    // identifies the articles
	latest   time.Time // publication time of the latest article, zero if unknown
	done     func()
}

// manyArticles is the number of articles above which their vectors take most of
// the memory. Above it, eval collects garbage more often: it trades time for
// memory.
const manyArticles = 10_000

// library returns the library for a set: a new one with the set's articles, or
// the user's own if the set has none.
func (m measurable) library(ctx context.Context, p *cli.Program, e rag.Embedder, c index.Chunker) (evalLibrary, error) {
	if len(m.set.Articles) == 0 {
		return ownLibrary(ctx, p, m.set, e)
	}
	l := evalLibrary{set: m.set, articles: len(m.set.Articles), hash: m.set.ArticlesHash()}
	if l.articles > manyArticles {
		debug.SetGCPercent(50)
	}
	for _, d := range m.set.Articles {
		if d.Published.After(l.latest) {
			l.latest = d.Published
		}
	}
	l.set.Articles = nil
	var err error
	l.store, l.done, err = setLibrary(ctx, p, m.set, l.hash, e, c)
	return l, err
}

// setLibrary opens a library with the articles of a set in the user's cache
// directory, and fills it if it is new. hash identifies the articles.
func setLibrary(ctx context.Context, p *cli.Program, s eval.Set, hash string, e rag.Embedder, c index.Chunker) (*library.Library, func(), error) {
	path := evalCache(s.Name, hash+"\x00"+e.Name()+"\x00"+strconv.Itoa(c.Words)) + ".db"
	bar := p.Progress("articles of "+s.Name, len(s.Articles))
	defer bar.Done()
	return open.Only(ctx, path, index.Indexer{Embedder: e, Chunker: c, Progress: func(n index.Progress) { bar.Set(n.Articles) }}, s.Source())
}

// evalCache returns a path without extension in the user's cache directory. It
// depends on the name of the set and on what the file is made of.
func evalCache(set, of string) string {
	sum := sha256.Sum256([]byte(of))
	return filepath.Join(xdg.CacheHome, "footnote", "eval", set+"-"+hex.EncodeToString(sum[:4]))
}

// ownLibrary opens the user's library and resolves the articles that the set
// names.
func ownLibrary(ctx context.Context, p *cli.Program, s eval.Set, e rag.Embedder) (evalLibrary, error) {
	store, done, err := open.Library(p.LibraryPath(), library.Options{ReadOnly: true, Space: e.Name()})
	if err != nil {
		return evalLibrary{}, err
	}
	l := evalLibrary{store: store, done: done}
	infos, err := store.List(ctx, rag.Filter{})
	if err == nil && len(infos) == 0 {
		err = exit.WithHint(fmt.Errorf("the library %s is empty", cli.ShortPath(p.LibraryPath())), "run `footnote add PATH` to add articles")
	}
	if err == nil {
		l.set, err = s.Resolve(func(name string) (string, error) {
			i, err := catalog.Find(infos, name)
			return i.ID, err
		})
	}
	if err != nil {
		done()
		return evalLibrary{}, err
	}
	l.articles = len(infos)
	sum := sha256.New()
	for _, i := range infos {
		fmt.Fprintf(sum, "%s\x00%s\n", i.ID, i.Hash)
		if i.Published.After(l.latest) {
			l.latest = i.Published
		}
	}
	l.hash = hex.EncodeToString(sum.Sum(nil)[:8])
	return l, nil
}
