package eval

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"footnote/rag/check"
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

// errOther is a file that holds something else than claims.
var errOther = errors.New("no claims")

func loadClaims(path string) ([]Claim, error) {
	var all []Claim
	err := readLines(path, func(line []byte, _ string) error {
		var c Claim
		err := json.Unmarshal(line, &c)
		switch {
		case len(all) == 0 && (err != nil || c.Claim == ""):
			return errOther
		case err != nil:
			return err
		case c.Claim == "":
			return fmt.Errorf("no claim")
		case c.Label == nil || *c.Label != 0 && *c.Label != 1:
			return fmt.Errorf("label has to be 1, borne out, or 0, not")
		}
		all = append(all, c)
		return nil
	})
	if errors.Is(err, errOther) || err == nil && len(all) == 0 {
		return nil, nil
	}
	if err != nil {
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
	Model    struct { // the two shares if a model had written the claims
		Stand   float64 `json:"stand"`
		Dropped float64 `json:"dropped"`
	} `json:"model"`
}

// Check measures [check.Supports] on the claims: where either mistake is as bad as the
// other, and as [check.Check] goes by it of what a model wrote, of which a false
// claim that stands is the worse.
func (s ClaimSet) Check() Checked {
	c := Checked{Set: s.Name, Claims: len(s.Claims)}
	var accuracy, model balanced
	var yes, no []float64 // probabilities
	for i, x := range s.Claims {
		g := check.Supports(x.Claim, x.Text())
		p := g.Probability()
		if g.Vetoed() {
			p = 0
		}
		if *x.Label == 1 {
			yes = append(yes, p)
		} else {
			no = append(no, p)
		}
		accuracy.add(i, *x.Label == 1, g.Supported())
		model.add(i, *x.Label == 1, check.Keeps(x.Claim, x.Text()))
	}
	whole := slices.Repeat([]float64{1}, len(s.Claims))
	c.Borne, c.AUROC = len(yes), AUROC(yes, no)
	c.Stand, _ = accuracy.borne.at(whole)
	c.Dropped, _ = accuracy.others.at(whole)
	c.Model.Stand, _ = model.borne.at(whole)
	c.Model.Dropped, _ = model.others.at(whole)
	c.Balanced = Estimate{N: len(s.Claims)}
	c.Balanced.Mean, _ = accuracy.at(whole)
	c.Balanced.Lo, c.Balanced.Hi = interval(resample(len(s.Claims), Resamples, []statistic{&accuracy})[0])
	return c
}

// balanced is the statistic of balanced accuracy: the mean of the shares that
// are right of the claims that are borne out, and of the others.
type balanced struct{ borne, others mean }

func (b *balanced) add(i int, borne, stands bool) {
	of, right := &b.others, 0.
	if borne {
		of = &b.borne
	}
	if borne == stands {
		right = 1
	}
	of.add(i, right)
}

func (b *balanced) at(weight []float64) (float64, bool) {
	borne, some := b.borne.at(weight)
	others, more := b.others.at(weight)
	return (borne + others) / 2, some && more
}
