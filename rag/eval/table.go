package eval

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// BaselineTitle returns the heading of a baseline's column. It is empty for a
// name that [Baselines] lacks.
func BaselineTitle(name string) string {
	return map[string]string{"bm25": "bm25", "dense": "dense", "top_passage": "top passage", "always_refuse": "refuse", "always_yes": "say yes"}[name]
}

// WriteTable writes a run as text, with its headline metrics or all of them.
// Its last column names the baselines with a better mean.
func (r Run) WriteTable(w io.Writer, all bool) error {
	fmt.Fprintln(w, r.Title())
	var text strings.Builder
	t := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	var base []string
	for _, b := range Baselines {
		if len(r.Baselines[b]) > 0 {
			base = append(base, b)
		}
	}
	fmt.Fprint(t, "metric\tfootnote\t95 % interval\tquestions\t")
	for _, b := range base {
		fmt.Fprint(t, BaselineTitle(b)+"\t")
	}
	fmt.Fprintln(t, "beaten by")
	for _, m := range Metrics {
		e, ok := r.Metrics[m.Name]
		if !ok || !all && !m.Headline && (m.Name != "failed" || e.Mean == 0) {
			continue
		}
		fmt.Fprintf(t, "%s%s\t%.3f\t%.3f to %.3f\t%d\t", m.Name, lowerArrow(m), e.Mean, e.Lo, e.Hi, e.N)
		var better []string
		for _, b := range base {
			v, ok := r.Baselines[b][m.Name]
			if !ok {
				fmt.Fprint(t, "\t")
				continue
			}
			fmt.Fprintf(t, "%.3f\t", v.Mean)
			if m.Better(v.Mean, e.Mean) {
				better = append(better, BaselineTitle(b))
			}
		}
		fmt.Fprintln(t, strings.Join(better, ", "))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(text.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n"))
	}
	_, err := fmt.Fprintln(w, r.footer())
	return err
}

// Title returns one line that says what was measured.
func (r Run) Title() string {
	c := r.Config
	parts := []string{fmt.Sprintf("%s: %s, %s", r.Set, count(c.Articles, "article"), count(len(r.Questions), "question")), string(c.Retrieval) + " retrieval", c.Embedder}
	if c.Writer != "" {
		parts = append(parts, "answers by "+c.Writer)
	}
	if c.Judge != "" {
		parts = append(parts, "judged by "+c.Judge)
	}
	return strings.Join(parts, " · ")
}

// footer returns timings, the judge's agreement and token counts, as far as the
// run has them.
func (r Run) footer() string {
	var b strings.Builder
	for _, stage := range Stages {
		if l, ok := r.Timings.Stages[stage]; ok && (stage == "search" || stage == "total") {
			what := map[string]string{"search": "A search", "total": "An answer"}[stage]
			fmt.Fprintf(&b, "%s took %.1f ms (p50), %.1f (p95), %.1f (p99). ", what, l.P50, l.P95, l.P99)
		}
	}
	for _, a := range r.Agreements {
		fmt.Fprintf(&b, "%s and %s agree with a kappa of %.2f (%s). ", a.Judge, a.Metric, a.Kappa, count(a.N, "question"))
	}
	if u := r.Usage; u != nil {
		fmt.Fprintf(&b, "%d tokens read, %d written", u.PromptTokens, u.CompletionTokens)
		if u.Cost > 0 {
			fmt.Fprintf(&b, ", cost %.4f", u.Cost)
		}
		b.WriteString(". ")
	}
	return strings.TrimSpace(b.String())
}

// lowerArrow returns an arrow for a metric that is better when it is lower.
func lowerArrow(m Metric) string {
	if m.Lower {
		return " ↓"
	}
	return ""
}

// count returns a number and its noun, such as "2 questions".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// WriteTable writes a comparison as text: what changed, the verdict, and at
// most as many flipped questions as most says.
func (c Comparison) WriteTable(w io.Writer, all bool, most int) error {
	fmt.Fprintf(w, "old  %s\nnew  %s\n", c.Old.Title(), c.New.Title())
	if c.Old.Config.ArticlesHash != c.New.Config.ArticlesHash {
		fmt.Fprintln(w, "The two runs have different articles.")
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "metric\told\tnew\tnew - old\t95 % interval\tquestions\tp\tp (Holm)\t")
	for _, x := range c.Changes {
		if !all && !x.Metric.Headline {
			continue
		}
		fmt.Fprintf(t, "%s%s\t%.3f\t%.3f\t%+.3f\t%+.3f to %+.3f\t%d\t%s\t%s\t%s\n",
			x.Metric.Name, lowerArrow(x.Metric), x.Old, x.New, x.New-x.Old, x.Lo, x.Hi, x.N, FormatP(x.P), FormatP(x.Holm), x.Word())
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\n"+c.Verdict())
	if len(c.Flips) == 0 {
		_, err := fmt.Fprintln(w, "No question flipped.")
		return err
	}
	fmt.Fprintf(w, "\n%s flipped", count(len(c.Flips), "question"))
	if len(c.Flips) > most {
		fmt.Fprintf(w, ", %d of them shown (--html shows all)", most)
	}
	fmt.Fprintln(w, ":")
	for _, f := range c.Flips[:min(most, len(c.Flips))] {
		fmt.Fprintf(w, "\n%s  %s\n  %s\n", f.New.ID, f.New.Question, f.Summary())
		fmt.Fprintf(w, "  old  %s\n  new  %s\n", f.Old.Outcome(), f.New.Outcome())
	}
	return nil
}

// FormatP formats a p-value with four decimals.
func FormatP(p float64) string {
	if p < .0001 {
		return "<0.0001"
	}
	return strconv.FormatFloat(p, 'f', 4, 64)
}

// Delta returns New-Old.
func (x Change) Delta() float64 { return x.New - x.Old }

// Word returns "better" or "worse" for a significant change, else "".
func (x Change) Word() string {
	switch {
	case x.Holm > Level || x.Old == x.New:
		return ""
	case x.Metric.Better(x.New, x.Old):
		return "better"
	}
	return "worse"
}

// Summary returns the metrics that flipped, as text.
func (f Flip) Summary() string {
	var parts []string
	if len(f.Better) > 0 {
		parts = append(parts, "better: "+strings.Join(f.Better, ", "))
	}
	if len(f.Worse) > 0 {
		parts = append(parts, "worse: "+strings.Join(f.Worse, ", "))
	}
	return strings.Join(parts, "; ")
}

// Outcome returns, on one line, the error or the answer of a question, or the
// first five articles found if it was only searched for.
func (x Result) Outcome() string {
	switch {
	case x.Error != "":
		return "failed: " + strings.Join(strings.Fields(x.Error), " ")
	case x.Answer != "":
		return strings.Join(strings.Fields(x.Answer), " ")
	case len(x.Ranked) == 0:
		return "no articles found"
	}
	return "found " + strings.Join(x.Ranked[:min(5, len(x.Ranked))], ", ")
}
