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

// draft is a question that somebody has to look over before it is asked: eval
// refuses one that still says that it is a draft.
type draft struct {
	Question   string   `json:"question"`
	Answers    []string `json:"answers"`
	Answerable bool     `json:"answerable"`
	Docs       []string `json:"docs"`
	Draft      bool     `json:"draft"`
	Passage    string   `json:"passage,omitempty"` // that the question was made of
	Said       string   `json:"said,omitempty"`    // the answer that was marked as wrong
	Reason     string   `json:"reason,omitempty"`  // why
}

// writeDrafts writes a set to complete by hand to a file that is not there
// yet, or to standard output.
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
	p.Note("%s written to %s; look each over, complete it and take out \"draft\"", words.Count(len(drafts), "question"), path)
	return nil
}

// writeFeedback writes the questions whose answers were marked as wrong.
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
		p.Note("no answer has been marked as wrong")
		return nil
	}
	return writeDrafts(p, path, drafts)
}
