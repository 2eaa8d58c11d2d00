// Package prompts holds what footnote says to a language model. Each prompt is
// a struct of what goes in and a template beside it; the same struct always
// renders to the same text.
package prompts

import (
	"crypto/sha256"
	_ "embed" // for the templates
	"encoding/hex"
	"strings"
	"text/template"
)

// Versions names the templates, so that a measurement can say what it measured.
// A test keeps the numbers in step with the texts.
const Versions = "answer/1 split/1 standalone/1 judge_correct/1 judge_follows/1 draft_question/1"

// NoAnswer is what a model is told to reply when the passages do not hold the
// answer. It stays in English whatever the language of the question, so that
// code can know it.
const NoAnswer = "The articles do not say."

// Prompt is rendered text for a chat model.
type Prompt struct{ System, User string }

// Answer asks for an answer with citations.
type Answer struct {
	Question string
	Today    string // as in 2020-09-14; empty: not said
	Passages []Passage
}

// Passage is quoted to the model under its number.
type Passage struct {
	N     int    // what a citation of it reads, as in [1]
	Title string // empty: not said
	Date  string // empty: not said
	Text  string
}

// Render gives the prompt. Passages stand between fences that occur nowhere
// in them, so that no text of an article can end its passage and go on as if
// it were the prompt.
func (a Answer) Render() Prompt {
	q := a.Question
	a.Question = line(q)
	texts := []string{q}
	passages := make([]Passage, len(a.Passages))
	for i, p := range a.Passages {
		p.Title, p.Date = line(p.Title), line(p.Date)
		passages[i] = p
		texts = append(texts, p.Title, p.Date, p.Text)
	}
	a.Passages = passages
	return render(answer, struct {
		Answer
		NoAnswer, Fence string
	}{a, NoAnswer, fence(texts)})
}

// Standalone asks for a question to be put so that it can be understood
// without the conversation before it.
type Standalone struct {
	Turns    []Turn // oldest first
	Question string
}

// Turn is a question and its answer.
type Turn struct{ Question, Answer string }

// Render gives the prompt.
func (s Standalone) Render() Prompt {
	turns := make([]Turn, len(s.Turns))
	for i, t := range s.Turns {
		turns[i] = Turn{line(t.Question), line(t.Answer)}
	}
	return render(standalone, Standalone{turns, line(s.Question)})
}

// Split asks for the questions of which a question is made, one a line.
type Split struct{ Question string }

// Render gives the prompt.
func (s Split) Render() Prompt { return render(split, Split{line(s.Question)}) }

var (
	//go:embed answer.tmpl
	answerText string
	//go:embed standalone.tmpl
	standaloneText string

	//go:embed split.tmpl
	splitText string

	answer     = template.Must(template.New("answer").Parse(answerText))
	split      = template.Must(template.New("split").Parse(splitText))
	standalone = template.Must(template.New("standalone").Parse(standaloneText))
)

// render panics if a template does not fit its data: both are part of the
// program, and neither depends on what people or articles say.
func render(t *template.Template, data any) Prompt {
	part := func(name string) string {
		var b strings.Builder
		if err := t.ExecuteTemplate(&b, name, data); err != nil {
			panic(err)
		}
		return b.String()
	}
	return Prompt{System: part("system"), User: part("user")}
}

// fence returns eight hex digits that occur in none of the texts. They are
// taken from a hash of all of them, so no article can be written to hold its own.
func fence(texts []string) string {
	h := sha256.New()
	for _, t := range texts {
		h.Write([]byte(t))
		h.Write([]byte{0})
	}
	all := strings.Join(texts, "\x00")
	for {
		sum := h.Sum(nil)
		if f := hex.EncodeToString(sum[:4]); !strings.Contains(all, f) {
			return f
		}
		h.Write(sum)
	}
}

// line puts s on one line, white space as single spaces.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }
