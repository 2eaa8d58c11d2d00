package evaluate

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"footnote/cmd/footnote/internal/cli"
	"footnote/rag/check"
	"footnote/rag/eval"
	"footnote/rag/question"
)

// row is a row of a table: its cells, each followed by a tab, and the value
// that --json prints.
type row struct {
	cells string
	value any
}

// table prints the rows that measure returns for each path. It returns the
// paths without a row.
func table(p *cli.Program, paths []string, head string, measure func(path string) ([]row, error)) (others []string, err error) {
	tab := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, head)
	for _, path := range paths {
		rows, err := measure(path)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			others = append(others, path)
		}
		for _, r := range rows {
			if !p.JSON {
				fmt.Fprintln(tab, r.cells)
			} else if err := p.PrintJSON(r.value); err != nil {
				return nil, err
			}
		}
	}
	if p.JSON || len(others) == len(paths) {
		return others, nil
	}
	return others, tab.Flush()
}

// measureConversations measures the folders of conversations and returns the
// other paths.
func measureConversations(p *cli.Program, dirs []string) (others []string, err error) {
	return table(p, dirs, "conversations\tturns\tf1 as asked\tf1 rewritten\tstandalone\tunchanged\tfollow-ups\trewritten\t", func(dir string) ([]row, error) {
		if _, err := os.Stat(filepath.Join(dir, "turns.jsonl")); err != nil {
			return nil, nil // not a folder of conversations
		}
		turns, err := eval.LoadFollowups(dir)
		if err != nil {
			return nil, err
		}
		m := eval.MeasureFollowups(turns, question.Standalone)
		m.Set = filepath.Base(dir)
		return []row{{fmt.Sprintf("%s\t%d\t%.4f\t%.4f\t%d\t%.3f\t%d\t%.3f\t", m.Set, m.Turns, m.AsAsked, m.F1, m.NoChange, m.Unchanged, m.Others, m.Changed), m}}, nil
	})
}

// measureClaims measures the check on the files and folders of claims and
// returns the other paths.
func measureClaims(ctx context.Context, p *cli.Program, judge check.Judge, paths []string) (others []string, err error) {
	return table(p, paths, "set\tclaims\tsupported\tbalanced accuracy\t95 % interval\talways yes\tsupported, kept\tnot supported, removed\tauroc\t", func(path string) (rows []row, err error) {
		sets, err := eval.LoadClaims(path)
		for _, s := range sets {
			c, err := s.Check(ctx, judge)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row{fmt.Sprintf("%s\t%d\t%d\t%.3f\t%.3f to %.3f\t0.500\t%.3f\t%.3f\t%.3f\t",
				c.Set, c.Claims, c.Supported, c.Balanced.Mean, c.Balanced.Lo, c.Balanced.Hi, c.Kept, c.Removed, c.AUROC), c})
		}
		return rows, err
	})
}
