package main

import (
	"fmt"
	"text/tabwriter"

	"footnote/rag/eval"
)

// evalClaims measures the check on the files and folders of claims, and gives
// the others.
func (p *program) evalClaims(paths []string) (others []string, err error) {
	tab := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tab, "claims\tnumber\tborne out\tbalanced accuracy\t95 % interval\tsay yes\tborne out and stand\tnot and dropped\tauroc\t")
	for _, path := range paths {
		sets, err := eval.LoadClaims(path)
		if err != nil {
			return nil, err
		}
		if len(sets) == 0 {
			others = append(others, path)
		}
		for _, s := range sets {
			c := s.Check()
			if p.json {
				if err := p.printJSON(c); err != nil {
					return nil, err
				}
				continue
			}
			fmt.Fprintf(tab, "%s\t%d\t%d\t%.3f\t%.3f to %.3f\t0.500\t%.3f\t%.3f\t%.3f\t\n",
				c.Set, c.Claims, c.Borne, c.Balanced.Mean, c.Balanced.Lo, c.Balanced.Hi, c.Stand, c.Dropped, c.AUROC)
		}
	}
	if p.json || len(others) == len(paths) {
		return others, nil
	}
	return others, tab.Flush()
}
