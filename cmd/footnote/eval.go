package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
	return &cobra.Command{
		Use:   "eval FOLDER…",
		Short: "Measure retrieval on sets of questions",
		Long: `Eval measures how well the articles of a set are found, as ask finds them. A set is
a folder in BEIR's form: corpus.jsonl, queries.jsonl and qrels/test.tsv. Its articles
are embedded once and kept among your cached files.`,
		Args: someArgs("the folder of a set of questions", -1),
		RunE: func(c *cobra.Command, args []string) error {
			ctx, stop := interruptible(c.Context())
			defer stop()
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
			tab := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
			fmt.Fprintln(tab, "set\tarticles\tquestions\tndcg@10\trecall@5\tmrr@10\tms/question\t")
			for i, s := range sets {
				store, done, err := p.evalLibrary(ctx, args[i], s, e)
				if err != nil {
					return err
				}
				start := time.Now()
				m, err := eval.Retrieve(ctx, rag.Retriever{Store: store, Embedder: e}, s)
				done()
				if err != nil {
					return err
				}
				each := float64(time.Since(start).Microseconds()) / 1000 / float64(max(1, m.Questions))
				fmt.Fprintf(tab, "%s\t%d\t%d\t%.4f\t%.4f\t%.4f\t%.1f\t\n", s.Name, len(s.Articles), m.Questions, m.NDCG10, m.Recall5, m.MRR10, each)
			}
			return tab.Flush()
		},
	}
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
