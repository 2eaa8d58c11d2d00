package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/eval"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/question"
)

// questionSets are the folders of DATA that hold questions and their articles,
// in the order of the tables. The queries of scifact are claims, not questions,
// so they are searched for and not answered.
var questionSets = []struct {
	name   string
	answer bool
}{
	{"squad", true},
	{"squad2", true},
	{"clapnq", true},
	{"realtimeqa", true},
	{"rgb", true},
	{"scifact", false},
	{"time63", true},
	{"multihop", true},
}

// measured is the outcome of all sets that are in DATA.
type measured struct {
	retrieval []eval.Run // all questions, searched for
	answers   []eval.Run // a sample of them, answered by the default writer
	followups []eval.Followups
	claims    []eval.Checked
}

// collect measures every set in c.data.
func (c config) collect(ctx context.Context) (measured, error) {
	var m measured
	for _, s := range questionSets {
		dir := filepath.Join(c.data, s.name)
		if !exists(dir) {
			fmt.Fprintf(c.log, "%s: not found, left out\n", dir)
			continue
		}
		if err := c.questions(ctx, &m, dir, s.answer); err != nil {
			return m, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	if dir := filepath.Join(c.data, "followups"); exists(dir) {
		turns, err := eval.LoadFollowups(dir)
		if err != nil {
			return m, err
		}
		f := eval.MeasureFollowups(turns, question.Standalone)
		f.Set = "followups"
		m.followups = append(m.followups, f)
	}
	if dir := filepath.Join(c.data, "grounding"); exists(dir) {
		sets, err := eval.LoadClaims(dir)
		if err != nil {
			return m, err
		}
		for _, s := range sets {
			c, err := s.Check(ctx, nil)
			if err != nil {
				return m, err
			}
			m.claims = append(m.claims, c)
		}
	}
	if len(m.retrieval)+len(m.followups)+len(m.claims) == 0 {
		return m, fmt.Errorf("%s: no question sets in this folder", c.data)
	}
	return m, ctx.Err()
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// questions measures one set: a search for every question, then answers to a
// sample of them.
func (c config) questions(ctx context.Context, m *measured, dir string, answer bool) error {
	s, err := eval.Load(dir)
	if err != nil {
		return err
	}
	store, err := c.library(ctx, s)
	if err != nil {
		return err
	}
	defer store.Close()
	conf := eval.Config{Embedder: c.embedder.Name(), Retrieval: eval.Hybrid, Articles: len(s.Articles)}
	x := eval.Runner{Store: store, Embedder: c.embedder, Chunker: c.chunker, Workers: 2 * runtime.GOMAXPROCS(0), Answerer: ask.Answerer{Reader: c.reader}}
	for _, d := range s.Articles { // an undated question is asked on the day of the latest article
		if d.Published.After(x.Today) {
			x.Today = d.Published
		}
	}
	s.Articles = nil
	fmt.Fprintf(c.log, "%s: searching for %d questions\n", s.Name, len(s.Questions))
	results, err := x.Run(ctx, s)
	if err != nil {
		return err
	}
	m.retrieval = append(m.retrieval, eval.Summarize(s.Name, conf, results, 0))
	if !answer {
		return nil
	}
	if c.sample > 0 {
		s = s.Sample(c.sample)
	}
	x.Answers, conf.Writer = true, "quote"
	fmt.Fprintf(c.log, "%s: answering %d questions\n", s.Name, len(s.Questions))
	if results, err = x.Run(ctx, s); err != nil {
		return err
	}
	m.answers = append(m.answers, eval.Summarize(s.Name, conf, results, 0))
	return nil
}

// library opens a library of exactly the articles of a set. What an earlier run
// embedded is used again.
func (c config) library(ctx context.Context, s eval.Set) (*library.Library, error) {
	if err := os.MkdirAll(c.cache, 0o700); err != nil {
		return nil, err
	}
	store, err := library.Open(filepath.Join(c.cache, s.Name+".db"), library.Options{Space: c.embedder.Name()})
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(c.log, "%s: adding %d articles\n", s.Name, len(s.Articles))
	x := index.Indexer{Store: store, Embedder: c.embedder, Chunker: c.chunker}
	report, err := x.Sync(ctx, s.Source())
	if err == nil {
		_, err = x.Prune(ctx, report.Seen, func(rag.Info) bool { return true })
	}
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}
