package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"footnote/rag"
)

// writeGaps writes gaps as a set of questions without answers.
func (p *program) writeGaps(path string, gaps []rag.Gap) error {
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
		p.note("%s left out: the words were not kept", count(n, "question"))
	}
	if path == "-" {
		_, err := p.stdout.Write(b.Bytes())
		return err
	}
	if err := writeNew(path, b.Bytes()); err != nil {
		return err
	}
	p.note("%s written to %s; fill in answers, answerable and docs", count(written, "question"), path)
	return nil
}

// writeNew writes a file that is not there yet, whole or not at all.
func writeNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return hinted{fmt.Errorf("%s: it is there already", path), "name a new file, lest what was completed by hand is lost"}
	}
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
