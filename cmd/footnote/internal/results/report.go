package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"strings"
	"text/tabwriter"

	"footnote/rag"
	"footnote/rag/eval"
	"footnote/rag/index"
)

// sections are the headings of the measured part, in their order.
var sections = []string{"How this was measured", "Retrieval", "Answers", "Verdicts", "Follow-ups", "Claims", "What the metrics mean"}

// measure measures all sets and writes the measured part of the file.
func (c config) measure(ctx context.Context, w io.Writer) error {
	m, err := c.collect(ctx)
	if err != nil {
		return err
	}
	for i, write := range []func(io.Writer) error{
		c.writeSettings,
		m.writeRetrieval,
		m.writeAnswers,
		m.writeVerdicts,
		m.writeFollowups,
		m.writeClaims,
		writeMetrics,
	} {
		fmt.Fprintf(w, "\n## %s\n\n", sections[i])
		if err := write(w); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(w)
	return err
}

func (c config) writeSettings(w io.Writer) error {
	asked := "All questions are answered too (`-sample 0`)."
	if c.sample > 0 {
		asked = fmt.Sprintf("Of each set, at most %d questions are answered: a random sample, always the same one (`-sample %d`).", c.sample, c.sample)
	}
	_, err := fmt.Fprintf(w, `- The encoder is %s. Articles are cut into chunks of at most %d words.
- Retrieval is measured over all questions of each set. %s
- The random seed of samples and intervals is %d. Each 95 %% interval is from %d bootstrap samples of the questions.
- Answers are written by the default writer, which quotes the articles. No language model is asked.
`, c.embedder.Name(), index.DefaultWords, asked, eval.Seed, eval.Resamples)
	return err
}

func (m measured) writeRetrieval(w io.Writer) error {
	fmt.Fprintln(w, "`bm25` and `dense` are the two searches by themselves. The last column names the baselines that score better than footnote.")
	return writeRuns(w, m.retrieval, func(m eval.Metric) bool { return !m.Answers })
}

func (m measured) writeAnswers(w io.Writer) error {
	fmt.Fprintln(w, "The baselines are three rules. `top passage` answers with the first passage found, `refuse` refuses every question, and `say yes` answers yes to every question. A metric with ↓ is better when it is lower.")
	return writeRuns(w, m.answers, func(m eval.Metric) bool { return m.Answers })
}

// writeRuns writes a table for each run, with the metrics that keep reports.
func writeRuns(w io.Writer, runs []eval.Run, keep func(eval.Metric) bool) error {
	for _, r := range runs {
		r.Timings = eval.Timings{} // they differ by machine
		r.Metrics = only(r.Metrics, keep)
		baselines := map[string]map[string]eval.Estimate{}
		for name, metrics := range r.Baselines {
			baselines[name] = only(metrics, keep)
		}
		r.Baselines = baselines
		var text strings.Builder
		if err := r.WriteTable(&text, true); err != nil {
			return err
		}
		writeBlock(w, text.String())
	}
	return nil
}

func only(all map[string]eval.Estimate, keep func(eval.Metric) bool) map[string]eval.Estimate {
	some := maps.Clone(all)
	maps.DeleteFunc(some, func(name string, _ eval.Estimate) bool {
		m, known := eval.MetricNamed(name)
		return !known || !keep(m)
	})
	return some
}

func (m measured) writeVerdicts(w io.Writer) error {
	fmt.Fprintln(w, "The number of questions with each verdict. With `nearest`, footnote quotes the closest passages and says that they may not answer the question.")
	var rows [][]string
	for _, r := range m.answers {
		for _, answerable := range []bool{true, false} {
			counts, n := map[rag.Verdict]int{}, 0
			for _, q := range r.Questions {
				if q.Answerable == answerable {
					counts[q.Verdict]++
					n++
				}
			}
			if n > 0 {
				kind := map[bool]string{true: "answerable", false: "unanswerable"}[answerable]
				rows = append(rows, cells(r.Set, kind, n, counts[rag.Answered], counts[rag.Nearest], counts[rag.Refused]))
			}
		}
	}
	return writeTable(w, []string{"set", "kind", "questions", "answered", "nearest", "refused"}, rows)
}

func (m measured) writeFollowups(w io.Writer) error {
	fmt.Fprintln(w, "How well follow-up questions are made into standalone questions without a language model. F1 compares content words with the standalone question that a person wrote. A turn is \"standalone\" if the person changed no word of it. \"Others\" are the other turns, without the first turn of each conversation.")
	var rows [][]string
	for _, f := range m.followups {
		rows = append(rows, cells(f.Set, f.Turns, f.AsAsked, f.F1, f.NoChange, f.Unchanged, f.Others, f.Changed))
	}
	return writeTable(w, []string{"set", "turns", "f1 as asked", "f1", "standalone", "of them unchanged", "others", "of them changed"}, rows)
}

func (m measured) writeClaims(w io.Writer) error {
	fmt.Fprintln(w, "How well the check tells supported claims from others, by people's labels. A rule that reads nothing has a balanced accuracy of 0.5. The hard checks decide, without a judge.")
	var rows [][]string
	for _, c := range m.claims {
		interval := fmt.Sprintf("%.3f to %.3f", c.Balanced.Lo, c.Balanced.Hi)
		rows = append(rows, cells(c.Set, c.Claims, c.Supported, c.Balanced.Mean, interval, c.Kept, c.Removed, c.AUROC))
	}
	return writeTable(w, []string{"set", "claims", "supported", "balanced accuracy", "95 % interval", "supported kept", "others removed", "auroc"}, rows)
}

func writeMetrics(w io.Writer) error {
	for _, m := range eval.Metrics {
		if strings.HasPrefix(m.Name, "passage_") || strings.HasPrefix(m.Name, "judge_") { // no judge is asked
			continue
		}
		fmt.Fprintf(w, "- `%s`: %s\n", m.Name, m.About)
	}
	_, err := fmt.Fprintln(w, "- a name that begins with `passage_`: the same metric for passages instead of articles")
	return err
}

// cells formats numbers as the tables show them.
func cells(values ...any) []string {
	var all []string
	for _, v := range values {
		if x, ok := v.(float64); ok {
			all = append(all, fmt.Sprintf("%.3f", x))
		} else {
			all = append(all, fmt.Sprint(v))
		}
	}
	return all
}

// writeTable writes a table, or nothing if it has no rows.
func writeTable(w io.Writer, head []string, rows [][]string) error {
	if len(rows) == 0 {
		return nil
	}
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{head}, rows...) {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	writeBlock(w, text.String())
	return nil
}

// writeBlock writes preformatted text.
func writeBlock(w io.Writer, text string) {
	fmt.Fprintf(w, "\n```text\n%s\n```\n", strings.TrimRight(text, "\n"))
}
