package eval

import (
	"encoding/json"
	"path/filepath"
	"slices"

	"footnote/rag"
	"footnote/rag/text"
)

// Followup is a question in a conversation, and the same as a standalone
// question.
type Followup struct {
	ID         string   `json:"_id"`
	History    []string `json:"history"` // the questions before it, oldest first
	Question   string   `json:"question"`
	Standalone string   `json:"standalone"` // written by a person
}

// LoadFollowups reads the file turns.jsonl of a folder.
func LoadFollowups(dir string) ([]Followup, error) {
	var all []Followup
	err := readLines(filepath.Join(dir, "turns.jsonl"), func(line []byte, _ string) error {
		var t Followup
		if err := json.Unmarshal(line, &t); err != nil {
			return err
		}
		all = append(all, t)
		return nil
	})
	return all, err
}

// Followups is how well follow-up questions are made into standalone questions.
// F1 compares content words with those of the person's standalone question.
type Followups struct {
	Set       string  `json:"set"`
	Turns     int     `json:"turns"`
	AsAsked   float64 `json:"f1_as_asked"`    // F1 of the question as it was asked, mean over the turns
	F1        float64 `json:"f1"`             // F1 of the question that was made of it, mean over the turns
	NoChange  int     `json:"need_no_change"` // turns whose question is standalone already: the person changed no word of it
	Unchanged float64 `json:"left_alone"`     // share of NoChange that was left unchanged
	Others    int     `json:"others"`         // other turns, first turns of conversations left out
	Changed   float64 `json:"changed"`        // share of Others that was changed
}

// MeasureFollowups measures a function that makes standalone questions. It is called
// with each question and the questions before it, without their answers.
func MeasureFollowups(turns []Followup, restate func(rag.Question) string) Followups {
	m := Followups{Turns: len(turns)}
	left, changed := 0, 0
	for _, t := range turns {
		q := rag.Question{Text: t.Question}
		for _, h := range t.History {
			q.History = append(q.History, rag.Turn{Question: h})
		}
		got := restate(q)
		m.AsAsked += wordsF1(t.Question, t.Standalone)
		m.F1 += wordsF1(got, t.Standalone)
		switch {
		case slices.Equal(normalWords(t.Question), normalWords(t.Standalone)):
			m.NoChange++
			if got == t.Question {
				left++
			}
		case len(t.History) > 0:
			m.Others++
			if got != t.Question {
				changed++
			}
		}
	}
	m.AsAsked, m.F1 = m.AsAsked/float64(max(1, m.Turns)), m.F1/float64(max(1, m.Turns))
	m.Unchanged, m.Changed = share(left, m.NoChange), share(changed, m.Others)
	return m
}

// asks holds the stems of words that say nothing about the topic of a question.
var asks = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range text.Stems("many much tell please explain know get mean information clarify describe let happen") {
		m[s] = true
	}
	return m
}()

// wordsF1 returns the F1 of the sets of stemmed content words of two questions.
// Words that only ask, such as "explain", are left out. It returns 1 if neither
// question has content words.
func wordsF1(got, want string) float64 {
	set := func(body string) map[string]bool {
		m := map[string]bool{}
		for _, s := range text.Stems(body) {
			if !asks[s] {
				m[s] = true
			}
		}
		return m
	}
	g, w := set(got), set(want)
	both := 0
	for s := range g {
		if w[s] {
			both++
		}
	}
	if len(g)+len(w) == 0 {
		return 1
	}
	return 2 * float64(both) / float64(len(g)+len(w))
}

// share returns n / of, and 0 if of is 0.
func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
