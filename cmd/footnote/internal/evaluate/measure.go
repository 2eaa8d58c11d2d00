package evaluate

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"footnote/bot/phrase"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/version"
	"footnote/prompts"
	"footnote/rag/eval"
	"footnote/rag/index"
)

// measure asks the questions of a set and returns the run. It frees the
// articles of m.
func (v *evaluation) measure(ctx context.Context, m *measurable) (eval.Run, error) {
	if m.run != nil {
		return *m.run, nil
	}
	e, err := open.Embedder(v.Program)
	if err != nil {
		return eval.Run{}, err
	}
	chunker := open.Chunker(e)
	chunker.Words = v.words
	lib, err := m.library(ctx, v.Program, e, chunker)
	if err != nil {
		return eval.Run{}, err
	}
	defer lib.done()
	hash := m.hash()
	*m = measurable{}
	c := eval.Config{Embedder: e.Name(), Retrieval: eval.Retrieval(v.retrieval), Words: v.words, Articles: lib.articles, ArticlesHash: lib.hash, SetHash: hash}
	if c.Words == 0 {
		c.Words = index.DefaultWords
	}
	c.Version, c.Commit = version.Build()
	x := eval.Runner{Store: lib.store, Embedder: e, Chunker: chunker, Retrieval: c.Retrieval, Answers: v.answers, Today: lib.latest, Workers: 2 * runtime.GOMAXPROCS(0), Text: phrase.Text}
	if v.answers {
		if err = v.model.Apply(v.Program, &x.Answerer); err != nil {
			return eval.Run{}, err
		}
		c.Writer = "quote"
		if spec := v.model.Spec(v.Program); spec != "" {
			c.Writer, c.Prompts = spec, prompts.Versions
		}
	}
	if v.judge != "" {
		ask, err := open.ModelFlags{Name: v.judge}.Asker(v.Program)
		if err != nil {
			return eval.Run{}, err
		}
		path := evalCache("judge", v.judge) + ".jsonl"
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return eval.Run{}, err
		}
		if x.Judge, err = eval.OpenJudge(v.judge, path, ask); err != nil {
			return eval.Run{}, err
		}
		defer x.Judge.Close()
		c.Judge, c.Prompts = v.judge, prompts.Versions
	}
	start := v.Now()
	results, err := v.ask(ctx, x, lib.set, c)
	if err != nil {
		return eval.Run{}, err
	}
	run := eval.Summarize(lib.set.Name, c, results, v.Now().Sub(start))
	run.Price(v.prices[0], v.prices[1])
	return run, nil
}

// ask asks the questions and returns the results. A journal keeps the results
// of an interrupted run for --resume; ask deletes it at the end.
func (v *evaluation) ask(ctx context.Context, x eval.Runner, s eval.Set, c eval.Config) ([]eval.Result, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	path := evalCache(s.Name, string(b)) + ".jsonl"
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	journal, known, err := eval.OpenJournal(path, v.resume)
	if err != nil {
		return nil, err
	}
	x.Known = known
	n := len(known)
	if v.resume {
		v.Note("resuming %s: %d of %d questions are done", s.Name, n, len(s.Questions))
	}
	bar := v.Progress("questions of "+s.Name, len(s.Questions))
	bar.Set(n)
	x.Done = func(r eval.Result) error { n++; bar.Set(n); return journal.Add(r) }
	results, err := x.Run(ctx, s)
	bar.Done()
	if err != nil {
		if ctx.Err() != nil {
			v.Note("%d of %d questions of %s are done; add --resume to the command to continue", n, len(s.Questions), s.Name)
		}
		return nil, errors.Join(err, journal.Close())
	}
	return results, journal.Remove()
}
