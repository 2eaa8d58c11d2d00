package eval

import (
	"time"

	"footnote/rag"
)

// Result is the outcome of one question.
type Result struct {
	ID         string         `json:"id"`
	Question   string         `json:"question"`
	Kind       string         `json:"type,omitempty"`
	Answerable bool           `json:"answerable"`
	Gold       []string       `json:"gold,omitempty"`     // the right answers
	Relevant   map[string]int `json:"relevant,omitempty"` // article id → how relevant

	Answer     string      `json:"answer"`          // with citation numbers; empty if the question was only searched for
	Short      string      `json:"short,omitempty"` // the answer in a few words; empty if there is none
	Verdict    rag.Verdict `json:"verdict,omitempty"`
	Refused    bool        `json:"refused"`
	Confidence float64     `json:"confidence"` // 0 to 1
	Citations  []Citation  `json:"citations,omitempty"`
	Passages   []Passage   `json:"passages"`        // those that the writer got; if the question was only searched for, the first chunks found
	Ranked     []string    `json:"ranked"`          // article ids, best first, at most 20
	Usage      *rag.Usage  `json:"usage,omitempty"` // tokens that the model's server counted; nil if none
	Error      string      `json:"error,omitempty"` // why the question failed

	Metrics   map[string]float64            `json:"metrics"`             // the metrics that apply
	Baselines map[string]map[string]float64 `json:"baselines,omitempty"` // the metrics of each baseline

	Times Times `json:"-"` // not part of the outcome: it differs between runs
}

// Citation is a footnote of an answer. Start and End are byte offsets of the
// quote in the article's text.
type Citation struct {
	Doc   string `json:"doc"`
	Title string `json:"title"`
	Quote string `json:"quote"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// Passage is a chunk that was found, with its scores in the two searches.
type Passage struct {
	Chunk   string  `json:"chunk"`
	Doc     string  `json:"doc"`
	Score   float64 `json:"score"`
	Dense   float64 `json:"dense"`
	Lexical float64 `json:"lexical"`
	Text    string  `json:"text"`
}

// Times is how long the stages of a question took. Search is a search without an
// answer. The others are the stages of the answer, as in [rag.Timings].
type Times struct {
	Search   time.Duration `json:"search"`
	Retrieve time.Duration `json:"retrieve,omitempty"`
	Embed    time.Duration `json:"embed,omitempty"`
	Write    time.Duration `json:"write,omitempty"`
	Check    time.Duration `json:"check,omitempty"`
	Total    time.Duration `json:"total,omitempty"`
}

// A result keeps the first articles and, of a question that was only searched
// for, the first chunks.
const (
	keptArticles = 20
	keptPassages = 5
)

// newResult returns the result of a search.
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

// take adds an answer to the result.
func (x *Result) take(a rag.Answer, text string) {
	x.Answer, x.Short, x.Verdict, x.Refused, x.Confidence = text, a.Short, a.Verdict, a.Verdict == rag.Refused, a.Confidence
	if a.Usage != (rag.Usage{}) {
		x.Usage = &a.Usage
	}
	for _, c := range a.Citations {
		x.Citations = append(x.Citations, Citation{c.Doc, c.Title, c.Quote, c.Start, c.End})
	}
	x.Passages = []Passage{}
	for _, p := range a.Passages {
		x.Passages = append(x.Passages, Passage{p.Chunk.ID, p.Chunk.Doc, p.Score, p.Dense, p.Lexical, p.Text})
	}
	t := a.Timings
	x.Times.Retrieve, x.Times.Embed, x.Times.Write, x.Times.Check, x.Times.Total = t.Retrieve, t.Embed, t.Write, t.Check, t.Total
}
