package main

import (
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"footnote/rag"
	"footnote/rag/eval"
)

// evalFollowups measures the folders of conversations, and gives the others.
func (p *program) evalFollowups(dirs []string) (others []string, err error) {
	tab := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "conversations\tturns\tf1 as asked\tf1\tneed no change\tleft alone\tothers\tchanged\t")
	for _, dir := range dirs {
		if _, err := os.Stat(filepath.Join(dir, "turns.jsonl")); err != nil {
			others = append(others, dir)
			continue
		}
		turns, err := eval.LoadFollowups(dir)
		if err != nil {
			return nil, err
		}
		m := eval.Restate(turns, rag.Standalone)
		m.Set = filepath.Base(dir)
		if p.json {
			if err := p.printJSON(m); err != nil {
				return nil, err
			}
			continue
		}
		fmt.Fprintf(tab, "%s\t%d\t%.4f\t%.4f\t%d\t%.3f\t%d\t%.3f\t\n", m.Set, m.Turns, m.AsAsked, m.F1, m.NoChange, m.LeftAlone, m.Leaning, m.Changed)
	}
	if p.json || len(others) == len(dirs) {
		return others, nil
	}
	return others, tab.Flush()
}
