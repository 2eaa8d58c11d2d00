package eval

import (
	"fmt"
	"strconv"
	"strings"
)

// Requirement is what a metric must come to.
type Requirement struct {
	Metric  Metric
	AtLeast bool // or else at most
	Value   float64
}

// ParseRequirements reads requirements such as "ndcg@10>=0.86,false_answers<=0.05".
func ParseRequirements(text string) ([]Requirement, error) {
	var all []Requirement
	for part := range strings.SplitSeq(text, ",") {
		name, value, least := strings.Cut(part, ">=")
		if !least {
			var most bool
			if name, value, most = strings.Cut(part, "<="); !most {
				return nil, fmt.Errorf("%q has neither >= nor <=", strings.TrimSpace(part))
			}
		}
		m, known := MetricNamed(strings.TrimSpace(name))
		if !known {
			return nil, fmt.Errorf("there is no metric %q", strings.TrimSpace(name))
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || v != v {
			return nil, fmt.Errorf("%q is no number", strings.TrimSpace(value))
		}
		all = append(all, Requirement{m, least, v})
	}
	return all, nil
}

func (q Requirement) String() string {
	sign := "<="
	if q.AtLeast {
		sign = ">="
	}
	return q.Metric.Name + sign + strconv.FormatFloat(q.Value, 'f', -1, 64)
}

// Shortfall says why a run does not meet a requirement; it is empty if it does.
// What must be met is the end of the interval that is nearer to failing: the
// lower of what is to be at least so much, the upper of what is to be at most.
func (q Requirement) Shortfall(r Run) string {
	e, measured := r.Metrics[q.Metric.Name]
	switch {
	case !measured:
		return fmt.Sprintf("%s: the set %s has no question that %s applies to", q, r.Set, q.Metric.Name)
	case q.AtLeast && e.Lo < q.Value:
		return fmt.Sprintf("%s: the interval of %s begins at %.4f (mean %.4f, %d questions)", q, q.Metric.Name, e.Lo, e.Mean, e.N)
	case !q.AtLeast && e.Hi > q.Value:
		return fmt.Sprintf("%s: the interval of %s ends at %.4f (mean %.4f, %d questions)", q, q.Metric.Name, e.Hi, e.Mean, e.N)
	}
	return ""
}
