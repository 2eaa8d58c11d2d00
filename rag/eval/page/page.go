// Package page shows a run of package eval, or the comparison of two runs, as an
// HTML page. The page is one file: it opens from disk, loads nothing and sends
// nothing.
package page

import (
	_ "embed" // for page.html
	"html/template"
	"io"
	"math"
	"strconv"
	"strings"

	"footnote/rag/eval"
)

//go:embed page.html
var pageText string

var whole = template.Must(template.New("page").Funcs(template.FuncMap{
	"number": func(x float64) string { return strconv.FormatFloat(x, 'f', 3, 64) },
	"signed": func(x float64) string {
		if x >= 0 {
			return "+" + strconv.FormatFloat(x, 'f', 3, 64)
		}
		return strings.Replace(strconv.FormatFloat(x, 'f', 3, 64), "-", "−", 1)
	},
	"p":        eval.FormatP,
	"baseline": eval.BaselineTitle,
	"rest":     func(x float64) float64 { return math.Round(1000*max(0, min(1, 1-x))) / 10 },
	"percent":  func(x float64) float64 { return math.Round(1000*max(0, min(1, x))) / 10 },
}).Parse(pageText))

// Write writes the page of a run, with its comparison to an older run if c is not
// nil. Text of articles and models is escaped.
func Write(w io.Writer, run eval.Run, c *eval.Comparison) error {
	d := data{Title: run.Title(), Set: run.Set, Config: run.Config, Timings: run.Timings, Comparison: c, Questions: []question{}}
	runs := []eval.Run{run}
	names := []string{"this run"}
	if c != nil {
		d.OldTitle, d.Verdict = c.Old.Title(), c.Verdict()
		runs, names = []eval.Run{c.Old, run}, []string{"old", "new"}
	}
	d.rows(run)
	for i, q := range run.Questions {
		x := newQuestion(q)
		if c != nil {
			was := newQuestion(c.Old.Questions[i])
			was.Passages = nil
			x.Old = &was
		}
		d.Questions = append(d.Questions, x)
	}
	if c != nil {
		d.flips(*c)
	}
	var err error
	if d.Plots, err = plots(runs, names); err != nil {
		return err
	}
	return whole.Execute(w, d)
}

// data is the input of the template.
type data struct {
	Title, OldTitle, Set, Verdict string
	Config                        eval.Config
	Timings                       eval.Timings
	Comparison                    *eval.Comparison
	Baselines                     []string
	Rows                          []row
	Plots                         []plot
	Questions                     []question
}

// row is a row of the table of metrics.
type row struct {
	Metric    eval.Metric
	Estimate  eval.Estimate
	Change    *eval.Change // nil if only one run has the metric, or there is only one run
	Baselines []baseline   // in the order of data.Baselines
}

// baseline is the score of a baseline. Known is false if the metric does not
// apply to it.
type baseline struct {
	Known, Beats bool
	Mean         float64
}

// rows fills in the table of metrics.
func (d *data) rows(run eval.Run) {
	for _, b := range eval.Baselines {
		if len(run.Baselines[b]) > 0 {
			d.Baselines = append(d.Baselines, b)
		}
	}
	changes := map[string]*eval.Change{}
	if d.Comparison != nil {
		for i := range d.Comparison.Changes {
			x := &d.Comparison.Changes[i]
			changes[x.Metric.Name] = x
		}
	}
	for _, m := range eval.Metrics {
		e, ok := run.Metrics[m.Name]
		if !ok {
			continue
		}
		r := row{Metric: m, Estimate: e, Change: changes[m.Name]}
		for _, b := range d.Baselines {
			v, known := run.Baselines[b][m.Name]
			r.Baselines = append(r.Baselines, baseline{known, known && m.Better(v.Mean, e.Mean), v.Mean})
		}
		d.Rows = append(d.Rows, r)
	}
}

// question is one question, as the page's script reads it.
type question struct {
	ID         string             `json:"id"`
	Text       string             `json:"text"`
	Kind       string             `json:"kind"`
	Answerable bool               `json:"answerable"`
	Gold       []string           `json:"gold"`
	Relevant   []string           `json:"relevant"`
	Answer     string             `json:"answer"`
	Verdict    string             `json:"verdict"`
	Confidence float64            `json:"confidence"`
	Quotes     []string           `json:"quotes"`
	Passages   []passage          `json:"passages,omitempty"`
	Ranked     []string           `json:"ranked"`
	Metrics    map[string]float64 `json:"metrics"`
	Wrong      bool               `json:"wrong"`
	Flip       string             `json:"flip,omitempty"`
	Old        *question          `json:"old,omitempty"`
}

type passage struct {
	Chunk string  `json:"chunk"`
	Score float64 `json:"score"`
	Text  string  `json:"text"`
}

// The page shows the first passages of a question, each cut to a number of
// characters.
const (
	shownPassages = 3
	shownText     = 500
)

// newQuestion returns a question with its numbers rounded to three decimals.
func newQuestion(q eval.Result) question {
	x := question{ID: q.ID, Text: q.Question, Kind: q.Kind, Answerable: q.Answerable, Gold: q.Gold, Answer: q.Answer, Verdict: string(q.Verdict),
		Confidence: math.Round(1000*q.Confidence) / 1000, Metrics: map[string]float64{}, Ranked: q.Ranked[:min(5, len(q.Ranked))], Wrong: !q.Right()}
	if q.Error != "" {
		x.Verdict, x.Answer = "failed", q.Error
	}
	for _, id := range q.Ranked {
		if q.Relevant[id] > 0 {
			x.Relevant = append(x.Relevant, id)
		}
	}
	for _, c := range q.Citations {
		x.Quotes = append(x.Quotes, c.Title+": “"+c.Quote+"”")
	}
	for _, p := range q.Passages[:min(shownPassages, len(q.Passages))] {
		text := []rune(p.Text)
		if len(text) > shownText {
			text = append(text[:shownText:shownText], '…')
		}
		x.Passages = append(x.Passages, passage{p.Chunk, math.Round(1000*p.Score) / 1000, string(text)})
	}
	for name, v := range q.Metrics {
		x.Metrics[name] = math.Round(1000*v) / 1000
	}
	return x
}

// flips adds to each question which metrics flipped.
func (d *data) flips(c eval.Comparison) {
	flips := map[string]string{}
	for _, f := range c.Flips {
		flips[f.New.ID] = f.Summary()
	}
	for i := range d.Questions {
		d.Questions[i].Flip = flips[d.Questions[i].ID]
	}
}
