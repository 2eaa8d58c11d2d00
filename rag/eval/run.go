package eval

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"footnote/rag"
)

// Run is a measurement: what was measured, with which settings, and its results.
// Two runs of one build on one set differ in Timings only.
type Run struct {
	Set         string                         `json:"set"`
	Config      Config                         `json:"config"`
	Metrics     map[string]Estimate            `json:"metrics"`
	Baselines   map[string]map[string]Estimate `json:"baselines"`
	Reliability []Bin                          `json:"reliability,omitempty"` // nil if no question was answered
	Agreements  []Agreement                    `json:"agreements,omitempty"`  // nil without a judge
	Usage       *Spent                         `json:"usage,omitempty"`       // nil if no model server counted tokens
	Questions   []Result                       `json:"questions"`
	Timings     Timings                        `json:"timings"`
}

// Config is the settings of a run.
type Config struct {
	Version      string    `json:"version"` // of footnote
	Commit       string    `json:"commit"`
	Embedder     string    `json:"embedder"`
	Retrieval    Retrieval `json:"retrieval"`
	Words        int       `json:"words"`   // maximum of a chunk
	Writer       string    `json:"writer"`  // "quote", or a model; empty if no question was answered
	Prompts      string    `json:"prompts"` // their versions; empty if no model was asked
	Judge        string    `json:"judge"`   // a model; empty if there is none
	Articles     int       `json:"articles"`
	ArticlesHash string    `json:"articles_hash"`
	SetHash      string    `json:"set_hash"` // of the questions and their gold answers
	Seed         int       `json:"seed"`
	Resamples    int       `json:"resamples"` // of each interval
}

// Spent is the tokens that model servers counted, and their cost.
type Spent struct {
	rag.Usage
	Cost float64 `json:"cost,omitempty"` // 0 if no prices were given
}

// Resamples is the number of bootstrap samples of an interval.
const Resamples = 2000

// Summarize returns the run with these results: the mean of each metric, its
// interval, and the baselines. It sets the seed and the resamples of c. wall is
// how long the run took.
func Summarize(set string, c Config, results []Result, wall time.Duration) Run {
	c.Seed, c.Resamples = Seed, Resamples
	r := Run{Set: set, Config: c, Questions: results, Metrics: map[string]Estimate{}, Baselines: map[string]map[string]Estimate{}}
	var names [][2]string // baseline, metric
	var of []statistic
	stats := r.statistics()
	for _, name := range slices.Sorted(maps.Keys(stats)) {
		names, of = append(names, [2]string{"", name}), append(of, stats[name])
	}
	for _, b := range Baselines {
		stats := baselineMeans(results, b)
		for _, name := range slices.Sorted(maps.Keys(stats)) {
			names, of = append(names, [2]string{b, name}), append(of, stats[name])
		}
	}
	whole := slices.Repeat([]float64{1}, len(results))
	for i, values := range resample(len(results), Resamples, of) {
		e := Estimate{N: len(results)}
		e.Mean, _ = of[i].at(whole)
		e.Lo, e.Hi = interval(values)
		if m, ok := of[i].(*mean); ok {
			e.N = len(m.values)
		}
		to := r.Metrics
		if b := names[i][0]; b != "" {
			if r.Baselines[b] == nil {
				r.Baselines[b] = map[string]Estimate{}
			}
			to = r.Baselines[b]
		}
		to[names[i][1]] = e
	}
	if confidence, right := r.confidences(); len(confidence) > 0 {
		r.Reliability = Reliability(confidence, right)
	}
	r.Agreements = agreements(results)
	for _, q := range results {
		if q.Usage != nil {
			if r.Usage == nil {
				r.Usage = &Spent{}
			}
			r.Usage.PromptTokens += q.Usage.PromptTokens
			r.Usage.CompletionTokens += q.Usage.CompletionTokens
		}
	}
	r.Timings = newTimings(results, wall)
	return r
}

// Price sets the run's cost from the prices of a million prompt tokens and of a
// million completion tokens.
func (r *Run) Price(prompt, completion float64) {
	if r.Usage != nil {
		r.Usage.Cost = (prompt*float64(r.Usage.PromptTokens) + completion*float64(r.Usage.CompletionTokens)) / 1e6
	}
}

// statistics returns the run's metrics as statistics of its questions.
func (r Run) statistics() map[string]statistic {
	all := map[string]statistic{}
	for name, m := range means(r.Questions, func(x Result) map[string]float64 { return x.Metrics }) {
		all[name] = m
	}
	var judgements []judged
	answerable := 0
	for i, x := range r.Questions {
		if x.asked() {
			judgements = append(judgements, judged{x.Confidence, x.Answerable, i})
			if x.Answerable {
				answerable++
			}
		}
	}
	judgements = inOrder(judgements)
	if len(judgements) > 0 {
		all["ece"] = confidences{judgements, ece}
	}
	if answerable > 0 && answerable < len(judgements) {
		all["refusal_auroc"] = confidences{judgements, auroc}
	}
	return all
}

// baselineMeans returns the mean of each metric of a baseline.
func baselineMeans(results []Result, baseline string) map[string]*mean {
	return means(results, func(x Result) map[string]float64 { return x.Baselines[baseline] })
}

// means returns the mean of each metric.
func means(results []Result, metrics func(Result) map[string]float64) map[string]*mean {
	all := map[string]*mean{}
	for i, x := range results {
		for name, v := range metrics(x) {
			if all[name] == nil {
				all[name] = &mean{}
			}
			all[name].add(i, v)
		}
	}
	return all
}

// asked reports whether the question was answered, refused or failed, and not
// only searched for.
func (x Result) asked() bool { return x.Verdict != "" || x.Error != "" }

// confidences returns the confidence of each question that was asked, and
// whether the question is answerable.
func (r Run) confidences() (confidence []float64, right []bool) {
	for _, x := range r.Questions {
		if x.asked() {
			confidence, right = append(confidence, x.Confidence), append(right, x.Answerable)
		}
	}
	return confidence, right
}

// ErrNotRun is returned, wrapped, for a file that does not contain a run.
var ErrNotRun = errors.New("not a run as `footnote eval --json` prints it")

// ReadRun reads a run from a JSON file.
func ReadRun(path string) (Run, error) {
	b, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return Run{}, fileNotFound(path)
	}
	if err != nil {
		return Run{}, err
	}
	var r Run
	if err := json.Unmarshal(b, &r); err != nil {
		return Run{}, fmt.Errorf("%s:%d: %w: %w", path, lineAt(b, offset(err, len(b))), ErrNotRun, err)
	}
	if r.Metrics == nil || r.Config.SetHash == "" || len(r.Questions) == 0 {
		return Run{}, fmt.Errorf("%s: %w", path, ErrNotRun)
	}
	return r, nil
}

// Right reports whether a question came out right:
//
//   - An answerable question: the answer contains a gold answer or, if none is
//     known, the verdict is answered.
//   - An unanswerable question: the verdict is not answered.
//   - A question that was only searched for: a relevant article is among the
//     first five, or none is known.
//
// A question that failed is not right.
func (x Result) Right() bool {
	contained, known := x.Metrics["answer_contained"]
	switch {
	case x.Error != "":
		return false
	case !x.asked():
		hit, known := x.Metrics["hit@5"]
		return !known || hit == 1
	case !x.Answerable:
		return x.Verdict != rag.Answered
	case known:
		return contained == 1
	}
	return x.Verdict == rag.Answered
}

// Risk returns the risk-coverage curve: the share of answers that are wrong if
// only the most confident ones are given. Its points are at coverages of
// 1/steps, 2/steps and so on to 1. An answer to an unanswerable question is
// wrong. Risk returns nil if no question was asked.
func (r Run) Risk(steps int) []float64 {
	var asked []Result
	for _, x := range r.Questions {
		if x.asked() {
			asked = append(asked, x)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	slices.SortStableFunc(asked, func(a, b Result) int { return cmp.Compare(b.Confidence, a.Confidence) })
	risk := make([]float64, steps)
	wrong, i := 0, 0
	for s := range risk {
		for to := max(1, (s+1)*len(asked)/steps); i < to; i++ {
			if !asked[i].Answerable || !asked[i].Right() {
				wrong++
			}
		}
		risk[s] = float64(wrong) / float64(i)
	}
	return risk
}
