package page

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"github.com/go-analyze/charts"

	"footnote/rag/eval"
)

// plot is a figure of the page.
type plot struct {
	Title, About string
	SVG          template.HTML
}

// Figures are drawn in placeholder colours. paint replaces them with the CSS
// variables of the page, which differ between light and dark mode.
var (
	ink     = charts.Color{R: 1, G: 2, B: 3, A: 255}
	faint   = charts.Color{R: 4, G: 5, B: 6, A: 255}
	paper   = charts.Color{R: 7, G: 8, B: 9, A: 255}
	series  = []charts.Color{{R: 11, G: 12, B: 13, A: 255}, {R: 14, G: 15, B: 16, A: 255}, {R: 17, G: 18, B: 19, A: 255}}
	palette = charts.MakeTheme(charts.ThemeOption{
		AxisStrokeColor: faint, AxisSplitLineColor: faint, BackgroundColor: paper, TextColor: ink, TextColorLabel: ink, TextColorLegend: ink,
		TextColorXAxis: ink, TextColorYAxis: ink, SeriesColors: series,
	})
	paint = strings.NewReplacer(
		"rgb(1,2,3)", "var(--ink)", "rgb(4,5,6)", "var(--line)", "rgb(7,8,9)", "none",
		"rgb(11,12,13)", "var(--one)", "rgb(14,15,16)", "var(--two)", "rgb(17,18,19)", "var(--three)",
		"'Roboto Medium',sans-serif", "inherit",
	)
)

const (
	width, height = 560, 300
	labelSize     = 9 // font size of the labels under a line chart, in points
)

// plots draws the figures that the runs have data for. Each run is a series.
func plots(runs []eval.Run, names []string) ([]plot, error) {
	var all []plot
	for _, draw := range []func([]eval.Run, []string) (plot, error){recall, reliability, risk, latency, kinds} {
		p, err := draw(runs, names)
		if err != nil {
			return nil, err
		}
		if p.SVG != "" {
			all = append(all, p)
		}
	}
	return all, nil
}

// recallDepth is the largest k of the recall curve.
const recallDepth = 20

// recall draws the recall of articles by k. It is empty if no relevant article is
// known.
func recall(runs []eval.Run, names []string) (plot, error) {
	p := plot{Title: "Recall by k", About: "Share of the relevant articles that are among the first k found."}
	var data [][]float64
	for _, r := range runs {
		line := make([]float64, recallDepth)
		n := 0
		for _, q := range r.Questions {
			if len(q.Relevant) == 0 {
				continue
			}
			n++
			for k := range line {
				line[k] += eval.Recall(q.Ranked, q.Relevant, k+1)
			}
		}
		if n == 0 {
			return p, nil
		}
		for k := range line {
			line[k] /= float64(n)
		}
		data = append(data, line)
	}
	var labels []string
	for k := range recallDepth {
		labels = append(labels, strconv.Itoa(k+1))
	}
	return lines(p, data, names, labels)
}

// reliability draws the reliability table. It is empty if no question was asked.
func reliability(runs []eval.Run, names []string) (plot, error) {
	p := plot{Title: "Reliability", About: "Share of answerable questions by confidence. Calibrated confidence lies on the diagonal."}
	diagonal, labels := []float64{}, []string{}
	for i := range eval.Bins {
		diagonal = append(diagonal, (float64(i)+.5)/eval.Bins)
		labels = append(labels, fmt.Sprintf("%.2f", (float64(i)+.5)/eval.Bins))
	}
	var data [][]float64
	for _, r := range runs {
		if len(r.Reliability) != eval.Bins {
			return p, nil
		}
		line := make([]float64, eval.Bins)
		for i, b := range r.Reliability {
			line[i] = charts.GetNullValue()
			if b.N > 0 {
				line[i] = b.Answerable
			}
		}
		data = append(data, line)
	}
	return lines(p, append(data, diagonal), append(slices.Clone(names), "calibrated"), labels)
}

// riskSteps is the number of points of the risk-coverage curve.
const riskSteps = 20

// risk draws the risk-coverage curve. It is empty if no question was asked.
func risk(runs []eval.Run, names []string) (plot, error) {
	p := plot{Title: "Risk against coverage", About: "Share of answers that are wrong if only the most confident ones are given, by the share of questions answered (El-Yaniv and Wiener 2010)."}
	var data [][]float64
	for _, r := range runs {
		line := r.Risk(riskSteps)
		if line == nil {
			return p, nil
		}
		data = append(data, line)
	}
	var labels []string
	for i := range riskSteps {
		label := ""
		if i%2 == 1 {
			label = fmt.Sprintf("%d %%", 100*(i+1)/riskSteps)
		}
		labels = append(labels, label)
	}
	return lines(p, data, names, labels)
}

// lines adds a line chart with an axis from 0 to 1 to p.
func lines(p plot, data [][]float64, names, labels []string) (plot, error) {
	opt := charts.NewLineChartOptionWithData(data)
	opt.Theme = palette
	opt.XAxis.Labels, opt.XAxis.LabelCount = labels, len(labels)
	opt.XAxis.LabelFontStyle.FontSize = labelSize
	opt.Legend = legend(names)
	opt.YAxis = []charts.YAxisOption{{Min: charts.Ptr(0.), Max: charts.Ptr(1.), LabelCount: 6}}
	opt.Symbol = charts.Symbol{Shape: charts.SymbolNone}
	opt.LineStrokeWidth = 2.5
	return p.draw(func(c *charts.Painter) error { return c.LineChart(opt) })
}

// latency draws the timings of the last run.
func latency(runs []eval.Run, _ []string) (plot, error) {
	p := plot{Title: "Latency", About: "Milliseconds per question and stage: the median, the 95th and the 99th percentile."}
	r := runs[len(runs)-1]
	var labels []string
	data := make([][]float64, 3)
	for _, stage := range eval.Stages {
		l, ok := r.Timings.Stages[stage]
		if !ok {
			continue
		}
		labels = append(labels, stage)
		data[0], data[1], data[2] = append(data[0], l.P50), append(data[1], l.P95), append(data[2], l.P99)
	}
	if len(labels) == 0 {
		return p, nil
	}
	return bars(p, data, []string{"p50", "p95", "p99"}, labels, nil)
}

// maxKinds is the number of question types shown, the most frequent ones.
const maxKinds = 8

// kinds draws the share of right results by type of question. It is empty if
// there is only one type.
func kinds(runs []eval.Run, names []string) (plot, error) {
	counts := map[string]int{}
	for _, q := range runs[0].Questions {
		counts[q.Kind]++
	}
	var labels []string
	for kind := range counts {
		labels = append(labels, kind)
	}
	slices.SortFunc(labels, func(a, b string) int { return cmp.Or(counts[b]-counts[a], strings.Compare(a, b)) })
	labels = labels[:min(maxKinds, len(labels))]
	p := plot{Title: "By type of question", About: "Share of questions that came out right. An answerable question is right if the answer contains a gold answer, an unanswerable one if it is not answered. A question that was only searched for is right if a relevant article is among the first five."}
	if len(labels) < 2 {
		return p, nil
	}
	data := make([][]float64, len(runs))
	for i, r := range runs {
		for _, kind := range labels {
			right, n := 0., 0.
			for _, q := range r.Questions {
				if q.Kind == kind {
					n++
					if q.Right() {
						right++
					}
				}
			}
			data[i] = append(data[i], right/max(1, n))
		}
	}
	shown := slices.Clone(labels)
	for i, kind := range labels {
		shown[i] = strings.ReplaceAll(cmp.Or(kind, "none"), "_", " ")
	}
	return bars(p, data, names, shown, charts.Ptr(1.))
}

// bars adds a bar chart to p. A nil most scales the axis to the data.
func bars(p plot, data [][]float64, names, labels []string, most *float64) (plot, error) {
	opt := charts.NewBarChartOptionWithData(data)
	opt.Theme = palette
	opt.CategoryAxis.Labels = labels
	opt.ValueAxis = []charts.ValueAxisOption{{Min: charts.Ptr(0.), Max: most, LabelCount: 6}}
	opt.Legend = legend(names)
	return p.draw(func(c *charts.Painter) error { return c.BarChart(opt) })
}

// legend names the series, unless there is only one.
func legend(names []string) charts.LegendOption {
	return charts.LegendOption{SeriesNames: names, Show: charts.Ptr(len(names) > 1), Symbol: charts.SymbolSquare}
}

// draw returns p with the chart that on paints.
func (p plot) draw(on func(*charts.Painter) error) (plot, error) {
	c := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputSVG, Width: width, Height: height, Theme: palette})
	if err := on(c); err != nil {
		return p, fmt.Errorf("%s: %w", p.Title, err)
	}
	b, err := c.Bytes()
	if err != nil {
		return p, fmt.Errorf("%s: %w", p.Title, err)
	}
	p.SVG = template.HTML(paint.Replace(string(b))) // safe: the chart library escapes text
	return p, nil
}
