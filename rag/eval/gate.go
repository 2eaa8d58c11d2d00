package eval

import (
	"fmt"
	"strconv"
	"strings"
)

// Requirement is a limit for a metric.
type Requirement struct {
	Metric  Metric
	AtLeast bool // Value is a lower limit; else it is an upper limit
	Value   float64
}

// ParseRequirements reads requirements, separated by commas, such as
// "ndcg@10>=0.86,false_answers<=0.05".
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
			return nil, fmt.Errorf("unknown metric %q", strings.TrimSpace(name))
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || v != v {
			return nil, fmt.Errorf("%q is not a number", strings.TrimSpace(value))
		}
		all = append(all, Requirement{m, least, v})
	}
	return all, nil
}

// String returns the requirement as ParseRequirements reads it.
func (q Requirement) String() string {
	sign := "<="
	if q.AtLeast {
		sign = ">="
	}
	return q.Metric.Name + sign + strconv.FormatFloat(q.Value, 'f', -1, 64)
}

// Shortfall returns why a run does not meet a requirement, or "" if it does. The
// whole 95 % interval must be within the limit, not only the mean. A run without
// the metric does not meet the requirement.
func (q Requirement) Shortfall(r Run) string {
	e, measured := r.Metrics[q.Metric.Name]
	switch {
	case !measured:
		return fmt.Sprintf("%s: %s applies to no question of the set %s", q, q.Metric.Name, r.Set)
	case q.AtLeast && e.Lo < q.Value:
		return fmt.Sprintf("%s: the interval of %s begins at %.4f (mean %.4f, %d questions)", q, q.Metric.Name, e.Lo, e.Mean, e.N)
	case !q.AtLeast && e.Hi > q.Value:
		return fmt.Sprintf("%s: the interval of %s ends at %.4f (mean %.4f, %d questions)", q, q.Metric.Name, e.Hi, e.Mean, e.N)
	}
	return ""
}
