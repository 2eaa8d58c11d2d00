package discord

import (
	"net/http"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"footnote/bot/discord/protocol"
	"footnote/rag"
)

// Metrics count what a bot does. They serve one Run at a time. Make them with
// [NewMetrics].
type Metrics struct {
	registry  *prometheus.Registry
	questions *prometheus.CounterVec // by outcome
	seconds   prometheus.Histogram
	panics    prometheus.Counter
	feedback  *prometheus.CounterVec
	calls     *prometheus.CounterVec // requests to models, by stage
	tokens    *prometheus.CounterVec // by stage and direction
	stages    *prometheus.CounterVec // seconds that requests took, by stage
	status    atomic.Pointer[status] // nil while no bot runs
}

// status is what gauges read of a running bot.
type status struct {
	queue       *queue
	connections *connections
	api         *protocol.Client
}

// ready reports whether the bot can answer.
func (s *status) ready() bool { return !s.queue.isClosed() && s.connections.ready() }

// NewMetrics returns metrics with a registry of their own.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry:  prometheus.NewRegistry(),
		questions: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "footnote_questions_total", Help: "Questions by outcome."}, []string{"outcome"}),
		seconds:   prometheus.NewHistogram(prometheus.HistogramOpts{Name: "footnote_answer_seconds", Help: "Seconds from a question to its answer.", Buckets: prometheus.ExponentialBuckets(0.05, 2, 12)}),
		panics:    prometheus.NewCounter(prometheus.CounterOpts{Name: "footnote_panics_total", Help: "Panics that the bot recovered from."}),
		feedback:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "footnote_feedback_total", Help: "Feedback on answers, by opinion."}, []string{"opinion"}),
		calls:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "footnote_model_calls_total", Help: "Requests to language models, by stage."}, []string{"stage"}),
		tokens:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "footnote_model_tokens_total", Help: "Tokens that language models read and wrote, by stage."}, []string{"stage", "direction"}),
		stages:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "footnote_model_seconds_total", Help: "Seconds that requests to language models took, by stage."}, []string{"stage"}),
	}
	gauge := func(name, help string, f func(*status) float64) prometheus.GaugeFunc {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 {
			if s := m.status.Load(); s != nil {
				return f(s)
			}
			return 0
		})
	}
	m.registry.MustRegister(m.questions, m.seconds, m.panics, m.feedback, m.calls, m.tokens, m.stages,
		gauge("footnote_queue_length", "Questions that wait for a worker.", func(s *status) float64 { return float64(s.queue.length()) }),
		gauge("footnote_rate_limit_buckets", "Rate limits that the client tracks.", func(s *status) float64 { return float64(s.api.Buckets()) }),
		gauge("footnote_ready", "1 if every shard is connected.", func(s *status) float64 {
			if s.ready() {
				return 1
			}
			return 0
		}),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// spent counts what an answer cost in requests to models.
func (m *Metrics) spent(s rag.Spent) {
	for stage, c := range map[string]rag.Cost{"write": s.Write, "judge": s.Judge, "repair": s.Repair} {
		if c.Calls == 0 {
			continue
		}
		m.calls.WithLabelValues(stage).Add(float64(c.Calls))
		m.tokens.WithLabelValues(stage, "read").Add(float64(c.Usage.PromptTokens))
		m.tokens.WithLabelValues(stage, "written").Add(float64(c.Usage.CompletionTokens))
		m.stages.WithLabelValues(stage).Add(c.Time.Seconds())
	}
}

func (m *Metrics) attach(s *status) { m.status.Store(s) }
func (m *Metrics) detach()          { m.status.Store(nil) }

// Handler returns a handler for /healthz, which says that the program runs,
// /readyz, which says whether every shard is connected, and /metrics, for
// Prometheus.
func (m *Metrics) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if s := m.status.Load(); s == nil || !s.ready() {
			http.Error(w, "not connected to Discord", http.StatusServiceUnavailable)
			return
		}
		_, _ = w.Write([]byte("ready\n"))
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	return mux
}
