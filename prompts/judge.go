package prompts

import (
	_ "embed" // for the templates
	"strings"
	"text/template"
)

// Judge asks of each statement whether it follows from its evidence. The reply
// has one line for each: "N yes", "N partly" or "N no", with N counted from 1.
type Judge struct{ Statements []JudgeStatement }

// JudgeStatement is a sentence and what it rests on.
type JudgeStatement struct {
	Text     string
	Evidence []JudgeEvidence // empty: the prompt says that there is none
}

// JudgeEvidence is what an article says: one or several of its sentences.
type JudgeEvidence struct {
	Title string // of the article; empty: left out
	Date  string // of the article; empty: left out
	Text  string
}

// Render returns the prompt. Every text stands on one line. A line of evidence
// begins with ">", so that it cannot pass as a sentence to judge, and no line
// begins with "Question:".
func (j Judge) Render() Prompt {
	type evidence struct{ About, Text string }
	type statement struct {
		N        int
		Text     string
		Evidence []evidence
	}
	all := make([]statement, len(j.Statements))
	for i, s := range j.Statements {
		all[i] = statement{N: i + 1, Text: line(s.Text)}
		for _, e := range s.Evidence {
			about := []string{}
			if t := line(e.Title); t != "" {
				about = append(about, "Title: "+t)
			}
			if d := line(e.Date); d != "" {
				about = append(about, "Date: "+d)
			}
			all[i].Evidence = append(all[i].Evidence, evidence{strings.Join(about, "; "), line(e.Text)})
		}
	}
	return render(judge, struct{ Statements []statement }{all})
}

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
	//go:embed judge.tmpl
	judgeText string
	//go:embed judge_correct.tmpl
	judgeCorrectText string
	//go:embed judge_follows.tmpl
	judgeFollowsText string
	//go:embed draft_question.tmpl
	draftQuestionText string

	judge         = template.Must(template.New("judge").Parse(judgeText))
	judgeCorrect  = template.Must(template.New("judge_correct").Parse(judgeCorrectText))
	judgeFollows  = template.Must(template.New("judge_follows").Parse(judgeFollowsText))
	draftQuestion = template.Must(template.New("draft_question").Parse(draftQuestionText))
)
