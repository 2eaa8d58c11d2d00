package main

import (
	"fmt"
	"os"
	"path/filepath"

	"footnote/rag/eval"
	"footnote/rag/question"
)

// evalFollowups measures the folders of conversations, and gives the others.
func (p *program) evalFollowups(dirs []string) (others []string, err error) {
	return p.table(dirs, "conversations\tturns\tf1 as asked\tf1\tneed no change\tleft alone\tothers\tchanged\t", func(dir string) ([]row, error) {
		if _, err := os.Stat(filepath.Join(dir, "turns.jsonl")); err != nil {
			return nil, nil // it is something else
		}
		turns, err := eval.LoadFollowups(dir)
		if err != nil {
			return nil, err
		}
		m := eval.Restate(turns, question.Standalone)
		m.Set = filepath.Base(dir)
		return []row{{fmt.Sprintf("%s\t%d\t%.4f\t%.4f\t%d\t%.3f\t%d\t%.3f\t", m.Set, m.Turns, m.AsAsked, m.F1, m.NoChange, m.LeftAlone, m.Leaning, m.Changed), m}}, nil
	})
}
