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
)

// In a library of few articles are asked at most fewAsked questions whose
// articles it holds, and fewForeign whose it does not.
const (
	fewAsked   = 24
	fewForeign = 12
)

// fitFew prints what the confidence makes of questions in libraries of few of a
// set's articles: of those that their articles answer, of those that come near,
// and of those whose articles are not there.
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
		kept, err := remember(filepath.Join(cache, s.Name+".vectors"))
		if err != nil {
			return err
		}
		for _, size := range []struct{ articles, libraries int }{{8, 8}, {30, 4}, {120, 2}} {
			verdicts, chunks := map[string]map[rag.Verdict]float64{}, 0
			for n := range size.libraries {
				got, err := askFew(ctx, s, homes, size.articles, uint64(n), kept, verdicts)
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
		if err := kept.save(); err != nil {
			return err
		}
	}
	return nil
}

// homesOf gives the article of each question, by its id: the first that is found
// among all. A question that another article answers has none.
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

// askFew makes a library of so many articles, chosen by seed among the homes,
// asks in it and counts the verdicts. It returns how many chunks there are.
func askFew(ctx context.Context, s eval.Set, homes map[string]string, articles int, seed uint64, kept *remembering, verdicts map[string]map[rag.Verdict]float64) (chunks int, err error) {
	var docs []string
	for _, d := range homes {
		docs = append(docs, d)
	}
	slices.Sort(docs)
	docs = slices.Compact(docs)
	r := rand.New(rand.NewPCG(uint64(articles), seed))
	r.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	docs = docs[:min(articles, len(docs))]

	folder, err := os.MkdirTemp("", "few")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	store, err := library.Open(filepath.Join(folder, "few.db"), library.Options{Space: kept.Name()})
	if err != nil {
		return 0, err
	}
	defer store.Close()
	some := s
	some.Articles = slices.DeleteFunc(slices.Clone(s.Articles), func(d rag.Document) bool { return !slices.Contains(docs, d.ID) })
	x := index.Indexer{Store: store, Embedder: kept, Chunker: index.Chunker{Tokens: kept.Encoder}}
	if _, err := x.Sync(ctx, some.Source()); err != nil {
		return 0, err
	}
	if _, chunks, err = store.Frequency(ctx, nil, rag.Filter{}); err != nil {
		return 0, err
	}
	a := ask.Answerer{Store: store, Embedder: kept}
	count := map[bool]int{}
	for _, i := range r.Perm(len(s.Questions)) {
		q := s.Questions[i]
		home, known := homes[q.ID]
		here := slices.Contains(docs, home)
		if most := map[bool]int{true: fewAsked, false: fewForeign}[here]; !known || count[here] == most {
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
