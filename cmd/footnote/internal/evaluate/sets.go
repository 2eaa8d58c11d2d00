package evaluate

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"footnote/cmd/footnote/internal/exit"
	"footnote/rag/eval"
	"footnote/rag/source"
	"footnote/seeds"
)

// measurable is a set, or a run of one.
type measurable struct {
	set eval.Set
	run *eval.Run
}

// hash identifies the questions.
func (m measurable) hash() string {
	if m.run != nil {
		return m.run.Config.SetHash
	}
	return m.set.Hash()
}

// open reads what an argument names.
func (v *evaluation) open(arg string) (measurable, error) {
	if arg == "seeds" {
		s, err := seedsSet()
		return v.drawn(s), err
	}
	if filepath.Ext(arg) == ".json" {
		switch run, err := eval.ReadRun(arg); {
		case err == nil:
			return measurable{run: &run}, nil
		case !errors.Is(err, eval.ErrNotRun):
			return measurable{}, evalHint(err)
		}
	}
	s, err := eval.Load(arg)
	if err != nil {
		return measurable{}, evalHint(err)
	}
	if v.Library != "" && len(s.Articles) > 0 {
		return measurable{}, exit.Usage(fmt.Sprintf("--library with %s, which has articles of its own", arg), "leave --library out, or ask your library questions of your own in a .jsonl file")
	}
	return v.drawn(s), nil
}

func (v *evaluation) drawn(s eval.Set) measurable {
	if v.sample > 0 {
		s = s.Sample(v.sample)
	}
	return measurable{set: s}
}

func evalHint(err error) error {
	return exit.WithHint(err, "a set is a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv, SQuAD's .json, a .jsonl of your own questions, or seeds; `footnote eval --help` shows them")
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
