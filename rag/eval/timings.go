package eval

import (
	"slices"
	"time"
)

// Timings is how long a run took. Stages are in milliseconds per question.
// The stage search is a search without an answer; the others are stages of an
// answer.
type Timings struct {
	Seconds float64            `json:"seconds"` // from the first question to the last
	Stages  map[string]Latency `json:"stages_ms"`
}

// Latency is percentiles of a stage's time over the questions: the median, the
// 95th and the 99th.
type Latency struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
}

// Stages lists the names of the stages, in the order in which they run.
var Stages = []string{"search", "retrieve", "embed", "write", "check", "total"}

// newTimings returns the timings of results. A stage that never took time is left
// out.
func newTimings(results []Result, wall time.Duration) Timings {
	t := Timings{Seconds: wall.Seconds(), Stages: map[string]Latency{}}
	for _, name := range Stages {
		var all []float64
		for _, x := range results {
			took := map[string]time.Duration{"search": x.Times.Search, "retrieve": x.Times.Retrieve, "embed": x.Times.Embed,
				"write": x.Times.Write, "check": x.Times.Check, "total": x.Times.Total}[name]
			if took > 0 {
				all = append(all, float64(took.Microseconds())/1000)
			}
		}
		if len(all) > 0 {
			slices.Sort(all)
			t.Stages[name] = Latency{quantile(all, .5), quantile(all, .95), quantile(all, .99)}
		}
	}
	return t
}
