// Package seeds holds the sample: an article that footnote answers from until
// it is given others, and questions about it to measure the answers by.
package seeds

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

//go:embed *.txt
var articles embed.FS

//go:embed questions.jsonl
var questions []byte

// Articles is a folder of the sample articles, plain text in UTF-8. Their
// wording is odd ("mortgage" for a loan, "assembly" for a meeting) and stays
// so: a reader asks in ordinary words.
func Articles() fs.FS { return articles }

// Kind says how a question stands to the articles.
type Kind string

const (
	Answerable Kind = "answerable" // the articles hold the answer
	NearMiss   Kind = "near_miss"  // they treat of the matter and do not hold the answer
	Foreign    Kind = "foreign"    // they do not touch the matter
)

// Question is a question about the sample articles, in BEIR's form with what
// an answer has to hold.
type Question struct {
	ID         string   `json:"_id"`
	Text       string   `json:"text"`
	Answers    []string `json:"answers"`    // each one enough by itself, in the article's words; none if not answerable
	Evidence   []string `json:"evidence"`   // the words of the article that bear the answers, verbatim; none if not answerable
	Answerable bool     `json:"answerable"` // whether Kind is Answerable
	Kind       Kind     `json:"kind"`
}

// Questions gives all questions: the answerable ones in the order of the
// article, roughly, then the near misses, then the foreign ones.
func Questions() ([]Question, error) {
	var all []Question
	d := json.NewDecoder(bytes.NewReader(questions))
	d.DisallowUnknownFields()
	for {
		var q Question
		err := d.Decode(&q)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, fmt.Errorf("questions.jsonl: question %d: %w", len(all)+1, err)
		}
		all = append(all, q)
	}
}
