package main

import (
	"fmt"

	"footnote/rag/eval"
)

// evalClaims measures the check on the files and folders of claims, and gives
// the others.
func (p *program) evalClaims(paths []string) (others []string, err error) {
	return p.table(paths, "claims\tnumber\tborne out\tbalanced accuracy\t95 % interval\tsay yes\tborne out and stand\tnot and dropped\tauroc\ta model's: stand\tdropped\t", func(path string) (rows []row, err error) {
		sets, err := eval.LoadClaims(path)
		for _, s := range sets {
			c := s.Check()
			rows = append(rows, row{fmt.Sprintf("%s\t%d\t%d\t%.3f\t%.3f to %.3f\t0.500\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\t",
				c.Set, c.Claims, c.Borne, c.Balanced.Mean, c.Balanced.Lo, c.Balanced.Hi, c.Stand, c.Dropped, c.AUROC, c.Model.Stand, c.Model.Dropped), c})
		}
		return rows, err
	})
}
