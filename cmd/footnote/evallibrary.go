package main

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

	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/source"
	"footnote/seeds"
)

// evalLibrary is a set and the library that its questions are asked of.
type evalLibrary struct {
	set      eval.Set // without its articles
	store    *library.Library
	articles int
	hash     string    // of the articles
	latest   time.Time // when the latest article was published; zero if not known
	done     func()
}

// manyArticles are so many that their vectors make most of the memory in use.
// Garbage is collected sooner then: it costs 5 % of the time, and saves 60 of
// 420 MB with 26,000 articles.
const manyArticles = 10_000

// library gives the library of a set: one made of its articles, or the
// person's own.
func (m measurable) library(ctx context.Context, p *program, e rag.Embedder, c index.Chunker) (evalLibrary, error) {
	if len(m.set.Articles) == 0 {
		return p.ownLibrary(ctx, m.set, e)
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
	l.store, l.done, err = p.madeLibrary(ctx, m.set, l.hash, e, c)
	return l, err
}

// madeLibrary gives a library of a set's articles. It is kept among the
// user's cached files, under what it is made of.
func (p *program) madeLibrary(ctx context.Context, s eval.Set, hash string, e rag.Embedder, c index.Chunker) (*library.Library, func(), error) {
	path := evalCache(s.Name, hash+"\x00"+e.Name()+"\x00"+strconv.Itoa(c.Words)) + ".db"
	store, done, err := openLibrary(path, library.Options{Space: e.Name()})
	if err != nil {
		return nil, nil, err
	}
	bar := p.progress("articles of "+s.Name, len(s.Articles))
	x := index.Indexer{Store: store, Embedder: e, Chunker: c, Known: seeds.Vectors(e.Name()), Progress: func(n index.Progress) { bar.set(n.Articles) }}
	r, err := x.Sync(ctx, s.Source())
	bar.done()
	if err == nil {
		_, err = x.Prune(ctx, r.Seen, func(rag.Info) bool { return true })
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return store, done, nil
}

// evalCache names a file among the user's cached ones, without its ending, by
// a set and what it is made of.
func evalCache(set, of string) string {
	sum := sha256.Sum256([]byte(of))
	return filepath.Join(xdg.CacheHome, "footnote", "eval", set+"-"+hex.EncodeToString(sum[:4]))
}

// ownLibrary opens the person's library and finds in it the articles that the
// set names.
func (p *program) ownLibrary(ctx context.Context, s eval.Set, e rag.Embedder) (evalLibrary, error) {
	store, done, err := openLibrary(p.path(), library.Options{ReadOnly: true, Space: e.Name()})
	if err != nil {
		return evalLibrary{}, err
	}
	l := evalLibrary{store: store, done: done}
	infos, err := store.List(ctx, rag.Filter{})
	if err == nil && len(infos) == 0 {
		err = hinted{fmt.Errorf("the library %s is empty", shortPath(p.path())), "`footnote add PATH` fills it"}
	}
	if err == nil {
		l.set, err = s.Resolve(func(name string) (string, error) {
			i, err := find(infos, name)
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

// seedsSet is the sample article and the questions about it.
func seedsSet() (eval.Set, error) {
	s := eval.Set{Name: "seeds"}
	for d, err := range (source.Reader{}).FS(context.Background(), seeds.Articles(), "seeds") {
		if err != nil {
			return eval.Set{}, err
		}
		s.Articles = append(s.Articles, d)
	}
	questions, err := seeds.Questions()
	if err != nil {
		return eval.Set{}, err
	}
	for _, q := range questions {
		x := eval.Question{ID: q.ID, Text: q.Text, Answers: q.Answers, Answerable: q.Answerable, Kind: string(q.Kind), Evidence: q.Evidence}
		if q.Answerable {
			x.Relevant = map[string]int{}
			for _, d := range s.Articles {
				x.Relevant[d.ID] = 1
			}
		}
		s.Questions = append(s.Questions, x)
	}
	return s, nil
}
