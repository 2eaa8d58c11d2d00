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

// measurable is what an argument names: a question set, or a run that --json
// printed.
type measurable struct {
	set eval.Set
	run *eval.Run // nil for a set
}

// hash returns a hash of the questions.
func (m measurable) hash() string {
	if m.run != nil {
		return m.run.Config.SetHash
	}
	return m.set.Hash()
}

// open reads the question set or run that arg names.
func (v *evaluation) open(ctx context.Context, arg string) (measurable, error) {
	if arg == "seeds" {
		s, err := seedsSet(ctx)
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
		return measurable{}, exit.Usage(fmt.Sprintf("--library does not apply to %s: the set has its own articles", arg), "leave out --library, or write questions about your library to a .jsonl file")
	}
	return v.drawn(s), nil
}

// drawn returns the set, reduced to a random sample if --sample is set.
func (v *evaluation) drawn(s eval.Set) measurable {
	if v.sample > 0 {
		s = s.Sample(v.sample)
	}
	return measurable{set: s}
}

// evalHint returns err with a hint that lists the kinds of sets.
func evalHint(err error) error {
	return exit.WithHint(err, "a set is a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv, a SQuAD .json file, a .jsonl file of your own questions, or seeds; run `footnote eval --help` for details")
}

// seedsSet returns the sample article and its questions as a set.
func seedsSet(ctx context.Context) (eval.Set, error) {
	s := eval.Set{Name: "seeds"}
	for d, err := range (source.Reader{}).FS(ctx, seeds.Articles(), "seeds") {
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
