package rag

import (
	"encoding/json"
	"time"
)

// Question is what a person asks.
type Question struct {
	Text    string
	History []Turn    // the conversation before it, oldest first; nil if none
	Today   time.Time // the day on which it is asked; zero: time.Now
	Filter  Filter
}

// Turn is one question of a conversation and what was answered.
type Turn struct{ Question, Answer string }

// Passage is a run of text of one article that was found for a question:
// one chunk, or several that touch or overlap.
type Passage struct {
	Chunk      Chunk      // the best chunk in it, with its own Start and End
	Source     string     // Document.Source
	Text       string     // Document.Text[Start:End]
	Start, End int        // byte offsets in Document.Text
	Score      float64    // of the best chunk, of both searches together; only the order means anything
	Dense      float64    // cosine of the best chunk to the question
	Lexical    float64    // BM25 of the best chunk; 0 if it was not matched
	page       int        // of the article, that it begins on; 0: it has none
	chunks     []Ranked   // all that were joined, best first
	Sentences  []Sentence // its sentences in order, scored for the question; nil if not scored
}

// Sentence is one sentence of a passage. Document.Text[Start:End] is its text.
type Sentence struct {
	Start, End int
	Cosine     float64 // to the question
	Score      float64 // how well it answers the question; only the order means anything
	Signs      Signs   // what the score is made of
}

// Signs are what speaks for a sentence as an answer.
type Signs struct {
	Meaning  float64 `json:"meaning"`  // cosine to the question, of a sentence that leans on the one before with that
	Apart    float64 `json:"apart"`    // cosine without what all the candidates share
	Passage  float64 `json:"passage"`  // cosine of its chunk
	Coverage float64 `json:"coverage"` // share of the question's terms, by rarity, in the sentence, the one before and the title
	Own      float64 `json:"own"`      // the same in the sentence alone
	Kind     float64 `json:"kind"`     // for showing the kind of thing asked for; below 0 for a question
}

// Draft is what a writer makes of passages, before it is checked.
type Draft struct {
	Claims   []Claim // in the order to be read; none: the writer finds no answer
	Model    string  // who wrote it: "quote", or as in "ollama/llama3.2"
	Usage    Usage
	Notice   string // what the person is to know of how it was written, in a sentence; empty if nothing
	Dangling int    // citations that pointed at no passage and were removed
	Short    string // the words of the first claim that answer by themselves; empty if none do
}

// Dropped is a sentence that a writer wrote and no passage bears out.
type Dropped struct {
	Text   string `json:"text"`
	Reason string `json:"reason"` // in a clause
}

// Claim is one sentence of a draft and what it rests on.
type Claim struct {
	Text  string // without citation marks
	Break string // white space that stands before it: "" for the first, else " " or "\n\n" or "\n- "
	Lead  string // words of ours that stand before Text and claim nothing; often empty
	Asked string // the question, if Text says nothing without it, as in "In 1981."
	Cites []Cite
}

// Cite points at a passage. Start and End are byte offsets in the article's
// text; both zero if the writer named the passage only.
type Cite struct{ Passage, Start, End int }

// Usage counts tokens as the model's server did; zero if it did not say.
type Usage struct {
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
}

// Verdict says how far the articles answer.
type Verdict string

const (
	Answered Verdict = "answered" // the articles hold the answer
	Nearest  Verdict = "nearest"  // they come near, and the nearest is quoted
	Refused  Verdict = "refused"  // nothing near
)

// Answer is what the person gets.
type Answer struct {
	Question   string
	Searched   string // the question as it was searched for: Question, or what it was made into; empty: nothing to search for
	Notice     string // what ailed the model that was to write, in a sentence; empty if nothing
	Text       string // with citation marks, as in "He fled. [1] He came back. [2]"
	Short      string // the words of Text that answer, or would if Text did, by themselves, as in a name or a date; empty if none do
	Verdict    Verdict
	Reason     string  // why it was not answered, in a sentence; empty if it was
	Confidence float64 // that the articles answer the question, 0 to 1
	Citations  []Citation
	Dropped    []Dropped // what the writer wrote and the check left out
	Passages   []Passage
	Model      string
	Usage      Usage
	Timings    Timings
}

// Citation is a footnote. Quote is Document.Text[Start:End] of article Doc.
type Citation struct {
	N          int // the number in Answer.Text; from 1, by first use
	Title      string
	URL        string
	Doc        string
	Source     string
	Published  time.Time
	Page       int  // that Quote begins on, from 1; 0: the article has no pages
	Old        bool // published more than a year before the day of the question
	Quote      string
	Start, End int
}

// Timings is the time that each stage took: Retrieve with the embedding of the
// question, Embed that of the sentences it was held against.
type Timings struct{ Embed, Retrieve, Write, Check, Total time.Duration }

// MarshalJSON gives the object that the design lays down for scripts.
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
		out.Citations = append(out.Citations, citation{c.N, c.Title, c.URL, c.Doc, day(c.Published), c.Page, c.Old, c.Quote, c.Start, c.End})
	}
	for _, p := range a.Passages {
		out.Passages = append(out.Passages, passage{p.Chunk.ID, p.Chunk.Doc, p.Score, p.Dense, p.Lexical, p.Text})
	}
	return json.Marshal(out)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
