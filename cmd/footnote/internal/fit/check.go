package main

import (
	"fmt"
	"hash/fnv"
	"slices"

	"footnote/rag/check"
	"footnote/rag/eval"
)

// claim is a labelled claim, with its features and its set.
type claim struct {
	example
	ground check.Ground
	text   string
}

// folds is the number of folds of a cross-validation.
const folds = 5

// readClaims reads the sets of a folder. Every set has the same weight, and so
// has each label in a set. Equal claims, and claims about the same text, are in
// the same fold.
func readClaims(dir string) ([]claim, error) {
	var all []claim
	groups := union{}
	sets, err := eval.LoadClaims(dir)
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		from, count := len(all), map[bool]float64{}
		for _, c := range set.Claims {
			groups.join("claim "+c.Claim, "text "+c.Text())
			g, yes := check.Supports(c.Claim, c.Text()), *c.Label == 1
			all = append(all, claim{example{x: g.Features(), yes: yes, set: set.Name}, g, c.Claim})
			count[yes]++
		}
		for i := range all[from:] {
			all[from+i].weight = 1000 / count[all[from+i].yes]
		}
	}
	for i := range all {
		h := fnv.New32a()
		_, _ = h.Write([]byte(groups.root("claim " + all[i].text)))
		all[i].fold = int(h.Sum32() % folds)
	}
	return all, nil
}

// union is a disjoint-set forest, from a name to its parent. Names that were
// joined have the same root.
type union map[string]string

func (u union) root(name string) string {
	for u[name] != "" {
		name = u[name]
	}
	return name
}

func (u union) join(a, b string) {
	if a, b = u.root(a), u.root(b); a != b {
		u[a] = b
	}
}

// fitCheck fits the weights of the check on the claims of a folder. It prints the
// balanced accuracy on each set: cross-validated over all sets, fitted on the
// other sets, and with the weights that footnote has. Then it prints the weights.
func fitCheck(dir string) error {
	claims, err := readClaims(dir)
	if err != nil {
		return err
	}
	var train []example
	var sets []string
	for _, c := range claims {
		train = append(train, c.example)
		if !slices.Contains(sets, c.set) {
			sets = append(sets, c.set)
		}
	}
	kept := func(c claim, p float64) bool { return p >= .5 && !c.ground.Vetoed() }
	report := func(name string, keeps func(claim) bool) {
		fmt.Printf("%-36s", name)
		for _, set := range sets {
			var right, n [2]float64
			for _, c := range claims {
				if c.set != set {
					continue
				}
				k := 0
				if c.yes {
					k = 1
				}
				n[k]++
				if keeps(c) == c.yes {
					right[k]++
				}
			}
			fmt.Printf("  %s %.3f", set, (right[0]/n[0]+right[1]/n[1])/2)
		}
		fmt.Println()
	}
	without := func(skip func(example) bool) logistic {
		var some []example
		for _, e := range train {
			if !skip(e) {
				some = append(some, e)
			}
		}
		return learn(some)
	}
	var fold [folds]logistic
	for k := range fold {
		fold[k] = without(func(e example) bool { return e.fold == k })
	}
	report("five folds, no claim or text in two", func(c claim) bool { return kept(c, fold[c.fold].probability(c.x)) })
	unseen := map[string]logistic{}
	for _, set := range sets {
		unseen[set] = without(func(e example) bool { return e.set == set })
	}
	report("fitted on the other sets", func(c claim) bool { return kept(c, unseen[c.set].probability(c.x)) })
	report("footnote's weights", func(c claim) bool { return c.ground.Supported() })
	w := learn(train)
	fmt.Printf("constant %.3f", w[0])
	for i, name := range check.GroundFeatures {
		fmt.Printf(", %s %.3f", name, w[i+1])
	}
	fmt.Println()
	return nil
}
