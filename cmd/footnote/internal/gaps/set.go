package gaps

import (
	"bytes"
	"encoding/json"

	"footnote/cmd/footnote/internal/cli"
	"footnote/cmd/footnote/internal/words"
	"footnote/rag"
)

// writeGaps writes gaps as a question set without answers to a new file, or to
// stdout if path is "-".
func writeGaps(p *cli.Program, path string, gaps []rag.Gap) error {
	type question struct {
		Question   string   `json:"question"`
		Answers    []string `json:"answers"`
		Answerable bool     `json:"answerable"`
		Docs       []string `json:"docs"`
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	written := 0
	for _, g := range gaps {
		if g.Question == "" {
			continue
		}
		if err := enc.Encode(question{g.Question, []string{}, false, []string{}}); err != nil {
			return err
		}
		written++
	}
	if n := len(gaps) - written; n > 0 {
		p.Note("%s left out: the text was not saved", words.Count(n, "question"))
	}
	if path == "-" {
		_, err := p.Stdout.Write(b.Bytes())
		return err
	}
	if err := cli.WriteNew(path, b.Bytes()); err != nil {
		return err
	}
	p.Note("%s written to %s; fill in answers, answerable and docs", words.Count(written, "question"), path)
	return nil
}
