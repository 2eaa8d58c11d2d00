package main

import (
	"fmt"
	"text/tabwriter"
)

// row is a line of a table: its cells, each ending in a tab, and the same whole
// for --json.
type row struct {
	cells string
	whole any
}

// table prints what measure finds of paths, and gives those of which it has no
// row.
func (p *program) table(paths []string, head string, measure func(path string) ([]row, error)) (others []string, err error) {
	tab := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
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
			if !p.json {
				fmt.Fprintln(tab, r.cells)
			} else if err := p.printJSON(r.whole); err != nil {
				return nil, err
			}
		}
	}
	if p.json || len(others) == len(paths) {
		return others, nil
	}
	return others, tab.Flush()
}
