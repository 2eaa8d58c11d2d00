package rag

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"regexp"
	"time"
)

// Question is a person's question.
type Question struct {
	Text    string
	History []Turn    // earlier turns of the conversation, oldest first; nil if none
	Today   time.Time // the day of the question; zero: time.Now
	Filter  Filter
}

// Turn is one question of a conversation and its answer.
type Turn struct{ Question, Answer string }

// Passage is a run of text of one article that was found for a question:
// one chunk, or several that touch or overlap.
type Passage struct {
	Chunk      Chunk      // the best chunk in it, with its own Start and End
	Source     string     // Document.Source
	Text       string     // Document.Text[Start:End]
	Start, End int        // byte offsets in Document.Text
	Score      float64    // of the best chunk, from both searches together; only the order means anything
	Dense      float64    // cosine similarity of the best chunk to the question
	Lexical    float64    // BM25 score of the best chunk; 0: no match
	Page       int        // Page of the article where it begins, from 1; 0: no pages
	Chunks     []Ranked   // the chunks that it joins, best first
	Sentences  []Sentence // in the order of the text, scored for the question; nil if not scored
}

// Sentence is one sentence of a passage. Its text is Document.Text[Start:End].
type Sentence struct {
	Start, End int
	Cosine     float64  // cosine similarity to the question
	Score      float64  // how well it answers the question; only the order means anything
	Features   Features // features that the score is computed from
}

// Features holds the features of a sentence as an answer.
type Features struct {
	Meaning       float64 `json:"meaning"`  // cosine similarity to the question, of both sentences if this one refers to the one before
	CentredCosine float64 `json:"apart"`    // centred cosine: without what all the candidates have in common
	Passage       float64 `json:"passage"`  // retrieval score of its chunk
	Coverage      float64 `json:"coverage"` // rarity-weighted share of the question's terms in the sentence, the one before and the title
	Own           float64 `json:"own"`      // the same for the sentence alone
	Kind          float64 `json:"kind"`     // above 0 if it has the kind of thing asked for; below 0 if it is itself a question
}

// Draft is what a [Writer] writes from passages, before [check.Check].
type Draft struct {
	Claims   []Claim // in reading order; empty: the writer found no answer
	Model    string  // who wrote it: "quote", or a model such as "ollama/llama3.2"
	Usage    Usage
	Notice   string // a sentence for the person about how it was written; may be empty
	Dangling int    // number of citations of missing passages, which were removed
	Short    string // the words of the first claim that answer by themselves; may be empty
}

// Dropped is a sentence of a draft that no passage supports.
type Dropped struct {
	Text   string `json:"text"`
	Reason string `json:"reason"` // a clause that says why
}

// Claim is one sentence of a draft, with its citations.
type Claim struct {
	Text  string // without citation marks
	Break string // SentenceText before it: "" for the first, else " " or "\n\n" or "\n- "
	Lead  string // our words before Text, which claim nothing; often empty
	Asked string // the question, if Text says nothing without it, as "In 1981." does
	Cites []Cite
}

// Cite points at a passage by its index. Start and End are byte offsets in the
// article's text. Both are 0 if the writer named only the passage.
type Cite struct{ Passage, Start, End int }

// Usage counts tokens as the model's server reports them; zero if it reports
// none.
type Usage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
}

// Verdict says how well the articles answer a question.
type Verdict string

const (
	Answered Verdict = "answered" // the articles answer the question
	Nearest  Verdict = "nearest"  // they may not answer it; the closest sentences are quoted
	Refused  Verdict = "refused"  // they do not answer it
)

// Answer is the checked answer to a question.
type Answer struct {
	Question   string
	Searched   string // the question that was searched for: Question, or its standalone form; empty: nothing to search for
	Notice     string // a sentence about a model that failed; empty if none did
	Text       string // with citation marks, as in "He fled. [1] He came back. [2]"
	Short      string // the words of Text that answer by themselves, such as a name or a date; may be empty
	Verdict    Verdict
	Reason     string  // a sentence that says why it was not answered; empty if it was
	Confidence float64 // probability that the articles answer the question, 0 to 1
	Citations  []Citation
	Dropped    []Dropped // sentences that the check removed
	Passages   []Passage
	Model      string
	Usage      Usage
	Timings    Timings
}

// Citation is a footnote. Quote is Document.Text[Start:End] of the article
// whose ID is Doc.
type Citation struct {
	N          int // number in Answer.Text, from 1 in order of first use
	Title      string
	URL        string
	Doc        string
	Source     string
	Published  time.Time
	Page       int  // where Quote begins, from 1; 0: the article has no pages
	Old        bool // published more than a year before the day of the question
	Quote      string
	Start, End int
}

// Timings holds the duration of each stage. Retrieve includes embedding the
// question. Embed is the scoring of sentences, which embeds them.
type Timings struct{ Embed, Retrieve, Write, Check, Total time.Duration }

// MarshalJSON returns the JSON object that scripts read. Durations are in
// milliseconds, and Published is a date such as "2024-05-08".
func (a Answer) MarshalJSON() ([]byte, error) {
	type citation struct {
		N         int    `json:"n"`
		Title     string `json:"title"`
		URL       string `json:"url"`
		Doc       string `json:"doc"`
		Published string `json:"published"`
		Page      int    `json:"page,omitempty"`
		Old       bool   `json:"old"`
		Quote     string `json:"quote"`
		Start     int    `json:"start"`
		End       int    `json:"end"`
	}
	type passage struct {
		Chunk   string  `json:"chunk"`
		Doc     string  `json:"doc"`
		Score   float64 `json:"score"`
		Dense   float64 `json:"dense"`
		Lexical float64 `json:"lexical"`
		Text    string  `json:"text"`
	}
	type timings struct {
		Embed    float64 `json:"embed"`
		Retrieve float64 `json:"retrieve"`
		Write    float64 `json:"write"`
		Check    float64 `json:"check"`
		Total    float64 `json:"total"`
	}
	out := struct {
		Question   string     `json:"question"`
		Answer     string     `json:"answer"`
		Short      string     `json:"short"`
		Verdict    Verdict    `json:"verdict"`
		Refused    bool       `json:"refused"`
		Reason     string     `json:"reason"`
		Confidence float64    `json:"confidence"`
		Searched   string     `json:"searched"`
		Notice     string     `json:"notice"`
		Citations  []citation `json:"citations"`
		Dropped    []Dropped  `json:"dropped"`
		Passages   []passage  `json:"passages"`
		Model      string     `json:"model"`
		Usage      Usage      `json:"usage"`
		Timings    timings    `json:"timings_ms"`
	}{
		Question: a.Question, Searched: a.Searched, Notice: a.Notice, Answer: a.Text, Verdict: a.Verdict, Refused: a.Verdict == Refused, Reason: a.Reason,
		Short: a.Short, Confidence: a.Confidence, Citations: []citation{}, Dropped: append([]Dropped{}, a.Dropped...), Passages: []passage{}, Model: a.Model, Usage: a.Usage,
		Timings: timings{ms(a.Timings.Embed), ms(a.Timings.Retrieve), ms(a.Timings.Write), ms(a.Timings.Check), ms(a.Timings.Total)},
	}
	for _, c := range a.Citations {
		out.Citations = append(out.Citations, citation{c.N, c.Title, c.URL, c.Doc, FormatDate(c.Published), c.Page, c.Old, c.Quote, c.Start, c.End})
	}
	for _, p := range a.Passages {
		out.Passages = append(out.Passages, passage{p.Chunk.ID, p.Chunk.Doc, p.Score, p.Dense, p.Lexical, p.Text})
	}
	return json.Marshal(out)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// SentenceText returns the text of one of the passage's sentences.
func (p Passage) SentenceText(s Sentence) string { return p.Text[s.Start-p.Start : s.End-p.Start] }

// SentenceScores returns the best score and the best cosine of the chunks that contain
// a sentence.
func (p Passage) SentenceScores(s Sentence) (score, dense float64) {
	for _, c := range p.Chunks {
		if c.Chunk.Start <= s.Start && s.End <= c.Chunk.End {
			score, dense = max(score, c.Score), max(dense, c.Dense)
		}
	}
	return cmp.Or(score, p.Score), cmp.Or(dense, p.Dense)
}

// Rephraser is an optional ability of a [Writer] that has a language model. It
// rewrites questions before the search. What it returns may be wrong.
type Rephraser interface {
	// Restate returns the question in a form that needs no History.
	Standalone(ctx context.Context, q Question) (string, error)
	// Split returns the single questions that a question consists of.
	Split(ctx context.Context, q Question) ([]string, error)
}

// Ranked is a chunk that was found, with its scores.
type Ranked struct {
	Chunk   Chunk
	Score   float64 // combined score; only comparisons are meaningful
	Dense   float64 // cosine to the question
	Lexical float64 // BM25; 0 if the words did not match
	Timely  float64 // how well the article's date fits the time that the question asks about, 0 … 1; 0 if it asks about none
}

var pointsAtNow = regexp.MustCompile(`(?i)\b(this (past )?(week|month|year|weekend|summer|winter|spring|fall|autumn)|recent(ly)?|latest|newest|now|current(ly)?|today|yesterday|tonight|tomorrow|(last|next) (week|month|night)|monday|tuesday|wednesday|thursday|friday|saturday|sunday|soon|upcoming)\b`)

// AboutNow reports whether the question is about the present or the days around
// it.
func (q Question) AboutNow() bool { return pointsAtNow.MatchString(q.Text) }

// AskedOn returns the day of the question.
func (q Question) AskedOn() time.Time {
	if q.Today.IsZero() {
		return time.Now()
	}
	return q.Today
}

// Outdated reports whether an article was published more than a year before the day
// of the question; false if its date is unknown.
func (q Question) Outdated(published time.Time) bool {
	return !published.IsZero() && published.AddDate(1, 0, 0).Before(q.AskedOn())
}

// Newness returns how new an article is on the day of the question: 1 on the
// FormatDate itself, falling by a factor of e for every 60 days of age. It is 0 if the
// date is unknown or more than a day after the question's.
func (q Question) Newness(published time.Time) float64 {
	age := q.AskedOn().Sub(published).Hours() / 24
	if published.IsZero() || age < -1 {
		return 0
	}
	return math.Exp(-max(0, age) / 60)
}

// Writer drafts an answer from passages, which are best first. It calls stream,
// if not nil, with the text as it is written. A writer that finds no answer
// returns a draft without claims and a nil error.
type Writer interface {
	Write(ctx context.Context, q Question, passages []Passage, stream func(string)) (Draft, error)
}
