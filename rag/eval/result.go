package eval

import (
	"time"

	"footnote/rag"
)

// Result is what came of one question.
type Result struct {
	ID         string         `json:"id"`
	Question   string         `json:"question"`
	Kind       string         `json:"type,omitempty"`
	Answerable bool           `json:"answerable"`
	Gold       []string       `json:"gold,omitempty"`     // the answers that are right
	Relevant   map[string]int `json:"relevant,omitempty"` // article → how relevant

	Answer     string      `json:"answer"`          // as a person reads it; empty if the question was not asked
	Short      string      `json:"short,omitempty"` // the words of it that answer by themselves
	Verdict    rag.Verdict `json:"verdict,omitempty"`
	Refused    bool        `json:"refused"`
	Confidence float64     `json:"confidence"`
	Citations  []Citation  `json:"citations,omitempty"`
	Passages   []Passage   `json:"passages"`        // given to the writer; if the question was not asked, the first chunks found
	Ranked     []string    `json:"ranked"`          // articles, best first, at most 20
	Usage      *rag.Usage  `json:"usage,omitempty"` // what the model's server counted; nil if nothing
	Error      string      `json:"error,omitempty"` // why the question failed

	Metrics   map[string]float64            `json:"metrics"`             // those that apply
	Baselines map[string]map[string]float64 `json:"baselines,omitempty"` // the same of each baseline

	Times Times `json:"-"` // of a run, and no part of its outcome
}

// Citation is a footnote of an answer.
type Citation struct {
	Doc   string `json:"doc"`
	Title string `json:"title"`
	Quote string `json:"quote"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// Passage is one that was found, with what the two searches said of it.
type Passage struct {
	Chunk   string  `json:"chunk"`
	Doc     string  `json:"doc"`
	Score   float64 `json:"score"`
	Dense   float64 `json:"dense"`
	Lexical float64 `json:"lexical"`
	Text    string  `json:"text"`
}

// Times is how long the stages of a question took: Search of retrieval alone,
// the others of the answer, as [rag.Timings] has them.
type Times struct {
	Search   time.Duration `json:"search"`
	Retrieve time.Duration `json:"retrieve,omitempty"`
	Embed    time.Duration `json:"embed,omitempty"`
	Write    time.Duration `json:"write,omitempty"`
	Check    time.Duration `json:"check,omitempty"`
	Total    time.Duration `json:"total,omitempty"`
}

const (
	keptArticles = 20
	keptPassages = 5
)

func newResult(q Question, ranked []rag.Ranked) Result {
	articles := Articles(ranked)
	r := Result{
		ID: q.ID, Question: q.Text, Kind: q.Kind, Answerable: q.Answerable, Gold: q.Answers, Relevant: q.Relevant,
		Passages: []Passage{}, Ranked: append([]string{}, articles[:min(keptArticles, len(articles))]...),
		Metrics: map[string]float64{}, Baselines: map[string]map[string]float64{},
	}
	for _, x := range ranked[:min(keptPassages, len(ranked))] {
		r.Passages = append(r.Passages, Passage{x.Chunk.ID, x.Chunk.Doc, x.Score, x.Dense, x.Lexical, x.Chunk.Text})
	}
	return r
}

// take fills in an answer.
func (r *Result) take(a rag.Answer, text string) {
	r.Answer, r.Short, r.Verdict, r.Refused, r.Confidence = text, a.Short, a.Verdict, a.Verdict == rag.Refused, a.Confidence
	if a.Usage != (rag.Usage{}) {
		r.Usage = &a.Usage
	}
	for _, c := range a.Citations {
		r.Citations = append(r.Citations, Citation{c.Doc, c.Title, c.Quote, c.Start, c.End})
	}
	r.Passages = []Passage{}
	for _, p := range a.Passages {
		r.Passages = append(r.Passages, Passage{p.Chunk.ID, p.Chunk.Doc, p.Score, p.Dense, p.Lexical, p.Text})
	}
	t := a.Timings
	r.Times.Retrieve, r.Times.Embed, r.Times.Write, r.Times.Check, r.Times.Total = t.Retrieve, t.Embed, t.Write, t.Check, t.Total
}
