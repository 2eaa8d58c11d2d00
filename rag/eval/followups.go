package eval

import (
	"encoding/json"
	"path/filepath"
	"slices"

	"footnote/rag"
	"footnote/rag/text"
)

// Followup is a question in a conversation, and how a person put it so that it
// stands alone.
type Followup struct {
	ID         string   `json:"_id"`
	History    []string `json:"history"` // the questions before it, oldest first
	Question   string   `json:"question"`
	Standalone string   `json:"standalone"`
}

// LoadFollowups reads turns.jsonl in a folder.
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

// Followups is how well questions are made to stand alone.
type Followups struct {
	Set       string  `json:"set"`
	Turns     int     `json:"turns"`
	AsAsked   float64 `json:"f1_as_asked"`    // F1 of the content words of the question as it is, mean over the turns
	F1        float64 `json:"f1"`             // of what it was made into
	NoChange  int     `json:"need_no_change"` // turns whose question stands alone, by the person's word
	LeftAlone float64 `json:"left_alone"`     // of those, the share that was left as it is
	Leaning   int     `json:"others"`         // of the turns that no person left as they are, those after another
	Changed   float64 `json:"changed"`        // of those, the share that was changed
}

// Restate measures restate, which is given each question and those before it,
// without their answers.
func Restate(turns []Followup, restate func(rag.Question) string) Followups {
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
		case slices.Equal(normal(t.Question), normal(t.Standalone)):
			m.NoChange++
			if got == t.Question {
				left++
			}
		case len(t.History) > 0:
			m.Leaning++
			if got != t.Question {
				changed++
			}
		}
	}
	m.AsAsked, m.F1 = m.AsAsked/float64(max(1, m.Turns)), m.F1/float64(max(1, m.Turns))
	m.LeftAlone, m.Changed = share(left, m.NoChange), share(changed, m.Leaning)
	return m
}

// asks are the words with which a question is asked, whatever it asks about.
var asks = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range text.Stems("many much tell please explain know get mean information clarify describe let happen") {
		m[s] = true
	}
	return m
}()

// wordsF1 is the F1 of the sets of two questions' content words, stemmed, but
// for the words that only ask; 1 if neither has any.
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

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
