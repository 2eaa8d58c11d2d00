package evaluate

import (
	"bytes"
	"context"
	"encoding/json"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/open"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
)

// draft is a question for the user to review. eval refuses a set while a
// question has "draft": true.
type draft struct {
	Question   string   `json:"question"`
	Answers    []string `json:"answers"`
	Answerable bool     `json:"answerable"`
	Docs       []string `json:"docs"`
	Draft      bool     `json:"draft"`
	Passage    string   `json:"passage,omitempty"` // the source of the question
	Said       string   `json:"said,omitempty"`    // the answer that was rated bad
	Reason     string   `json:"reason,omitempty"`  // why it was rated bad
}

// writeDrafts writes drafts to a new file, or to stdout if path is "-".
func writeDrafts(p *cli.Program, path string, drafts []draft) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, d := range drafts {
		if err := enc.Encode(d); err != nil {
			return err
		}
	}
	if path == "-" {
		_, err := p.Stdout.Write(b.Bytes())
		return err
	}
	if err := cli.WriteNew(path, b.Bytes()); err != nil {
		return err
	}
	p.Note("%s written to %s; review and complete each one, then delete \"draft\"", words.Count(len(drafts), "question"), path)
	return nil
}

// writeFeedback writes drafts of the questions whose answers were rated bad.
func writeFeedback(ctx context.Context, p *cli.Program, path string) error {
	l, done, err := open.ToRead(p)
	if err != nil {
		return err
	}
	defer done()
	all, err := l.Feedback(ctx, rag.Filter{})
	if err != nil {
		return err
	}
	var drafts []draft
	seen := map[string]bool{}
	for _, f := range all {
		if f.Good || f.Question == "" || seen[f.Question] {
			continue
		}
		seen[f.Question] = true
		drafts = append(drafts, draft{Question: f.Question, Answers: []string{}, Answerable: true, Docs: append([]string{}, f.Docs...), Draft: true, Said: f.Text, Reason: f.Reason})
	}
	if len(drafts) == 0 {
		p.Note("no answer was rated bad")
		return nil
	}
	return writeDrafts(p, path, drafts)
}
