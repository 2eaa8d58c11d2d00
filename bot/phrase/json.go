package phrase

import (
	"time"

	"footnote/rag"
)

// JSON is an answer as scripts read it. Times are in milliseconds, and
// Published is a date such as "2024-05-08", empty if unknown.
type JSON struct {
	Question   string         `json:"question"`
	Answer     string         `json:"answer"`
	Sentences  []sentenceJSON `json:"sentences"`
	Short      string         `json:"short"`
	Verdict    rag.Verdict    `json:"verdict"`
	Refused    bool           `json:"refused"`
	Reason     string         `json:"reason"`
	Confidence float64        `json:"confidence"`
	Searched   string         `json:"searched"`
	Notice     string         `json:"notice"`
	Citations  []citationJSON `json:"citations"`
	Dropped    []droppedJSON  `json:"dropped"`
	Passages   []passageJSON  `json:"passages"`
	Model      string         `json:"model"`
	Usage      rag.Usage      `json:"usage"`
	Timings    timingsJSON    `json:"timings_ms"`
}

type (
	sentenceJSON struct {
		Text      string      `json:"text"`
		Citations []int       `json:"citations"`
		Support   rag.Support `json:"support"`
	}
	citationJSON struct {
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
	droppedJSON struct {
		Text   string `json:"text"`
		Reason string `json:"reason"`
	}
	passageJSON struct {
		Chunk   string  `json:"chunk"`
		Doc     string  `json:"doc"`
		Score   float64 `json:"score"`
		Dense   float64 `json:"dense"`
		Lexical float64 `json:"lexical"`
		Text    string  `json:"text"`
	}
	timingsJSON struct {
		Embed    float64 `json:"embed"`
		Retrieve float64 `json:"retrieve"`
		Write    float64 `json:"write"`
		Check    float64 `json:"check"`
		Total    float64 `json:"total"`
	}
)

// NewJSON returns the JSON of an answer.
func NewJSON(a rag.Answer) JSON {
	out := JSON{
		Question: a.Question, Answer: Text(a), Sentences: []sentenceJSON{}, Short: a.Short,
		Verdict: a.Verdict, Refused: a.Verdict == rag.Refused, Reason: Reason(a.Reason), Confidence: a.Confidence,
		Searched: a.Searched, Notice: Failed(a), Citations: []citationJSON{}, Dropped: []droppedJSON{}, Passages: []passageJSON{},
		Model: a.Model, Usage: a.Usage,
		Timings: timingsJSON{ms(a.Timings.Embed), ms(a.Timings.Retrieve), ms(a.Timings.Write), ms(a.Timings.Check), ms(a.Timings.Total)},
	}
	for _, s := range a.Sentences {
		out.Sentences = append(out.Sentences, sentenceJSON{s.Text, append([]int{}, s.Citations...), s.Support})
	}
	for _, c := range a.Citations {
		out.Citations = append(out.Citations, citationJSON{c.N, c.Title, c.URL, c.Doc, rag.FormatDate(c.Published), c.Page, c.Old, c.Quote, c.Start, c.End})
	}
	for _, d := range a.Dropped {
		out.Dropped = append(out.Dropped, droppedJSON{d.Text, Reason(d.Reason)})
	}
	for _, p := range a.Passages {
		out.Passages = append(out.Passages, passageJSON{p.Chunk.ID, p.Chunk.Doc, p.Score, p.Dense, p.Lexical, p.Text})
	}
	return out
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
