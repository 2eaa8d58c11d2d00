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
	Removed    []removedJSON  `json:"removed"`
	Dropped    []removedJSON  `json:"dropped"` // the same as Removed, for older scripts
	Checked    string         `json:"checked"` // what the check did, in words
	Repaired   int            `json:"repaired"`
	Passages   []passageJSON  `json:"passages"`
	Model      string         `json:"model"`
	Usage      rag.Usage      `json:"usage"`
	Stages     stagesJSON     `json:"stages"`
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
	removedJSON struct {
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
	stagesJSON struct {
		Write  costJSON `json:"write"`
		Judge  costJSON `json:"judge"`
		Repair costJSON `json:"repair"`
	}
	costJSON struct {
		Calls            int     `json:"calls"`
		PromptTokens     int     `json:"prompt_tokens"`
		CompletionTokens int     `json:"completion_tokens"`
		MS               float64 `json:"ms"`
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
		Searched: a.Searched, Notice: Failed(a), Citations: []citationJSON{}, Removed: []removedJSON{}, Checked: Checked(a), Repaired: a.Repaired, Passages: []passageJSON{},
		Model: a.Model, Usage: a.Usage, Stages: stagesJSON{cost(a.Spent.Write), cost(a.Spent.Judge), cost(a.Spent.Repair)},
		Timings: timingsJSON{ms(a.Timings.Embed), ms(a.Timings.Retrieve), ms(a.Timings.Write), ms(a.Timings.Check), ms(a.Timings.Total)},
	}
	for _, s := range a.Sentences {
		out.Sentences = append(out.Sentences, sentenceJSON{s.Text, append([]int{}, s.Citations...), s.Support})
	}
	for _, c := range a.Citations {
		out.Citations = append(out.Citations, citationJSON{c.N, c.Title, c.URL, c.Doc, rag.FormatDate(c.Published), c.Page, c.Old, c.Quote, c.Start, c.End})
	}
	for _, r := range a.Removed {
		out.Removed = append(out.Removed, removedJSON{r.Text, Reason(r.Reason)})
	}
	out.Dropped = out.Removed
	for _, p := range a.Passages {
		out.Passages = append(out.Passages, passageJSON{p.Chunk.ID, p.Chunk.Doc, p.Score, p.Dense, p.Lexical, p.Text})
	}
	return out
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func cost(c rag.Cost) costJSON {
	return costJSON{c.Calls, c.Usage.PromptTokens, c.Usage.CompletionTokens, ms(c.Time)}
}
