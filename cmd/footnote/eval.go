package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/library"
)

func (p *program) eval() *cobra.Command {
	var answers bool
	c := &cobra.Command{
		Use:   "eval FOLDER…",
		Short: "Measure retrieval and answers on sets of questions",
		Long: `Eval measures how well the articles of a set are found, as ask finds them, and with
--answers how well its questions are answered without a model. A set is a folder in
BEIR's form: corpus.jsonl, queries.jsonl and qrels/test.tsv. Its articles are embedded
once and kept among your cached files. Of a folder with turns.jsonl it measures how
well the questions of conversations are made to stand alone.`,
		Args: someArgs("the folder of a set of questions", -1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := interruptible(c.Context())
			defer stop()
			args, err := p.evalFollowups(args)
			if err != nil || len(args) == 0 {
				return err
			}
			e, err := p.newEmbedder()
			if err != nil {
				return err
			}
			var sets []eval.Set
			for _, dir := range args {
				s, err := eval.Load(dir)
				if err != nil {
					return hinted{err, "a set is a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv"}
				}
				sets = append(sets, s)
			}
			found := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
			fmt.Fprintln(found, "set\tarticles\tquestions\tndcg@10\trecall@5\tmrr@10\tms/question\t")
			asked := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
			fmt.Fprintln(asked, "set\tanswerable\tothers\tcontained\tin first\tcoverage\tfalse refusals\tfalse answers\tauroc\t")
			for i, s := range sets {
				if err := p.evalSet(ctx, args[i], s, e, answers, found, asked); err != nil {
					return err
				}
			}
			if err := found.Flush(); err != nil || !answers {
				return err
			}
			fmt.Fprintln(p.stdout)
			return asked.Flush()
		},
	}
	c.Flags().BoolVar(&answers, "answers", false, "answer every question too, and measure the answers")
	return c
}

// evalFollowups measures the folders of conversations, and gives the others.
func (p *program) evalFollowups(dirs []string) (others []string, err error) {
	tab := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "conversations\tturns\tf1 as asked\tf1\tneed no change\tleft alone\tothers\tchanged\t")
	for _, dir := range dirs {
		turns, err := eval.LoadFollowups(dir)
		if errors.Is(err, fs.ErrNotExist) {
			others = append(others, dir)
			continue
		}
		if err != nil {
			return nil, err
		}
		m := eval.Restate(turns, rag.Standalone)
		fmt.Fprintf(tab, "%s\t%d\t%.4f\t%.4f\t%d\t%.3f\t%d\t%.3f\t\n", filepath.Base(dir), m.Turns, m.AsAsked, m.F1, m.NoChange, m.LeftAlone, m.Leaning, m.Changed)
	}
	if len(others) == len(dirs) {
		return others, nil
	}
	return others, tab.Flush()
}

// evalSet measures one set and writes a row of each table.
func (p *program) evalSet(ctx context.Context, dir string, s eval.Set, e rag.Embedder, answers bool, found, asked io.Writer) error {
	store, done, err := p.evalLibrary(ctx, dir, s, e)
	if err != nil {
		return err
	}
	defer done()
	start := time.Now()
	m, err := eval.Retrieve(ctx, rag.Retriever{Store: store, Embedder: e}, s)
	if err != nil {
		return err
	}
	each := float64(time.Since(start).Microseconds()) / 1000 / float64(max(1, m.Questions))
	fmt.Fprintf(found, "%s\t%d\t%d\t%.4f\t%.4f\t%.4f\t%.1f\t\n", s.Name, len(s.Articles), m.Questions, m.NDCG10, m.Recall5, m.MRR10, each)
	if !answers {
		return nil
	}
	bar, n := p.progress("questions of "+s.Name, len(s.Questions)), 0
	defer bar.done()
	a, err := eval.Ask(ctx, rag.Answerer{Store: store, Embedder: e}, s, func(eval.Question, rag.Answer) { n++; bar.set(n) })
	if err != nil {
		return err
	}
	fmt.Fprintf(asked, "%s\t%d\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t\n",
		s.Name, a.Answerable, a.Unanswerable, a.Contained, a.ContainedFirst, a.Coverage, a.FalseRefusals, a.FalseAnswers, a.AUROC)
	return nil
}

// evalLibrary gives a library of a set's articles, kept among the user's
// cached files and brought into step.
func (p *program) evalLibrary(ctx context.Context, dir string, s eval.Set, e rag.Embedder) (*library.Library, func(), error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, nil, err
	}
	sum := sha256.Sum256([]byte(abs + "\x00" + e.Name()))
	path := filepath.Join(xdg.CacheHome, "footnote", "eval", s.Name+"-"+hex.EncodeToString(sum[:4])+".db")
	store, done, err := openLibrary(path, library.Options{Space: e.Name()})
	if err != nil {
		return nil, nil, err
	}
	bar := p.progress("articles of "+s.Name, len(s.Articles))
	x := rag.Indexer{Store: store, Embedder: e, Chunker: newChunker(e), Progress: func(n rag.Progress) { bar.set(n.Articles) }}
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
