package eval

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"footnote/rag"
)

// Claim is a sentence and texts, and whether they bear it out by a person's
// word: a label of 1 if they do, 0 if not.
type Claim struct {
	ID       string   `json:"_id"`
	Claim    string   `json:"claim"`
	Evidence []string `json:"evidence"` // none bears nothing out
	Label    *int     `json:"label"`
}

// Text is all the evidence.
func (c Claim) Text() string { return strings.Join(c.Evidence, "\n\n") }

// ClaimSet is the claims of a file.
type ClaimSet struct {
	Name   string
	Claims []Claim
}

// LoadClaims reads a file of claims, an object a line, or all of a folder's that
// have the ending .jsonl. There are none where a first line has no claim. Claims
// all of one label are an error.
func LoadClaims(path string) ([]ClaimSet, error) {
	files := []string{path}
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		if files, err = filepath.Glob(filepath.Join(path, "*.jsonl")); err != nil {
			return nil, err
		}
	}
	var all []ClaimSet
	for _, f := range files {
		if filepath.Ext(f) != ".jsonl" {
			continue
		}
		claims, err := loadClaims(f)
		if err != nil {
			return nil, err
		}
		if len(claims) > 0 {
			all = append(all, ClaimSet{strings.TrimSuffix(filepath.Base(f), ".jsonl"), claims})
		}
	}
	return all, nil
}

func loadClaims(path string) ([]Claim, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []Claim
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var c Claim
		err := json.Unmarshal(lines.Bytes(), &c)
		if len(all) == 0 && (err != nil || c.Claim == "") {
			return nil, nil // it is something else
		}
		switch {
		case err != nil:
		case c.Claim == "":
			err = fmt.Errorf("no claim")
		case c.Label == nil || *c.Label != 0 && *c.Label != 1:
			err = fmt.Errorf("label has to be 1, borne out, or 0, not")
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, nil // not even a line of it
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(all, func(c Claim) bool { return *c.Label != *all[0].Label }) {
		return nil, fmt.Errorf("%s: every label is %d, so that nothing is to be told apart", path, *all[0].Label)
	}
	return all, nil
}

// Checked is how well the check tells claims that are borne out from others.
type Checked struct {
	Set      string   `json:"set"`
	Claims   int      `json:"claims"`
	Borne    int      `json:"borne_out"`         // of them, by a person's word
	Balanced Estimate `json:"balanced_accuracy"` // the mean of the two below; a rule that reads nothing has .5
	Stand    float64  `json:"stand"`             // of the claims that are borne out, the share that the check lets stand
	Dropped  float64  `json:"dropped"`           // of the others, the share that it does not
	AUROC    float64  `json:"auroc"`             // of its probability
}

// Check measures [rag.Bears] on the claims. [rag.Check] asks a little more of what
// a model wrote.
func (s ClaimSet) Check() Checked {
	claims := s.Claims
	c := Checked{Set: s.Name, Claims: len(claims)}
	var says balanced
	var all []judged
	for i, x := range claims {
		g := rag.Bears(x.Claim, x.Text())
		yes := *x.Label == 1
		says = append(says, finding{yes, g.Holds() == yes})
		p := g.Probability()
		if g.Vetoed() {
			p = 0
		}
		all = append(all, judged{p, yes, i})
		if yes {
			c.Borne++
		}
	}
	whole := make([]float64, len(claims))
	for i := range whole {
		whole[i] = 1
	}
	c.Stand, c.Dropped, _ = says.shares(whole)
	c.Balanced = Estimate{N: len(claims)}
	c.Balanced.Mean, _ = says.at(whole)
	c.Balanced.Lo, c.Balanced.Hi = interval(resample(len(claims), Resamples, []statistic{says})[0])
	c.AUROC = auroc(inOrder(all), whole)
	return c
}

// finding is what the check said of a claim.
type finding struct{ borne, right bool }

// balanced is the statistic of balanced accuracy.
type balanced []finding

// shares gives the share that is right of the claims that are borne out, and of
// the others; ok is false if there are none of a kind.
func (b balanced) shares(weight []float64) (borne, others float64, ok bool) {
	var right, n [2]float64
	for i, v := range b {
		k := 0
		if v.borne {
			k = 1
		}
		n[k] += weight[i]
		if v.right {
			right[k] += weight[i]
		}
	}
	return right[1] / n[1], right[0] / n[0], n[0] > 0 && n[1] > 0
}

func (b balanced) at(weight []float64) (float64, bool) {
	borne, others, ok := b.shares(weight)
	return (borne + others) / 2, ok
}
