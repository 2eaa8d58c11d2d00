package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"footnote/rag"
	"footnote/rag/ask"
	"footnote/rag/eval"
	"footnote/rag/index"
	"footnote/rag/library"
	"footnote/rag/reader"
)

// Each small library is asked at most mostHome questions about articles that it
// contains, and at most mostForeign questions about other articles.
const (
	mostHome    = 24
	mostForeign = 12
)

// fitFew prints the verdicts on questions asked in small libraries, made of a few
// articles of a set. It counts three kinds of questions: answerable ones, near
// ones, which are about an article of the library that does not answer them, and
// foreign ones, whose article is not in the library.
func fitFew(ctx context.Context, cache string, most int, dirs []string) error {
	for _, dir := range dirs {
		s, err := eval.Load(dir)
		if err != nil {
			return err
		}
		homes, err := homesOf(ctx, dir, s, cache, most)
		if err != nil {
			return err
		}
		embedder, err := openCache(filepath.Join(cache, s.Name+".vectors"))
		if err != nil {
			return err
		}
		for _, size := range []struct{ articles, libraries int }{{8, 8}, {30, 4}, {120, 2}} {
			verdicts, chunks := map[string]map[rag.Verdict]float64{}, 0
			for n := range size.libraries {
				got, err := askFew(ctx, s, homes, size.articles, uint64(n), embedder, verdicts)
				if err != nil {
					return err
				}
				chunks += got / size.libraries
			}
			fmt.Printf("%-10s %3d articles, %3d chunks", s.Name, size.articles, chunks)
			for _, kind := range []string{"answerable", "near", "foreign"} {
				v := verdicts[kind]
				all := max(1, v[rag.Answered]+v[rag.Nearest]+v[rag.Refused])
				fmt.Printf("; %s %3.0f: answered %.2f, refused %.2f", kind, all, v[rag.Answered]/all, v[rag.Refused]/all)
			}
			fmt.Println()
		}
		if err := embedder.save(); err != nil {
			return err
		}
	}
	return nil
}

// homesOf returns the article of each question, by question id: the first article
// found among all articles of the set. An answerable question for which that is
// not a relevant article is left out.
func homesOf(ctx context.Context, dir string, s eval.Set, cache string, most int) (map[string]string, error) {
	all, err := askSet(ctx, dir, cache, most)
	if err != nil {
		return nil, err
	}
	homes := map[string]string{}
	for _, q := range all {
		at := slices.IndexFunc(s.Questions, func(x eval.Question) bool { return x.ID == q.ID })
		if ps := q.Why.Answer.Passages; len(ps) > 0 && (!q.Answerable || s.Questions[at].Relevant[ps[0].Chunk.Doc] > 0) {
			homes[q.ID] = ps[0].Chunk.Doc
		}
	}
	return homes, nil
}

// askFew makes a library of some articles, drawn at random with seed from the
// homes of questions. It asks questions in it and adds their verdicts to verdicts,
// by kind of question. It returns the number of chunks in the library.
func askFew(ctx context.Context, s eval.Set, homes map[string]string, articles int, seed uint64, embedder *cachingEmbedder, verdicts map[string]map[rag.Verdict]float64) (chunks int, err error) {
	var docs []string
	for _, d := range homes {
		docs = append(docs, d)
	}
	slices.Sort(docs)
	docs = slices.Compact(docs)
	random := rand.New(rand.NewPCG(uint64(articles), seed))
	random.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	docs = docs[:min(articles, len(docs))]

	folder, err := os.MkdirTemp("", "few")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	store, err := library.Open(filepath.Join(folder, "few.db"), library.Options{Space: embedder.Name()})
	if err != nil {
		return 0, err
	}
	defer store.Close()
	some := s
	some.Articles = slices.DeleteFunc(slices.Clone(s.Articles), func(d rag.Document) bool { return !slices.Contains(docs, d.ID) })
	x := index.Indexer{Store: store, Embedder: embedder, Chunker: index.Chunker{Tokens: embedder.Encoder}}
	if _, err := x.Sync(ctx, some.Source()); err != nil {
		return 0, err
	}
	if _, chunks, err = store.Frequency(ctx, nil, rag.Filter{}); err != nil {
		return 0, err
	}
	r, err := reader.New()
	if err != nil {
		return 0, err
	}
	a := ask.Answerer{Store: store, Embedder: embedder, Reader: r}
	count := map[bool]int{}
	for _, i := range random.Perm(len(s.Questions)) {
		q := s.Questions[i]
		home, known := homes[q.ID]
		here := slices.Contains(docs, home)
		if most := map[bool]int{true: mostHome, false: mostForeign}[here]; !known || count[here] == most {
			continue
		}
		count[here]++
		out, err := a.Ask(ctx, rag.Question{Text: q.Text, Today: q.Date}, nil)
		if err != nil {
			return 0, err
		}
		kind := "foreign"
		switch {
		case here && q.Answerable:
			kind = "answerable"
		case here:
			kind = "near"
		}
		if verdicts[kind] == nil {
			verdicts[kind] = map[rag.Verdict]float64{}
		}
		verdicts[kind][out.Verdict]++
	}
	return chunks, nil
}
