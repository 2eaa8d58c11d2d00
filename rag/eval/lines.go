package eval

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// loadLines reads questions about the user's own library, one JSON object per
// line, with the fields question, answers, answerable and docs. The fields id,
// type, date and evidence are optional. docs names articles as `footnote list`
// shows them; see [Set.Resolve].
func loadLines(path string) (Set, error) {
	s := Set{Name: strings.TrimSuffix(filepath.Base(path), ".jsonl")}
	seen := map[string]bool{}
	err := readLines(path, func(line []byte, where string) error {
		var in struct {
			ID         string   `json:"id"`
			Question   string   `json:"question"`
			Answers    texts    `json:"answers"`
			Answerable *bool    `json:"answerable"`
			Docs       texts    `json:"docs"`
			Type       string   `json:"type"`
			Date       string   `json:"date"`
			Evidence   evidence `json:"evidence"`
			Draft      bool     `json:"draft"`
		}
		if err := json.Unmarshal(line, &in); err != nil {
			return err
		}
		if in.Draft {
			return errors.New("the question is still a draft: review it, then remove \"draft\"")
		}
		if strings.TrimSpace(in.Question) == "" {
			return errors.New("the field \"question\" is missing")
		}
		day, err := date(in.Date)
		if err != nil {
			return err
		}
		q := Question{ID: in.ID, Text: in.Question, Answers: in.Answers, Answerable: in.Answerable == nil || *in.Answerable,
			Kind: in.Type, Date: day, Evidence: in.Evidence, docs: in.Docs, where: where}
		if q.ID == "" {
			// The id is made of the text, so that adding or removing other lines
			// does not change it.
			sum := sha256.Sum256([]byte(in.Question))
			q.ID = hex.EncodeToString(sum[:4])
		}
		if err := s.add(q, seen); err != nil {
			return err
		}
		if q.checkGold() != nil {
			return fmt.Errorf("question %q has no gold answer: add docs or answers, or set \"answerable\": false", q.Text)
		}
		return nil
	})
	if err == nil && len(s.Questions) == 0 {
		err = fmt.Errorf("%s: no questions", path)
	}
	if err != nil {
		return Set{}, err
	}
	return s, nil
}
