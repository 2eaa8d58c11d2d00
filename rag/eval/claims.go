package eval

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"footnote/rag"
	"footnote/rag/check"
)

// Claim is a sentence with its evidence, and whether the evidence supports it.
type Claim struct {
	ID       string   `json:"_id"`
	Claim    string   `json:"claim"`
	Evidence []string `json:"evidence"`
	Label    *int     `json:"label"` // by a person: 1 if the evidence supports the claim, 0 if not; never nil once loaded
}

// Text returns all the evidence as one text.
func (c Claim) Text() string { return strings.Join(c.Evidence, "\n\n") }

// ClaimSet is the claims of one file.
type ClaimSet struct {
	Name   string
	Claims []Claim
}

// LoadClaims reads a .jsonl file of claims, one object a line, or all .jsonl
// files of a folder. It skips files with other endings, and files whose first
// line has no claim. A file whose claims all have the same label is an error.
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

// errNotClaims is returned for a file whose first line is not a claim.
var errNotClaims = errors.New("no claims")

func loadClaims(path string) ([]Claim, error) {
	var all []Claim
	err := readLines(path, func(line []byte, _ string) error {
		var c Claim
		err := json.Unmarshal(line, &c)
		switch {
		case len(all) == 0 && (err != nil || c.Claim == ""):
			return errNotClaims
		case err != nil:
			return err
		case c.Claim == "":
			return errors.New("the field \"claim\" is missing")
		case c.Label == nil || *c.Label != 0 && *c.Label != 1:
			return errors.New("label must be 1 (supported) or 0 (not supported)")
		}
		all = append(all, c)
		return nil
	})
	if errors.Is(err, errNotClaims) || err == nil && len(all) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(all, func(c Claim) bool { return *c.Label != *all[0].Label }) {
		return nil, fmt.Errorf("%s: every label is %d, but both labels are needed", path, *all[0].Label)
	}
	return all, nil
}

// Checked is how well footnote's check tells supported claims from others.
type Checked struct {
	Set       string   `json:"set"`
	Claims    int      `json:"claims"`
	Supported int      `json:"borne_out"`         // claims that are supported, by their labels
	Balanced  Estimate `json:"balanced_accuracy"` // the mean of Kept and Removed; a rule that reads nothing has 0.5
	Kept      float64  `json:"stand"`             // share of the supported claims that the check keeps
	Removed   float64  `json:"dropped"`           // share of the unsupported claims that it removes
	AUROC     float64  `json:"auroc"`             // of the verdict: yes 1, partly 0.5, no 0
	Undecided int      `json:"undecided"`         // claims on which the judge failed; they count as kept
}

// Check measures the check on the claims. judge may be nil: only the hard checks
// decide. A claim that is supported in part counts as not kept. The error is the
// context's.
func (s ClaimSet) Check(ctx context.Context, judge check.Judge) (Checked, error) {
	c := Checked{Set: s.Name, Claims: len(s.Claims)}
	var accuracy balanced
	var yes, no []float64 // verdicts
	for i, x := range s.Claims {
		got, err := check.Decide(ctx, judge, x.Claim, x.Text())
		if ctx.Err() != nil {
			return c, ctx.Err()
		}
		if err != nil {
			c.Undecided++
		}
		score := map[rag.Support]float64{rag.Supported: 1, rag.Partly: .5, "": 1}[got]
		if *x.Label == 1 {
			yes = append(yes, score)
		} else {
			no = append(no, score)
		}
		accuracy.add(i, *x.Label == 1, score == 1)
	}
	whole := slices.Repeat([]float64{1}, len(s.Claims))
	c.Supported, c.AUROC = len(yes), AUROC(yes, no)
	c.Kept, _ = accuracy.supported.at(whole)
	c.Removed, _ = accuracy.unsupported.at(whole)
	c.Balanced = Estimate{N: len(s.Claims)}
	c.Balanced.Mean, _ = accuracy.at(whole)
	c.Balanced.Lo, c.Balanced.Hi = interval(resample(len(s.Claims), Resamples, []statistic{&accuracy})[0])
	return c, nil
}

// balanced is balanced accuracy: the mean of the accuracy on supported claims
// and the accuracy on unsupported ones.
type balanced struct{ supported, unsupported mean }

// add adds claim i: whether it is supported, and whether the check keeps it.
func (b *balanced) add(i int, supported, kept bool) {
	to := &b.unsupported
	if supported {
		to = &b.supported
	}
	to.add(i, indicator(supported == kept))
}

func (b *balanced) at(weight []float64) (float64, bool) {
	x, okX := b.supported.at(weight)
	y, okY := b.unsupported.at(weight)
	return (x + y) / 2, okX && okY
}
