// Package prompts renders the prompts that footnote sends to a language model.
// Each prompt is a struct with the data and an embedded template. Equal structs
// render to equal text.
package prompts

import (
	"crypto/sha256"
	_ "embed" // for the templates
	"encoding/hex"
	"strings"
	"text/template"
)

// Versions lists the templates and their versions, so that a measurement can
// record them. TestVersions fails if a template changes without its version.
const Versions = "answer/2 repair/1 judge/1 split/1 standalone/1 judge_correct/1 judge_follows/1 draft_question/1"

// NoAnswer is the reply that the prompt asks for if the passages do not contain
// the answer. It is always in English, so that code can recognise it.
const NoAnswer = "The articles do not say."

// Prompt is the text for a chat model.
type Prompt struct{ System, User string }

// Answer asks for an answer whose sentences cite and quote their passages.
type Answer struct {
	Question string
	Today    string // such as 2020-09-14; empty: left out
	Passages []Passage
}

// Passage is a numbered passage in the prompt.
type Passage struct {
	N     int    // number in a citation such as [1]
	Title string // empty: left out
	Date  string // empty: left out
	Text  string
}

// Render returns the prompt. It encloses each passage in fences that occur in
// none of the texts. So the text of an article cannot end its passage and pass
// as part of the prompt.
func (a Answer) Render() Prompt {
	texts := append(passageTexts(a.Passages), a.Question)
	a.Question, a.Passages = line(a.Question), oneLined(a.Passages)
	return render(answer, struct {
		Answer
		NoAnswer, Fence string
	}{a, NoAnswer, fence(texts)})
}

// Repair asks for new versions of sentences that failed the check. The reply has
// one line for each: "N. SENTENCE", with N counted from 1, or "N. -" if the
// passages do not say it.
type Repair struct {
	Question string
	Today    string // such as 2020-09-14; empty: left out
	Passages []Passage
	Failed   []Failed
}

// Failed is a sentence that failed the check, and the reason in plain words.
type Failed struct{ Text, Why string }

// Render returns the prompt. It fences the passages as [Answer.Render] does.
func (r Repair) Render() Prompt {
	type numbered struct {
		N int
		Failed
	}
	texts := append(passageTexts(r.Passages), r.Question)
	failed := make([]numbered, len(r.Failed))
	for i, f := range r.Failed {
		failed[i] = numbered{i + 1, Failed{line(f.Text), line(f.Why)}}
		texts = append(texts, f.Text, f.Why)
	}
	r.Question, r.Passages = line(r.Question), oneLined(r.Passages)
	return render(repair, struct {
		Repair
		Failed []numbered
		Fence  string
	}{r, failed, fence(texts)})
}

// passageTexts returns everything that the passages say.
func passageTexts(passages []Passage) []string {
	var texts []string
	for _, p := range passages {
		texts = append(texts, p.Title, p.Date, p.Text)
	}
	return texts
}

// oneLined returns the passages with titles and dates on one line.
func oneLined(passages []Passage) []Passage {
	all := make([]Passage, len(passages))
	for i, p := range passages {
		p.Title, p.Date = line(p.Title), line(p.Date)
		all[i] = p
	}
	return all
}

// Standalone asks the model to rewrite a question so that it makes sense
// without the conversation before it.
type Standalone struct {
	Turns    []Turn // oldest first
	Question string
}

// Turn is a question and its answer.
type Turn struct{ Question, Answer string }

// Render returns the prompt.
func (s Standalone) Render() Prompt {
	turns := make([]Turn, len(s.Turns))
	for i, t := range s.Turns {
		turns[i] = Turn{line(t.Question), line(t.Answer)}
	}
	return render(standalone, Standalone{turns, line(s.Question)})
}

// Split asks for the simple questions that a question consists of, one per
// line.
type Split struct{ Question string }

// Render returns the prompt.
func (s Split) Render() Prompt { return render(split, Split{line(s.Question)}) }

var (
	//go:embed answer.tmpl
	answerText string
	//go:embed repair.tmpl
	repairText string
	//go:embed standalone.tmpl
	standaloneText string
	//go:embed split.tmpl
	splitText string

	answer     = template.Must(template.New("answer").Parse(answerText))
	repair     = template.Must(template.New("repair").Parse(repairText))
	split      = template.Must(template.New("split").Parse(splitText))
	standalone = template.Must(template.New("standalone").Parse(standaloneText))
)

// render executes the system and user parts of a template. It panics on an
// error. An error can only be a mistake in the program, because it does not
// depend on what people or articles say.
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

// fence returns eight hex digits that occur in none of the texts. They come
// from a hash of all texts, so the author of an article cannot predict them.
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

// line puts s on one line and replaces each run of white space by a space.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }
