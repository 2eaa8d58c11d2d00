package prompts

import (
	_ "embed" // for the templates
	"text/template"
)

// JudgeCorrect asks whether an answer says what a right answer says. The reply
// must begin with yes or no.
type JudgeCorrect struct {
	Question string
	Right    []string // right answers; one is enough
	Answer   string
}

// Render returns the prompt.
func (j JudgeCorrect) Render() Prompt {
	texts := []string{j.Question, j.Answer}
	right := make([]string, len(j.Right))
	for i, r := range j.Right {
		right[i] = line(r)
		texts = append(texts, r)
	}
	return render(judgeCorrect, struct {
		JudgeCorrect
		Fence string
	}{JudgeCorrect{line(j.Question), right, j.Answer}, fence(texts)})
}

// JudgeFollows asks whether a sentence follows from quotes. The reply must
// begin with yes or no.
type JudgeFollows struct {
	Sentence string
	Quotes   []string
}

// Render returns the prompt.
func (j JudgeFollows) Render() Prompt {
	return render(judgeFollows, struct {
		JudgeFollows
		Fence string
	}{j, fence(append([]string{j.Sentence}, j.Quotes...))})
}

// DraftQuestion asks for a question that a passage answers, and for the answer.
type DraftQuestion struct {
	Title string // empty: left out
	Text  string
}

// Render returns the prompt.
func (d DraftQuestion) Render() Prompt {
	return render(draftQuestion, struct {
		DraftQuestion
		Fence string
	}{DraftQuestion{line(d.Title), d.Text}, fence([]string{d.Title, d.Text})})
}

var (
	//go:embed judge_correct.tmpl
	judgeCorrectText string
	//go:embed judge_follows.tmpl
	judgeFollowsText string
	//go:embed draft_question.tmpl
	draftQuestionText string

	judgeCorrect  = template.Must(template.New("judge_correct").Parse(judgeCorrectText))
	judgeFollows  = template.Must(template.New("judge_follows").Parse(judgeFollowsText))
	draftQuestion = template.Must(template.New("draft_question").Parse(draftQuestionText))
)
